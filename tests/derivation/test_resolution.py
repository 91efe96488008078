"""What a table name means, rule by rule."""

import itertools

import pytest

from catalog.identity import DatasetId
from catalog.store.memory import MemoryStore
from ingest.derivation.resolution import Resolved, Rule, Surroundings, remembered, resolve
from ontology.vocabulary import Label
from tests.convergence.said import Event
from tests.derivation.cases import holder, run, settled

DB = "duckdb://shop"


def around(
    inputs: tuple[str, ...] = (), outputs: tuple[str, ...] = (), others: tuple[str, ...] = ()
) -> Surroundings:
    ids = {name: DatasetId(DB, name) for name in (*inputs, *outputs, *others)}
    return Surroundings(
        tuple(ids[name].key for name in inputs),
        tuple(ids[name].key for name in outputs),
        tuple(ids[name].key for name in others),
        {one.key: (one,) for one in ids.values()},
    )


def key(name: str) -> str:
    return DatasetId(DB, name).key


@pytest.mark.parametrize(
    ("parts", "surroundings", "expected"),
    [
        (("orders",), around(inputs=("shop.raw.orders",)), Resolved(Rule.OWN_INPUT, key("shop.raw.orders"))),
        (("orders",), around(outputs=("stg",)), Resolved(Rule.NOT_FOUND)),
        (
            ("shop", "raw", "seed"),
            around(outputs=("shop.stg.orders",)),
            Resolved(Rule.NAMED_ALIKE, key("shop.raw.seed")),
        ),
        (("other", "raw", "seed"), around(outputs=("shop.stg.orders",)), Resolved(Rule.NOT_FOUND)),
        (("raw", "seed"), around(outputs=("stg.orders",)), Resolved(Rule.NAMED_ALIKE, key("raw.seed"))),
        (("raw", "seed"), around(outputs=("shop.stg.orders",)), Resolved(Rule.NOT_FOUND)),
        (("raw", "seed"), around(outputs=('"stg"."orders"',)), Resolved(Rule.NOT_FOUND)),
        (
            ("shop", "raw", "seed"),
            around(outputs=("shop.stg.orders",), others=("raw.seed",)),
            Resolved(Rule.SAME_NAMESPACE, key("raw.seed")),
        ),
    ],
)
def test_table_that_is_read(parts: tuple[str, ...], surroundings: Surroundings, expected: Resolved) -> None:
    assert resolve(parts, surroundings, written=False) == expected


def test_table_that_is_written__is_never_made_up() -> None:
    assert resolve(("shop", "raw", "new"), around(outputs=("shop.stg.a",)), written=True) == Resolved(
        Rule.NOT_FOUND
    )


def test_two_namespaces_that_call_alike__leave_the_name_open() -> None:
    one, other = DatasetId("a", "x.y"), DatasetId("b", "x.z")
    found = resolve(
        ("x", "seed"),
        Surroundings((one.key,), (other.key,), (), {one.key: (one,), other.key: (other,)}),
        written=False,
    )
    assert found == Resolved(Rule.AMBIGUOUS, candidates=("dataset/a/x.seed", "dataset/b/x.seed"))


def build(minute: int, query: str, output: str, *columns: str) -> Event:
    return run(f"make {output}", minute, query, [], [holder(DatasetId(DB, output), *columns)])


SEED = DatasetId(DB, "shop.raw.seed")
MAKES = [
    build(1, "select id, cents / 100 as amount from shop.raw.seed", "shop.stg.orders"),
    build(2, "select sum(amount) as total from shop.stg.orders", "shop.mart.totals"),
]
NAMES = run("seed", 3, None, [], [holder(SEED, "id", "cents")])


def test_table_that_no_event_names__is_a_reference_with_lineage() -> None:
    with settled(MemoryStore(), MAKES).read() as reader:
        assert reader.nodes([SEED.key])[SEED.key].label == Label.DATASET_REFERENCE
        assert reader.nodes([SEED.field("cents").key])


def test_table_that_an_event_names_later__is_that_dataset_in_any_order() -> None:
    graphs = set()
    for events in itertools.permutations([*MAKES, NAMES]):
        with settled(MemoryStore(), list(events)).read() as reader:
            nodes = reader.nodes([SEED.key, SEED.field("cents").key])
            graphs.add(repr(sorted(nodes.items())))
            assert nodes[SEED.key].label == Label.DATASET
    assert len(graphs) == 1


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Resolved(Rule.OWN_INPUT, "a"), Resolved(Rule.OWN_INPUT, "a")),
        (Resolved(Rule.SAME_NAMESPACE, "gone"), Resolved(Rule.FORGOTTEN)),
        (Resolved(Rule.AMBIGUOUS, candidates=("a", "b")), Resolved(Rule.AMBIGUOUS, candidates=("a", "b"))),
        (Resolved(Rule.AMBIGUOUS, candidates=("a", "gone")), Resolved(Rule.AMBIGUOUS, candidates=("a",))),
        (Resolved(Rule.AMBIGUOUS, candidates=("gone",)), Resolved(Rule.FORGOTTEN)),
        (Resolved(Rule.NOT_FOUND), Resolved(Rule.NOT_FOUND)),
    ],
)
def test_what_is_forgotten__is_not_meant_and_nothing_else_in_its_stead(
    found: Resolved, expected: Resolved
) -> None:
    assert remembered(found, lambda key: key == "gone") == expected
