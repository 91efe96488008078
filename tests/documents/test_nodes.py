"""What documents make of nodes, case by case: beside events, beside each other, and after the last of them."""

from typing import Any

import pytest

from catalog.graph import Direction
from catalog.identity import DatasetId, FieldId, JobId
from catalog.store.memory import MemoryStore
from catalog.store.port import NOW, Reader, Store
from ontology.vocabulary import Rel
from tests.convergence.cases import A, B, at, dataset_event, from_column, labels, run
from tests.convergence.events import envelope, named
from tests.documents.versions import Plain, Version, key, send, thing, version

PRODUCT, DOMAIN = key("product", "sales"), key("domain", "shop")
IN_DOMAIN = ("IN_DOMAIN", PRODUCT, DOMAIN, ())
X = DatasetId("db", "x")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def said(store: Store, name: str) -> dict[str, Any]:
    """The properties of a node, without what search alone uses."""
    with store.read() as reader:
        properties = reader.nodes((name,))[name].properties
    return {name: value for name, value in properties.items() if name != "searchText"}


def label(store: Store, name: str) -> str | None:
    with store.read() as reader:
        return labels(reader, name)[0]


def edges_of(reader: Reader, name: str, when: int | None = NOW) -> set[tuple[str, str]]:
    return {(edge.type, edge.target) for edge in reader.edges((name,), tuple(Rel), Direction.OUT, when)}


def test_described_dataset__is_a_dataset_in_its_namespace(store: MemoryStore) -> None:
    send(store, [version("a.ttl", 1, thing(A.key, description="orders"))])
    assert (label(store, A.key), said(store, A.key)) == (
        "Dataset",
        {"namespace": "db", "name": "a", "description": "orders"},
    )
    with store.read() as reader:
        assert edges_of(reader, A.key) == {("IN_NAMESPACE", A.namespace_key)}
        assert labels(reader, A.namespace_key, key("document", "a.ttl")) == ["Namespace", "Document"]


def test_dataset_at_the_end_of_an_edge__is_a_reference_until_it_is_described(store: MemoryStore) -> None:
    exposes = ("EXPOSES", PRODUCT, A.key, ())
    send(store, [version("a.ttl", 1, thing(PRODUCT, exposes))])
    assert label(store, A.key) == "DatasetReference"
    send(store, [version("b.ttl", 2, thing(A.key))])
    assert label(store, A.key) == "Dataset"
    send(store, [version("b.ttl", 3)])
    assert label(store, A.key) == "DatasetReference"


def test_thing_at_the_end_of_an_edge__is_inferred_and_named_by_its_key(store: MemoryStore) -> None:
    far = key("domain", "https://x.example/shop")
    send(store, [version("a.ttl", 1, thing(PRODUCT, ("IN_DOMAIN", PRODUCT, far, ()), name="Sales"))])
    assert said(store, far) == {"name": "https://x.example/shop", "inferred": True}
    assert said(store, PRODUCT) == {"name": "Sales"}


def test_alias__is_a_dataset_while_a_document_describes_it(store: MemoryStore) -> None:
    link = {"identifiers": [named(("db", "x"), type="TABLE")]}
    send(store, [dataset_event(1, A, symlinks=link)], [version("a.ttl", 2, thing(X.key, description="d"))])
    assert (label(store, X.key), said(store, X.key)["description"]) == ("Dataset", "d")
    send(store, [version("a.ttl", 3)])
    assert (label(store, X.key), said(store, X.key)) == ("Alias", {"namespace": "db", "name": "x"})


def test_reference__is_a_dataset_while_a_document_describes_it(store: MemoryStore) -> None:
    send(store, [dataset_event(1, A, columnLineage=from_column(X, "id", "id"))])
    assert label(store, X.key) == "DatasetReference"
    send(store, [version("a.ttl", 2, thing(X.key))])
    assert label(store, X.key) == "Dataset"
    send(store, [version("a.ttl", 3)])
    assert label(store, X.key) == "DatasetReference"


def test_described_dataset__stays_one_when_the_events_that_named_it_change(store: MemoryStore) -> None:
    columns = from_column(X, "id", "id")
    send(store, [version("a.ttl", 1, thing(X.key, description="d"))])
    send(
        store,
        [dataset_event(2, A, columnLineage=columns)],
        [dataset_event(3, A, columnLineage={"_deleted": True})],
    )
    assert (label(store, X.key), said(store, X.key)["description"]) == ("Dataset", "d")


