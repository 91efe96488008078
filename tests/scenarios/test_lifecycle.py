"""lifecycleStateChange (1-0-1): facts §5 "lifecycle", one test for each sentence."""

from typing import Any

from catalog import state
from catalog.graph import Direction
from catalog.identity import DatasetId, FieldId
from catalog.impact.evaluation import impact
from catalog.lineage import Level
from catalog.store.port import Reader
from ontology.vocabulary import Rel
from tests.convergence.cases import A, Always, B, C, about, at, dataset_event, labels, run, time
from tests.convergence.conftest import NEO4J_WHEN_SLOW
from tests.impact.words import drop_dataset, proposed
from tests.scenarios.words import PRODUCER, lineage, origins, reached, reasons


def change(state_: str, previous: DatasetId | None = None) -> dict[str, Any]:
    """The facet."""
    named = None if previous is None else {"namespace": previous.namespace, "name": previous.name}
    said = {"lifecycleStateChange": state_, "previousIdentifier": named}
    return {"lifecycleStateChange": {**PRODUCER, **{key: value for key, value in said.items() if value}}}


def said(reader: Reader, dataset: DatasetId) -> tuple[object, object]:
    """(lifecycleState, droppedAt) of the node."""
    properties = reader.nodes([dataset.key])[dataset.key].properties
    return properties.get("lifecycleState"), properties.get("droppedAt")


def test_rename__links_the_previous_identity_to_the_new_one(always: Always) -> None:
    """What came to the old name is upstream of the new one, tables and columns; the old one is no more."""

    def check(reader: Reader) -> None:
        found = reader.edges([A.key], (Rel.RENAMED_TO,), Direction.OUT)
        assert [(edge.target, edge.via, edge.valid_from) for edge in found] == [(B.key, B.key, at(2))]
        assert (said(reader, A), said(reader, B)) == (("RENAMED", time(2)), ("RENAME", None))
        assert (reached(reader, C), origins(reader, B)) == ({"a", "b"}, {"a", "c"})
        assert reached(reader, C, at=at(1)) == {"a"}
        fields = lineage(reader, FieldId(A, "x"), Direction.OUT, Level.FIELD)
        assert [(e.source, e.target, e.job, e.kind) for e in fields.edges] == [
            (FieldId(A, "x").key, FieldId(B, "x").key, None, "DIRECT")
        ]

    shown = {"schema": {"fields": [{"name": "x", "type": "int"}]}}
    always(
        [
            run(1, "COMPLETE", 1, [C], [about(A, **shown)]),
            dataset_event(2, B, **change("RENAME", A), **shown),
        ],
        check,
    )


