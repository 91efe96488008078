"""What Neo4j keeps of our values, and back; none of this needs a server."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.graph import Edge, Node, Scalar
from catalog.store.neo4j_rows import (
    MAX_INDEXED_BYTES,
    Nodes,
    edge_of,
    edge_row,
    indexed_text,
    lucene_query,
    sort_of,
    sort_text,
)
from ontology.compiler import load_model

SORTS = st.text(st.sampled_from("a\0~é\ud7ff\ue000\ue001\uffff\U00010000\U0010ffff"), max_size=4)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


@given(SORTS)
def test_sort__round_trips(sort: str) -> None:
    assert sort_of(sort_text(sort)) == sort


@given(SORTS, SORTS)
def test_sort__has_one_order_by_code_points_and_utf_16(one: str, other: str) -> None:
    kept_one, kept_other = sort_text(one), sort_text(other)
    assert (one < other) == (kept_one < kept_other) == (_utf16(kept_one) < _utf16(kept_other))


def test_sort__of_plain_text_is_kept_as_it_is() -> None:
    assert sort_text("0123abc é 日本") == "0123abc é 日本"


@given(st.text(min_size=600, max_size=3000))
def test_indexed_text__fits_an_index(text: str) -> None:
    assert len(indexed_text(text).encode()) <= MAX_INDEXED_BYTES


def test_indexed_text__tells_long_texts_apart() -> None:
    start = "x" * MAX_INDEXED_BYTES
    assert len({indexed_text(start + end) for end in ("", "a", "b")}) == 3


def test_node__with_a_long_indexed_text_round_trips() -> None:
    nodes, long = Nodes(load_model()), "long " * 2000
    node = Node("dataset/~1", "Dataset", {"namespace": long, "name": long, "tags": []})
    labels, properties = nodes.row(node)
    assert properties["namespace"] == indexed_text(long) != long
    assert nodes.node(labels, dict(properties)) == node


def test_edge__keeps_the_order_of_its_properties() -> None:
    unsorted: tuple[tuple[str, Scalar], ...] = (("subtype", "IDENTITY"), ("masking", True))
    for properties in ((), unsorted, unsorted[::-1]):
        edge = Edge("FEEDS", "field/a", "field/b", "job/j", "OBSERVED", properties, 1, None)
        kept = {name: value for name, value in edge_row(edge)["properties"].items() if value is not None}
        assert edge_of(edge.type, edge.source, edge.target, kept) == edge
        assert ("propertyOrder" in kept) is (properties == unsorted)


def test_lucene_query__escapes_all_that_is_no_letter_or_digit() -> None:
    assert lucene_query(["a", "b*", 'c" OR d']) == '+a* +b\\** +c\\"\\ OR\\ d*'


def test_lucene_query__asks_for_the_beginning_of_a_long_token() -> None:
    assert lucene_query(["z" * 1000]) == f"+{'z' * 120}*"