def test_events__stand_above_documents_that_add_what_events_do_not_say(store: MemoryStore) -> None:
    send(store, [version("a.ttl", 9, thing(A.key, description="by people", sameAs=["urn:a"]))])
    send(store, [dataset_event(1, A, documentation={"description": "by a producer"})])
    assert said(store, A.key) == {
        "namespace": "db",
        "name": "a",
        "description": "by a producer",
        "sameAs": ["urn:a"],
    }
    send(store, [dataset_event(2, A, documentation={"_deleted": True})])
    assert said(store, A.key)["description"] == "by people"


def test_two_documents__give_each_property_as_the_newest_that_says_it(store: MemoryStore) -> None:
    send(
        store,
        [version("b.ttl", 2, thing(PRODUCT, name="New", description="of b"))],
        [version("a.ttl", 1, thing(PRODUCT, name="Old", description="of a", sameAs=["urn:a"]))],
    )
    assert said(store, PRODUCT) == {"name": "New", "description": "of b", "sameAs": ["urn:a"]}
    send(store, [version("b.ttl", 3, thing(PRODUCT, name="Newer"))])
    assert said(store, PRODUCT) == {"name": "Newer", "description": "of a", "sameAs": ["urn:a"]}
    send(store, [version("a.ttl", 4, thing(PRODUCT, name="Old", description="of a", sameAs=["urn:a"]))])
    assert said(store, PRODUCT)["name"] == "Old"  # the same as before, and now the newest


def test_thing_that_no_document_has__is_gone_and_keeps_its_past(store: MemoryStore) -> None:
    first = version("a.ttl", 1, thing(PRODUCT, IN_DOMAIN, name="Sales"), thing(DOMAIN, name="Shop"))
    send(store, [first], [version("a.ttl", 5, thing(DOMAIN, name="Shop"))])
    assert said(store, PRODUCT) == {"name": "Sales", "gone": True}
    with store.read() as reader:
        assert "searchText" not in reader.nodes((PRODUCT,))[PRODUCT].properties
        assert edges_of(reader, PRODUCT) == set()
        assert edges_of(reader, PRODUCT, at(3)) == {("IN_DOMAIN", DOMAIN)}
    send(store, [version("b.ttl", 7, thing(PRODUCT, name="Sales again"))])
    assert said(store, PRODUCT) == {"name": "Sales again"}


def test_dataset_that_no_document_has__is_not_gone_where_an_event_names_it(store: MemoryStore) -> None:
    send(
        store, [version("a.ttl", 1, thing(A.key), thing(B.key))], [dataset_event(2, A)], [version("a.ttl", 3)]
    )
    assert (said(store, A.key).get("gone"), said(store, B.key).get("gone")) == (None, True)
    send(store, [dataset_event(4, B)])
    assert said(store, B.key) == {"namespace": "db", "name": "b"}


def test_what_a_late_older_version_alone_had__is_gone(store: MemoryStore) -> None:
    send(store, [version("a.ttl", 5, thing(DOMAIN))], [version("a.ttl", 1, thing(PRODUCT, name="Sales"))])
    assert said(store, PRODUCT) == {"name": "Sales", "gone": True}


def test_field__is_not_inferred_while_a_document_shows_it(store: MemoryStore) -> None:
    field = A.field("id")
    send(store, [dataset_event(1, B, columnLineage=from_column(A, "id", "id"))])
    assert said(store, field.key) == {"dataset": A.key, "name": "id", "inferred": True}
    shows = ("HAS_FIELD", A.key, field.key, (("type", "int"),))
    send(store, [version("a.ttl", 2, thing(A.key, shows), thing(field.key, description="key"))])
    assert said(store, field.key) == {"dataset": A.key, "name": "id", "type": "int", "description": "key"}
    send(store, [version("a.ttl", 3)])
    assert said(store, field.key) == {"dataset": A.key, "name": "id", "inferred": True}


def test_field_of_a_schema__takes_from_a_document_what_the_schema_does_not_say(store: MemoryStore) -> None:
    field = A.field("id")
    shows = ("HAS_FIELD", A.key, field.key, (("type", "text"),))
    send(store, [version("a.ttl", 2, thing(A.key, shows), thing(field.key, description="key"))])
    send(store, [dataset_event(1, A, schema={"fields": [{"name": "id", "type": "int"}]})])
    expected = {"dataset": A.key, "name": "id", "type": "int", "ordinal": 1, "description": "key"}
    assert said(store, field.key) == expected


