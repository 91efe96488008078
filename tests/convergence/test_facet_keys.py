"""The index of facets by key: the same whatever the order, and in line with what things have."""

from catalog.facet_keys import facet_keys, having_facet
from catalog.fold.facet_places import MAX_KEY
from catalog.store.port import Reader
from tests.convergence.cases import JOB, RUN, A, Always, B, dataset_event, run

LONG = "x" * (MAX_KEY + 50)


def test_facet_keys__are_those_that_things_have_now(always: Always) -> None:
    events = [
        dataset_event(1, A, custom={"n": 1}, schema={"fields": []}),
        dataset_event(2, B, custom={"n": 2}),
        dataset_event(5, A, custom={"_deleted": True}),
        run(1, "COMPLETE", 3, job={"facets": {"custom": {}}}, facets={"airflow": {}, "ä / b": {}}),
    ]

    def check(reader: Reader) -> None:
        assert facet_keys(reader, "dataset", None, 10) == ["custom", "schema"]
        assert facet_keys(reader, "dataset", "custom", 10) == ["schema"]
        assert facet_keys(reader, "job", None, 10) == ["custom"]
        assert facet_keys(reader, "run", None, 1) == ["airflow"]
        assert facet_keys(reader, "run", None, 10) == ["airflow", "ä / b"]
        assert having_facet(reader, "dataset", "custom", None, None, 10) == [B.key]
        assert having_facet(reader, "job", "custom", None, None, 10) == [JOB.key]
        assert having_facet(reader, "run", "ä / b", None, None, 10) == [RUN[1].key]

    always(events, check)


def test_things_with_a_facet__come_in_pages_and_by_namespace(always: Always) -> None:
    names = [A, B]
    events = [dataset_event(1, name, custom={}) for name in names]

    def check(reader: Reader) -> None:
        assert having_facet(reader, "dataset", "custom", None, None, 1) == [A.key]
        assert having_facet(reader, "dataset", "custom", None, A.key, 5) == [B.key]
        assert having_facet(reader, "dataset", "custom", "db", None, None) == [A.key, B.key]
        assert having_facet(reader, "dataset", "custom", "d", None, None) == []

    always(events, check)


def test_facet_key__that_is_very_long_is_found(always: Always) -> None:
    other = f"{LONG[:-1]}y"

    def check(reader: Reader) -> None:
        assert sorted(facet_keys(reader, "dataset", None, 10)) == [LONG, other]
        assert having_facet(reader, "dataset", LONG, None, None, 10) == [A.key]

    always([dataset_event(1, A, **{LONG: {}}), dataset_event(1, B, **{other: {}})], check)
