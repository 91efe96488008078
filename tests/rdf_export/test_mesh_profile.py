"""Profile mesh: what becomes of nodes, properties, edges and runs."""

import json
from collections import Counter

import pytest
from msgspec.structs import replace

from catalog.graph import Edge, Node
from catalog.identity import DatasetId, JobId, RunId
from catalog.projection import Projection
from catalog.rdf.mesh import Told, mesh_triples
from catalog.rdf.pages import pages
from catalog.rdf.profile import Profile, triples_of
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.event import recognise
from ontology.compiler import load_model
from ontology.rdf import DATE_TIME, NS, RDF, TYPE, Iri, Triple, Typed
from tests.api.events import run_event
from tests.rdf_export.meshes import BASE, ODD, SINCE_NS, everything, stored

PROV = "http://www.w3.org/ns/prov#"
DCT = "http://purl.org/dc/terms/"
RAW, MART = DatasetId("warehouse", "raw.orders"), DatasetId("warehouse", "mart.orders")
ORDERS = JobId("jobs", "orders")


def told(store: Store) -> dict[str, list[Triple]]:
    """The triples of all nodes, by key."""
    with store.read() as reader:
        return {
            key: triples
            for nodes in pages(reader)
            for key, triples in triples_of(reader, nodes, Profile.MESH, BASE)
        }


def own(triples: list[Triple], key: str) -> set[tuple[str, object]]:
    """(predicate, value) of a node itself."""
    return {(p, value) for subject, p, value in triples if subject == BASE + key}


def observed(*events: dict[str, object]) -> Store:
    """A store that has taken these events."""
    store = MemoryStore()
    entries = [recognise(json.dumps(event).encode(), received_ns=SINCE_NS * 2) for event in events]
    Projection(store).apply(entries)
    return store


def test_property__has_its_datatype_and_the_terms_of_the_standards() -> None:
    person = Node("person/ada", "Person", {"name": "Ada", "sameAs": ["https://example.org/ada", "no IRI"]})
    run = Node("run/1", "Run", {"name": "1", "startedAt": "2024-05-01T10:00:00Z", "inferred": True})
    field = Node(RAW.field("id").key, "Field", {"name": "id", "dataset": RAW.key, "ordinal": 1})
    found = told(stored([person, run, field]))
    same_as = "http://www.w3.org/2002/07/owl#sameAs"
    assert own(found[person.key], person.key) == {
        (TYPE, f"{NS}Person"),
        (TYPE, f"{NS}Agent"),
        *((TYPE, iri) for iri in load_model().node("Person").exported_types),
        (f"{NS}key", "person/ada"),
        (f"{DCT}identifier", "person/ada"),
        (f"{NS}name", "Ada"),
        *((p, value) for p in (f"{NS}sameAs", same_as) for value in ("https://example.org/ada", "no IRI")),
    }
    assert {type(v) for _, p, v in found[person.key] if p == same_as} == {Iri, str}
    started = Typed(("2024-05-01T10:00:00Z", DATE_TIME))
    assert {(f"{NS}startedAt", started), (f"{PROV}startedAtTime", started)} <= own(found[run.key], run.key)
    assert (f"{NS}inferred", True) in own(found[run.key], run.key)
    assert {(f"{NS}ordinal", 1), (f"{NS}dataset", BASE + RAW.key)} <= own(found[field.key], field.key)


def test_internal_property__is_not_written() -> None:
    dataset = Node(RAW.key, "Dataset", {"namespace": "warehouse", "name": "raw", "searchText": "raw"})
    [triples] = told(stored([dataset])).values()
    assert "raw" not in {value for _, p, value in triples if p != f"{NS}name"}


def test_node_that_is_gone__has_no_triples() -> None:
    node = Node("team/a", "Team", {"name": "a"})
    assert told(stored([node]))["team/a"]
    assert told(stored([replace(node, properties={"name": "a", "gone": True})])) == {"team/a": []}


def test_edge__is_ours_and_the_standards_in_either_direction() -> None:
    a, b = RAW.field("a"), MART.field("b")
    nodes = [Node(f.key, "Field", {"name": f.path, "dataset": f.dataset.key}) for f in (a, b)]
    edge = Edge("FEEDS", a.key, b.key, ORDERS.key, "OBSERVED", (("masking", True),), SINCE_NS)
    ended = Edge("FEEDS", b.key, a.key, ORDERS.key, "OBSERVED", (), 1, 2)
    found = told(stored(nodes, [edge, ended]))
    name = f"{BASE}edge/{edge.id}"
    assert (f"{NS}feeds", BASE + b.key) in own(found[a.key], a.key)
    assert {
        (f"{PROV}wasDerivedFrom", BASE + a.key),
        (f"{PROV}qualifiedDerivation", name),
    } <= own(found[b.key], b.key)
    assert {(p, v) for s, p, v in found[b.key] if s == name} == {
        (TYPE, f"{RDF}Statement"),
        (TYPE, f"{PROV}Derivation"),
        (f"{PROV}entity", BASE + a.key),
        (f"{RDF}subject", BASE + a.key),
        (f"{RDF}predicate", f"{NS}feeds"),
        (f"{RDF}object", BASE + b.key),
        (f"{NS}origin", "OBSERVED"),
        (f"{NS}via", ORDERS.key),
        (f"{NS}masking", True),
        (f"{PROV}generatedAtTime", Typed(("2023-11-14T22:13:20Z", DATE_TIME))),
    }
    assert "edge/" + ended.id not in str(found)


