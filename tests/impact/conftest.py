"""Stores to walk in: made once for a test, shared by its generated worlds."""

from tests.lineage.conftest import store

__all__ = ["store"]
