"""Kinds without a type of their own: what a node of any kind is, has, and is related to; the kinds that there are."""

from typing import Any

import pytest

from catalog.store.memory import MemoryStore
from ontology.compiler import load_model
from tests.api.graphql import described
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.described import CLEAN, DOCUMENT, DOMAIN, EMAIL, PII, PRODUCT, TEAM, describe, mesh
from tests.api.graphql.world import BASE, World, at, nodes

MODEL = load_model()
BEFORE, THEN = 7, 8
RELATIONS = """query ($id: ID!, $types: [String!], $direction: RelationDirection! = BOTH, $first: Int! = 50,
    $after: String, $at: DateTime) {
  node(id: $id) { relations(types: $types, direction: $direction, first: $first, after: $after, asOf: $at) {
    totalCount pageInfo { endCursor hasNextPage }
    edges { node { type direction origin validFrom validTo term definition
      node { key name kind } via { key } properties { name values term } } } } } }"""


@pytest.fixture
def mapped(every: World) -> World:
    """The shop, and a document that describes it, in a store of each kind."""
    describe(every.store, THEN, mesh())
    return every


@pytest.fixture
def plain(empty: World) -> World:
    """The document alone, in memory."""
    describe(empty.store, THEN, mesh())
    return empty


def related(world: World, key: str, **asked: Any) -> set[tuple[str, str, str]]:
    """(type, direction, key of the other node) of the relationships of a node."""
    found = nodes(world.ask(RELATIONS, id=key, **asked)["node"]["relations"])
    return {(one["type"], one["direction"], one["node"]["key"]) for one in found}


def test_node__of_any_kind_says_what_it_is(mapped: World) -> None:
    query = """query ($id: ID!) { node(id: $id) { __typename id key name kind kinds term description gone
        properties { name values valueCount term definition datatype } } }"""
    found = mapped.ask(query, id=BASE + PRODUCT)["node"]
    product = MODEL.node("DataProduct")
    said = {one.pop("name"): one for one in found.pop("properties")}
    assert found == {
        **{"__typename": "DataProduct", "id": BASE + PRODUCT, "key": PRODUCT, "name": "Orders"},
        **{"kind": "DataProduct", "kinds": ["Resource", "DataProduct"], "term": product.iri},
        **{"description": "All orders", "gone": False},
    }
    assert list(said) == [p.name for p in product.properties if p.name in said]
    assert {name: one["values"] for name, one in said.items()} == {
        "name": ["Orders"],
        "description": ["All orders"],
        "lifecycle": ["active"],
        "sameAs": ["https://a.example/orders", "https://b.example/orders"],
    }
    lifecycle = product.property_type("lifecycle")
    assert said["lifecycle"] == {
        **{"values": ["active"], "valueCount": 1, "datatype": "string"},
        **{"term": lifecycle.iri, "definition": lifecycle.definition},
    }


def test_properties__show_numbers_and_truth_as_text(plain: World) -> None:
    query = "query ($id: ID!) { node(id: $id) { kinds properties { name values(first: 1) datatype } } }"
    found = plain.ask(query, id=PII)["node"]
    assert found["kinds"] == ["Resource", "Classification", "PersonalDataCategory"]
    assert {"name": "level", "values": ["3"], "datatype": "integer"} in found["properties"]


def test_relations__go_both_ways_with_their_properties(mapped: World) -> None:
    found = nodes(mapped.ask(RELATIONS, id=PRODUCT)["node"]["relations"])
    assert [(one["type"], one["direction"], one["node"]["kind"], one["node"]["name"]) for one in found] == [
        ("DESCRIBES", "IN", "Document", "mesh.ttl"),
        ("EXPOSES", "OUT", "Dataset", "clean"),
        ("HAS_ROLE", "IN", "Team", "Team Orders"),
        ("IN_DOMAIN", "OUT", "Domain", "Sales"),
        ("OWNED_BY", "OUT", "Team", "Team Orders"),
    ]
    role = found[2]
    assert {one["name"]: one["values"] for one in role["properties"]} == {
        "role": ["steward"],
        "since": ["2025-01-01"],
    }
    declared = MODEL.relationship("HAS_ROLE")
    assert (role["term"], role["definition"]) == (declared.iri, declared.definition)
    assert {one["term"] for one in role["properties"]} == {
        declared.property_type(name).iri for name in ("role", "since")
    }
    assert (role["origin"], role["via"]) == ("DECLARED", {"key": DOCUMENT})
    assert (role["validFrom"], role["validTo"]) == (at(THEN), None)


