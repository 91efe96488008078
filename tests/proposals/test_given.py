"""What is given as flags, schemas and bodies."""

import json
from typing import Any

import pytest

from catalog.identity import DatasetId
from catalog.impact.change import Change, ChangeKind
from catalog.store.memory import MemoryStore
from ingest.errors import (
    Contradiction,
    EmptyChange,
    ImproperProposal,
    TooLarge,
    UnknownDataset,
    WrongDocument,
)
from ingest.proposals.body import body_of, given_of
from ingest.proposals.documents import Given, GivenDocument, Wanted
from ingest.proposals.given import MAX_CHANGES, read_proposal
from tests.proposals.words import NS, brief, dataset, propose, shop

ORDERS = "shop.sales.orders"
K = ChangeKind


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    return shop()


def test_flags__are_placed_and_judged_by_what_is_known(store: MemoryStore) -> None:
    changes = [
        Change("", K.FIELD_REMOVED, "CUSTOMER"),
        Change("", K.TYPE_INCOMPATIBLE, "order_id", after="bigint"),
        Change(ORDERS, K.TYPE_INCOMPATIBLE, "total", after="decimal(6,2)"),
        Change(f"{NS}/shop.sales.customers", K.DATASET_REMOVED),
        Change("", K.FIELD_ADDED, "note", after="text"),
    ]
    found = propose(store, changes=changes, dataset=ORDERS)
    assert [(one.subject, str(one.kind), one.path) for one in found.changes] == [
        (dataset("customers"), "DATASET_REMOVED", None),
        (dataset("orders"), "FIELD_REMOVED", "customer"),
        (dataset("orders"), "FIELD_ADDED", "note"),
        (dataset("orders"), "TYPE_WIDENED", "order_id"),
        (dataset("orders"), "TYPE_NARROWED", "total"),
    ]
    assert found.source == "flags"


@pytest.mark.parametrize(
    "to", ["shop.sales.purchases", f"{NS}/shop.sales.purchases", DatasetId(NS, "shop.sales.purchases").key]
)
def test_flags__move_a_dataset_to_a_key(store: MemoryStore, to: str) -> None:
    found = propose(store, changes=[Change("", K.DATASET_MOVED, after=to)], dataset=ORDERS)
    assert [one.after for one in found.changes] == [DatasetId(NS, "shop.sales.purchases").key]


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (
            Change("", K.TYPE_INCOMPATIBLE, "order_id", after="INT"),
            Contradiction,
            "order_id is integer already",
        ),
        (Change("", K.FIELD_ADDED, "total", after="int"), Contradiction, "has a column total already"),
        (
            Change("", K.FIELD_RENAMED, "total", after="customer"),
            Contradiction,
            "there is a column of that name",
        ),
        (Change("", K.FIELD_RENAMED, "total"), ImproperProposal, "needs what it becomes"),
        (Change("", K.FIELD_REMOVED), ImproperProposal, "needs the path of a field"),
        (Change("nowhere", K.FIELD_REMOVED, "a"), UnknownDataset, "No dataset is named 'nowhere'"),
    ],
)
def test_flags__that_cannot_be_are_refused(
    store: MemoryStore, change: Change, error: type[ImproperProposal], said: str
) -> None:
    with pytest.raises(error, match=said):
        propose(store, changes=[change], dataset=ORDERS)


def test_flags__that_contradict_each_other_are_refused(store: MemoryStore) -> None:
    changes = [Change("", K.FIELD_REMOVED, "total"), Change("", K.TYPE_INCOMPATIBLE, "total", after="int")]
    with pytest.raises(Contradiction, match="total goes away"):
        propose(store, changes=changes, dataset=ORDERS)


def test_given__that_is_nothing_or_too_much_is_refused(store: MemoryStore) -> None:
    with pytest.raises(EmptyChange), store.read() as reader:
        read_proposal(reader, Given())
    with pytest.raises(TooLarge):
        propose(store, changes=[Change("", K.FIELD_REMOVED, "a")] * (MAX_CHANGES + 1), dataset=ORDERS)
    with pytest.raises(ImproperProposal, match="Only what was before is given"):
        propose(store, base=["create table a (b int)"])


def test_given__a_name_that_several_have_is_refused(store: MemoryStore) -> None:
    with pytest.raises(UnknownDataset, match=r"Did you mean .*orders"):
        propose(store, changes=[Change("", K.FIELD_REMOVED, "a")], dataset="shop.sales.oders")


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["order_id"],
    "properties": {
        "order_id": {"type": "integer", "format": "int32"},
        "customer": {"anyOf": [{"$ref": "#/$defs/name"}, {"type": "null"}]},
        "total": {"type": ["number", "null"]},
        "placed_at": {"type": "string", "format": "date"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"price": {"type": "number"}}}},
    },
    "$defs": {"name": {"type": "string", "maxLength": 20}},
}


def test_json_schema__is_compared_with_the_graph(store: MemoryStore) -> None:
    found = propose(store, SCHEMA, dataset=ORDERS)
    assert brief(found) == [
        ("FIELD_ADDED", "lines", None, "array"),
        ("FIELD_ADDED", "lines._element", None, "struct"),
        ("FIELD_ADDED", "lines._element.price", None, "number"),
        ("TYPE_NARROWED", "placed_at", "timestamp", "date"),
        ("TYPE_WIDENED", "total", "decimal(10,2)", "number"),
    ]
    assert found.changes[0].place is not None
    assert found.changes[0].place.line == text_line(SCHEMA, '"lines"')


