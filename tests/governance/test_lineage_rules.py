"""Rules over lineage: what they find, and how a person follows it to its cause."""

from itertools import pairwise

import pytest

from catalog.governance.policy import SECOND_NS, Rule, Scope, ScopeKind
from catalog.governance.verdict import Status, Verdict
from catalog.mesh.mesh import read_mesh
from catalog.mesh.product_graph import ANSWER
from catalog.store.port import Store
from tests.convergence.cases import A, B, at, run
from tests.governance.words import judged, policy, rule, statuses
from tests.mesh.test_status import descriptor
from tests.mesh.test_status import store as told
from tests.mesh.words import (
    Part,
    alias,
    dataset,
    edge,
    input_,
    job,
    mesh,
    node,
    output,
    product,
    reads,
    writes,
)

ORDERS, REVENUE = "product/orders", "product/revenue"
PASS, FAIL, NOT_EVALUATED = Status.PASS, Status.FAIL, Status.NOT_EVALUATED
CROSSING, CYCLE = rule(Rule.CROSSING, "DataProduct"), rule(Rule.CYCLE, "DataProduct")
JOBS = rule(Rule.CROSSING, "Job")

GIVER: Part = [
    *product("orders", domain="sales", owner="orders", exposes=["orders"], contains=["raw"]),
    *output("orders", "table", ["orders"]),
    *writes("load", "orders", "raw"),
]
TAKER: Part = [
    *product("revenue", domain="finance", owner="finance", exposes=["revenue"]),
    *writes("book", "revenue"),
]
SALES: Part = [*product("revenue", domain="sales", exposes=["revenue"]), *writes("book", "revenue")]


def verdict(store: Store, of: str, *policies: object) -> Verdict:
    found = judged(store, *policies)  # type: ignore[arg-type]
    return next(one for one in found.verdicts if one.target == of)


def test_crossing__is_a_read_past_the_ports_of_another_domain() -> None:
    one = verdict(mesh(GIVER, TAKER, reads("book", "raw")), REVENUE, CROSSING)
    assert one.status is FAIL
    assert one.message.endswith("shop.public.raw of the domain sales, which no output port serves.")
    assert one.owners == ("team/finance",)
    assert [(step.edge.type, step.edge.source, step.told_by) for step in one.explanation if step.edge] == [
        ("CONSUMED_BY", dataset("raw"), job("book")),
        ("PRODUCES", job("book"), job("book")),
        ("CONTAINS", ORDERS, "document/mesh.yaml"),
        ("IN_DOMAIN", ORDERS, "document/mesh.yaml"),
    ]


@pytest.mark.parametrize(
    "parts",
    [
        [*GIVER, *TAKER, *reads("book", "orders")],
        [*GIVER, *TAKER, *alias("orders_v", of="orders"), *reads("book", "orders_v")],
        [*GIVER, *SALES, *reads("book", "raw")],
        [*GIVER, *TAKER, *reads("book", "raw", until=5)],
    ],
    ids=["through-a-port", "under-another-name", "in-the-domain", "no-longer"],
)  # fmt: skip
def test_crossing__is_none(parts: Part) -> None:
    found = judged(mesh(parts), CROSSING, JOBS).verdicts
    assert {one.status for one in found} == {PASS}


def test_crossing__is_of_what_is_exposed_without_a_port_too() -> None:
    bare: Part = [*product("orders", domain="sales", exposes=["orders"]), *writes("load", "orders")]
    found = statuses(judged(mesh(bare, TAKER, reads("book", "orders")), CROSSING))
    assert found == {ORDERS: PASS, REVENUE: FAIL}


def test_crossing__of_a_job_of_no_product_is_one_too() -> None:
    found = statuses(judged(mesh(GIVER, TAKER, reads("spy", "raw")), JOBS))
    assert found == {job("book"): PASS, job("load"): PASS, job("spy"): FAIL}


def test_crossing__is_allowed_from_domains_that_are_open() -> None:
    store = mesh(GIVER, TAKER, reads("book", "raw"))
    assert (
        verdict(store, REVENUE, rule(Rule.CROSSING, "DataProduct", **{"except": ("sales",)})).status is PASS
    )
    assert (
        verdict(store, REVENUE, rule(Rule.CROSSING, "DataProduct", **{"except": ("other",)})).status is FAIL
    )


def test_crossing__follows_lineage_further_than_an_answer_somebody_waits_for() -> None:
    names = ["raw", *(f"between{number}" for number in range(ANSWER.hops + 2))]
    steps = [[*reads(f"copy{two}", one), *writes(f"copy{two}", two)] for one, two in pairwise(names)]
    store = mesh(GIVER, TAKER, *steps, reads("book", names[-1]))
    with store.read() as reader:
        assert read_mesh(reader).graph().cut
    assert verdict(store, REVENUE, CROSSING).status is FAIL


