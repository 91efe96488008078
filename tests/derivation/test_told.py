"""What is told of SQL: over GraphQL, in the coverage and the evidence of lineage."""

from collections import Counter
from typing import Any

import pytest

from catalog.coverage import CoverageStatus, ReasonCode
from catalog.graph import Direction
from catalog.lineage import Level, walk
from catalog.store.memory import MemoryStore
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.world import World
from tests.convergence import observed
from tests.derivation.cases import MART, RAW, STG, dataset_event, holder, job_id, run, settled, time

QUERY = """query ($id: ID!) { node(id: $id) { ... on Job { sqlLineage {
    status dialects problems { edges { node { reason statement } } }
    statements { edges { node { kind status } } }
    tables { edges { node { role name rule dataset { name } candidates } } }
    contradictions { edges { node { target source { name } } } } } } } }"""

FROM = {"type": "DIRECT", "subtype": "IDENTITY"}


def sql_lineage(store: Any, job: str) -> Any:
    return World(store).ask(QUERY, id=job_id(job).key)["node"]["sqlLineage"]


def items(connection: Any) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]


def columns(target: str, field: str) -> dict[str, Any]:
    source = {"namespace": RAW.namespace, "name": RAW.name, "field": field, "transformations": [FROM]}
    return {"columnLineage": {"fields": {target: {"inputFields": [source]}}}}


def test_sql_lineage__tells_what_its_names_mean() -> None:
    query = "select id from raw.orders join nowhere using (id)"
    store = settled(
        MemoryStore(), [run("stage", 1, query, [holder(RAW, "id")], [holder(STG)], dialect="duckdb")]
    )

    found = sql_lineage(store, "stage")

    assert (found["status"], found["dialects"]) == ("PARTIAL", ["duckdb"])
    assert {"reason": "TABLE_UNRESOLVED", "statement": None} in items(found["problems"])
    assert items(found["statements"]) == [{"kind": "SELECT", "status": "COMPLETE"}]
    assert items(found["tables"]) == [
        {"role": "reads", "name": "nowhere", "rule": "NOT_FOUND", "dataset": None, "candidates": []},
        {
            "role": "reads",
            "name": "raw.orders",
            "rule": "OWN_INPUT",
            "dataset": {"name": RAW.name},
            "candidates": [],
        },
        {
            "role": "writes",
            "name": None,
            "rule": "ONLY_OUTPUT",
            "dataset": {"name": STG.name},
            "candidates": [],
        },
    ]


def test_sql_lineage__of_a_job_without_sql_is_null() -> None:
    store = settled(MemoryStore(), [run("stage", 1, None, [holder(RAW)], [holder(STG)])])

    assert sql_lineage(store, "stage") is None


def test_sql_lineage__is_pending_until_it_is_settled() -> None:
    store = MemoryStore()
    observed.send(store, [[run("stage", 1, "select 1 as a", [], [holder(STG)])]])

    assert sql_lineage(store, "stage")["status"] == "PENDING"


def test_sql_lineage__lists_what_the_producer_says_otherwise() -> None:
    """The producer says that total comes from id; the SQL, understood in whole, does not."""
    said = run(
        "stage",
        1,
        "select amount as total from shop.raw.orders",
        [holder(RAW, "id", "amount")],
        [holder(STG, **columns("total", "id"))],
    )
    store = settled(MemoryStore(), [said])

    [found] = items(sql_lineage(store, "stage")["contradictions"])

    assert found["source"] == {"name": "id"}
    assert found["target"].endswith("stg.orders/total")


def test_sql_lineage__finds_no_contradiction_where_producer_and_sql_agree() -> None:
    said = run(
        "stage",
        1,
        "select amount as total from shop.raw.orders",
        [holder(RAW, "id", "amount")],
        [holder(STG, **columns("total", "amount"))],
    )
    store = settled(MemoryStore(), [said])

    assert items(sql_lineage(store, "stage")["contradictions"]) == []


ALL_JOBS = """{ jobs(first: 100) { edges { node { sqlLineage { status
    tables { edges { node { dataset { name } } } } contradictions { totalCount } } } } } }"""


def asked(jobs: int) -> Counter[str]:
    """The questions to a store with so many jobs."""
    sides = [holder(RAW, "id")], [holder(STG, "id")]
    said = [run(f"job{n}", 1, "select id from shop.raw.orders", *sides, number=n) for n in range(jobs)]
    counting = CountingStore(settled(MemoryStore(), said))
    World(counting).ask(ALL_JOBS)
    return counting.asked


def test_sql_lineage__costs_the_store_the_same_for_any_number_of_jobs() -> None:
    assert asked(1) == asked(10) == asked(60)


