"""Any text goes in and comes out as it was."""

import pytest

from catalog.graph import Edge, Node
from catalog.identity import DatasetId, RunId
from catalog.store.port import NodeFilter, Range, Record, Space, Store
from tests.store.build import entry, write

ODD = {
    "NUL": "a\0b",
    "only NUL": "\0",
    "controls": "\x01\x08\x1f\x7f\x85\u2028\r\n\t",
    "quotes": "'\"`''\"\"\\",
    "percent": "100%_%%s%(x)s{}$1:a?",
    "cypher": "`) DETACH DELETE n //",
    "sql": "'); DROP TABLE node; --",
    "json": '{"a": [null, "\\u0000"]}',
    "unicode": "naïve ñ 数据 \U0001f600 \u0301 \ufeff \uffff \U0010ffff",
    "right to left": "\u202eabc\u202c שלום",
    "decomposed": "e\u0301",
    "spaces": "  a  ",
    "empty": "",
    "number": "1e5",
    "null": "null",
    "long": "long " * 200_000,
}
TEXTS = pytest.mark.parametrize("text", list(ODD.values()), ids=list(ODD))


@TEXTS
def test_a_node__keeps_odd_text(store: Store, text: str) -> None:
    id_ = DatasetId(text, text)
    node = Node(
        id_.key, "Dataset", {"namespace": text, "name": text, "description": text, "tags": [text, "b"]}
    )
    write(store, node, Node("dataset/a", "Dataset", {"namespace": "a", "name": "a", "description": "a"}))
    with store.read() as reader:
        assert reader.nodes([node.key]) == {node.key: node}


@TEXTS
def test_a_filter__keeps_odd_text_apart(store: Store, text: str) -> None:
    text = text[:1000]
    node = Node("dataset/x", "Dataset", {"namespace": text, "name": text, "dataset": text})
    cut = Node("dataset/y", "Dataset", {"namespace": "a", "name": "a", "dataset": "a"})
    write(store, node, cut)
    for name in ("namespace", "name", "dataset"):
        with store.read() as reader:
            assert reader.page(NodeFilter(("Dataset",), {name: text}), None, 9) == [node]
            assert reader.page(NodeFilter(("Dataset",), {name: "a"}), None, 9) == [cut]


@TEXTS
def test_an_edge__keeps_odd_text(store: Store, text: str) -> None:
    run, via = RunId(text).key, DatasetId("v", text).key
    edge = Edge("FEEDS", "field/a", run, via, "OBSERVED", (("description", text), ("subtype", "IDENTITY")), 1)
    write(store, Node("field/a", "Field"), Node(run, "Run"), edge)
    with store.read() as reader:
        assert reader.edges_told_by(via, "OBSERVED", 0) == [edge]


@TEXTS
def test_a_record__keeps_odd_text(store: Store, text: str) -> None:
    address = text[:500]
    write(store, records={(Space.BLOB, address, address): text, (Space.BLOB, address + "x", ""): "other"})
    with store.read() as reader:
        assert reader.records(Space.BLOB, [(address, address)]) == {(address, address): text}
        assert reader.scan(Space.BLOB, [Range(address)]) == [Record(Space.BLOB, address, address, text)]


@TEXTS
def test_a_log_entry__keeps_odd_text(store: Store, text: str) -> None:
    odd = entry("h", body=text, actor=text[:500])
    write(store, odd)
    with store.read() as reader:
        assert reader.entries(["h"]) == {"h": odd}


def test_a_key_with_nul__finds_nothing(store: Store) -> None:
    write(store, Node("dataset/a", "Dataset"))
    with store.read() as reader:
        assert reader.nodes(["dataset/a\0b", "dataset/a\0"]) == {}
        assert reader.entries(["a\0"]) == {}


def test_keys__of_the_greatest_length_are_told_apart(store: Store) -> None:
    nodes = [Node(DatasetId("n" * 1900, letter * 80).key, "Dataset", {"name": letter}) for letter in "ab"]
    hashed = [Node(DatasetId("n" * 9000, letter).key, "Dataset", {"name": letter}) for letter in "ab"]
    write(store, *nodes, *hashed)
    with store.read() as reader:
        assert reader.nodes([node.key for node in nodes + hashed]) == {
            node.key: node for node in nodes + hashed
        }