def test_job_that_a_document_calls_a_pipeline__is_one_and_keeps_its_lineage(store: MemoryStore) -> None:
    job = JobId("jobs", "load")
    send(store, [run(1, "COMPLETE", 1, [A], [B])], [version("a.ttl", 2, thing(job.key, label="Pipeline"))])
    assert label(store, job.key) == "Pipeline"
    with store.read() as reader:
        assert ("PRODUCES", B.key) in edges_of(reader, job.key)
    send(store, [version("a.ttl", 3)])
    assert label(store, job.key) == "Job"


def test_placeholder_job__is_no_placeholder_when_a_document_describes_it(store: MemoryStore) -> None:
    parent = {"run": {"runId": "p"}, "job": {"namespace": "dags", "name": "dag"}}
    send(store, [run(1, "START", 1, facets={"parent": parent})])
    dag = JobId("dags", "dag")
    assert said(store, dag.key)["inferred"] is True
    send(store, [version("a.ttl", 2, thing(dag.key, description="nightly"))])
    assert said(store, dag.key) == {"namespace": "dags", "name": "dag", "description": "nightly"}
    send(store, [version("a.ttl", 3)])
    assert said(store, dag.key) == {"namespace": "dags", "name": "dag", "inferred": True}


def test_document__says_what_it_is(store: MemoryStore) -> None:
    send(store, [version("a.ttl", 1)])
    assert said(store, key("document", "a.ttl")) == {
        "name": "a.ttl",
        "source": "a.ttl",
        "mediaType": "text/turtle",
    }


LONG = "long " * 1000


def long_version(minute: int, *, described: bool) -> Version:
    dataset = DatasetId("db", LONG)
    field, job = FieldId(dataset, LONG), JobId(LONG, "j")
    names = {"namespace": "db", "name": LONG}
    shows = ("HAS_FIELD", dataset.key, field.key, ())
    reads = ("CONSUMED_BY", dataset.key, job.key, ())
    nodes = {
        field.key: Plain("Field", {"dataset": dataset.key, "name": LONG}),
        dataset.key: Plain("Dataset", names, frozenset({shows, reads})),
        job.key: Plain("Job", {"namespace": LONG, "name": "j"}, stub=True),
    }
    return Version("long.ttl", at(minute), nodes if described else {})


def test_names_too_long_for_a_key__are_those_that_the_properties_spell(store: MemoryStore) -> None:
    dataset = DatasetId("db", LONG)
    send(store, [long_version(1, described=True)])
    assert said(store, dataset.key) == {"namespace": "db", "name": LONG}
    assert said(store, dataset.field(LONG).key) == {"dataset": dataset.key, "name": LONG}
    send(store, [long_version(2, described=False)], [dataset_event(3, dataset)])
    assert said(store, dataset.key) == {"namespace": "db", "name": LONG}
    gone = {"dataset": dataset.key, "name": LONG, "gone": True}
    assert said(store, dataset.field(LONG).key) == gone


def test_edge_to_a_node_that_the_document_lacks__is_refused(store: MemoryStore) -> None:
    whole = version("a.ttl", 1, thing(PRODUCT, IN_DOMAIN))
    broken = Version("a.ttl", whole.ns, {PRODUCT: whole.nodes[PRODUCT]})
    with pytest.raises(ValueError, match="does not name"):
        send(store, [broken])
    with store.read() as reader:
        assert reader.entries((broken.hash,)) == {}


def test_run_that_a_document_describes__is_what_its_events_say_once_it_has_any(store: MemoryStore) -> None:
    name = key("run", "00000000-0000-4000-8000-000000000001")
    send(store, [version("a.ttl", 1, thing(name, description="backfill"))])
    assert said(store, name) == {"name": "00000000-0000-4000-8000-000000000001", "description": "backfill"}
    send(store, [run(1, "START", 2)])
    assert said(store, name)["state"] == "START"
    assert said(store, name)["description"] == "backfill"


def test_event_of_something_else__leaves_a_description_alone(store: MemoryStore) -> None:
    send(store, [version("a.ttl", 1, thing(A.key, description="d"))], [run(1, "COMPLETE", 2, [A], [B])])
    assert said(store, A.key)["description"] == "d"
    send(store, [envelope("2024-05-01T10:09:00Z", dataset=named(("db", "b")))])
    assert said(store, A.key)["description"] == "d"