def test_relations__follow_types_direction_and_time(mapped: World) -> None:
    assert related(mapped, PRODUCT, types=["OWNED_BY", "HAS_ROLE"]) == {
        ("OWNED_BY", "OUT", TEAM),
        ("HAS_ROLE", "IN", TEAM),
    }
    assert related(mapped, PRODUCT, types=["OWNED_BY", "HAS_ROLE"], direction="IN") == {
        ("HAS_ROLE", "IN", TEAM)
    }
    assert related(mapped, PRODUCT, direction="OUT") == {
        ("EXPOSES", "OUT", CLEAN),
        ("IN_DOMAIN", "OUT", DOMAIN),
        ("OWNED_BY", "OUT", TEAM),
    }
    assert related(mapped, PRODUCT, at=at(BEFORE)) == set()
    assert related(mapped, PRODUCT, types=[]) == set()


def test_relations__are_of_datasets_fields_and_jobs_too(mapped: World) -> None:
    assert {("EXPOSES", "IN", PRODUCT), ("PRODUCES", "IN", "job/etl/load")} <= related(mapped, CLEAN)
    assert ("CLASSIFIED_AS", "OUT", PII) in related(mapped, EMAIL)
    jobs = related(mapped, "job/etl/load")
    assert ("PRODUCES", "OUT", CLEAN) in jobs
    assert not any(type_ == "OF_JOB" for type_, *_ in jobs)
    assert {type_ for type_, *_ in related(mapped, "namespace/dataset/db")} == set()


def test_relations__come_in_pages_each_once(plain: World) -> None:
    whole = nodes(plain.ask(RELATIONS, id=PRODUCT)["node"]["relations"])
    found: list[Any] = []
    after, more = None, True
    while more:
        page = plain.ask(RELATIONS, id=PRODUCT, first=2, after=after)["node"]["relations"]
        assert page["totalCount"] == len(whole) == 5
        found += nodes(page)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert found == whole


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"types": ["OWND_BY"]}, "no relationship type 'OWND_BY'"),
        ({"first": 0}, "first is 0"),
        ({"after": "x"}, "after is no cursor"),
    ],
)
def test_relations__refuse_what_cannot_be(plain: World, asked: dict[str, Any], said: str) -> None:
    code, message = plain.refused(RELATIONS, id=PRODUCT, **asked)
    assert code == "BAD_USER_INPUT"
    assert said in message


def test_relations__that_are_too_many_to_list_name_the_lists_to_ask(shop: World) -> None:
    for key, type_ in (("job/etl/load", "OF_JOB"), ("namespace/dataset/db", "IN_NAMESPACE")):
        code, message = shop.refused(RELATIONS, id=key, types=[type_])
        assert (code, "datasets, jobs and runs" in message) == ("BAD_USER_INPUT", True)
        assert related(shop, key, types=[type_], direction="OUT") == set()
    assert related(shop, "dataset/db/raw", types=["IN_NAMESPACE"]) == {
        ("IN_NAMESPACE", "OUT", "namespace/dataset/db")
    }


