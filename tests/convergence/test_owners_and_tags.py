"""Owners and tags: edges with a history, to nodes that live as long as anything names them."""

from collections.abc import Iterable

from catalog.graph import Direction
from catalog.identity import ResourceId
from catalog.store.port import ALL_TIME, At, Reader
from ontology.vocabulary import Rel
from tests.convergence.cases import JOB, A, Always, B, at, dataset_event, labels, run

ORDERS, SALES = ResourceId("team", ("orders",)), ResourceId("team", ("sales",))
ADA = ResourceId("person", ("ada",))
PII = ResourceId("tag", ("pii",))


def owners(*names: str) -> dict[str, object]:
    return {"owners": [{"name": name, "type": "MAINTAINER"} for name in names]}


def ends(reader: Reader, keys: Iterable[str], rel: Rel, when: At = None) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in reader.edges(list(keys), (rel,), Direction.OUT, when)}


def test_owners__follow_the_newest_facet_and_keep_their_past(always: Always) -> None:
    events = [
        dataset_event(1, A, ownership=owners("team:orders", "user:ada")),
        dataset_event(5, A, ownership=owners("team:sales")),
        dataset_event(9, A, ownership={"_deleted": True, "owners": []}),
    ]

    def check(reader: Reader) -> None:
        assert ends(reader, [A.key], Rel.OWNED_BY) == set()
        assert ends(reader, [A.key], Rel.OWNED_BY, at(6)) == {(A.key, SALES.key)}
        assert ends(reader, [A.key], Rel.OWNED_BY, at(2)) == {(A.key, ORDERS.key), (A.key, ADA.key)}
        assert labels(reader, ORDERS.key, SALES.key, ADA.key) == ["Team", "Team", "Person"]
        [edge] = reader.edges((SALES.key,), (Rel.OWNED_BY,), Direction.IN, ALL_TIME)
        assert (dict(edge.properties), edge.via, edge.origin) == (
            {"ownerType": "MAINTAINER"},
            A.key,
            "DECLARED",
        )

    always(events, check)


def test_owner__that_only_a_corrected_event_named_is_no_node(always: Always) -> None:
    """Two events of one instant: what the one says never held, so its team is not in the graph."""
    events = [dataset_event(1, A, ownership=owners("team:orders"))]
    late = run(1, "START", 1, inputs=[{"namespace": A.namespace, "name": A.name, "facets": {}}])
    late["inputs"][0]["facets"]["ownership"] = owners("team:sales")

    def check(reader: Reader) -> None:
        assert ends(reader, [A.key], Rel.OWNED_BY, ALL_TIME) == {(A.key, SALES.key)}
        assert labels(reader, ORDERS.key, SALES.key) == [None, "Team"]

    always([*events, late], check)


def test_tags__are_on_the_dataset_the_field_and_the_job(always: Always) -> None:
    tag = {"key": "pii", "value": "true", "source": "USER"}
    events = [
        dataset_event(1, A, tags={"tags": [tag, {**tag, "field": "email"}]}),
        run(1, "COMPLETE", 2, outputs=[B], job={"facets": {"tags": {"tags": [tag]}}}),
    ]
    email = A.field("email").key

    def check(reader: Reader) -> None:
        edges = reader.edges((PII.key,), (Rel.TAGGED,), Direction.IN)
        assert {edge.source for edge in edges} == {A.key, email, JOB.key}
        assert {edge.properties for edge in edges} == {(("source", "USER"), ("value", "true"))}
        assert reader.nodes((email,))[email].properties["inferred"] is True

    always(events, check)


def test_tagged_field__that_a_schema_shows_is_not_inferred(always: Always) -> None:
    schema = {"fields": [{"name": "email", "type": "text"}]}
    events = [
        dataset_event(1, A, tags={"tags": [{"key": "pii", "value": "true", "field": "email"}]}),
        dataset_event(5, A, schema=schema),
    ]
    email = A.field("email").key

    def check(reader: Reader) -> None:
        assert "inferred" not in reader.nodes((email,))[email].properties

    always(events, check)
