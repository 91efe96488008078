"""The rules ``unagreed`` and ``deprecated``: what products take though nobody allows it, or though it goes away."""

from typing import Any

import pytest

from catalog.curation import Aspect
from catalog.governance.policy import Rule
from catalog.governance.verdict import Status, Verdict
from catalog.identity import DatasetId
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.convergence.cases import A, B, C, about, from_column, run
from tests.curation.curations import curation
from tests.documents.versions import send
from tests.governance.words import judged, rule, statuses
from tests.mesh.words import (
    Part,
    agreement,
    dataset,
    input_,
    job,
    mesh,
    node,
    output,
    product,
    reads,
    writes,
)

PASS, FAIL, NOT_EVALUATED = Status.PASS, Status.FAIL, Status.NOT_EVALUATED
UNAGREED = rule(Rule.UNAGREED, "DataProduct")
DEPRECATED, DEPRECATED_JOBS = rule(Rule.DEPRECATED, "DataProduct"), rule(Rule.DEPRECATED, "Job")
REVENUE = "product/revenue"
USE: Part = [
    *product("orders", owner="shop", exposes=["orders"]),
    *product("revenue", owner="finance", exposes=["revenue"]),
    *writes("load", "orders"),
    *reads("book", "orders"),
    *writes("book", "revenue"),
]
ASKING = output("orders", "table", ["orders"], visibility="restricted")


def verdict(*parts: Part) -> Verdict:
    return next(one for one in judged(mesh(*parts), UNAGREED).verdicts if one.target == REVENUE)


def granted(status: str = "approved", **said: str) -> Part:
    return agreement("a", "output-port/orders/table", REVENUE, status, **said)


def test_unagreed__fails_who_takes_without_an_agreement_and_shows_the_flow() -> None:
    one = verdict(USE, ASKING)
    assert one.status is FAIL
    assert "product 'revenue' uses output-port 'orders/table'" in one.message
    assert [step.edge.type for step in one.explanation if step.edge] == ["CONSUMED_BY", "PRODUCES"]
    assert verdict(USE, output("orders", "table", ["orders"], visibility="unrestricted")).status is PASS


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        (granted(), PASS),
        (granted("pending"), FAIL),
        (granted(validUntil="2020-01-01"), FAIL),
        (granted(validUntil="2100-01-01"), PASS),
        (granted(validFrom="2100-01-01"), FAIL),
    ],
    ids=["in-force", "pending", "over", "in-force-until", "not-yet"],
)
def test_unagreed__is_allowed_by_an_agreement_while_it_is_in_force(parts: Part, status: Status) -> None:
    assert verdict(USE, ASKING, parts).status is status


def test_unagreed__changes_by_time_alone_when_its_verdict_says() -> None:
    opened = mesh(USE, ASKING, granted(validUntil="2100-01-01"))
    [now] = [one for one in judged(opened, UNAGREED).verdicts if one.target == REVENUE]
    assert now.until_ns is not None
    for later, status in ((now.until_ns - 1, PASS), (now.until_ns, FAIL)):
        [then] = [one for one in judged(opened, UNAGREED, now_ns=later).verdicts if one.target == REVENUE]
        assert then.status is status
    assert then.until_ns is None


# Deprecated


def ending(stage: str) -> Part:
    return [*USE, *ASKING, node("product/orders", "DataProduct", lifecycle=stage)]


@pytest.mark.parametrize(
    ("stage", "status"), [("active", PASS), ("draft", PASS), ("deprecated", FAIL), ("retired", FAIL)]
)
def test_deprecated__fails_who_reads_a_product_that_ends(stage: str, status: Status) -> None:
    found = statuses(judged(mesh(ending(stage)), DEPRECATED))
    assert found == {"product/orders": PASS, REVENUE: status}


def test_deprecated__fails_the_job_that_reads_what_a_deprecated_product_gives() -> None:
    found = judged(mesh(ending("deprecated")), DEPRECATED_JOBS)
    assert statuses(found) == {job("book"): FAIL, job("load"): PASS}
    one = next(one for one in found.verdicts if one.status is FAIL)
    assert "product orders, which gives it, is deprecated" in one.message
    assert [(step.edge.type, step.edge.source) for step in one.explanation if step.edge] == [
        ("CONSUMED_BY", dataset("orders"))
    ]


def test_deprecated__fails_who_only_declares_to_take_it() -> None:
    declared: Part = [
        *product("orders", lifecycle="retired"),
        *output("orders", "table"),
        *product("revenue"),
        *input_("revenue", "orders", receives="orders/table"),
    ]
    found = judged(mesh(declared), DEPRECATED)
    assert statuses(found)[REVENUE] is FAIL
    steps = next(one.explanation for one in found.verdicts if one.status is FAIL)
    assert [step.edge.type for step in steps if step.edge] == [
        "HAS_INPUT_PORT",
        "RECEIVES",
        "HAS_OUTPUT_PORT",
    ]


def column_of(dataset_: DatasetId) -> str:
    return dataset_.field("mail").key


def world(*events: Any) -> Store:
    """Events, and that the column ``mail`` of A goes away."""
    opened = MemoryStore()
    for one in events:
        send(opened, [one])
    said = {"removal": "2027-06-01T00:00:00Z", "reason": "nobody needs it"}
    Projection(opened).apply([curation(column_of(A), Aspect.DEPRECATION, said, 1)])
    return opened


def test_deprecated_column__fails_who_uses_it_and_is_not_known_of_who_tells_no_columns() -> None:
    using = run(1, "COMPLETE", 1, [A], [about(B, columnLineage=from_column(A, "mail", "mail"))])
    other = run(1, "COMPLETE", 1, [A], [about(B, columnLineage=from_column(A, "id", "id"))])
    silent = run(1, "COMPLETE", 1, [A], [B])
    apart = run(1, "COMPLETE", 1, [C], [B])
    found = {}
    for name, event in (("using", using), ("other", other), ("silent", silent), ("apart", apart)):
        [found[name]] = judged(world(event), DEPRECATED_JOBS).verdicts
    assert {name: one.status for name, one in found.items()} == {
        "using": FAIL,
        "other": PASS,
        "silent": NOT_EVALUATED,
        "apart": PASS,
    }
    assert "may be gone from 2027-06-01 on (nobody needs it)" in found["using"].message
    assert found["silent"].message.endswith("is deprecated, and tells no columns.")
