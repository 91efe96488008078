"""The walk against the oracle, on generated worlds and all stores."""

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from catalog import lineage, lineage_steps, lineage_view
from catalog.alias_links import AliasLinks
from catalog.aliases import Classes
from catalog.graph import Direction
from catalog.lineage_view import View
from catalog.store.memory import MemoryStore
from catalog.store.port import ALL_TIME, Store
from ontology.vocabulary import Rel
from tests.lineage.questions import Question, questions

# The stores outlive the examples of a test on purpose: every world has a namespace of its own.
SHARED_STORE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=250, deadline=None, suppress_health_check=SHARED_STORE)
@given(question=questions())
def test_walk__agrees_with_the_oracle(question: Question) -> None:
    assert question.walked(MemoryStore()) == question.expected()


@settings(max_examples=10, deadline=None, suppress_health_check=SHARED_STORE)
@given(question=questions())
def test_walk__agrees_with_the_oracle_on_every_store(store: Store, question: Question) -> None:
    assert question.walked(store) == question.expected()


def differs(question: Question) -> bool:
    """Whether the comparison of the property above fails."""
    try:
        return question.walked(MemoryStore()) != question.expected()
    except AssertionError:
        return True


def _forget_aliases(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Classes, "close_datasets", lambda self, keys: None)


def _believe_every_alias(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AliasLinks, "_given_up", lambda self, sure, whole, doubtful, met: [])


def _take_ended_edges(patch: pytest.MonkeyPatch) -> None:
    plain = View.__init__

    def timeless(self, reader, at, origins=None):  # type: ignore[no-untyped-def]
        plain(self, reader, at, origins)
        self.at = ALL_TIME

    patch.setattr(View, "__init__", timeless)
    patch.setattr(View, "sql_of", lambda self, jobs: {})
    patch.setattr(lineage, "not_known_then", lambda view, roots: [])
    patch.setattr(lineage, "without_lineage", lambda view, roots, told: [])


def _take_the_last_distance(patch: pytest.MonkeyPatch) -> None:
    def enter(self, names, hop):  # type: ignore[no-untyped-def]
        fresh = names - self.hops.keys()
        self.hops.update(dict.fromkeys(names, hop))
        return fresh

    patch.setattr(lineage.Trail, "_enter", enter)


def _drop_indirect(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lineage_view, "COLUMN_RELS", (Rel.FEEDS,))


def _walk_columns_the_wrong_way(patch: pytest.MonkeyPatch) -> None:
    plain = View.columns
    flip = {Direction.IN: Direction.OUT, Direction.OUT: Direction.IN}
    patch.setattr(View, "columns", lambda self, fields, direction: plain(self, fields, flip[direction]))


def _stop_one_hop_early(patch: pytest.MonkeyPatch) -> None:
    plain = lineage.Trail.__init__

    def impatient(self, view, level, direction, depth, max_nodes):  # type: ignore[no-untyped-def]
        plain(self, view, level, direction, depth and depth - 1, max_nodes)

    patch.setattr(lineage.Trail, "__init__", impatient)


def _influence_one_field_only(patch: pytest.MonkeyPatch) -> None:
    plain = View.fields
    patch.setattr(
        View,
        "fields",
        lambda self, datasets: {name: known[:1] for name, known in plain(self, datasets).items()},
    )


def _forget_jobless_lineage(patch: pytest.MonkeyPatch) -> None:
    rels = {Direction.OUT: (Rel.CONSUMED_BY,), Direction.IN: (Rel.PRODUCES,)}
    patch.setattr(lineage_view, "DATASET_RELS", rels)


def _take_all_outputs_for_shared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lineage_steps, "is_explicit", lambda edge: False)


def _forget_renames(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Classes, "renames", lambda self, name, direction: [])


def _forget_what_jobs_pass_on(patch: pytest.MonkeyPatch) -> None:
    rels = {Direction.OUT: (Rel.PRODUCES,), Direction.IN: (Rel.CONSUMED_BY,)}
    patch.setattr(lineage_view, "JOB_RELS", rels)


def _believe_partial_statements(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(View, "without_columns", lambda self, pairs, read=(): self._without_any(set(pairs), read))


FAULTS = [
    _take_all_outputs_for_shared,
    _forget_renames,
    _forget_what_jobs_pass_on,
    _believe_partial_statements,
    _forget_aliases,
    _believe_every_alias,
    _take_ended_edges,
    _take_the_last_distance,
    _drop_indirect,
    _walk_columns_the_wrong_way,
    _stop_one_hop_early,
    _influence_one_field_only,
    _forget_jobless_lineage,
]


# The same questions in every run, and no deadline: on a busy machine one question may take long.
BOUNDED = settings(max_examples=1500, deadline=None, phases=[Phase.generate], database=None)


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__.strip("_"))
def test_oracle__detects_a_planted_fault(plant, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    plant(monkeypatch)
    question = find(questions(), differs, settings=BOUNDED, random=Random(0))
    assert differs(question)