def test_documents__say_source_and_since_and_what_they_leave_out_is_gone(mapped: World) -> None:
    query = """query ($id: ID!, $at: DateTime) { node(id: $id) { gone documents(asOf: $at) { totalCount edges { node {
        source since until document { key kind properties { name values } } } } } } }"""
    before = mapped.ask(query, id=DOMAIN)["node"]
    (described_by,) = nodes(before["documents"])
    assert (before["gone"], before["documents"]["totalCount"]) == (False, 1)
    assert (described_by["source"], described_by["since"], described_by["until"]) == (
        "mesh.ttl",
        at(THEN),
        None,
    )
    assert described_by["document"]["kind"] == "Document"
    assert {"name": "mediaType", "values": ["text/turtle"]} in described_by["document"]["properties"]

    describe(mapped.store, THEN + 1, [described.thing("team/new", "Team", name="New")])
    after = mapped.ask(query, id=DOMAIN)["node"]
    assert (after["gone"], nodes(after["documents"])) == (True, [])
    then = mapped.ask(query, id=DOMAIN, at=at(THEN))["node"]
    assert nodes(then["documents"], "source", "until") == [("mesh.ttl", at(THEN + 1))]


def test_node__as_of_a_time_is_what_documents_said_then(mapped: World) -> None:
    query = """query ($id: ID!, $at: DateTime) { node(id: $id, asOf: $at) { kind name description gone
        properties { name values } } }"""
    first = mapped.ask(query, id=DOMAIN)["node"]
    describe(mapped.store, THEN + 1, [described.thing(DOMAIN, "Domain", name="Renamed")])
    describe(mapped.store, THEN + 2, [described.thing("team/new", "Team", name="New")])
    now = mapped.ask(query, id=DOMAIN)["node"]
    assert (now["name"], now["gone"]) == ("Renamed", True)
    assert mapped.ask(query, id=DOMAIN, at=at(THEN))["node"] == first
    between = mapped.ask(query, id=DOMAIN, at=at(THEN + 1))["node"]
    assert (between["name"], between["gone"]) == ("Renamed", False)
    assert mapped.ask(query, id=DOMAIN, at=at(BEFORE))["node"] is None
    assert mapped.ask(query, id=DOMAIN, at=at(THEN + 2))["node"] is None


def test_resources__list_a_kind_with_those_below_it(mapped: World) -> None:
    query = """query ($kind: String!, $first: Int! = 50, $after: String) {
        resources(kind: $kind, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage }
            edges { node { key kind } } } }"""
    assert nodes(mapped.ask(query, kind="DataProduct")["resources"], "key") == [PRODUCT]
    assert nodes(mapped.ask(query, kind="Agent")["resources"], "key", "kind") == [(TEAM, "Team")]
    assert nodes(mapped.ask(query, kind="Classification")["resources"], "kind") == ["PersonalDataCategory"]
    jobs = mapped.ask(query, kind="Job", first=2)["resources"]
    rest = mapped.ask(query, kind="Job", after=jobs["pageInfo"]["endCursor"])["resources"]
    found = nodes(jobs, "key") + nodes(rest, "key")
    assert (jobs["totalCount"], jobs["pageInfo"]["hasNextPage"]) == (len(found), True)
    assert found == sorted(found)


def test_resources__of_an_unknown_kind_name_the_near_one(plain: World) -> None:
    code, message = plain.refused('{ resources(kind: "DataProdukt") { totalCount } }')
    assert code == "BAD_USER_INPUT"
    assert "DataProduct" in message.removeprefix("The ontology has no label 'DataProdukt'.")


def test_kinds__are_those_of_the_ontology_with_counts(mapped: World) -> None:
    found = mapped.ask("{ kinds { kind term definition above abstract count } }")["kinds"]
    by_kind = {one["kind"]: one for one in found}
    assert set(by_kind) == {*MODEL.labels}
    for label in MODEL.labels:
        known = MODEL.node(label)
        assert (by_kind[label]["term"], by_kind[label]["definition"]) == (known.iri, known.definition)
        assert (by_kind[label]["above"], by_kind[label]["abstract"]) == (known.super_label, known.abstract)
    order = [one["kind"] for one in found]
    assert order[0] == "Resource"
    assert order.index("Agent") < order.index("Team")
    counts = {
        label: by_kind[label]["count"] for label in ("DataProduct", "Team", "Agent", "Person", "Document")
    }
    assert counts == {"DataProduct": 1, "Team": 1, "Agent": 1, "Person": 0, "Document": 1}
    everything = mapped.ask('{ resources(kind: "Resource", first: 1) { totalCount } }')["resources"]
    assert (
        by_kind["Resource"]["count"]
        == everything["totalCount"]
        == sum(one["count"] for one in found if one["above"] == "Resource")
    )


