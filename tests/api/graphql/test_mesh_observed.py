"""What GraphQL tells of products from what is observed: status, bindings, edges, findings; the consumer's page."""

import re
from pathlib import Path
from typing import Any

import pytest

from catalog.store.memory import MemoryStore
from tests.api.graphql import mesh
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.described import describe, edge, stub, thing
from tests.api.graphql.mesh import CLEAN, EUROPE, FINANCE, ORDERS, OUT, REPORT, REPORTS, SCHEMA
from tests.api.graphql.world import BASE, World, at, load, nodes, run_event, schema
from tests.api.graphql.world import dataset as data

BEFORE, THEN = 7, 8


@pytest.fixture
def told(every: World) -> World:
    """The shop and a mesh around it, in a store of each kind."""
    describe(every.store, THEN, mesh.mesh())
    return every


STATUS = """query ($at: DateTime) { product(name: "orders", asOf: $at) { status { health reason ageSeconds checkCount
    lastRun { state startedAt endedAt job { name } run { name } } lastSuccess { endedAt }
    ports { health port { name } failedChecks { name } slos { name threshold measured met reason
        objective { key } } } } } }"""


def test_status__is_that_of_the_last_runs_against_the_objectives(told: World) -> None:
    found = told.ask(STATUS, at=at(THEN))["product"]["status"]
    (port,) = found.pop("ports")
    assert found["lastRun"]["job"] == {"name": "load"}
    assert (found["lastRun"]["state"], found["lastSuccess"]) == ("COMPLETE", {"endedAt": at(6)})
    assert found["ageSeconds"] == 2 * 3600
    (objective,) = port["slos"]
    assert (objective["threshold"], objective["met"], objective["objective"]["key"]) == ("4", True, mesh.SLO)
    assert (port["port"], port["health"], found["health"]) == ({"name": "clean"}, "HEALTHY", "HEALTHY")

    late = told.ask(STATUS, at=at(THEN + 3))["product"]["status"]
    assert late["health"] == late["ports"][0]["health"] == "LATE"
    assert "too old" in late["reason"]


BINDING = """query ($at: DateTime) { node(id: "schema/orders/1.10.0/clean", asOf: $at) { ... on ContractSchema {
    binding { status thing { key } datasets { dataset { key } rule confidence evidence }
        suggestions { reason } } } } }"""


def test_binding__says_by_which_rule(told: World) -> None:
    found = told.ask(BINDING)["node"]["binding"]
    (bound,) = found["datasets"]
    assert (found["status"], found["thing"], found["suggestions"]) == ("BOUND", {"key": SCHEMA}, [])
    assert (bound["dataset"], bound["rule"], bound["confidence"]) == ({"key": CLEAN}, "DECLARED", 1.0)


def test_bindings__are_listed_by_how_they_stand(told: World) -> None:
    query = """query ($status: BindingStatus) { bindings(status: $status) { totalCount
        edges { node { thing { key } } } } }"""
    keys = [one["thing"]["key"] for one in nodes(told.ask(query)["bindings"])]
    bound = [one["thing"]["key"] for one in nodes(told.ask(query, status="BOUND")["bindings"])]
    unbound = [one["thing"]["key"] for one in nodes(told.ask(query, status="UNBOUND")["bindings"])]
    assert (bound, sorted(bound + unbound)) == ([OUT, SCHEMA], keys)
    assert told.ask(query, status="AMBIGUOUS")["bindings"]["totalCount"] == 0


def test_products__flow_into_each_other_as_observed_and_declared(told: World) -> None:
    side = """edges { node { source { key } target { key } observed declared origin since routeCount
        routes { source { key } target { key } between { name } } inputs { inputPort { key } outputPort { key } } } }"""
    query = f"""query ($at: DateTime) {{ orders: product(name: "orders", asOf: $at) {{ upstream {{ totalCount }}
        downstream {{ {side} }} }} reports: product(name: "reports", asOf: $at) {{ upstream {{ {side} }} }}
        domain(name: "finance", asOf: $at) {{ upstream {{ {side} }} downstream {{ totalCount }} }} }}"""
    found = told.ask(query)
    (one,) = nodes(found["orders"]["downstream"])
    assert one == {
        **{"source": {"key": ORDERS}, "target": {"key": REPORTS}, "observed": True, "declared": True},
        **{"origin": ["OBSERVED"], "since": at(2), "routeCount": 1},
        "routes": [{"source": {"key": CLEAN}, "target": {"key": REPORT}, "between": [{"name": "summarise"}]}],
        "inputs": [{"inputPort": {"key": mesh.IN}, "outputPort": {"key": OUT}}],
    }
    assert nodes(found["reports"]["upstream"]) == [one]
    assert found["orders"]["upstream"]["totalCount"] == 0
    (between,) = nodes(found["domain"]["upstream"])
    assert (between["source"], between["target"]) == ({"key": EUROPE}, {"key": FINANCE})
    assert told.ask(query, at=at(BEFORE))["orders"] is None


