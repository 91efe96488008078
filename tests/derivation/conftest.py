"""Empty stores of each kind."""

from tests.convergence.conftest import fresh_store, kind, store

__all__ = ["fresh_store", "kind", "store"]
