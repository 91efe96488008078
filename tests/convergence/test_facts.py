"""The law of convergence case by case, of what is known of datasets (facts/openlineage.md §5, design §4).

Every test sends its events in every order that matters, and asks of each graph what holds now and what held earlier.
"""

from typing import Any

from catalog.graph import Direction
from catalog.identity import DatasetId, FieldId
from catalog.instant import parse_instant
from catalog.store.port import Reader
from ontology.vocabulary import Label, Rel
from tests.convergence import observed
from tests.convergence.cases import (
    JOB,
    A,
    Always,
    B,
    C,
    D,
    about,
    at,
    columns,
    dataset_event,
    facet,
    from_column,
    holder,
    inputs,
    labels,
    outputs,
    run,
    time,
)
from tests.convergence.events import envelope, named
from tests.convergence.said import Event


def test_tombstone__is_not_undone_by_an_older_late_event(always: Always) -> None:
    events = [
        dataset_event(1, A, custom={"n": 1}),
        dataset_event(5, A, custom={"_deleted": True}),
        dataset_event(3, A, custom={"n": 3}),
    ]

    def check(reader: Reader) -> None:
        assert facet(reader, A, "custom") is None
        assert [facet(reader, A, "custom", at(minute)) for minute in (0, 1, 3, 4, 5)] == [
            None,
            '{"n":1}',
            '{"n":3}',
            '{"n":3}',
            None,
        ]

    always(events, check)


def test_tombstone__is_ended_by_a_later_value(always: Always) -> None:
    events = [dataset_event(1, A, custom={"_deleted": True}), dataset_event(5, A, custom={"n": 5})]

    def check(reader: Reader) -> None:
        assert (facet(reader, A, "custom"), facet(reader, A, "custom", at(4))) == ('{"n":5}', None)

    always(events, check)


def test_far_future_clock__does_not_win_for_ever(always: Always) -> None:
    """It counts as of its receipt; what is told later, by a right clock, replaces it."""
    future = {**dataset_event(1, A, custom={"n": "future"}), "eventTime": "2099-01-01T00:00:00Z"}
    soon = {**dataset_event(1, A, custom={"n": "later"}), "eventTime": "2024-05-01T12:01:00Z"}
    events = [dataset_event(1, A, custom={"n": "first"}), future, soon]

    def check(reader: Reader) -> None:
        assert facet(reader, A, "custom") == '{"n":"later"}'
        assert facet(reader, A, "custom", at(5)) == '{"n":"first"}'
        assert facet(reader, A, "custom", parse_instant("2024-05-01T12:00:00Z").ns) == '{"n":"future"}'

    always(events, check)


def test_schema__is_replaced_whole(always: Always) -> None:
    def schema(*fields: str) -> dict[str, Any]:
        return {"fields": [{"name": field, "type": "int"} for field in fields]}

    events = [
        dataset_event(1, A, schema=schema("id", "old")),
        dataset_event(5, A, schema=schema("id", "new")),
    ]

    def fields(reader: Reader, when: int | None) -> set[str]:
        edges = reader.edges((A.key,), (Rel.HAS_FIELD,), Direction.OUT, when)
        return {FieldId.parse(edge.target).path for edge in edges}

    def check(reader: Reader) -> None:
        assert fields(reader, None) == {"id", "new"}
        assert [fields(reader, at(minute)) for minute in (0, 1, 4, 5)] == [
            set(),
            {"id", "old"},
            {"id", "old"},
            {"id", "new"},
        ]

    always(events, check)


# Names


def symlinks(*names: str) -> dict[str, Any]:
    return {"identifiers": [named(("db", name), type="TABLE") for name in names]}


def test_renamed_symlink__moves_the_alias(always: Always) -> None:
    events = [dataset_event(1, A, symlinks=symlinks("old")), dataset_event(5, A, symlinks=symlinks("new"))]
    old, new = DatasetId("db", "old"), DatasetId("db", "new")

    def check(reader: Reader) -> None:
        assert set(observed.alias_class(reader, A.key, None)) == {A.key, new.key}
        assert set(observed.alias_class(reader, A.key, at(4))) == {A.key, old.key}
        assert observed.alias_class(reader, old.key, None) == (old.key,)
        assert labels(reader, old.key, new.key) == [Label.ALIAS, Label.ALIAS]

    always(events, check)


def test_unlinked_alias__leaves_both_as_they_were(always: Always) -> None:
    """Identities are never rewritten: the facets and lineage of each stay its own."""
    events = [
        run(
            1,
            "COMPLETE",
            1,
            [about(A, symlinks=symlinks("b"), custom={"of": "a"})],
            [about(B, custom={"of": "b"})],
        ),
        dataset_event(5, A, symlinks=symlinks()),
    ]

    def check(reader: Reader) -> None:
        assert [facet(reader, dataset, "custom") for dataset in (A, B)] == ['{"of":"a"}', '{"of":"b"}']
        assert (inputs(reader), outputs(reader)) == ({"a"}, {"b"})
        assert set(observed.alias_class(reader, A.key, at(4))) == {A.key, B.key}
        assert observed.alias_class(reader, A.key, None) == (A.key,)

    always(events, check)


