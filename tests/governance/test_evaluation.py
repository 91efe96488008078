"""The full evaluation: scopes, statuses, grace, waivers, time; and that nothing broken ever passes."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import pytest

from catalog.errors import StoreUnavailable
from catalog.governance import evaluation as evaluating
from catalog.governance import scope as scoping
from catalog.governance.checks import query, shape
from catalog.governance.checks.ground import Ground, QueryFailed
from catalog.governance.evaluation import Rules, evaluate_rules
from catalog.governance.policy import (
    SECOND_NS,
    LineageCheck,
    QueryCheck,
    Rule,
    Scope,
    ScopeKind,
    Severity,
)
from catalog.governance.scope import Places
from catalog.governance.verdict import Compliance, Status, Unevaluated
from catalog.mesh.mesh import Mesh
from catalog.store.port import Reader
from tests.governance.words import NOW, OWNER, PURPOSE, judged, policy, rule, statuses, waiver
from tests.mesh.words import Part, dataset, edge, input_, mesh, node, output, product, reads, seen, writes

ORDERS, REVENUE = "product/orders", "product/revenue"
BASE = "http://catalog.example/id/"
DAY_NS = 86_400 * SECOND_NS
PASS, FAIL, GRACE, WAIVED, NOT_EVALUATED = Status


TWO: Part = [
    *product("orders", domain="sales", owner="orders", exposes=["orders"], purpose="Orders of all shops."),
    *product("revenue", domain="finance", owner="finance", exposes=["revenue"]),
]


# Statuses


def test_verdict__is_one_of_each_policy_on_each_thing_in_scope() -> None:
    found = judged(mesh(TWO), policy(), policy(id_="other"))
    assert [(one.policy, one.target, one.status) for one in found.verdicts] == [
        ("other", ORDERS, PASS),
        ("other", REVENUE, FAIL),
        ("rule", ORDERS, PASS),
        ("rule", REVENUE, FAIL),
    ]
    assert found.compliance is Compliance.NOT_COMPLIANT


def test_verdict__of_a_failure_tells_whom_why_and_what_to_do() -> None:
    one = judged(mesh(TWO), policy()).verdicts[1]
    assert (one.message, one.remediation) == ("revenue has no purpose; 1 is needed.", "Put it right.")
    assert (one.owners, one.severity) == (("team/finance",), Severity.BLOCK)
    assert [step.key for step in one.explanation] == [REVENUE]


def test_verdict__is_none_of_what_others_only_name() -> None:
    store = mesh(
        TWO, [edge("GRANTED_TO", "agreement/a", "product/typo")], [node("agreement/a", "AccessAgreement")]
    )
    assert set(statuses(judged(store, policy()))) == {ORDERS, REVENUE}


def test_mesh_without_policies__is_not_called_compliant() -> None:
    assert judged(mesh(TWO)).compliance is Compliance.UNKNOWN


# Scope


@pytest.mark.parametrize(
    ("scope", "targets"),
    [
        (Scope(), {ORDERS, REVENUE}),
        (Scope(ScopeKind.DOMAIN, "sales"), {ORDERS}),
        (Scope(ScopeKind.DOMAIN, "trade"), {ORDERS}),
        (Scope(ScopeKind.PRODUCT, "revenue"), {REVENUE}),
        (Scope(ScopeKind.TAG, "gold"), {ORDERS}),
    ],
)
def test_scope__is_a_domain_with_its_parts_a_product_or_a_tag(scope: Scope, targets: set[str]) -> None:
    more: Part = [
        node("domain/trade", "Domain"),
        edge("PART_OF", "domain/sales", "domain/trade"),
        node("tag/gold", "Tag"),
        edge("TAGGED", ORDERS, "tag/gold"),
    ]
    assert set(statuses(judged(mesh(TWO, more), policy(scope=scope)))) == targets


@pytest.mark.parametrize("kind", [ScopeKind.DOMAIN, ScopeKind.PRODUCT, ScopeKind.TAG])
def test_scope__that_there_is_not_evaluates_nothing(kind: ScopeKind) -> None:
    found = judged(mesh(TWO), policy(scope=Scope(kind, "typo")))
    assert (found.verdicts, found.compliance) == ((), Compliance.UNKNOWN)
    assert found.unevaluated == (Unevaluated("rule", f"Its scope is the {kind} 'typo', which there is not."),)


def test_scope__has_the_ports_datasets_and_fields_of_its_products() -> None:
    store = mesh(
        TWO,
        output("orders", "table", ["orders"], contract="orders"),
        input_("revenue", "orders", contract="orders"),
        seen("orders", "id"),
        seen("revenue", "day"),
        seen("stray", "x"),
        [node("contract-version/orders/1.0.0", "ContractVersion", version="1.0.0")],
    )
    places = {}
    for label in ("OutputPort", "InputPort", "Dataset", "Field"):
        check = LineageCheck(Rule.ORPHAN, label)
        found = judged(store, policy(check, scope=Scope(ScopeKind.PRODUCT, "orders")))
        places[label] = sorted(key.partition("/")[2] for key in statuses(found))
    assert {label: len(keys) for label, keys in places.items()} == {
        "OutputPort": 1,
        "InputPort": 0,
        "Dataset": 1,
        "Field": 1,
    }


def test_evaluation__within_a_scope_is_that_part_of_the_whole() -> None:
    whole = judged(SOUND, *EVERY, queries=Answering())
    part = judged(SOUND, *EVERY, queries=Answering(), within=Scope(ScopeKind.PRODUCT, "orders"))
    mine = {ORDERS, "output-port/orders/table", dataset("orders")}
    assert part.verdicts == tuple(one for one in whole.verdicts if one.target in mine)


# Time


def test_grace__is_over_when_its_time_is() -> None:
    rule = policy(effective_from_ns=NOW - DAY_NS, grace_s=2 * 86_400)
    begins = NOW + DAY_NS
    early, late = (judged(mesh(TWO), rule, now_ns=now).verdicts for now in (NOW, begins))
    assert [(one.status, one.severity, one.until_ns) for one in early] == [
        (PASS, Severity.WARN, begins),
        (GRACE, Severity.WARN, begins),
    ]
    assert [(one.status, one.severity, one.until_ns) for one in late] == [
        (PASS, Severity.BLOCK, None),
        (FAIL, Severity.BLOCK, None),
    ]


def test_waiver__holds_until_it_ends() -> None:
    waivers = [waiver(REVENUE, expires_ns=NOW + DAY_NS), waiver(REVENUE, expires_ns=NOW)]
    during = judged(mesh(TWO), policy(), waivers=waivers).verdicts[1]
    after = judged(mesh(TWO), policy(), waivers=waivers, now_ns=NOW + DAY_NS).verdicts[1]
    assert (during.status, during.waiver, during.until_ns) == (WAIVED, waivers[0].id, NOW + DAY_NS)
    assert (after.status, after.waiver, after.until_ns) == (FAIL, None, None)
    assert "expires soon" in during.explanation[-2].text + during.explanation[-1].text


def test_waiver__is_of_one_policy_and_one_thing() -> None:
    waivers = [waiver(ORDERS), waiver(REVENUE, of="other")]
    assert statuses(judged(mesh(TWO), policy(), waivers=waivers))[REVENUE] is FAIL


@pytest.mark.parametrize(
    ("role", "until", "status"),
    [
        ("owner", None, WAIVED),
        ("steward", None, WAIVED),
        ("https://w3id.org/meshline/ns#Steward", None, WAIVED),
        ("consultant", None, FAIL),
        ("owner", "2020-01-01T00:00:00Z", FAIL),
        ("owner", "some day", FAIL),
    ],
)
def test_waiver__is_void_unless_its_approver_has_the_role(
    role: str, until: str | None, status: Status
) -> None:
    said: dict[str, Any] = {} if until is None else {"until": until}
    people: Part = [
        *[node("person/ada", "Person"), node(OWNER, "Team")],
        edge("MEMBER_OF", "person/ada", OWNER, role=role, **said),
    ]
    found = judged(mesh(TWO, people), policy(), waivers=[waiver(REVENUE, "person/ada")]).verdicts[1]
    assert found.status is status
    assert ("is void" in found.explanation[-1].text) is (status is FAIL)


def test_waiver__never_makes_what_is_not_known_good() -> None:
    found = judged(mesh(TWO), policy(QueryCheck("DataProduct", "…")), waivers=[waiver(REVENUE)])
    assert statuses(found) == {ORDERS: NOT_EVALUATED, REVENUE: NOT_EVALUATED}


# Queries


class Answering:
    """Answers every query with the same rows."""

    base = BASE
    at: int | None = None

    def __init__(self, *rows: Mapping[str, str], failing: str | None = None) -> None:
        self.rows, self.failing, self.asked = rows, failing, 0

    def select(self, text: str, budget_s: int) -> Sequence[Mapping[str, str]]:
        self.asked += 1
        if self.failing is not None:
            raise QueryFailed(self.failing)
        return self.rows


ASKED = policy(QueryCheck("DataProduct", "SELECT ?this …"))


def test_query__fails_what_it_gives_and_passes_the_others_in_scope() -> None:
    rows = Answering(
        {"this": BASE + REVENUE, "message": "It is odd.", "amount": "3"}, {"this": BASE + "team/finance"}
    )
    found = judged(mesh(TWO), ASKED, queries=rows)
    assert statuses(found) == {ORDERS: PASS, REVENUE: FAIL}
    assert (found.verdicts[1].message, found.verdicts[1].explanation[0].text) == ("It is odd.", "amount = 3")
    assert rows.asked == 1


@pytest.mark.parametrize(
    "queries",
    [
        None,
        Answering(failing="It took longer than 5 s."),
        Answering({"that": BASE + REVENUE}),
        Answering({"this": "http://elsewhere.example/x"}),
    ],
)
def test_query__that_is_not_answered_passes_nothing(queries: Answering | None) -> None:
    found = judged(mesh(TWO), ASKED, queries=queries)
    assert set(statuses(found).values()) == {NOT_EVALUATED}
    assert (len(found.unevaluated), found.compliance) == (1, Compliance.UNKNOWN)


def test_query__is_not_asked_of_who_has_the_graph_of_another_time() -> None:
    queries = Answering()
    found = judged(mesh(TWO), ASKED, queries=queries, at=NOW)
    assert (queries.asked, PASS in statuses(found).values()) == (0, False)


# What is broken never passes


class Broken(Exception):
    """What nobody has thought of."""


def _raise(*args: Any, **more: Any) -> Any:
    raise Broken


def _say_nothing(*args: Any, **more: Any) -> dict[str, Any]:
    return {}


EVERY = (
    policy(PURPOSE, "a-shape"),
    policy(QueryCheck("DataProduct", "SELECT"), "b-query"),
    policy(LineageCheck(Rule.CYCLE, "DataProduct"), "c-cycle"),
    policy(LineageCheck(Rule.CROSSING, "DataProduct"), "d-crossing"),
    policy(LineageCheck(Rule.STALE, "OutputPort", (("maxAge", "P1D"),)), "e-stale"),
    policy(LineageCheck(Rule.ORPHAN, "Dataset"), "f-orphan"),
    policy(LineageCheck(Rule.CROSSING, "Job"), "g-jobs"),
    policy(PURPOSE, "h-scoped", scope=Scope(ScopeKind.DOMAIN, "sales")),
)
SOUND = mesh(
    TWO,
    output("orders", "table", ["orders"]),
    reads("book", "orders"),
    writes("book", "revenue"),
    writes("load", "orders"),
)


def passing(found: Any) -> set[str]:
    return {one.policy for one in found.verdicts if one.status is PASS}


def test_everything__passes_somewhere_where_nothing_is_broken() -> None:
    found = judged(SOUND, *EVERY, queries=Answering())
    assert passing(found) == {one.id for one in EVERY} - {"e-stale"}  # no run is known


@pytest.mark.parametrize("breaking", [_raise, _say_nothing])
@pytest.mark.parametrize(
    ("module", "name", "broken"),
    [
        (shape, "judge", {"a-shape", "h-scoped"}),
        (query, "judge", {"b-query"}),
        (evaluating, "judge_lineage", {"c-cycle", "d-crossing", "e-stale", "f-orphan", "g-jobs"}),
    ],
)
def test_broken_check__passes_nothing_and_spoils_no_other(
    module: Any,
    name: str,
    broken: set[str],
    breaking: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, name, breaking)
    with caplog.at_level(logging.CRITICAL):
        found = judged(SOUND, *EVERY, queries=Answering())
    assert passing(found) == {one.id for one in EVERY} - {"e-stale"} - broken
    assert {one.policy for one in found.unevaluated} >= broken
    assert found.compliance is not Compliance.COMPLIANT


@pytest.mark.parametrize("name", ["inside", "problem"])
def test_broken_scope__passes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoping, name, _raise)
    found = judged(SOUND, *EVERY, queries=Answering())
    assert (found.verdicts, len(found.unevaluated)) == ((), len(EVERY))
    assert found.compliance is Compliance.UNKNOWN


def test_broken_mesh__passes_nothing_that_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mesh, "__init__", _raise)
    found = judged(SOUND, *EVERY, queries=Answering())
    assert passing(found) == {"a-shape", "b-query"}
    assert {one.policy for one in found.unevaluated} >= {one.id for one in EVERY} - {"a-shape", "b-query"}
    assert {one.status for one in found.verdicts} == {PASS, FAIL, NOT_EVALUATED}


def test_broken_owners__are_told_as_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Places, "owners", _raise)
    found = judged(mesh(TWO), policy())
    assert (statuses(found)[REVENUE], found.unevaluated) == (
        FAIL,
        (Unevaluated("rule", "Its evaluation failed: Broken."),),
    )


@pytest.mark.parametrize("rel", ["OWNED_BY", "EXPOSES"])
def test_store_that_goes_away__gives_no_evaluation_at_all(rel: str) -> None:
    rules = Rules(EVERY)
    with SOUND.read() as reader, pytest.raises(StoreUnavailable):
        evaluate_rules(Ground(cast(Reader, Leaving(reader, rel)), None, NOW, Answering()), rules)


class Leaving:
    """A reader that goes away when it is asked for edges of a type."""

    def __init__(self, reader: Any, rel: str) -> None:
        self._reader, self._rel = reader, rel

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def edges(self, keys: Any, types: Any, *more: Any) -> Any:
        if self._rel in types:
            raise StoreUnavailable("It went away.")
        return self._reader.edges(keys, types, *more)


def test_cut_of_what_is_declared__is_never_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.mesh.declared.MAX_THINGS", 1)
    found = judged(SOUND, *EVERY, queries=Answering())
    assert passing(found) <= {"a-shape", "b-query"}


def test_rule_that_is_not_built__is_not_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.governance.checks.lineage._RULES", {})
    found = judged(SOUND, rule(Rule.ORPHAN, "Dataset"))
    assert set(statuses(found).values()) == {NOT_EVALUATED}


def test_verdict__has_the_same_id_whenever_it_is_evaluated() -> None:
    ids = {
        one.id
        for now in (NOW, NOW + 1)
        for one in judged(mesh(TWO), policy(), now_ns=now).verdicts
        if one.target == REVENUE
    }
    assert len(ids) == 1


def test_policy__is_evaluated_alone_as_beside_others() -> None:
    together = judged(SOUND, *EVERY, queries=Answering()).verdicts
    alone = [one for each in EVERY for one in judged(SOUND, each, queries=Answering()).verdicts]
    assert list(together) == alone
