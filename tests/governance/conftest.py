"""Stores of governance tests."""

from tests.lineage.conftest import store as store
