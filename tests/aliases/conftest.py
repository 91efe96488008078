"""Empty stores of each kind; the naming rules and the bound on names are put back after each test."""

from tests.naming.conftest import always, default_rules, fresh_store, kind, store

__all__ = ["always", "default_rules", "fresh_store", "kind", "store"]
