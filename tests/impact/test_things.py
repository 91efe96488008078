"""What is declared on top of what changes: ports, products, contracts, exposures, agreements; violated clauses."""

from typing import Any

import pytest

from catalog.errors import UnknownNode
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.evaluation import impact
from catalog.impact.report import Affected, ImpactReport
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.impact.usage import concerns_shown
from catalog.store.port import Store
from tests.lineage.build import CountingReader
from tests.mesh.words import (
    Part,
    Said,
    agreement,
    contract,
    dataset,
    edge,
    identity,
    input_,
    job,
    mesh,
    node,
    output,
    product,
    properties,
    reads,
    schema_of,
    seen,
    writes,
)

ORDERS, PORT, VERSION = "product/orders", "output-port/orders/tables", "contract-version/orders/1.0.0"
SCHEMA = schema_of("orders", "orders")
K = ChangeKind
PROMISED: Part = [
    *product("orders", domain="sales", owner="sellers", exposes=["orders"]),
    *output("orders", "tables", serves=["orders"], contract="orders"),
    *contract("orders", {"orders": {}}),
    edge("BOUND_TO", SCHEMA, dataset("orders")),
    *properties(SCHEMA, id="integer", state="string"),
    *seen("orders", ("id", "INT"), ("state", "TEXT"), ("note", "TEXT")),
]


def drop(path: str, name: str = "orders") -> Change:
    return Change(dataset(name), K.FIELD_REMOVED, path)


def of(kind: ChangeKind, path: str | None = None, **said: Any) -> Change:
    return Change(said.pop("subject", dataset("orders")), kind, path, **said)


def ask(store: Store, *changes: Change, **said: Any) -> ImpactReport:
    with store.read() as reader:
        return impact(reader, Proposal(changes, **said))


def declared(report: ImpactReport) -> dict[str, Affected]:
    kinds = ("field/", "dataset/", "job/")
    return {item.key: item for item in report.items if not item.key.startswith(kinds)}


def severities(report: ImpactReport) -> dict[str, Severity]:
    return {key: item.severity for key, item in declared(report).items()}


def test_port__and_product_take_the_severity_of_the_dataset_that_changes() -> None:
    parts: Part = [*product("orders", exposes=["orders"]), *output("orders", "tables", serves=["orders"])]
    report = ask(mesh(parts, seen("orders", "id", "note")), drop("note"))
    assert severities(report) == {ORDERS: Severity.CHANGES_SCHEMA, PORT: Severity.CHANGES_SCHEMA}
    port = declared(report)[PORT]
    assert port.reason == f"Port orders/tables gives {identity('orders')}: note is removed."
    assert (port.certainty, port.hops) == (Certainty.PROVEN, 1)
    assert [(step.source, step.target) for step in port.route] == [(dataset("orders"), PORT)]
    assert report.verdict is Verdict.REVIEW


def test_contract__is_violated_by_the_loss_of_a_column_that_it_promises() -> None:
    report = ask(mesh(PROMISED), drop("state"))
    found = declared(report)
    assert severities(report) == dict.fromkeys((ORDERS, PORT, VERSION, SCHEMA), Severity.BREAKS)
    (clause,) = found[VERSION].clauses
    assert (clause.contract, clause.part) == (VERSION, "orders.state")
    assert clause.message == "orders.state is promised and goes away."
    assert {item.certainty for item in found.values()} == {Certainty.PROVEN}
    assert (report.verdict, report.semver) == (Verdict.BLOCK, "major")
    assert "is violated: orders.state is promised and goes away" in report.why


def test_contract__holds_where_what_changes_is_not_promised() -> None:
    report = ask(mesh(PROMISED), drop("note"))
    found = declared(report)
    assert (found[VERSION].severity, found[SCHEMA].severity) == (Severity.COMPATIBLE, Severity.COMPATIBLE)
    assert (found[PORT].severity, found[PORT].clauses) == (Severity.CHANGES_SCHEMA, ())
    assert report.verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (of(K.FIELD_RENAMED, "state", after="status"), "orders.state is promised and becomes status."),
        (
            of(K.TYPE_INCOMPATIBLE, "id", after="TEXT"),
            "orders.id is promised as integer and becomes TEXT.",
        ),
        (of(K.DATASET_REMOVED), "orders is promised and goes away."),
        (of(K.SLO_REMOVED, note="latency"), "The objective latency goes away."),
    ],
)
def test_clause__says_what_the_new_state_does_not_keep(change: Change, message: str) -> None:
    report = ask(mesh(PROMISED), change)
    assert [clause.message for clause in declared(report)[VERSION].clauses] == [message]
    assert report.verdict is Verdict.BLOCK


