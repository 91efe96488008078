"""Classes of data along lineage, as GraphQL tells them."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from api.graphql.schema import answer
from catalog.store.port import Store
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.world import BASE
from tests.governance.curated import curate
from tests.governance.test_criticality import element
from tests.governance.test_propagate_rule import kept
from tests.governance.test_propagation import BLIND, CHAIN, EMAIL, column, email_of, feeds
from tests.mesh.words import Part, dataset, job, mesh, product, seen

CLASSES = """ fragment Classes on DerivedClassifications {
  level overruled(first: 5) { subjectKey by reason value } coverage { status reasons(first: 5) { code } }
  classes(first: 20) { totalCount edges { node { ...Class } } } stopped(first: 20) { edges { node { ...Class } } } }
fragment Class on DerivedClassification {
  value level derived passing reason routeLength field { key } classification { key } saidOf { key }
  route(first: 5) { source { key } target { key } job { key } toldBy { key } kind passing origin
    transformation { subtype masking } } }"""
ONE = """query ($id: ID!, $stop: Boolean = false) { node(id: $id) {
  ... on Field { derivedClassifications(aggregatesStop: $stop) { ...Classes } }
  ... on Dataset { derivedClassifications(aggregatesStop: $stop) { ...Classes } }
  ... on DataProduct { derivedClassifications(aggregatesStop: $stop) { ...Classes } }
  ... on Classification { reach(aggregatesStop: $stop) { ...Classes } } } }"""


def ask(store: Store, query: str, **variables: Any) -> Any:
    found = asyncio.run(answer(store, BASE, query, variables))
    assert not found.errors, found.errors
    return found.data


def classes_of(store: Store, key: str, **variables: Any) -> Any:
    (found,) = ask(store, ONE + CLASSES, id=key, **variables)["node"].values()
    return found


def nodes(connection: Any) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]


@pytest.fixture
def store() -> Store:
    return mesh(*CHAIN, email_of(column("raw.email")), product("shown", exposes=["page"]))


def test_field__tells_each_class_with_its_route_and_why(store: Store) -> None:
    found = classes_of(store, column("page.mail"))
    (one,) = nodes(found["classes"])
    assert (found["level"], one["value"], one["level"], one["derived"], one["passing"]) == (
        *(2, EMAIL, 2),
        *(True, "CARRIED"),
    )
    assert [(step["source"]["key"], step["job"]["key"]) for step in one["route"]] == [
        (column("raw.email"), job("clean")),
        (column("clean.email"), job("show")),
    ]
    assert one["route"][1]["transformation"] == {"subtype": "TRANSFORMATION", "masking": False}
    assert one["saidOf"] == {"key": column("raw.email")}
    assert one["reason"].endswith("in 2 steps, not masked on the way.")
    assert found["coverage"] == {"status": "COMPLETE", "reasons": []}


def test_field__tells_what_is_masked_apart_from_its_classes(store: Store) -> None:
    found = classes_of(store, column("page.code"))
    (stopped,) = nodes(found["stopped"])
    assert (found["classes"]["totalCount"], stopped["passing"], stopped["routeLength"]) == (0, "MASKED", 2)
    assert "is masked" in stopped["reason"]


def test_field__says_who_overruled_and_why(store: Store) -> None:
    curate(store, column("clean.email"), [], actor="ada", why="only the domain is left")
    found = classes_of(store, column("clean.email"))
    assert found["overruled"] == [
        {
            "subjectKey": column("clean.email"),
            "by": "ada",
            "reason": "only the domain is left",
            "value": {"classifications": []},
        }
    ]
    assert [one["passing"] for one in nodes(found["stopped"])] == ["OVERRULED"]
    assert classes_of(store, column("page.mail"))["classes"]["totalCount"] == 0


@pytest.mark.parametrize("key", [dataset("page"), "product/shown"])
def test_whole__stands_as_the_fields_of_it_do(store: Store, key: str) -> None:
    found = classes_of(store, key)
    assert [(one["field"]["key"], one["value"]) for one in nodes(found["classes"])] == [
        (column("page.mail"), EMAIL)
    ]
    assert [one["field"]["key"] for one in nodes(found["stopped"])] == [column("page.code")]


def test_class__tells_all_that_is_of_it(store: Store) -> None:
    found = classes_of(store, EMAIL)
    assert {(one["field"]["key"], one["derived"]) for one in nodes(found["classes"])} == {
        (column("raw.email"), False),
        (column("clean.email"), True),
        (column("page.mail"), True),
    }


def test_unknown__lineage_is_told_by_the_coverage() -> None:
    store = mesh(*CHAIN, *BLIND)
    told = {"status": "UNKNOWN", "reasons": [{"code": "NO_COLUMN_LINEAGE"}]}
    assert classes_of(store, column("page.mail"))["coverage"] == told


def test_aggregate__ends_a_class_only_where_that_is_asked() -> None:
    parts: list[Part] = [seen("raw", "email"), seen("sums", "n")]
    store = mesh(*parts, feeds("raw.email", "sums.n", subtype="AGGREGATION"), email_of(column("raw.email")))
    assert classes_of(store, column("sums.n"))["classes"]["totalCount"] == 1
    assert classes_of(store, column("sums.n"), stop=True)["classes"]["totalCount"] == 0


MANY = """query ($first: Int!) { datasets(first: $first) { edges { node { key
  derivedClassifications { level classes(first: 2) { edges { node { value level field { key } } } } }
  fields(first: 2) { edges { node { derivedClassifications { level coverage { status } } } } } } } } }"""


def test_questions__do_not_grow_with_parents() -> None:
    def asked(width: int) -> Counter[str]:
        parts: list[Part] = [seen("raw", "email"), email_of(column("raw.email"))]
        for number in range(width):
            parts += [seen(f"t{number}", "a"), feeds("raw.email", f"t{number}.a", f"j{number}")]
        counting = CountingStore(mesh(*parts))
        found = ask(counting, MANY, first=100)
        assert len(found["datasets"]["edges"]) == width + 1
        return counting.asked

    assert asked(2) == asked(20) == asked(80)


UPKEEP = """query ($id: ID!) { node(id: $id) { ... on Field {
  derivedRetention { stated { text } upstream { text seconds objective { key } } coverage { status }
    route { source { key } target { key } job { key } } }
  derivedCriticality { critical informs { totalCount } coverage { status }
    neededBy { edges { node { element { key } route { source { key } target { key } job { key } } } } } } } } }"""


def test_field__tells_the_shortest_retention_upstream_and_what_critical_needs_it() -> None:
    store = mesh(*CHAIN, kept("raw", "30"), kept("clean", "2", "y"), element("mail"))
    found = ask(store, UPKEEP, id=column("clean.email"))["node"]
    assert found["derivedRetention"] == {
        "stated": [{"text": "2 y"}],
        "upstream": {"text": "30 d", "seconds": 30 * 86_400.0, "objective": {"key": "slo/raw/kept"}},
        "coverage": {"status": "COMPLETE"},
        "route": [
            {
                "source": {"key": column("raw.email")},
                "target": {"key": column("clean.email")},
                "job": {"key": job("clean")},
            }
        ],
    }
    critical = found["derivedCriticality"]
    (one,) = nodes(critical["neededBy"])
    assert (critical["critical"], critical["coverage"]["status"]) == (True, "COMPLETE")
    assert one["element"] == {"key": "schema-property/page/1.0.0/page/mail"}
    assert [step["source"]["key"] for step in one["route"]] == [column("page.mail")]