SEARCH = """query ($text: String, $kinds: [String!]) { search(text: $text, filter: { kinds: $kinds }) {
    totalCount edges { node { __typename key kind } highlights { place } } facets { kinds { value count } } } }"""


def test_search__finds_things_by_kind_and_by_the_kind_above(mapped: World) -> None:
    found = mapped.ask(SEARCH, text="orders")["search"]
    assert {edge["node"]["key"] for edge in found["edges"]} == {PRODUCT, TEAM, "dataset/db/raw"}
    assert {one["value"]: one["count"] for one in found["facets"]["kinds"]} == {
        **{"Dataset": 1, "DataProduct": 1, "Team": 1}
    }
    agents = mapped.ask(SEARCH, text="orders", kinds=["Agent"])["search"]
    assert nodes(agents) == [{"__typename": "Team", "key": TEAM, "kind": "Team"}]
    assert mapped.ask(SEARCH, kinds=["Resource"])["search"]["totalCount"] > 10


@pytest.mark.parametrize(("kind", "said"), [("Datset", "Dataset"), ("Run", "Search does not cover Run")])
def test_search__of_a_kind_that_it_does_not_cover_is_refused(plain: World, kind: str, said: str) -> None:
    (error,) = plain.answer(SEARCH, kinds=[kind]).errors
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert said in f"{error['message']} {error['extensions']['hint']}"


QUESTION = """query ($first: Int!) { resources(kind: "Team", first: $first) { totalCount edges { node {
    kind term properties { name values definition }
    relations(first: 3) { totalCount edges { node { type node { name kind documents(first: 2) { totalCount } }
        via { name } properties { name } } } }
    documents(first: 2) { edges { node { source document { name } saidAt { hash } } } }
    statements(first: 5) { edges { node { name target { name } toldBy { name } saidAt { hash } } } }
    conflicts(first: 5) { name claims(first: 2) { values(first: 2) } } } } } kinds { kind count } }"""


def test_questions__cost_the_store_the_same_for_many_parents() -> None:
    store = MemoryStore()
    keys = [f"team/{number:03}" for number in range(100)]
    teams = [
        described.thing(key, "Team", described.edge("PART_OF", key, TEAM), name=f"Team {key}") for key in keys
    ]
    describe(store, THEN, [*teams, described.thing(TEAM, "Team", name="All")])
    asked = []
    for first in (1, 10, 100):
        counting = CountingStore(store)
        found = World(counting).ask(QUESTION, first=first)["resources"]
        assert len(found["edges"]) == first
        assert found["edges"][0]["node"]["relations"]["totalCount"] == 2
        asked.append(dict(counting.asked))
    assert asked[0] == asked[1] == asked[2]
    assert asked[0]["edges"] <= 6


def test_job_that_a_document_calls_a_pipeline__is_a_job_of_the_schema(plain: World) -> None:
    job = "job/dags/nightly"
    pipeline = described.thing(job, "Pipeline", namespace="dags", name="nightly")
    describe(plain.store, THEN, [*mesh(), pipeline], "dags.ttl")
    query = """{ job(namespace: "dags", name: "nightly") { __typename kind key }
        jobs(namespace: "dags") { totalCount edges { node { key } } } }"""
    answer = plain.ask(query)
    assert answer["job"] == {"__typename": "Job", "kind": "Pipeline", "key": job}
    assert (answer["jobs"]["totalCount"], nodes(answer["jobs"])) == (1, [{"key": job}])
    then = 'query ($at: DateTime) { job(namespace: "dags", name: "nightly", asOf: $at) { key } }'
    assert [plain.ask(then, at=at(hour))["job"] for hour in (BEFORE, THEN)] == [None, {"key": job}]
