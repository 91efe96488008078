"""What naming rules make of the graph: names meet in their normal form, whatever the order, and none is rewritten."""

from typing import Any

from catalog.coverage import ReasonCode
from catalog.graph import Direction
from catalog.identity import DatasetId, JobId
from catalog.lineage import Level, walk
from catalog.naming.rules import NamingRules, configure_naming
from catalog.store.port import ALL_TIME, Reader
from ontology.vocabulary import Label, Origin, Rel
from tests.convergence import observed
from tests.convergence.cases import RUN, Always, B, dataset_event, from_column, labels, run, time
from tests.convergence.conftest import FreshStore
from tests.convergence.events import envelope, named
from tests.convergence.said import Event

TABLE = DatasetId("s3://lake", "t")
PARTITION = DatasetId("s3a://lake", "t/dt=2026-01-01")
QUOTED, PLAIN = DatasetId("db", '"b"'), B
SERVE = JobId("jobs", "serve")


def reads(minute: int, dataset: DatasetId) -> Event:
    """Another job reads a dataset."""
    return envelope(
        time(minute),
        eventType="COMPLETE",
        run={"runId": RUN[9].value},
        job=named((SERVE.namespace, SERVE.name)),
        inputs=[named((dataset.namespace, dataset.name))],
        outputs=[named(("db", "served"))],
    )


def links(reader: Reader, *datasets: DatasetId) -> list[tuple[Any, ...]]:
    """The links out of these names."""
    found = reader.edges([dataset.key for dataset in datasets], (Rel.ALIAS_OF,), Direction.OUT, ALL_TIME)
    return [(edge.source, edge.target, edge.via, edge.origin, edge.properties) for edge in found]


def test_spellings__meet_in_the_normal_form(always: Always) -> None:
    events = [run(1, "COMPLETE", 1, outputs=[PARTITION]), reads(2, TABLE)]

    def check(reader: Reader) -> None:
        said = (("aliasType", "rule:object-store-scheme+partition"),)
        assert links(reader, PARTITION, TABLE) == [
            (PARTITION.key, TABLE.key, PARTITION.key, Origin.OBSERVED, said)
        ]
        answer = walk(reader, (PARTITION.key,), direction=Direction.OUT)
        assert {node.key for node in answer.nodes if node.hops == 1} == {
            DatasetId("db", "served").key,
            SERVE.key,
        }

    always(events, check)


def test_normal_form_that_nothing_else_names__is_an_alias(always: Always) -> None:
    other = DatasetId("s3n://lake", "t/")

    def check(reader: Reader) -> None:
        assert labels(reader, PARTITION.key, other.key, TABLE.key) == [
            Label.DATASET,
            Label.DATASET,
            Label.ALIAS,
        ]
        assert set(observed.alias_class(reader, other.key, None)) == {PARTITION.key, other.key, TABLE.key}

    always([run(1, "COMPLETE", 1, outputs=[PARTITION]), reads(2, other)], check)


def column_run(type_: str, minute: int) -> Event:
    output = named(("db", "out"), facets={"columnLineage": from_column(QUOTED, "id", "id")})
    return run(1, type_, minute, outputs=[output])


def test_quoted_reference__is_resolved_by_the_dataset_of_its_normal_form(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert labels(reader, QUOTED.key, PLAIN.key) == [Label.DATASET_REFERENCE, Label.DATASET]
        answer = walk(reader, (DatasetId("db", "out").key,), direction=Direction.IN, level=Level.FIELD)
        assert PLAIN.field("id").key in {node.key for node in answer.nodes} | {
            name for node in answer.nodes for name in node.aliases
        }
        assert ReasonCode.UNRESOLVED_REFERENCE not in {reason.code for reason in answer.coverage.reasons}

    schema = {"fields": [{"name": "id"}]}
    always([column_run("COMPLETE", 1), dataset_event(2, PLAIN, schema=schema)], check)


def test_quoted_reference__stays_unresolved_where_no_dataset_has_the_normal_form(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert labels(reader, QUOTED.key, PLAIN.key) == [Label.DATASET_REFERENCE, Label.ALIAS]
        answer = walk(reader, (DatasetId("db", "out").key,), direction=Direction.IN, level=Level.FIELD)
        assert ReasonCode.UNRESOLVED_REFERENCE in {reason.code for reason in answer.coverage.reasons}

    always([column_run("COMPLETE", 1)], check)


def test_name_that_nothing_names_any_more__takes_its_normal_form_along(always: Always) -> None:
    """A failed run tells no lineage, so its reference goes, whenever the end is heard of."""

    def check(reader: Reader) -> None:
        assert labels(reader, QUOTED.key, PLAIN.key) == [None, None]
        assert links(reader, QUOTED) == []

    always([column_run("START", 1), column_run("FAIL", 2)], check)


def test_symlinks_of_a_name__come_and_go_beside_its_normal_form(always: Always) -> None:
    """The history of a dataset tells links to it; the link from it to its normal form is not among those that end."""
    one, none = ({"identifiers": found} for found in ([named(("hive", "t"), type="TABLE")], []))
    events = [
        envelope(
            time(minute), dataset=named((PARTITION.namespace, PARTITION.name), facets={"symlinks": facet})
        )
        for minute, facet in ((1, one), (3, none))
    ]

    def check(reader: Reader) -> None:
        assert [link[1] for link in links(reader, PARTITION)] == [TABLE.key]
        assert set(observed.alias_class(reader, PARTITION.key, None)) == {PARTITION.key, TABLE.key}

    always(events, check)


def test_without_rules__names_stay_apart(fresh_store: FreshStore) -> None:
    configure_naming(NamingRules(()))
    store = fresh_store()
    observed.send(store, [[run(1, "COMPLETE", 1, outputs=[PARTITION]), reads(2, TABLE)]])
    with store.read() as reader:
        assert links(reader, PARTITION) == []
        assert observed.alias_class(reader, PARTITION.key, None) == (PARTITION.key,)
