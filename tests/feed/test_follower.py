"""What the feed tells of changes of the graph, on each store; on Neo4j each day what asks something of a store."""

import time

import pytest

from catalog.feed import follower, found, log
from catalog.feed.change import Change, ChangedFact, ChangeFilter, ChangeKind
from catalog.feed.webhook import DeadLetter, Webhook, add_webhook, dead_letters, new_secret, settle
from catalog.store.port import Space, Store
from ingest.command import command
from tests.api.events import schema
from tests.convergence.conftest import NEO4J_WHEN_SLOW
from tests.documents.versions import Plain
from tests.feed.conftest import fresh_store, kind, store
from tests.feed.mesh import (
    CONTRACT,
    ORDERS,
    ORDERS_PORT,
    RETAIL,
    SALES,
    SCHEMA,
    SHOP,
    TEAM,
    VERSION,
    Mesh,
    edge,
    node,
    run_event,
    sales,
    told,
)

__all__ = ["fresh_store", "kind", "store"]


def test_feed__tells_nothing_of_what_was_there_before_it_began(store: Store) -> None:
    mesh = Mesh(store)
    mesh.describe(*sales())

    assert mesh.follow() == []


def test_feed__tells_what_is_new_and_where_it_belongs(store: Store) -> None:
    mesh = Mesh(store)
    mesh.follow()

    mesh.describe(*sales())
    changes = mesh.follow()

    assert told(changes) == [
        ("contract.changed", VERSION, "created"),
        ("contract.changed", CONTRACT, "created"),
        ("domain.changed", RETAIL, "created"),
        ("domain.changed", SHOP, "created"),
        ("port.changed", ORDERS_PORT, "created"),
        ("product.changed", SALES, "created"),
    ]
    of_sales = [one for one in changes if one.news.subject in (CONTRACT, VERSION, ORDERS_PORT, SALES)]
    for change in of_sales:
        assert [place.key for place in change.news.products] == [SALES]
        assert [place.key for place in change.news.domains] == [SHOP, RETAIL]
    assert [one.number for one in changes] == list(range(1, 7))


@NEO4J_WHEN_SLOW
def test_feed__tells_a_version_of_a_contract_in_the_domain_of_the_contract(store: Store) -> None:
    mesh = Mesh(store)
    mesh.describe(node(SHOP, "Domain"), node(CONTRACT, "DataContract", ("IN_DOMAIN", SHOP)))
    mesh.follow()

    mesh.describe(node(VERSION, "ContractVersion", ("VERSION_OF", CONTRACT)), source="contract.yaml")
    [change] = mesh.follow()

    assert [place.key for place in change.news.domains] == [SHOP]


@NEO4J_WHEN_SLOW
def test_feed__tells_another_owner_apart_from_other_facts(store: Store) -> None:
    mesh = Mesh(store)
    mesh.describe(*sales(description="Orders."))
    mesh.follow()

    mesh.describe(*sales(owner="team/finance", description="All orders."))
    owner, product = sorted(mesh.follow(), key=lambda one: one.news.kind)

    assert owner.news.kind is ChangeKind.OWNER_CHANGED
    assert owner.news.facts == (ChangedFact("OWNED_BY", [TEAM], ["team/finance"]),)
    assert product.news.kind is ChangeKind.PRODUCT_CHANGED
    assert product.news.facts == (ChangedFact("description", "Orders.", "All orders."),)


@NEO4J_WHEN_SLOW
def test_feed__tells_a_retyped_property_of_a_contract_of_its_version(store: Store) -> None:
    mesh = Mesh(store)
    mesh.describe(*sales())
    mesh.follow()

    mesh.describe(*sales(total="string"))
    [change] = mesh.follow()

    assert (change.news.kind, change.news.subject) == (ChangeKind.CONTRACT_CHANGED, VERSION)
    fact = ChangedFact("/schema orders/schema-property total type", "number", "string")
    assert change.news.facts == (fact,)


def test_feed__tells_what_documents_no_longer_have(store: Store) -> None:
    mesh = Mesh(store)
    mesh.describe(*sales())
    mesh.describe(node("agreement/a1", "AccessAgreement", ("COVERS", ORDERS_PORT)), source="access.yaml")
    mesh.follow()

    mesh.describe(source="access.yaml")
    [change] = mesh.follow()

    assert told([change]) == [("agreement.changed", "agreement/a1", "ended")]
    assert [place.key for place in change.news.products] == [SALES]


@NEO4J_WHEN_SLOW
def test_feed__tells_a_product_that_moves_to_those_it_leaves_too(store: Store) -> None:
    mesh = Mesh(store)
    mesh.describe(*sales())
    mesh.follow()

    mesh.describe(*sales(domain="domain/finance"))
    of_product = [one for one in mesh.follow() if one.news.subject == SALES]

    assert [{place.key for place in one.news.domains} for one in of_product] == [
        {"domain/finance", SHOP, RETAIL}
    ]


