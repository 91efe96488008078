"""The SQL of real events: understood, and told the same in any order."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from catalog.projection import Projection, Said
from catalog.sql_report import SqlStatus, sql_reports
from catalog.store.memory import MemoryStore
from catalog.store.port import NodeFilter, Store
from ingest.derivation.analyst import Analyst
from ingest.derivation.settle import settle
from ontology.vocabulary import Label, Rel
from tests.convergence import observed
from tests.convergence.test_corpus import bodies, entries
from tests.derivation.cases import origins_of

__all__ = ["bodies", "entries"]


@pytest.fixture(scope="module")
def settled_corpus(entries: list[Said]) -> Iterator[Store]:
    store = MemoryStore()
    Projection(store).apply(entries)
    settle(store)
    yield store
    store.close()


def test_corpus__sql_is_understood(settled_corpus: Store) -> None:
    """The text that fails is no SQL of the dialect that its producer names; those that are understood in part read
    stars of tables of which no event tells all columns."""
    with settled_corpus.read() as reader:
        jobs = [node.key for node in reader.page(NodeFilter((Label.JOB,)), None, 10_000)]
        found = Counter(report.status for report in sql_reports(reader, jobs).values())

    assert found.total() >= 70
    assert found[SqlStatus.COMPLETE] >= 64
    assert found[SqlStatus.FAILED] <= 1
    assert found[SqlStatus.PENDING] == 0


def test_corpus__sql_adds_what_producers_left_out(settled_corpus: Store) -> None:
    with settled_corpus.read() as reader:
        told = origins_of(reader, (Rel.FEEDS, Rel.INFLUENCES, Rel.USED_BY))

    assert told["PARSED"] >= 100


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_corpus__is_the_same_in_any_order(entries: list[Said], settled_corpus: Store, seed: int) -> None:
    """Settled now and then on the way."""
    store, analyst = MemoryStore(), Analyst()
    shuffled = random.Random(seed).sample(entries, len(entries))
    for start in range(0, len(shuffled), 50):
        Projection(store).apply(shuffled[start : start + 50])
        settle(store, analyst)

    assert observed.export(store) == observed.export(settled_corpus)
