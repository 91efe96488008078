"""Stores to give commands to."""

from tests.convergence.conftest import fresh_store, kind

__all__ = ("fresh_store", "kind")