def test_edges_of_two_jobs__are_one_triple_and_two_qualified_nodes() -> None:
    a, b = RAW.field("a"), MART.field("b")
    nodes = [Node(f.key, "Field", {"name": f.path, "dataset": f.dataset.key}) for f in (a, b)]
    edges = [Edge("FEEDS", a.key, b.key, via, "OBSERVED") for via in ("job/j/1", "job/j/2")]
    found = told(stored(nodes, edges))
    counted = Counter(p for triples in found.values() for _, p, _ in triples)
    assert (counted[f"{NS}feeds"], counted[f"{PROV}wasDerivedFrom"]) == (1, 1)
    assert (counted[f"{PROV}qualifiedDerivation"], counted[f"{NS}via"]) == (2, 2)


def test_edge_beside_one_with_properties__is_qualified_too() -> None:
    nodes = [Node("person/ada", "Person", {"name": "Ada"}), Node("team/a", "Team", {"name": "A"})]
    plain = Edge("MEMBER_OF", "person/ada", "team/a", "document/1", "DECLARED")
    dated = Edge(
        *("MEMBER_OF", "person/ada", "team/a", "document/2", "DECLARED"), (("since", "2024-01-01T00:00:00Z"),)
    )
    for edges, qualified in (([plain], 0), ([dated], 1), ([plain, dated], 2)):
        found = told(stored(nodes, edges))["person/ada"]
        assert len([s for s, p, _ in found if p == f"{RDF}subject"]) == qualified


@pytest.mark.parametrize(
    ("properties", "qualified"),
    [
        ({"type": "int", "ordinal": 1}, False),
        ({"type": "int"}, True),
        ({"type": "text", "ordinal": 1}, True),
        ({}, True),
    ],
)
def test_edge_to_a_field__is_qualified_only_where_the_field_says_something_else(
    properties: dict[str, str | int], qualified: bool
) -> None:
    dataset = Node(RAW.key, "Dataset", {"namespace": "warehouse", "name": "raw.orders"})
    field = Node(
        RAW.field("id").key, "Field", {"name": "id", "dataset": RAW.key, "type": "int", "ordinal": 1}
    )
    edge = Edge("HAS_FIELD", RAW.key, field.key, RAW.key, "OBSERVED", tuple(properties.items()))
    found = told(stored([dataset, field], [edge]))
    assert (f"{NS}hasField", BASE + field.key) in own(found[RAW.key], RAW.key)
    assert [s for s, p, _ in found[field.key] if p == f"{RDF}subject"] == [
        f"{BASE}edge/{edge.id}"
    ] * qualified


def test_run__is_an_activity_with_what_it_used_generated_and_followed() -> None:
    store = observed(run_event())
    run = RunId("00000000-0000-0000-0000-000000000001").key
    triples = told(store)[run]
    association = f"{BASE}association/{run}"
    assert {
        (TYPE, f"{PROV}Activity"),
        (f"{PROV}used", BASE + RAW.key),
        (f"{PROV}generated", BASE + MART.key),
        (f"{PROV}endedAtTime", Typed(("2024-05-01T10:00:00Z", DATE_TIME))),
        (f"{PROV}qualifiedAssociation", association),
        (f"{NS}ofJob", BASE + ORDERS.key),
    } <= own(triples, run)
    assert {(p, v) for s, p, v in triples if s == association} == {
        (TYPE, f"{PROV}Association"),
        (f"{PROV}hadPlan", BASE + ORDERS.key),
    }
    assert f"{NS}used" not in {p for _, p, _ in triples}


def test_everything__is_told_once_and_with_its_subject() -> None:
    nodes, edges = everything()
    found = told(stored(nodes, edges))
    assert found.keys() == {node.key for node in nodes}
    triples = [triple for of in found.values() for triple in of]
    assert len(triples) == len(set(triples))
    for key, of in found.items():
        made = {s for s, _, _ in of} - {BASE + key}
        assert {s.removeprefix(BASE).partition("/")[0] for s in made} <= {"edge", "association"}
    plain = {(s, p, v) for s, p, v in triples if isinstance(v, Iri)}
    for edge in edges:
        iri = load_model().relationship(edge.type).iri
        assert (BASE + edge.source, iri, BASE + edge.target) in plain
    told_edges = {s for s, p, _ in triples if p == f"{RDF}subject"}
    assert {f"{BASE}edge/{edge.id}" for edge in edges if edge.properties} <= told_edges


def test_triples_of_a_node__depend_on_nothing_but_it_and_its_edges() -> None:
    nodes, edges = everything()
    store = stored(nodes, edges)
    found = told(store)
    for node in nodes:
        leaving = [edge for edge in edges if edge.source == node.key]
        entering = [edge for edge in edges if edge.target == node.key]
        alone = mesh_triples(Told(node, leaving, entering), BASE)
        assert set(alone) == set(found[node.key])


def test_triples__are_the_same_in_the_same_order_from_each_store(empty: Store) -> None:
    nodes, edges = everything()
    assert told(stored(nodes, edges, empty)) == told(stored(nodes[::-1], edges[::-1]))


def test_odd_text__stays_as_it_is() -> None:
    node = Node("team/a", "Team", {"name": ODD})
    assert (f"{NS}name", ODD) in own(told(stored([node]))["team/a"], "team/a")