def test_consumers__are_products_jobs_of_none_and_those_with_an_agreement(told: World) -> None:
    query = """query ($at: DateTime) { product(name: "orders", asOf: $at) { consumers { edges { node { declared
        consumer { key } reads { key } } } } } }"""
    assert nodes(told.ask(query)["product"]["consumers"]) == [
        {"consumer": {"key": "job/etl/plan"}, "declared": False, "reads": [{"key": CLEAN}]},
        {"consumer": {"key": REPORTS}, "declared": True, "reads": [{"key": CLEAN}]},
    ]
    alone = thing(REPORTS, "DataProduct", name="Reports")
    describe(told.store, THEN + 1, [alone if one.key == REPORTS else one for one in mesh.mesh()])
    later = nodes(told.ask(query)["product"]["consumers"])
    assert [(one["consumer"]["key"], one["declared"], len(one["reads"])) for one in later] == [
        ("job/etl/plan", False, 1),
        ("job/etl/summarise", False, 1),
        (REPORTS, True, 0),  # by its agreement
    ]


FINDINGS = """query ($filter: FindingFilter, $first: Int! = 50, $after: String, $at: DateTime) {
    findings(filter: $filter, first: $first, after: $after, asOf: $at) { totalCount pageInfo { endCursor hasNextPage }
        edges { node { id kind severity message remedy since subject { key } product { key } domain { key }
            tell { key } concerns { key } evidence { text things { key } documents { key } } } } } }"""


def undeclared() -> list[Any]:
    """The mesh without the input port of one product."""
    reports = thing(
        *(REPORTS, "DataProduct", edge("IN_DOMAIN", REPORTS, FINANCE), edge("EXPOSES", REPORTS, REPORT)),
        edge("OWNED_BY", REPORTS, mesh.ANNA),
        name="Reports",
    )
    return [reports if one.key == REPORTS else one for one in mesh.mesh()]


def test_findings__say_what_differs_and_whom_to_tell(told: World) -> None:
    describe(told.store, THEN + 1, undeclared())
    (found,) = nodes(told.ask(FINDINGS, filter={"kinds": ["UNDECLARED_INPUT"]})["findings"])
    assert (found["product"], found["domain"]) == ({"key": REPORTS}, {"key": FINANCE})
    assert {"key": mesh.ANNA} in found["tell"]
    assert found["concerns"] == [{"key": ORDERS}]
    assert any(CLEAN in [one["key"] for one in piece["things"]] for piece in found["evidence"])
    assert found["remedy"]

    of_product = """query ($name: String!) { product(name: $name) { findings { edges { node { id } } } } }"""
    for name in ("reports", "orders"):  # whose it is, and whom it concerns
        assert found["id"] in nodes(told.ask(of_product, name=name)["product"]["findings"], "id")
    domain = told.ask('{ domain(name: "finance") { findings { edges { node { id } } } } }')["domain"]
    assert found["id"] in nodes(domain["findings"], "id")
    assert nodes(told.ask(FINDINGS, filter={"kinds": ["UNDECLARED_INPUT"]}, at=at(THEN))["findings"]) == []


def test_findings__come_in_pages_by_filters(told: World) -> None:
    describe(told.store, THEN + 1, undeclared())
    everything = told.ask(FINDINGS)["findings"]
    assert everything["totalCount"] == len(everything["edges"]) > 1
    first = told.ask(FINDINGS, first=1)["findings"]
    rest = told.ask(FINDINGS, after=first["pageInfo"]["endCursor"])["findings"]
    assert nodes(first, "id") + nodes(rest, "id") == nodes(everything, "id")
    for name, value in (("product", "reports"), ("domain", "finance"), ("severity", "ERROR")):
        some = told.ask(FINDINGS, filter={name: value})["findings"]
        assert {*nodes(some, "id")} < {*nodes(everything, "id")}
    assert told.refused(FINDINGS, filter={"product": "nobody"}) == (
        "BAD_USER_INPUT",
        "There is no data product 'nobody'.",
    )


