"""The rule ``propagate`` follows what is said forwards, once for all things: with the verdicts that each thing has
where it is looked back from it alone."""

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from catalog.governance.barriers import Barriers
from catalog.governance.checks import propagate
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import Outcome
from catalog.governance.evaluation import Rules, evaluate_rules
from catalog.governance.holders import dataset_standings
from catalog.governance.policy import LineageCheck, Policy, Rule
from catalog.governance.propagation import standings
from catalog.governance.retention import retentions
from catalog.governance.sayings import Sayings
from catalog.governance.things import nodes_at, pages
from catalog.governance.upstream import Upstream
from catalog.graph import Node
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.governance.classified_worlds import classified, put
from tests.governance.fixpoint import Classified
from tests.governance.words import NOW, rule
from tests.lineage.conftest import store
from tests.lineage.worlds import INSTANTS

__all__ = ["store"]

RULES = st.sampled_from(
    [
        rule(Rule.PROPAGATE, of, what=what, masked=masked)
        for of in ("Field", "Dataset")
        for what in ("classification", "personalData", "retention")
        for masked in (False, True)
    ]
)
SHARED_STORE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
CASES = {"case": classified(), "at": st.none() | INSTANTS, "policy": RULES}


def said_forwards(
    opened: Store, policy: Policy, targets: dict[str, Node], at: int | None
) -> dict[str, Outcome]:
    assert isinstance(policy.check, LineageCheck)
    with opened.read() as reader:
        return dict(propagate.judge(Ground(reader, at, NOW), policy.check, targets))


def said_looking_back(opened: Store, policy: Policy, key: str, at: int | None) -> Outcome:
    """Of one thing, from itself upstream."""
    assert isinstance(policy.check, LineageCheck)
    what, barriers = str(policy.check.told["what"]), Barriers(masking=policy.check.told["masked"] is not True)
    with opened.read() as reader:
        ground = Ground(reader, at, NOW)
        view = ground.view
        if what == "retention":
            return _kept(ground, policy.of, key, barriers)
        rule_ = propagate._Classes(ground, what, barriers)
        sayings = Sayings(view, ground.mesh)
        if policy.of == "Field":
            [one] = standings(view, sayings, [key], barriers).values()
            rule_._learn([one])
            return rule_._outcome(key, (one,), one.unknown)
        [whole] = dataset_standings(view, sayings, [key], barriers).values()
        rule_._learn(whole.fields)
        return rule_._outcome(key, whole.fields, whole.unknown)


def _kept(ground: Ground, of: str, key: str, barriers: Barriers) -> Outcome:
    view, fields = ground.view, [key]
    if of != "Field":
        view.classes.close_datasets([key])
        fields = list(view.fields([view.classes.name(key)])[view.classes.name(key)])
    if not fields:
        return Outcome(None)
    found = retentions(view, ground.mesh, fields, barriers)
    return propagate._of_kept(key, [found[field] for field in fields])


def targets_of(opened: Store, policy: Policy, case: Classified, at: int | None) -> dict[str, Node]:
    """The things of the world that the policy is about."""
    own = case.world.labels.keys()
    with opened.read() as reader:
        found = [node for page in pages(reader, policy.of, at) for node in page if node.key in own]
        return nodes_at(reader, [node.key for node in found], at)


def differing(opened: Store, policy: Policy, case: Classified, at: int | None) -> list[str]:
    """The things of which something else is said than looking back; of what has no field the words may be others."""
    targets = targets_of(opened, policy, case, at)
    told = said_forwards(opened, policy, targets, at)
    looked = {key: said_looking_back(opened, policy, key, at) for key in targets}
    return [
        key
        for key in targets
        if (told[key] != looked[key] if looked[key].message else told[key].holds is not looked[key].holds)
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=SHARED_STORE)
@given(**CASES)
def test_propagate__says_what_looking_back_from_each_thing_tells(
    case: Classified, at: int | None, policy: Policy
) -> None:
    opened = MemoryStore()
    put(opened, case)
    assert differing(opened, policy, case, at) == []


@settings(max_examples=6, deadline=None, suppress_health_check=SHARED_STORE)
@given(**CASES)
def test_propagate__says_what_looking_back_tells_on_every_store(
    store: Store, case: Classified, at: int | None, policy: Policy
) -> None:
    put(store, case)
    assert differing(store, policy, case, at) == []


@settings(max_examples=40, deadline=None, suppress_health_check=SHARED_STORE)
@given(**CASES)
def test_propagate__says_of_one_thing_what_it_says_of_it_among_all(
    case: Classified, at: int | None, policy: Policy
) -> None:
    opened = MemoryStore()
    put(opened, case)
    with opened.read() as reader:
        full = evaluate_rules(Ground(reader, at, NOW), Rules((policy,))).verdicts
        alone = [
            found
            for one in full
            for found in evaluate_rules(
                Ground(reader, at, NOW), Rules((policy,)), asked={policy.id: frozenset((one.target,))}
            ).verdicts
        ]
    assert alone == full


def differs(case: Classified, policy: Policy) -> bool:
    opened = MemoryStore()
    put(opened, case)
    return differing(opened, policy, case, None) != []


@pytest.mark.parametrize("lost", ["reached", "unseen"])
def test_worlds__tell_where_what_comes_from_afar_or_is_unseen_is_overlooked(
    lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lost == "reached":
        monkeypatch.setattr(Upstream, "reached", lambda self, origins: set(origins))
    else:
        monkeypatch.setattr(
            Upstream, "unseen", property(lambda self: set(), lambda self, value: None), raising=False
        )
    some = settings(max_examples=2_000, deadline=None, database=None, phases=[Phase.generate])
    drawn = find(
        st.tuples(classified(), RULES), lambda drawn: differs(*drawn), settings=some, random=Random(0)
    )
    assert differs(*drawn)