def test_clause__of_a_rule_is_violated_by_what_breaks_the_rule() -> None:
    ruled: Part = [
        *(part for part in PROMISED if getattr(part, "key", "") != f"schema-property/{SCHEMA[7:]}/id"),
        node(
            *(f"schema-property/{SCHEMA[7:]}/id", "SchemaProperty"),
            name="id",
            type="integer",
            required=True,
            primaryKey=True,
        ),
    ]
    nullable = ask(mesh(ruled), of(K.FIELD_NULLABLE, "id"))
    assert [one.message for one in declared(nullable)[VERSION].clauses] == [
        "orders.id is required and may be null."
    ]
    key = ask(mesh(ruled), of(K.KEY_CHANGED, "id"))
    assert "primary key" in declared(key)[VERSION].clauses[0].message
    assert not declared(ask(mesh(ruled), of(K.FIELD_NULLABLE, "state")))[VERSION].clauses


def test_clause__of_a_wider_type_of_the_same_family_is_kept() -> None:
    report = ask(mesh(PROMISED), of(K.TYPE_WIDENED, "id", after="BIGINT"))
    assert declared(report)[VERSION].clauses == ()
    assert (report.verdict, report.semver) == (Verdict.REVIEW, "minor")


BILLS = schema_of("bills", "bills")
COPIED: Part = [
    *contract("bills", {"bills": {}}),
    edge("BOUND_TO", BILLS, dataset("bills")),
    *properties(BILLS, id="integer"),
    *seen("bills", ("id", "INT")),
    *reads("copy", "orders"),
    *writes("copy", "bills"),
    edge(
        "FEEDS",
        identity("orders").field("id").key,
        identity("bills").field("id").key,
        via=job("copy"),
        subtype="IDENTITY",
    ),
]


def test_contract__of_what_is_downstream_is_violated_by_what_becomes_of_its_columns() -> None:
    report = ask(mesh(PROMISED, COPIED), of(K.TYPE_INCOMPATIBLE, "id", after="TEXT"))
    downstream = declared(report)["contract-version/bills/1.0.0"]
    assert [one.message for one in downstream.clauses] == [
        "bills.id is promised as integer and becomes TEXT."
    ]
    assert (downstream.severity, downstream.certainty) == (Severity.BREAKS, Certainty.STRUCTURAL)
    wider = ask(mesh(PROMISED, COPIED), of(K.TYPE_WIDENED, "id", after="BIGINT"))
    assert declared(wider)["contract-version/bills/1.0.0"].clauses == ()


def test_contract__that_is_a_draft_promises_nothing_yet() -> None:
    draft = [
        node(VERSION, "ContractVersion", version="1.0.0", status="draft")
        if getattr(part, "key", "") == VERSION
        else part
        for part in PROMISED
    ]
    report = ask(mesh(draft), drop("state"))
    assert (declared(report)[VERSION].clauses, report.verdict) == ((), Verdict.REVIEW)


def test_contract__of_which_the_proposal_is_the_new_version_is_not_violated_by_it() -> None:
    numbers = Change("contract/orders", K.CONTRACT_CHANGED, None, "1.0.0", "1.1.0", note="version")
    report = ask(mesh(PROMISED), drop("state"), numbers, contracts=("contract/orders",))
    found = declared(report)
    assert (found[VERSION].clauses, found[VERSION].severity) == ((), Severity.CHANGES_SCHEMA)
    assert "gets a new version (major, at least 2.0.0; the file says 1.1.0)" in found[VERSION].reason
    assert report.verdict is Verdict.REVIEW


def test_exposure__takes_the_severity_of_the_dataset_it_depends_on_but_not_as_proven() -> None:
    board: Part = [
        node("exposure/board", "Exposure", name="Board", exposureType="dashboard"),
        edge("DEPENDS_ON", "exposure/board", dataset("orders")),
    ]
    item = declared(ask(mesh(PROMISED, board), drop("note")))["exposure/board"]
    assert (item.severity, item.unknown, item.certainty) == (
        Severity.CHANGES_SCHEMA,
        True,
        Certainty.HEURISTIC,
    )
    assert item.reason == f"Dashboard Board depends on {identity('orders')}: note is removed."
    gone = ask(mesh(product("x"), board, seen("orders", "id")), of(K.DATASET_REMOVED))
    assert declared(gone)["exposure/board"].severity is Severity.BREAKS
    assert gone.verdict is Verdict.REVIEW


def test_component__that_depends_on_one_that_is_hit_is_hit() -> None:
    parts: Part = [
        node("component/web", "Component"),
        node("component/api", "Component"),
        edge("DEPENDS_ON", "component/api", ORDERS),
        edge("DEPENDS_ON", "component/web", "component/api"),
    ]
    found = declared(ask(mesh(PROMISED, parts), drop("note")))
    hops = {key: found[key].hops for key in ("component/api", "component/web")}
    assert hops == {"component/api": found[ORDERS].hops + 1, "component/web": found[ORDERS].hops + 2}


def test_agreement__in_force_takes_the_severity_of_what_it_covers() -> None:
    parts: Part = [
        node("team/finance", "Team", name="Finance", email="fin@example.com"),
        *agreement("now", PORT, "team/finance"),
        *agreement("over", PORT, "team/finance", "revoked"),
    ]
    report = ask(mesh(PROMISED, parts), drop("note"))
    assert declared(report)["agreement/now"].severity is Severity.CHANGES_SCHEMA
    assert "agreement/over" not in declared(report)
    (party,) = report.concerns["agreement/now"].owners
    assert (party.name, party.contacts) == ("Finance", ("fin@example.com",))