@NEO4J_WHEN_SLOW
def test_rename__of_what_nobody_knew__makes_it_known(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert labels(reader, A.key, B.key) == ["Dataset", "Dataset"]
        assert origins(reader, B) == {"a"}

    always([dataset_event(1, B, **change("RENAME", A))], check)


@NEO4J_WHEN_SLOW
def test_rename__holds_while_the_new_one_is_altered(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert origins(reader, B) == {"a"}
        assert said(reader, B) == ("ALTER", None)

    always([dataset_event(1, B, **change("RENAME", A)), dataset_event(2, B, **change("ALTER"))], check)


@NEO4J_WHEN_SLOW
def test_rename__of_a_table_into_place_again_and_again(always: Always) -> None:
    """A is made anew and takes B's place each time: what writes A stays upstream of B."""

    def check(reader: Reader) -> None:
        assert origins(reader, B) == {"a", "c"}
        assert said(reader, A) == ("CREATE", None)

    always(
        [
            run(1, "COMPLETE", 1, [C], [about(A, **change("CREATE"))]),
            dataset_event(2, B, **change("RENAME", A)),
            run(2, "COMPLETE", 3, [C], [about(A, **change("CREATE"))]),
        ],
        check,
    )


@NEO4J_WHEN_SLOW
def test_rename__without_a_previous_name__is_recorded_only(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert said(reader, B) == ("RENAME", None)
        assert reader.edges([B.key], (Rel.RENAMED_TO,), Direction.IN) == []

    always([dataset_event(1, B, **change("RENAME"))], check)


def test_drop__marks_it_as_not_existing_and_keeps_its_history(always: Always) -> None:
    """Lineage and impact say so, and only for the time after it."""

    def check(reader: Reader) -> None:
        assert said(reader, A) == ("DROP", time(3))
        assert reached(reader, A) == reached(reader, A, at=at(2)) == {"b"}
        now, then = lineage(reader, B, Direction.IN), lineage(reader, B, Direction.IN, at=at(2))
        assert (reasons(now), reasons(then)) == ({"DROPPED"}, set())
        assert now.coverage.status == "COMPLETE"
        report = impact(reader, proposed(A.key, drop_dataset()))
        assert "DROPPED" in {reason.code for reason in report.coverage.reasons}

    always([run(1, "COMPLETE", 1, [A], [B]), dataset_event(3, A, **change("DROP"))], check)


@NEO4J_WHEN_SLOW
def test_drop__holds_whatever_came_late(always: Always) -> None:
    """An event of before the drop does not bring it back, whenever it arrives."""

    def check(reader: Reader) -> None:
        assert said(reader, A) == ("DROP", time(3))

    always([dataset_event(3, A, **change("DROP")), dataset_event(2, A, **change("CREATE"))], check)


@NEO4J_WHEN_SLOW
def test_create__after_a_drop_revives(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert said(reader, A) == ("CREATE", None)
        held = [fact.text for fact in state.timelines(reader, [(A.key, "lifecycle")])[A.key, "lifecycle"]]
        assert held == ['"CREATE"', '"DROP"', '"CREATE"']
        assert reasons(lineage(reader, A, Direction.OUT)) == {"NO_LINEAGE"}
        assert reasons(lineage(reader, A, Direction.OUT, at=at(3))) == {"NO_LINEAGE"}

    always(
        [
            dataset_event(minute, A, **change(word))
            for minute, word in enumerate(("CREATE", "DROP", "CREATE"))
        ],
        check,
    )


@NEO4J_WHEN_SLOW
def test_create__of_a_renamed_table__is_another_life(always: Always) -> None:
    """B is renamed from A, dropped, and made anew: then it comes from A no more."""

    def check(reader: Reader) -> None:
        assert origins(reader, B) == set()
        assert origins(reader, B, at=at(1)) == {"a"}

    always(
        [
            dataset_event(1, B, **change("RENAME", A)),
            dataset_event(2, B, **change("DROP")),
            dataset_event(3, B, **change("CREATE")),
        ],
        check,
    )


@NEO4J_WHEN_SLOW
def test_truncate_overwrite_and_alter__are_operations_that_are_recorded(always: Always) -> None:
    """The fields come from ``schema``, not from them."""

    def check(reader: Reader) -> None:
        assert said(reader, A) == ("TRUNCATE", None)
        words = [fact.text for fact in state.timelines(reader, [(A.key, "lifecycle")])[A.key, "lifecycle"]]
        assert words == ['"ALTER"', '"OVERWRITE"', '"TRUNCATE"']
        assert len(reader.edges([A.key], (Rel.HAS_FIELD,), Direction.OUT)) == 1

    schema = {"schema": {"fields": [{"name": "x"}]}}
    always(
        [
            dataset_event(1, A, **change("ALTER"), **schema),
            dataset_event(2, A, **change("OVERWRITE")),
            dataset_event(3, A, **change("TRUNCATE")),
        ],
        check,
    )


@NEO4J_WHEN_SLOW
def test_a_deleted_facet__takes_the_state_with_it(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert said(reader, A) == (None, None)

    deleted = {"lifecycleStateChange": {**PRODUCER, "_deleted": True, "lifecycleStateChange": "DROP"}}
    always([dataset_event(1, A, **change("DROP")), dataset_event(2, A, **deleted)], check)


@NEO4J_WHEN_SLOW
def test_an_unknown_state__is_kept_as_sent(always: Always) -> None:
    def check(reader: Reader) -> None:
        assert said(reader, A) == (None, None)
        assert "VANISH" in (
            state.facets(state.facts(reader, [A.key])[A.key])["lifecycleStateChange"].text or ""
        )

    always([dataset_event(1, A, **change("VANISH"))], check)
