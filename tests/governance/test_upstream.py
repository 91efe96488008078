"""Of very many things it is told at once to which nothing comes: with the same verdicts as of few."""

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from catalog.governance.checks import propagate
from catalog.governance.policy import Policy, Rule
from catalog.governance.upstream import Upstream
from catalog.governance.verdict import Evaluation
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.governance.classified_worlds import classified, put
from tests.governance.fixpoint import Classified
from tests.governance.words import judged, rule
from tests.lineage.worlds import INSTANTS

RULES = st.sampled_from(
    [
        rule(Rule.PROPAGATE, of, what=what)
        for of in ("Field", "Dataset")
        for what in ("classification", "personalData", "retention")
    ]
)
SHARED_STORE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
CASES = {"case": classified(), "at": st.none() | INSTANTS, "policy": RULES}


def as_of_many(store: Store, policy: Policy, at: int | None) -> Evaluation:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(propagate, "MANY", 0)
        return judged(store, policy, at=at)


@settings(max_examples=100, deadline=None, suppress_health_check=SHARED_STORE)
@given(**CASES)
def test_propagate__says_of_many_things_what_it_says_of_few(
    case: Classified, at: int | None, policy: Policy
) -> None:
    store = MemoryStore()
    put(store, case)
    assert as_of_many(store, policy, at) == judged(store, policy, at=at)


def differs(case: Classified, policy: Policy) -> bool:
    store = MemoryStore()
    put(store, case)
    return as_of_many(store, policy, None) != judged(store, policy)


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
    find(st.tuples(classified(), RULES), lambda drawn: differs(*drawn), settings=some)