def test_consumer__that_only_says_so_is_unknown_and_one_that_lineage_shows_is_not() -> None:
    parts: Part = [*product("bills", exposes=["bills"]), *input_("bills", "in", receives="orders/tables")]
    silent = ask(mesh(PROMISED, parts), drop("note"))
    assert declared(silent)["product/bills"].severity is Severity.UNKNOWN
    reading: Part = [*reads("book", "orders"), *writes("book", "bills")]
    shown = declared(ask(mesh(PROMISED, parts, reading), drop("note")))
    assert "no lineage shows how" not in shown["product/bills"].reason


def test_port_removed__is_told_to_who_takes_from_it_and_blocked_by_an_agreement() -> None:
    taking: Part = [*product("bills"), *input_("bills", "in", receives="orders/tables")]
    gone = of(K.PORT_REMOVED, subject=PORT)
    report = ask(mesh(PROMISED, taking), gone)
    found = declared(report)
    assert (found["product/bills"].severity, found[PORT].severity) == (Severity.BREAKS, Severity.BREAKS)
    assert (report.verdict, report.semver) == (Verdict.REVIEW, "major")
    agreed: Part = [node("team/x", "Team"), *agreement("a", PORT, "team/x")]
    assert ask(mesh(PROMISED, taking, agreed), gone).verdict is Verdict.BLOCK


def test_words__that_promise_no_less_are_safe_and_tell_the_consumers() -> None:
    taking: Part = [*product("bills", exposes=["bills"]), *reads("book", "orders"), *writes("book", "bills")]
    report = ask(mesh(PROMISED, taking), of(K.SLO_TIGHTENED, subject="contract/orders"))
    assert report.verdict is Verdict.SAFE
    assert severities(report)["product/bills"] is Severity.COMPATIBLE
    assert {PORT, ORDERS, VERSION} <= severities(report).keys()


def test_words__about_what_is_not_known_are_refused() -> None:
    with pytest.raises(UnknownNode):
        ask(mesh(PROMISED), of(K.PORT_REMOVED, subject="output-port/orders/nothing"))


def test_classification__raised_names_where_the_data_goes_unmasked() -> None:
    columns: Part = [
        *seen("bills", "state", "hidden"),
        *reads("book", "orders"),
        *writes("book", "bills"),
        *product("bills", exposes=["bills"]),
    ]
    flows = [
        edge(
            "FEEDS", identity("orders").field("state").key, identity("bills").field(path).key, masking=masked
        )
        for path, masked in (("state", False), ("hidden", True))
    ]
    secret = of(K.CLASSIFICATION_RAISED, "state", after="secret")
    report = ask(mesh(PROMISED, columns, flows), secret)
    (sentence,) = report.policies
    assert f"unmasked to {identity('bills').field('state')} of product bills" in sentence
    assert "hidden" not in sentence
    said: Said = {"name": "Secret", "level": 3}
    carried: Part = [
        node("classification/secret", "Classification", **said),
        edge("CLASSIFIED_AS", dataset("bills"), "classification/secret"),
    ]
    assert ask(mesh(PROMISED, columns, flows, carried), secret).policies == ()


def test_concern__names_product_domain_owner_and_what_to_do() -> None:
    taking: Part = [
        *product("bills", domain="finance", owner="books", exposes=["bills"]),
        *writes("book", "bills"),
    ]
    store = mesh(PROMISED, taking, reads("book", "orders"))
    report = ask(store, of(K.DATASET_REMOVED))
    with store.read() as reader:
        concern = concerns_shown(reader, report, report.items)[job("book")]
    assert (concern.product, concern.domain) == ("product/bills", "domain/finance")
    assert [party.key for party in concern.owners] == ["team/books"]
    assert str(concern.action).startswith("Ask books to stop using ")


def test_report__asks_as_many_questions_however_many_things_are_hit() -> None:
    def asked(size: int) -> int:
        parts: list[Part] = [PROMISED]
        for number in range(size):
            name = f"p{number}"
            parts += [
                product(name, domain=f"d{number}", owner=f"t{number}", exposes=[name]),
                output(name, "out", serves=[name]),
                [*reads(f"j{number}", "orders"), *writes(f"j{number}", name), *seen(name, "id")],
                [node(f"exposure/{name}", "Exposure"), edge("DEPENDS_ON", f"exposure/{name}", dataset(name))],
                agreement(name, f"output-port/{name}/out", ORDERS),
            ]
        with mesh(*parts).read() as reader:
            counting = CountingReader(reader)
            report = impact(counting, Proposal((drop("state"),)))  # type: ignore[arg-type]
            assert len(report.items) > 5 * size
            return counting.questions

    assert asked(30) == asked(3)


def test_id__is_of_what_is_asked_and_not_of_who_says_it() -> None:
    store = mesh(PROMISED)
    one = ask(store, drop("state"), drop("note"), source="a file")
    assert one.id == ask(store, drop("note"), drop("state"), source="flags").id
    assert one.id != ask(store, drop("note")).id