GUIDE = (Path(__file__).parents[3] / "docs" / "products.md").read_text(encoding="utf-8")
PAGE = "query ($name: String!, $at: DateTime) " + GUIDE.split("```graphql\n")[1].split("```")[0].replace(
    'product(name: "orders")', "product(name: $name, asOf: $at)"
)
"""The question that the guide shows, of any product at any time."""


def test_consumers_page__of_the_guide_is_one_question(told: World) -> None:
    found = told.ask(PAGE, name="orders")["product"]
    (port,) = nodes(found["outputPorts"])
    assert (found["owner"]["agent"]["name"], found["domain"]["name"]) == ("Team Orders", "Sales in Europe")
    column = {"name": "id", "type": "int", "classifications": {"edges": []}}
    dataset = {"name": "clean", "fields": {"edges": [{"node": column}]}}
    assert port["binding"]["datasets"] == [{"dataset": dataset, "rule": "DECLARED"}]
    assert nodes(found["downstream"]) == [{"target": {"name": "Reports"}, "observed": True, "declared": True}]
    assert found["status"]["ports"][0]["slos"][0]["threshold"] == "4"


LINEAGE = """query ($of: [ID!]!, $level: Level!, $direction: Direction! = DOWNSTREAM, $depth: Int, $at: DateTime,
    $origins: [Origin!], $since: DateTime) {
    lineage(of: $of, level: $level, direction: $direction, depth: $depth, asOf: $at, origins: $origins, since: $since) {
        nodes { hops node { key kind } } edges { source target origin firstSeen lastSeen job { key } }
        coverage { status reasons { code } } } }"""


@pytest.fixture(scope="module")
def row() -> World:
    """Twenty products in a row, each of a domain of its own."""
    return World(chain(20))


def reached(world: World, *of: str, level: str, **asked: Any) -> dict[str, int]:
    found = world.ask(LINEAGE, of=of, level=level, **asked)["lineage"]
    ends = {one["node"]["key"] for one in found["nodes"]}
    assert {one[end].removeprefix(BASE) for one in found["edges"] for end in ("source", "target")} <= ends
    return {one["node"]["key"].partition("/")[2]: one["hops"] for one in found["nodes"]}


@pytest.mark.parametrize("level", ["PRODUCT", "DOMAIN"])
def test_lineage__goes_between_products_and_domains(row: World, level: str) -> None:
    start = f"{level.lower()}/010"
    assert reached(row, start, level=level) == {f"{place:03}": place - 10 for place in range(10, 20)}
    assert reached(row, start, level=level, direction="UPSTREAM", depth=2) == {"010": 0, "009": 1, "008": 2}
    both = reached(row, start, level=level, direction="BOTH", depth=1)
    assert both == {"009": 1, "010": 0, "011": 1}
    for other in ("product/010", "domain/010", "dataset/db/t010", "field/db/t010/a"):
        assert reached(row, other, level=level, depth=1) == {"010": 0, "011": 1}
    assert reached(row, start, level=level, at=at(0)) == {}


def test_lineage_of_products__has_origins_and_says_what_it_does_not_know(row: World) -> None:
    found = row.ask(LINEAGE, of=["product/000"], level="PRODUCT", depth=1)["lineage"]
    assert found["edges"] == [
        {
            **{"source": f"{BASE}product/000", "target": f"{BASE}product/001", "job": None, "lastSeen": None},
            **{"origin": ["DECLARED", "OBSERVED"], "firstSeen": at(1)},
        }
    ]
    assert found["coverage"] == {"status": "PARTIAL", "reasons": [{"code": "DEPTH"}]}
    assert reached(row, "product/000", level="PRODUCT", depth=1, origins=["OBSERVED"]) == {"000": 0, "001": 1}
    assert reached(row, "product/000", level="PRODUCT", depth=1, origins=["PARSED"]) == {"000": 0}
    alone = row.ask(LINEAGE, of=["job/etl/make001"], level="PRODUCT")["lineage"]
    assert alone["coverage"] == {"status": "UNKNOWN", "reasons": [{"code": "NO_LINEAGE"}]}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"of": ["team/000"]}, "BAD_USER_INPUT"),
        ({"of": ["product/none"]}, "UNKNOWN_NODE"),
        ({"of": []}, "BAD_USER_INPUT"),
        ({"of": ["product/000"], "since": at(0)}, "BAD_USER_INPUT"),
    ],
)
def test_lineage_of_products__refuses_what_cannot_be(row: World, asked: dict[str, Any], code: str) -> None:
    assert row.refused(LINEAGE, level="PRODUCT", **asked)[0] == code


