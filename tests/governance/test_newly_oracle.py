"""What a change newly violates, against brute force: it is made in a copy, and all is evaluated with and without."""

from hypothesis import HealthCheck, given, settings

from api.policies.queries import open_queries
from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import evaluate_rules, rules_of
from catalog.governance.newly import newly
from catalog.governance.verdict import Status, Verdict
from catalog.projection import Projection, ahead
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.governance.described_worlds import QUERIES, Case, cases, put
from tests.governance.words import NOW

BASE = "https://mesh.example/id/"
WORSE = [Status.PASS, Status.WAIVED, Status.GRACE, Status.NOT_EVALUATED, Status.FAIL]


def whole(store: Store, *, queries: bool) -> dict[tuple[str, str], Verdict]:
    """All verdicts, by evaluating everything."""
    with store.read() as reader, open_queries(reader, BASE) as answering:
        found = evaluate_rules(Ground(reader, None, NOW, answering if queries else None), rules_of(reader))
    return {(one.policy, one.target): one for one in found.verdicts}


def assert_newly_is_what_two_evaluations_tell(
    store: Store, copy: Store, case: Case, *, queries: bool = False
) -> None:
    put(store, case)
    put(copy, case)
    before = whole(store, queries=queries)
    with store.read() as reader:
        overlay = ahead(reader, case.change)
        opened = (lambda reader: open_queries(reader, BASE)) if queries else None
        found = {(one.policy, one.target): one for one in newly(overlay, now_ns=NOW, queries=opened).verdicts}
    Projection(copy).apply(case.change)
    after = whole(copy, queries=queries)
    wanted = {
        key: one
        for key, one in after.items()
        if WORSE.index(one.status) > (WORSE.index(before[key].status) if key in before else 0)
    }
    assert found == wanted
    assert whole(store, queries=queries) == before


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_newly__is_what_evaluating_all_with_and_without_the_change_tells(case: Case) -> None:
    assert_newly_is_what_two_evaluations_tell(MemoryStore(), MemoryStore(), case)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases(QUERIES))
def test_newly__asks_queries_of_the_graph_as_it_would_be(case: Case) -> None:
    assert_newly_is_what_two_evaluations_tell(MemoryStore(), MemoryStore(), case, queries=True)