def test_cycle__goes_over_what_is_seen_and_what_is_declared() -> None:
    store = mesh(
        GIVER,
        TAKER,
        reads("book", "orders"),
        product("costs", exposes=["costs"]),
        output("revenue", "table", ["revenue"]),
        input_("costs", "revenue", receives="revenue/table"),
        reads("load", "costs"),
        product("apart", exposes=["apart"]),
    )
    found = judged(store, CYCLE)
    assert statuses(found) == {ORDERS: FAIL, REVENUE: FAIL, "product/costs": FAIL, "product/apart": PASS}
    (one,) = (one for one in found.verdicts if one.target == ORDERS)
    assert one.message == (
        "Its data comes back to it: product 'orders' → product 'revenue' → product 'costs' → product 'orders'."
    )
    assert [step.edge.type for step in one.explanation if step.edge] == [
        *(
            "CONSUMED_BY",
            "PRODUCES",
            "HAS_INPUT_PORT",
            "RECEIVES",
            "HAS_OUTPUT_PORT",
            "CONSUMED_BY",
            "PRODUCES",
        ),
    ]


def test_orphan__belongs_to_nobody_and_is_written_by_nobody() -> None:
    store = mesh(GIVER, reads("book", "stray"), alias("raw_v", of="raw"))
    found = statuses(judged(store, rule(Rule.ORPHAN, "Dataset")))
    assert {key: one for key, one in found.items() if one is FAIL} == {dataset("stray"): FAIL}


# Stale

PORT = "output-port/b/table"
RUN = (run(1, "START", 1, [A], [B]), run(1, "COMPLETE", 2))
MINUTE_NS = 60 * SECOND_NS
STALE = rule(Rule.STALE, "OutputPort")


def port(opened: Store, minute: int, *policies: object) -> Verdict:
    found = judged(opened, *(policies or (STALE,)), now_ns=at(minute))  # type: ignore[arg-type]
    return next(one for one in found.verdicts if one.target == PORT)


def test_stale__is_what_is_older_than_its_contract_promises() -> None:
    opened = told(descriptor(), *RUN)
    ended = at(2)
    fresh, stale = port(opened, 3), port(opened, 30)
    assert (fresh.status, stale.status, stale.until_ns) == (PASS, FAIL, None)
    assert fresh.until_ns is not None
    assert (fresh.until_ns - ended) % MINUTE_NS in (0, 1)
    assert "It is promised: latency: lteq 10 minutes." in stale.message
    assert [step.key for step in stale.explanation][-1] == "slo/b/fresh"


def test_stale__becomes_so_by_time_alone_when_its_verdict_says() -> None:
    opened = told(descriptor(), *RUN)
    seen = [port(opened, 3)]
    while seen[-1].until_ns is not None:
        found = judged(opened, STALE, now_ns=seen[-1].until_ns)
        seen.append(next(one for one in found.verdicts if one.target == PORT))
    assert [one.status for one in seen] == [PASS, PASS, FAIL]


def test_stale__is_measured_by_what_the_policy_allows_too() -> None:
    opened = told(descriptor(), *RUN)
    strict = rule(Rule.STALE, "OutputPort", maxAge="PT1M")
    assert (port(opened, 3, strict).status, port(opened, 9, strict).status) == (PASS, FAIL)
    datasets = statuses(judged(opened, rule(Rule.STALE, "Dataset", maxAge="PT1M"), now_ns=at(9)))
    assert datasets == {A.key: NOT_EVALUATED, B.key: FAIL}


def test_stale__is_not_known_without_a_run_or_with_words_that_mean_nothing() -> None:
    assert port(told(descriptor()), 3).status is NOT_EVALUATED
    puzzling = port(told(descriptor(threshold="soon"), *RUN), 3)
    assert (puzzling.status, "not understood" in puzzling.message) == (NOT_EVALUATED, True)


def test_stale__asks_nothing_where_nothing_is_promised() -> None:
    assert port(told(descriptor(name="completeness"), *RUN), 59).status is PASS


def test_rule__judges_what_is_in_scope_by_all_that_there_is() -> None:
    tagged: Part = [node("tag/gold", "Tag"), edge("TAGGED", REVENUE, "tag/gold")]
    scoped = policy(CROSSING.check, scope=Scope(ScopeKind.TAG, "gold"))
    found = judged(mesh(GIVER, TAKER, reads("book", "raw"), tagged), scoped)
    assert statuses(found) == {REVENUE: FAIL}
