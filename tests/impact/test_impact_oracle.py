"""Impact against the oracle, on generated worlds and all stores."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from catalog.aliases import Classes
from catalog.coverage import CoverageStatus
from catalog.errors import UnknownNode
from catalog.impact import change as impact_change
from catalog.impact import spread as impact_spread
from catalog.impact.change import Change, ChangeKind
from catalog.impact.evaluation import impact
from catalog.impact.report import Affected, ImpactReport
from catalog.impact.rules import DATASET_RULES, FIELD_RULES, Effect, Use
from catalog.impact.spread import Spread
from catalog.lineage_view import View
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.impact.oracle import Impact, Rules, expected_impact
from tests.impact.words import drop, drop_dataset, proposed, rename, retype
from tests.lineage.oracle import Oracle, Thing, World
from tests.lineage.worlds import INSTANTS, worlds, write

SHARED_STORE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
_worlds_made = count()


@dataclass(frozen=True)
class Proposal:
    """A change of one dataset of a world."""

    world: World
    change: impact_change.Proposal
    at: int | None

    @property
    def oracle(self) -> Oracle:
        return Oracle(self.world, self.at)

    def changed(self) -> dict[Thing, str]:
        """The oracle's reading of the change."""
        oracle, changed = self.oracle, dict[Thing, str]()
        dataset = oracle.thing(self.change.changes[0].subject)
        known = {field: field[1] for field in oracle.fields_of(dataset) if isinstance(field, tuple)}
        for change in self.change.changes:
            if change.kind is ChangeKind.DATASET_REMOVED:
                return dict.fromkeys([*known, dataset], "REMOVED")
            for field, path in known.items():
                assert change.path is not None
                within = path == change.path or path.startswith(f"{change.path}.")
                if within and change.kind is not ChangeKind.TYPE_INCOMPATIBLE:
                    changed[field] = "REMOVED"
                elif within or change.path.startswith(f"{path}."):
                    changed.setdefault(field, "RETYPED")
        return changed

    def report(self, store: Store) -> ImpactReport:
        write(store, self.world)
        with store.read() as reader:
            return impact(reader, self.change, at=self.at)


@st.composite
def proposals(draw: st.DrawFn) -> Proposal:
    """A change that is possible: of fields that are known, or of a whole dataset."""
    world = draw(worlds(namespace=f"i{next(_worlds_made)}"))
    at = draw(INSTANTS)
    oracle = Oracle(world, at)
    dataset = draw(st.sampled_from(sorted(key for key in world.labels if key.startswith("dataset/"))))
    known = sorted(f[1] for f in oracle.fields_of(oracle.thing(dataset)) if isinstance(f, tuple))
    if not known or draw(st.integers(0, 6)) == 0:
        return Proposal(world, proposed(dataset, drop_dataset()), at)
    paths = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    changes = tuple(draw(_changes(path)) for path in paths)
    return Proposal(world, proposed(dataset, *changes), at)


def _changes(path: str) -> st.SearchStrategy[Change]:
    ways = [drop(path), rename(path, f"{path}_new"), retype(path, "text")]
    return st.sampled_from(ways)


def in_oracle_words(report: ImpactReport, oracle: Oracle) -> Impact:
    items = {oracle.thing(i.key): (i.severity.value, i.unknown, i.hops) for i in report.items}
    assert len(items) == len(report.items)
    # References and inferred fields make a safe answer one to review; the oracle knows nothing of them.
    incomplete = report.coverage.status is not CoverageStatus.COMPLETE and not items
    return Impact(items, "SAFE" if incomplete else report.verdict.value)


def answers(proposal: Proposal, store: Store) -> tuple[Impact, Impact]:
    """What impact says and what the oracle says."""
    report, oracle = proposal.report(store), proposal.oracle
    for item in report.items:
        check_route(item, oracle, proposal.changed())
    return in_oracle_words(report, oracle), expected_impact(oracle, proposal.changed())


def check_route(item: Affected, oracle: Oracle, changed: dict[Thing, str]) -> None:
    """A route has as many steps as hops, begins at the change, is unbroken, and each step is an edge."""
    assert len(item.route) == item.hops
    assert oracle.thing(item.route[0].source) in changed
    assert item.route[-1].target == item.key
    assert [step.target for step in item.route[:-1]] == [step.source for step in item.route[1:]]
    rules = Rules(oracle, set())
    for step in item.route:
        if step.source.startswith("job/"):
            assert (step.source, step.job) in {(edge.source, edge.target) for edge in oracle.passes}
            continue
        home = oracle.home(step.source)
        if step.kind is not None:
            rel = "FEEDS" if step.kind == "DIRECT" else "INFLUENCES"
            told = [
                e
                for e in oracle.columns
                if oracle.thing(e.source) == oracle.thing(step.source) and e.type == rel
            ]
            assert [e for e in told if step.job in (e.via, None)]
        elif step.job is not None:
            assert step.job in rules.readers(home)
        else:
            assert oracle.thing(step.target) in rules.derived(home)


@settings(max_examples=300, deadline=None, suppress_health_check=SHARED_STORE)
@given(proposal=proposals())
def test_impact__agrees_with_the_oracle(proposal: Proposal) -> None:
    said, expected = answers(proposal, MemoryStore())
    assert said == expected


@settings(max_examples=10, deadline=None, suppress_health_check=SHARED_STORE)
@given(proposal=proposals())
def test_impact__agrees_with_the_oracle_on_every_store(store: Store, proposal: Proposal) -> None:
    said, expected = answers(proposal, store)
    assert said == expected


def differs(proposal: Proposal) -> bool:
    """Whether the comparison of the property above fails."""
    try:
        said, expected = answers(proposal, MemoryStore())
    except (AssertionError, UnknownNode):  # without its aliases a dataset lacks fields that it has
        return True
    return said != expected


def _forget_aliases(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Classes, "close_datasets", lambda self, keys: None)


def _trust_silence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(View, "without_columns", lambda self, pairs, read: set())


def _forget_readers_that_name_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Spread, "_spread_readers", lambda self, states, found: None)


def _do_not_go_on_from_datasets(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Spread, "_spread_datasets", lambda self, states, found: None)


def _call_a_filter_harmless(patch: pytest.MonkeyPatch) -> None:
    harmless = FIELD_RULES[Effect.RETYPED, Use.IDENTITY]
    patch.setattr(impact_spread, "FIELD_RULES", FIELD_RULES | {(Effect.REMOVED, Use.INDIRECT): harmless})


def _forget_what_may_be_stale(patch: pytest.MonkeyPatch) -> None:
    rules = {effect: rule for effect, rule in DATASET_RULES.items() if effect is not Effect.UNKNOWN}
    patch.setattr(impact_spread, "DATASET_RULES", rules)


FAULTS = [
    _forget_aliases,
    _trust_silence,
    _forget_readers_that_name_nothing,
    _do_not_go_on_from_datasets,
    _call_a_filter_harmless,
    _forget_what_may_be_stale,
]


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__.strip("_"))
def test_oracle__detects_a_planted_fault(plant: Callable[[pytest.MonkeyPatch], None]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        try:
            find(
                proposals(),
                differs,
                settings=settings(max_examples=1500, phases=[Phase.generate], database=None),
            )
        except NoSuchExample:
            pytest.fail("1,500 generated proposals did not show the fault")