def _schema_changes(mesh: Mesh, number: int, *fields: str) -> list[Change]:
    event = run_event(number, eventTime=f"2024-05-01T1{number}:00:00Z")
    event["outputs"] = [{"namespace": "warehouse", "name": "mart.orders", "facets": schema(*fields)}]
    mesh.send(event)
    return [one for one in mesh.follow() if one.news.kind is ChangeKind.SCHEMA_CHANGED]


@NEO4J_WHEN_SLOW
def test_feed__tells_an_observed_schema_that_changes_and_only_once(store: Store) -> None:
    mesh = Mesh(store)
    mesh.describe(*sales())
    mesh.follow()

    assert _schema_changes(mesh, 1, "id", "total") == []  # the first that is known of it
    [change] = _schema_changes(mesh, 2, "id", "sum")
    assert _schema_changes(mesh, 3, "id", "sum") == []

    assert change.news.subject == ORDERS
    assert [place.key for place in change.news.products] == [SALES]
    assert change.news.facts == (
        ChangedFact("field sum", None, "VARCHAR"),
        ChangedFact("field total", "VARCHAR", None),
    )


@NEO4J_WHEN_SLOW
def test_feed__tells_runs_of_jobs_that_write_what_a_product_serves(store: Store) -> None:
    mesh = Mesh(store)
    mesh.describe(*sales())
    mesh.follow()

    mesh.send(run_event(1))
    mesh.send(run_event(2, eventType="FAIL"))
    mesh.send(run_event(3, job={"namespace": "jobs", "name": "other"}, outputs=[]))
    runs = [one for one in mesh.follow() if one.news.kind.value.startswith("run.")]
    mesh.send(run_event(1, eventTime="2024-05-01T10:00:01Z"))

    assert sorted(one.news.kind.value for one in runs) == ["run.completed", "run.failed"]
    assert {place.key for one in runs for place in one.news.products} == {SALES}
    assert mesh.follow() == []


def test_feed__looks_at_everything_where_the_journal_cannot_tell(store: Store) -> None:
    from catalog.changes import take_version

    mesh = Mesh(store)
    mesh.describe(*sales(description="Before."))
    mesh.describe(node("agreement/a1", "AccessAgreement", ("COVERS", ORDERS_PORT)), source="access.yaml")
    mesh.follow()

    mesh.describe(*sales(description="After."))
    mesh.describe(source="access.yaml")
    store.write(lambda transaction: take_version(transaction, [f"run/{number}" for number in range(50_001)]))

    assert told(mesh.follow()) == [
        ("agreement.changed", "agreement/a1", "ended"),
        ("product.changed", SALES, "changed"),
    ]


def test_feed__goes_on_where_another_process_stopped(store: Store) -> None:
    mesh = Mesh(store)
    mesh.follow()
    mesh.describe(*sales())
    mesh.lease.give_back()

    other = Mesh(store, minute=mesh.minute)
    first = other.follow()

    assert len(first) == 6
    assert not mesh.lease.hold()
    assert other.follow() == []


