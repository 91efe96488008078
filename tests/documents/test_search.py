"""Search finds what documents describe, beside datasets and jobs, and nothing that is gone."""

from catalog.search import Found, Highlight, search, searched_labels
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ontology.compiler import load_model
from tests.convergence.cases import A, B, dataset_event
from tests.documents.versions import key, send, thing, version

PRODUCT, DOMAIN = key("product", "sales"), key("domain", "shop")


def keys(found: Found) -> list[str]:
    return [hit.node.key for hit in found.hits]


def ask(store: Store, text: str = "", **choice: object) -> Found:
    with store.read() as reader:
        return search(reader, text, **choice)  # type: ignore[arg-type]


def filled() -> MemoryStore:
    store = MemoryStore()
    product = thing(PRODUCT, name="Sales orders", description="All sales", tags=["gold"])
    send(
        store,
        [version("mesh.ttl", 1, product, thing(DOMAIN, name="Shop"), thing(A.key, description="sales"))],
    )
    return store


def test_described_thing__is_found_by_its_words_its_name_first() -> None:
    store = filled()
    assert keys(ask(store, "sales")) == [PRODUCT, A.key]
    (hit,) = ask(store, "gold").hits
    assert (hit.node.key, hit.highlights) == (PRODUCT, (Highlight("property", ("gold",)),))


def test_described_things__are_counted_by_kind_and_without_a_namespace() -> None:
    found = ask(filled(), "sales")
    assert (found.total, found.kinds, found.namespaces) == (
        2,
        {"DataProduct": 1, "Dataset": 1},
        {"": 1, "db": 1},
    )
    assert keys(ask(filled(), "sales", labels=["DataProduct"])) == [PRODUCT]


def test_field_that_a_document_shows__finds_its_dataset() -> None:
    store = MemoryStore()
    field = A.field("turnover")
    shows = ("HAS_FIELD", A.key, field.key, ())
    send(store, [version("a.ttl", 1, thing(A.key, shows), thing(field.key))])
    assert keys(ask(store, "turnover")) == [A.key]
    send(store, [version("a.ttl", 2, thing(A.key))])
    assert keys(ask(store, "turnover")) == []


def test_what_is_gone__is_neither_found_nor_listed_nor_counted() -> None:
    store = filled()
    send(store, [version("mesh.ttl", 2, thing(DOMAIN, name="Shop"))], [dataset_event(3, B)])
    assert keys(ask(store, "sales")) == []
    listed = ask(store)
    assert keys(listed) == [B.key, key("document", "mesh.ttl"), DOMAIN]
    assert listed.total == 3
    pages = [ask(store, limit=1)]
    while pages[-1].has_next:
        pages.append(ask(store, limit=1, after=pages[-1].hits[-1].cursor))
    assert [key_ for page in pages for key_ in keys(page)] == keys(listed)


def test_search__covers_every_label_but_names_parts_and_what_runs_or_people_leave() -> None:
    """Columns and rules are parts: they are read where they belong, and would crowd out what has them."""
    left = set(load_model().concrete_labels) - set(searched_labels())
    names = {"Alias", "DatasetReference", "Namespace"}
    parts = {"Field", "SchemaProperty", "QualityRule"}
    assert left == names | parts | {"Run", "Curation", "SignOff"}


def test_column_of_a_contract__is_no_hit_beside_its_dataset() -> None:
    store = MemoryStore()
    dataset, schema, column = (
        A.key,
        key("schema", "c", "1.0.0", "o"),
        key("schema-property", "c", "1.0.0", "o", "vat"),
    )
    shows = ("HAS_FIELD", dataset, A.field("vat").key, ())
    has = ("HAS_PROPERTY", schema, column, ())
    said = [thing(dataset, shows), thing(A.field("vat").key), thing(schema, has), thing(column, name="vat")]
    send(store, [version("a.ttl", 1, *said)])
    assert keys(ask(store, "vat")) == [dataset]