def reasons(store: Any, direction: Direction = Direction.OUT) -> tuple[CoverageStatus, set[ReasonCode]]:
    with store.read() as reader:
        root = RAW.field("id").key if direction is Direction.OUT else MART.field("id").key
        found = walk(reader, [root], direction=direction, level=Level.FIELD)
    return found.coverage.status, {reason.code for reason in found.coverage.reasons}


def test_coverage__of_lineage_that_complete_sql_tells_is_complete() -> None:
    said = [dataset_event(1, MART, "id"), dataset_event(1, RAW, "id")]
    said.append(run("one", 2, "select id from shop.raw.orders", [holder(RAW)], [holder(MART)]))

    assert reasons(settled(MemoryStore(), said)) == (CoverageStatus.COMPLETE, set())


def test_coverage__says_that_sql_is_understood_only_in_part() -> None:
    said = [dataset_event(1, MART, "id"), dataset_event(1, RAW, "id")]
    query = "insert into mart.daily select id from shop.raw.orders; select from where"
    said.append(run("one", 2, query, [holder(RAW)], [holder(MART)]))

    assert ReasonCode.SQL_NOT_UNDERSTOOD in reasons(settled(MemoryStore(), said))[1]


AS_OF = """query ($id: ID!, $at: DateTime!) { node(id: $id) { ... on Job { sqlLineage(asOf: $at) {
    status tables { edges { node { role name } } } } } } }"""


@pytest.mark.parametrize(
    ("minute", "status", "read"),
    [
        (0, None, []),
        (1, "COMPLETE", ["raw.orders"]),
        (2, "PARTIAL", ["nowhere"]),
        (9, "PARTIAL", ["nowhere"]),
    ],
)
def test_sql_lineage__as_of_an_instant_is_that_of_the_sql_in_force_then(
    minute: int, status: str | None, read: list[str]
) -> None:
    first = run("one", 1, "select id from raw.orders", [holder(RAW, "id")], [holder(MART, "id")])
    second = run("one", 2, "select id from nowhere", [holder(RAW, "id")], [holder(MART, "id")])
    store = settled(MemoryStore(), [first, second])

    found = World(store).ask(AS_OF, id=job_id("one").key, at=time(minute))["node"]["sqlLineage"]

    assert (found and found["status"]) == status
    told = items(found["tables"]) if found else []
    assert [table["name"] for table in told if table["role"] == "reads"] == read


@pytest.mark.parametrize(("query", "says"), [("select from where", True), ("select 1", False)])
def test_coverage__of_a_job_with_nothing_but_sql_says_that_it_is_not_understood(
    query: str, says: bool
) -> None:
    store = settled(MemoryStore(), [run("one", 1, query)])
    with store.read() as reader:
        found = walk(reader, [job_id("one").key], direction=Direction.BOTH)

    codes = {reason.code for reason in found.coverage.reasons}
    assert (ReasonCode.SQL_NOT_UNDERSTOOD in codes) == says
    assert found.coverage.status is CoverageStatus.UNKNOWN


def test_coverage__of_an_output_of_constants_knows_that_nothing_comes_in() -> None:
    said = [dataset_event(1, MART, "id"), dataset_event(1, RAW, "id")]
    said.append(run("one", 2, "select 1 as id", [holder(RAW)], [holder(MART)]))

    assert ReasonCode.NO_COLUMN_LINEAGE not in reasons(settled(MemoryStore(), said))[1]


def test_evidence__of_a_parsed_edge_is_the_run_that_told_the_sql() -> None:
    query = "create table mart.daily as select id from shop.raw.orders"
    said = [dataset_event(1, RAW, "id"), run("one", 2, query, [], [holder(MART)], number=7)]
    store = settled(MemoryStore(), said)

    found = World(store).ask(
        """query ($of: [ID!]!) { lineage(of: $of, level: FIELD) {
        edges { origin firstSeen lastSeen evidence { run { name } } } } }""",
        of=[RAW.field("id").key],
    )

    [edge] = found["lineage"]["edges"]
    assert (edge["origin"], edge["evidence"]["run"]["name"][-1]) == (["PARSED"], "7")


def test_field__is_told_once_where_producer_and_sql_agree() -> None:
    said = run(
        "stage",
        1,
        "select amount as total from shop.raw.orders",
        [holder(RAW, "amount")],
        [holder(STG, **columns("total", "amount"))],
    )
    store = settled(MemoryStore(), [said])

    found = World(store).ask(
        """query ($id: ID!) { node(id: $id) { ... on Field { type inferred
        upstream { edges { node { origin field { name } transformation { subtype } } } } } } }""",
        id=STG.field("total").key,
    )["node"]

    assert (found["type"], found["inferred"]) == ("int", True)
    assert items(found["upstream"]) == [
        {
            "origin": ["OBSERVED", "PARSED"],
            "field": {"name": "amount"},
            "transformation": {"subtype": "IDENTITY"},
        }
    ]
