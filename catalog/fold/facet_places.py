"""Which things have a facet of a key: an index beside the histories and runs, in the same transaction."""

from collections.abc import Collection

from catalog.canonical import sha256
from catalog.fold.history import DELETED, History
from catalog.fold.workspace import Workspace
from catalog.identity import kind_of
from catalog.store.port import Space

FACET = "facet:"
"""What the value keys of facets begin with."""
MAX_KEY = 300
"""Longer facet keys are cut and told apart by their hash: stores index them."""


def partition(kind: str, facet: str) -> str:
    """Where the index has the things of a kind with a facet of a key."""
    return f"{kind}/{facet if len(facet) <= MAX_KEY else f'{facet[:MAX_KEY]}~{sha256(facet)}'}"


def facets_of(history: History | None) -> set[str]:
    """The keys of the facets that a dataset or job has now."""
    stretches = {} if history is None else history.stretches
    return {
        key.removeprefix(FACET)
        for key, stretch in stretches.items()
        if key.startswith(FACET) and stretch.value != DELETED
    }


def place_facets(work: Workspace, key: str, had: Collection[str], has: Collection[str]) -> None:
    """Bring the index in line with the facets that a dataset, job or run had and has."""
    for facet in {*had} ^ {*has}:
        address = (Space.FACET, partition(kind_of(key), facet), key)
        work.records[address] = facet if facet in has else None