def test_lineage_of_products__changes_between_two_times(row: World) -> None:
    query = """query ($of: [ID!]!, $from: DateTime!) { lineageDiff(of: $of, from: $from, level: PRODUCT, depth: 1) {
        edges { edges { node { change after { target } } } } fields { totalCount } } }"""
    found = row.ask(query, of=["product/000"], **{"from": at(0)})["lineageDiff"]
    assert nodes(found["edges"]) == [{"change": "CAME", "after": {"target": f"{BASE}product/001"}}]


def chain(number: int) -> MemoryStore:
    """Products in a row, each made of the one before by a job, each with ports, a contract and a schema of its own."""
    store = MemoryStore()
    described: list[Any] = []
    for place in range(number):
        described += _link(f"{place:03}", f"{place - 1:03}" if place else None)
        if place:
            inputs = [data(f"t{place - 1:03}", schema=schema("a:int"))]
            outputs = [data(f"t{place:03}", schema=schema("a:int"))]
            load(store, run_event(1, "COMPLETE", place, f"make{place:03}", inputs, outputs))
    describe(store, 2, [*described, thing("classification/x", "Classification", name="x")])
    return store


def _link(name: str, before: str | None) -> list[Any]:
    product, port, take = f"product/{name}", f"output-port/{name}/out", f"input-port/{name}/in"
    version, table, column = f"contract-version/{name}/1.0.0", f"schema/{name}", f"schema-property/{name}/a"
    target, team, domain = f"dataset/db/t{name}", f"team/{name}", f"domain/{name}"
    inputs = [] if before is None else [edge("HAS_INPUT_PORT", product, take)]
    receives = [] if before is None else [edge("RECEIVES", take, f"output-port/{before}/out")]
    return [
        thing(
            *(product, "DataProduct", edge("OWNED_BY", product, team), edge("IN_DOMAIN", product, domain)),
            *(edge("HAS_OUTPUT_PORT", product, port), *inputs),
            name=name,
        ),
        thing(team, "Team", edge("HAS_ROLE", team, product, role="steward"), name=name),
        thing(domain, "Domain", name=name),
        thing(
            port, "OutputPort", edge("GOVERNED_BY", port, version), edge("OFFERS", port, table), name="out"
        ),
        *([thing(take, "InputPort", *receives, name="in")] if before is not None else []),
        thing(version, "ContractVersion", edge("HAS_SCHEMA", version, table), name=name, version="1.0.0"),
        thing(
            table,
            "Schema",
            edge("HAS_PROPERTY", table, column),
            edge("BOUND_TO", table, target),
            name=f"t{name}",
        ),
        thing(
            column,
            "SchemaProperty",
            edge("CLASSIFIED_AS", column, "classification/x"),
            name="a",
            type="integer",
        ),
        stub(target, "Dataset", namespace="db", name=f"t{name}"),
    ]


@pytest.mark.parametrize("then", [None, at(3)], ids=["now", "as-of"])
def test_consumers_page__costs_the_store_the_same_however_large_the_mesh_is(then: str | None) -> None:
    asked = []
    for number in (3, 10, 100):
        counting = CountingStore(chain(number))
        found = World(counting).ask(PAGE, name="001", at=then)["product"]
        assert nodes(found["upstream"]) == [{"source": {"name": "000"}, "observed": True, "declared": True}]
        asked.append(counting.asked)
    assert asked[0] == asked[1] == asked[2]
    assert asked[0].total() <= MOST_QUESTIONS


MOST_QUESTIONS = 120
"""What the consumer's page asks a store at most."""


def test_products__with_all_of_that_cost_the_store_the_same_for_many() -> None:
    store = chain(100)
    query = PAGE.replace("($name: String!, $at", "($first: Int!, $at").replace(
        "product(name: $name, asOf: $at) {", "products(first: $first, asOf: $at) { edges { node {"
    )
    slim = re.sub(r"\(first: \d+\)", "(first: 1)", query) + " } }"
    asked = []
    for first in (2, 10, 100):
        counting = CountingStore(store)
        found = World(counting).ask(slim, first=first)["products"]
        assert len(found["edges"]) == first
        asked.append(counting.asked)
    assert asked[0] == asked[1] == asked[2]