def test_alias__shows_the_name_used_last(always: Always) -> None:
    events = [dataset_event(1, A, symlinks=symlinks("b")), dataset_event(3, B), dataset_event(5, A)]

    def check(reader: Reader) -> None:
        shown = [observed.alias_class(reader, A.key, when)[0] for when in (None, at(4), at(2))]
        assert shown == [A.key, B.key, A.key]

    always(events, check)


def test_reference__becomes_a_dataset_when_events_name_it(always: Always) -> None:
    lineage = run(1, "COMPLETE", 1, (), [about(B, columnLineage=from_column(A, "id", "key"))])

    def before(reader: Reader) -> None:
        assert labels(reader, A.key, B.key) == [Label.DATASET_REFERENCE, Label.DATASET]
        assert columns(reader, B.field("key"), at(1)) == {"db/a#id"}

    def after(reader: Reader) -> None:
        assert labels(reader, A.key, B.key) == [Label.DATASET, Label.DATASET]
        assert columns(reader, B.field("key"), at(1)) == {"db/a#id"}

    always([lineage], before)
    always([lineage, dataset_event(5, A)], after)


def test_reference__ends_with_the_only_run_that_named_it(always: Always) -> None:
    """The run failed in the end; the field, the reference and its namespace go, what the run read or wrote stays."""
    source = DatasetId("other", "x")
    start = run(1, "START", 1, (), [about(B, columnLineage=from_column(source, "id", "key"))])
    keys = (source.key, source.field("id").key, source.namespace_key, B.key)

    def while_open(reader: Reader) -> None:
        assert labels(reader, *keys) == [Label.DATASET_REFERENCE, Label.FIELD, Label.NAMESPACE, Label.DATASET]

    def when_failed(reader: Reader) -> None:
        assert labels(reader, *keys) == [None, None, None, Label.DATASET]
        assert columns(reader, B.field("key"), at(1)) == set()

    always([start], while_open)
    always([start, run(1, "FAIL", 2)], when_failed)


def test_field__no_longer_shown_is_as_its_newest_schema_said(always: Always) -> None:
    def schema(**types: str) -> dict[str, Any]:
        return {"fields": [{"name": name, "type": type_} for name, type_ in types.items()]}

    events = [
        dataset_event(1, A, schema=schema(id="text")),
        dataset_event(3, A, schema=schema(id="int")),
        dataset_event(5, A, schema=schema()),
    ]

    def check(reader: Reader) -> None:
        assert reader.nodes((A.field("id").key,))[A.field("id").key].properties["type"] == "int"
        found = [
            reader.edges((A.key,), (Rel.HAS_FIELD,), Direction.OUT, when) for when in (at(1), at(3), None)
        ]
        assert [[dict(edge.properties)["type"] for edge in edges] for edges in found] == [
            ["text"],
            ["int"],
            [],
        ]

    always(events, check)


def test_field__is_inferred_until_a_schema_shows_it(always: Always) -> None:
    lineage = run(1, "COMPLETE", 1, [A], [about(B, columnLineage=from_column(A, "id", "key"))])
    shown = dataset_event(3, A, schema={"fields": [{"name": "id", "type": "int"}]})
    gone = dataset_event(5, A, schema={"fields": []})

    def properties(reader: Reader) -> dict[str, Any]:
        found = reader.nodes((A.field("id").key,))[A.field("id").key].properties
        return {name: found.get(name) for name in ("inferred", "type")}

    def shown_at(reader: Reader, when: int | None) -> bool:
        return bool(reader.edges((A.field("id").key,), (Rel.HAS_FIELD,), Direction.IN, when))

    def inferred(reader: Reader) -> None:
        assert properties(reader) == {"inferred": True, "type": None}
        assert shown_at(reader, at(0))

    def shown_once(reader: Reader) -> None:
        assert properties(reader) == {"inferred": None, "type": "int"}
        assert [shown_at(reader, when) for when in (at(2), at(3))] == [False, True]
        assert columns(reader, B.field("key"), at(2)) == {"db/a#id"}

    def shown_before(reader: Reader) -> None:
        shown_once(reader)
        assert [shown_at(reader, when) for when in (at(4), None)] == [True, False]

    always([lineage], inferred)
    always([lineage, shown], shown_once)
    always([lineage, shown, gone], shown_before)


# Declared lineage


def test_declared_lineage__is_replaced_whole_and_kept_apart(always: Always) -> None:
    def declares(minute: int, source: DatasetId) -> Event:
        return envelope(
            time(minute), job=named(("jobs", "load")), inputs=[holder(source)], outputs=[holder(C)]
        )

    events = [declares(1, A), declares(5, B), run(1, "COMPLETE", 3, [D])]

    def by_origin(reader: Reader, when: int | None) -> set[tuple[str, str]]:
        edges = reader.edges((JOB.key,), (Rel.CONSUMED_BY,), Direction.IN, when)
        return {(str(edge.origin), DatasetId.parse(edge.source).name) for edge in edges}

    def check(reader: Reader) -> None:
        assert by_origin(reader, None) == {("DECLARED", "b"), ("OBSERVED", "d")}
        assert by_origin(reader, at(4)) == {("DECLARED", "a"), ("OBSERVED", "d")}
        assert by_origin(reader, at(1)) == {("DECLARED", "a")}

    always(events, check)
