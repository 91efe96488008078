"""Empty stores of each kind, as the tests of convergence have them; the naming rules are put back after each test."""

from collections.abc import Iterator

import pytest

from catalog.naming.rules import NamingRules, configure_naming
from tests.convergence.conftest import always, fresh_store, kind, store

__all__ = ["always", "default_rules", "fresh_store", "kind", "store"]


@pytest.fixture(autouse=True)
def default_rules() -> Iterator[None]:
    """The rules in force after each test are the default ones."""
    yield
    configure_naming(NamingRules())