def test_edge__is_sorted_by_name() -> None:
    assert edge("A", "b", "c", z=1, a=2)[3] == (("a", 2), ("z", 1))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings are looked at whenever anything has changed."""
    monkeypatch.setattr(follower, "SHARE", 0)
    monkeypatch.setattr(follower, "FINDINGS_S", 0)


def _findings(changes: list[Change]) -> list[tuple[str, str, str]]:
    return [
        (one.news.kind.value, one.news.subject, str(one.news.facts[1].after or one.news.facts[1].before))
        for one in changes
        if one.news.kind.startswith("finding.")
    ]


@pytest.mark.usefixtures("at_once")
def test_feed__tells_findings_that_come_and_go(store: Store) -> None:
    mesh = Mesh(store, findings_s=0)
    mesh.describe(*sales())
    assert mesh.follow_all() == []  # those of before are known, not told

    other = node("output-port/sales/more", "OutputPort", ("SERVES", "dataset/warehouse/more"))
    more = [
        (key, Plain(plain.label, plain.properties, plain.edges | {edge("HAS_OUTPUT_PORT", SALES, other[0])}))
        if key == SALES
        else (key, plain)
        for key, plain in sales()
    ]
    mesh.describe(*more, other)
    opened = mesh.follow_all()
    mesh.describe(*sales())
    closed = mesh.follow_all()

    assert _findings(opened) == [("finding.opened", "output-port/sales/more", "port-without-data")]
    assert _findings(closed) == [("finding.closed", "output-port/sales/more", "port-without-data")]
    for finding in (one for one in (*opened, *closed) if one.news.kind.startswith("finding.")):
        assert [place.key for place in finding.news.products] == [SALES]
        assert [place.key for place in finding.news.domains] == [SHOP, RETAIL]
    assert mesh.follow_all() == []


@pytest.mark.usefixtures("at_once")
def test_feed__tells_many_findings_in_several_transactions(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "AT_ONCE", 2)
    mesh = Mesh(store, findings_s=0)
    mesh.follow()

    ports = [
        node(f"output-port/sales/{n}", "OutputPort", ("SERVES", f"dataset/warehouse/{n}")) for n in range(5)
    ]
    product = node(SALES, "DataProduct", *(("HAS_OUTPUT_PORT", key) for key, _ in ports), lifecycle="active")
    mesh.describe(product, *ports)

    opened = {one[1] for one in _findings(mesh.follow_all()) if one[2] == "port-without-data"}
    assert opened == {key for key, _ in ports}


@pytest.mark.usefixtures("at_once")
def test_feed__keeps_nothing_of_what_is_forgotten(store: Store) -> None:
    mesh = Mesh(store, findings_s=0)
    mesh.follow()
    mesh.describe(*sales())
    mesh.send(run_event(1))
    made = Webhook("wh_1", "https://example.org/", new_secret(), ChangeFilter(), None, 0)
    add_webhook(store, made)
    [first, *_] = mesh.follow_all()
    settle(store, made.id, lambda it: (it, ((first.number, DeadLetter(first, 1, "no", 0)),)))

    said = {"kind": "dataset", "namespace": "warehouse", "name": "mart.orders"}
    mesh.projection.apply([command("forget", said, received_ns=time.time_ns())])
    after = mesh.follow_all()

    assert after == []
    with store.read() as reader:
        rows = reader.walk(Space.FEED, None, 1_000)
        assert [row for row in rows if "mart.orders" in f"{row.sort} {row.value}"] == []
        assert dead_letters(reader, made.id) == []
        assert {row.partition for row in rows} == {"feed", "portrait", "webhook", "finding"}
    mesh.describe(*sales(description="Another."))
    assert ("product.changed", SALES, "changed") in told(mesh.follow())


@NEO4J_WHEN_SLOW
def test_feed__tells_who_has_another_role(store: Store) -> None:
    mesh = Mesh(store)
    mesh.describe(*sales())
    mesh.follow()

    role = edge("HAS_ROLE", "person/ada", SALES, role="steward")
    mesh.describe(*sales(), ("person/ada", Plain("Person", {"name": "ada"}, frozenset({role}))))
    [change] = mesh.follow()

    assert change.news.facts == (ChangedFact("HAS_ROLE steward", None, ["person/ada"]),)


def test_feed__keeps_the_last_events_and_what_it_knows_of_their_runs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "KEPT", 2)
    mesh = Mesh(store, findings_s=3600)  # numbers are counted: those of findings too, on a slow machine
    mesh.describe(*sales())
    mesh.follow()

    for number in range(4):
        mesh.send(run_event(number))
        mesh.follow()

    with store.read() as reader:
        kept = log.events(reader, 0, 10)
        runs = [row.sort for row in log.page(reader, log.RUNS, None, 10)]
    assert [one.number for one in kept] == [3, 4]
    assert runs == sorted(one.news.subject for one in kept)


@NEO4J_WHEN_SLOW
@pytest.mark.usefixtures("at_once")
def test_feed__tells_runs_that_write_what_only_a_rule_binds(store: Store) -> None:
    mesh = Mesh(store, findings_s=0)
    bound = {"platform": "postgres", "database": "shop", "databaseSchema": "public", "physicalName": "totals"}
    mesh.describe(
        node(SALES, "DataProduct", ("HAS_OUTPUT_PORT", ORDERS_PORT), lifecycle="active"),
        node(ORDERS_PORT, "OutputPort", ("GOVERNED_BY", VERSION), ("OFFERS", SCHEMA)),
        node(VERSION, "ContractVersion", ("HAS_SCHEMA", SCHEMA)),
        node(SCHEMA, "Schema", **bound),
    )
    event = run_event(1)
    event["outputs"] = [{"namespace": "postgres://db:5432", "name": "shop.public.totals"}]
    mesh.send(event)
    mesh.follow()

    mesh.send({**event, "run": run_event(2)["run"]})
    [run] = [one for one in mesh.follow() if one.news.kind is ChangeKind.RUN_COMPLETED]

    assert [place.key for place in run.news.products] == [SALES]

    mesh.send({**event, "run": run_event(3)["run"]})
    mesh.lease.give_back()
    [later] = [one for one in Mesh(store).follow() if one.news.kind is ChangeKind.RUN_COMPLETED]

    assert [place.key for place in later.news.products] == [SALES]