def text_line(value: dict[str, Any], part: str) -> int:
    text = json.dumps(value, indent=1)
    return text[: text.index(part)].count("\n") + 1


def test_json_schema__is_compared_with_an_old_one(store: MemoryStore) -> None:
    old = json.loads(json.dumps(SCHEMA))
    old["properties"]["state"] = {"enum": ["open", "closed"], "type": "string"}
    new = json.loads(json.dumps(old))
    new["properties"]["state"]["enum"] = ["open", "shipped"]
    new["required"] = []
    found = propose(store, new, base=[old], dataset=ORDERS)
    assert brief(found) == [
        ("FIELD_NULLABLE", "order_id", None, None),
        ("ENUM_VALUE_ADDED", "state", None, "shipped"),
        ("ENUM_VALUE_REMOVED", "state", "closed", None),
    ]
    with pytest.raises(EmptyChange):
        propose(store, old, base=[old], dataset=ORDERS)


def test_json_schema__says_what_it_does_not_understand(store: MemoryStore) -> None:
    new = json.loads(json.dumps(SCHEMA))
    new["properties"]["customer"] = {"$ref": "https://example.org/name.json"}
    del new["properties"]["total"]
    found = propose(store, new, base=[SCHEMA], dataset=ORDERS)
    assert brief(found) == [("FIELD_REMOVED", "total", "number", None)]
    assert found.unread == ("new-0: line 12: 'https://example.org/name.json' is not in the document.",)


def test_json_schema__that_refers_to_itself_ends(store: MemoryStore) -> None:
    tree = {
        "type": "object",
        "properties": {"child": {"anyOf": [{"$ref": "#/$defs/tree"}, {"type": "null"}]}},
    }
    new = json.loads(json.dumps(SCHEMA))
    new["properties"]["root"], new["$defs"]["tree"] = {"$ref": "#/$defs/tree"}, tree
    found = propose(store, new, base=[SCHEMA], dataset=ORDERS)
    assert [change[:2] for change in brief(found)] == [("FIELD_ADDED", "root"), ("FIELD_ADDED", "root.child")]
    assert any("refers to itself" in sentence for sentence in found.unread)


def test_json_schema__of_references_that_double_is_bounded(store: MemoryStore) -> None:
    new = json.loads(json.dumps(SCHEMA))
    for number in range(40):
        new["$defs"][f"d{number}"] = {"allOf": [{"$ref": f"#/$defs/d{number + 1}"}] * 2}
    new["$defs"]["d40"], new["allOf"] = {}, [{"$ref": "#/$defs/d0"}]
    new["properties"]["deep"] = {"$ref": "#/$defs/r0"}
    for number in range(2_000):
        new["$defs"][f"r{number}"] = {"$ref": f"#/$defs/r{number + 1}"}
    found = propose(store, new, base=[SCHEMA], dataset=ORDERS)
    assert any("there are more than" in sentence for sentence in found.unread)


def test_base__that_nothing_is_compared_with_is_told(store: MemoryStore) -> None:
    facet = {"fields": [{"name": "order_id", "type": "bigint"}]}
    found = propose(store, facet, base=["create table shop.orders (order_id int, gone int)"], dataset=ORDERS)
    assert found.unread == ("old-0: nothing is compared with this SQL.",)


def test_facet__is_compared_with_the_graph(store: MemoryStore) -> None:
    facet = {"fields": [{"name": "order_id", "type": "bigint"}, {"name": "total", "type": "decimal(10,2)"}]}
    wanted = [
        ("FIELD_REMOVED", "customer", "varchar(20)", None),
        ("TYPE_WIDENED", "order_id", "integer", "bigint"),
        ("FIELD_REMOVED", "placed_at", "timestamp", None),
    ]
    assert brief(propose(store, facet, dataset=ORDERS)) == wanted
    assert brief(propose(store, {"schema": facet}, dataset=ORDERS)) == wanted
    with pytest.raises(ImproperProposal, match="does not say which dataset"):
        propose(store, facet)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("create table a (b int)", Wanted.CONTRACT),
        ("kind: DataContract", Wanted.DDL),
        ('{"fields": []}', Wanted.EVENTS),
    ],
)
def test_document__of_another_kind_than_it_is_meant_to_be_is_refused(
    store: MemoryStore, text: str, wanted: Wanted
) -> None:
    given = Given(documents=(GivenDocument("f", text, wanted=wanted),))
    with pytest.raises(WrongDocument, match="wanted is"), store.read() as reader:
        read_proposal(reader, given)


def test_body__gives_back_what_was_given() -> None:
    given = Given(
        (Change("a/b", K.TYPE_INCOMPATIBLE, "c", "int", "text", note="x"), Change("", K.DATASET_REMOVED)),
        (GivenDocument("n", "t", True), GivenDocument("m", "u", wanted=Wanted.DDL)),
        *("d", "postgres", True),
    )
    assert given_of(json.loads(json.dumps(body_of(given)))) == given


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"changes": {}}, "changes is to be a list"),
        ({"changes": [{"kind": "DROP"}]}, r"changes\[0\].kind is to be one of"),
        ({"changes": [{"kind": "FIELD_REMOVED", "colum": "x"}]}, "has colum; it may have"),
        ({"documents": [{"name": "x"}]}, r"documents\[0\].text is missing"),
        ({"documents": [{"text": "x", "base": 1}]}, "is to be true or false"),
        ({"dataset": 1}, "dataset is to be text"),
    ],
)
def test_body__that_is_wrong_is_refused(body: dict[str, Any], said: str) -> None:
    with pytest.raises(ImproperProposal, match=said):
        given_of(body)
