"""Scenarios are sent in every order, batched and doubled, to stores of all three kinds."""

from tests.convergence.conftest import always, fresh_store, kind, store

__all__ = ["always", "fresh_store", "kind", "store"]
