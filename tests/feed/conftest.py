"""Empty stores of each kind, as the tests of convergence have them."""

from tests.convergence.conftest import fresh_store, kind, store

__all__ = ["fresh_store", "kind", "store"]
