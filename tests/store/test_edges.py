"""Edges: of a frontier, at a time, told by a history."""

import pytest

from catalog.graph import Direction, Edge, Node
from catalog.store.port import ALL_TIME, NOW, ChangeSet, Store
from tests.store.build import apply, dataset, edges, feeds, write


def test_edges__follow_the_direction(store: Store) -> None:
    to_b, to_c, loop = feeds("a", "b"), feeds("b", "c"), feeds("b", "b")
    write(store, *map(dataset, "abc"), to_b, to_c, loop)
    assert edges(store, "b", direction=Direction.OUT) == [loop, to_c]
    assert edges(store, "b", direction=Direction.IN) == [to_b, loop]
    assert edges(store, "b", direction=Direction.BOTH) == [to_b, loop, to_c]


def test_edges__between_two_keys_of_the_frontier_come_once(store: Store) -> None:
    to_b, back = feeds("a", "b"), feeds("b", "a")
    write(store, *map(dataset, "ab"), to_b, back)
    assert edges(store, "a", "b", "a", direction=Direction.BOTH) == [to_b, back]


def test_edges__are_of_the_asked_types(store: Store) -> None:
    feed, influence = feeds("a", "b"), feeds("a", "b", type="INFLUENCES")
    write(store, *map(dataset, "ab"), feed, influence)
    assert edges(store, "a", types=("FEEDS",)) == [feed]
    assert edges(store, "a", types=("INFLUENCES", "FEEDS")) == [feed, influence]
    assert edges(store, "a", types=()) == []
    assert edges(store, types=("FEEDS",)) == []
    assert edges(store, "none") == []


@pytest.mark.parametrize(
    ("at", "names"),
    [
        (NOW, {"always", "since 10"}),
        (ALL_TIME, {"always", "until 10", "10 to 20", "since 10"}),
        (9, {"always", "until 10"}),
        (10, {"always", "10 to 20", "since 10"}),
        (19, {"always", "10 to 20", "since 10"}),
        (20, {"always", "since 10"}),
    ],
)
def test_edges__hold_from_their_begin_until_before_their_end(
    store: Store, at: int | None, names: set[str]
) -> None:
    stretches = {"always": (None, None), "until 10": (None, 10), "10 to 20": (10, 20), "since 10": (10, None)}
    write(store, *map(dataset, "ab"))
    write(store, *(feeds("a", "b", begin, end, name=name) for name, (begin, end) in stretches.items()))
    for direction in (Direction.OUT, Direction.BOTH):
        assert {
            dict(edge.properties)["name"] for edge in edges(store, "a", at=at, direction=direction)
        } == names


def test_edges__in_parallel_keep_their_properties_apart(store: Store) -> None:
    direct = feeds("a", "b", subtype="IDENTITY", masking=False, ordinal=1)
    masked = feeds("a", "b", subtype="IDENTITY", masking=True, ordinal=1)
    plain = feeds("a", "b")
    write(store, *map(dataset, "ab"), direct, masked, plain)
    found = edges(store, "a")
    assert set(found) == {direct, masked, plain}
    assert [edge.id for edge in found] == sorted([direct.id, masked.id, plain.id])
    assert {type(dict(edge.properties).get("masking")) for edge in found} == {bool, type(None)}


def test_edges__of_other_histories_are_other_edges(store: Store) -> None:
    one, other, declared = (
        feeds("a", "b", via="job/1"),
        feeds("a", "b", via="job/2"),
        feeds("a", "b", origin="DECLARED"),
    )
    write(store, *map(dataset, "ab"), one, other, declared)
    assert set(edges(store, "a")) == {one, other, declared}


def test_an_edge__ends_and_is_opened_again(store: Store) -> None:
    first, ended, again = feeds("a", "b", 1), feeds("a", "b", 1, 5), feeds("a", "b", 8)
    write(store, *map(dataset, "ab"), first)
    write(store, ended)
    assert edges(store, "a", at=NOW) == []
    write(store, again)
    assert edges(store, "a", at=NOW) == [again]
    assert set(edges(store, "a")) == {ended, again}
    write(store, first)
    assert set(edges(store, "a", at=NOW)) == {first, again}


def test_an_edge__may_be_the_same_again(store: Store) -> None:
    edge = feeds("a", "b", 1)
    write(store, *map(dataset, "ab"), edge)
    write(store, *map(dataset, "ab"), edge)
    assert edges(store, "a") == [edge]


def test_a_deleted_edge__is_gone_and_leaves_its_nodes(store: Store) -> None:
    gone, kept = feeds("a", "b"), feeds("a", "c")
    write(store, *map(dataset, "abc"), gone, kept)
    apply(store, ChangeSet(dropped={edge.id: edge for edge in (gone, feeds("b", "a"), feeds("x", "y"))}))
    assert edges(store, "a", "b", direction=Direction.BOTH) == [kept]
    with store.read() as reader:
        assert len(reader.nodes(["dataset/n/a", "dataset/n/b"])) == 2


def test_edges__come_sorted_by_type_source_target_and_id(store: Store) -> None:
    written = [
        feeds(s, t, n=n, type=kind)
        for s in "cab"
        for t in "bca"
        for n in (2, 1)
        for kind in ("PRODUCES", "FEEDS")
    ]
    write(store, *map(dataset, "abc"), *written)
    expected = sorted(written, key=lambda edge: (edge.type, edge.source, edge.target, edge.id))
    assert edges(store, "a", "b", "c", direction=Direction.BOTH) == expected


def test_a_hub__is_read_from_both_sides(store: Store) -> None:
    names = [f"d{number:04}" for number in range(1500)]
    spokes = [feeds("hub", name) for name in names]
    write(store, dataset("hub"), *map(dataset, names), *spokes)
    assert edges(store, "hub", at=NOW) == spokes
    assert edges(store, *names, direction=Direction.IN, at=NOW) == spokes


def test_edges_told_by__gives_one_history_unless_ended_before(store: Store) -> None:
    ended, ending, current = feeds("a", "b", 1, 4), feeds("a", "b", 2, 5), feeds("b", "a", 3)
    strange = [feeds("a", "b", via="job/other"), feeds("a", "b", origin="DECLARED")]
    write(store, *map(dataset, "ab"), ended, ending, current, *strange)
    with store.read() as reader:
        assert reader.edges_told_by("job/n/j", "OBSERVED", 5) == [ending, current]
        assert set(reader.edges_told_by("job/n/j", "OBSERVED", 0)) == {ended, ending, current}
        assert reader.edges_told_by("job/n/j", "OBSERVED", 6) == [current]
        assert reader.edges_told_by("job/none", "OBSERVED", 0) == []
        assert reader.edges_told_by("job/n/j", "OBSERVED", 5, ["FEEDS", "PRODUCES"]) == [ending, current]
        assert reader.edges_told_by("job/n/j", "OBSERVED", 0, ["PRODUCES"]) == []
        assert reader.edges_told_by("job/n/j", "OBSERVED", 0, []) == []


def test_edges__take_the_widest_instants(store: Store) -> None:
    edge = Edge("FEEDS", "dataset/n/a", "dataset/n/a", "v", "PARSED", (), -(2**63), 2**63 - 1)
    write(store, dataset("a"), edge)
    assert edges(store, "a") == [edge]
    assert edges(store, "a", at=2**63 - 2) == [edge]


def test_edges__join_nodes_of_one_change_set_in_any_order(store: Store) -> None:
    write(store, feeds("a", "j"), dataset("a"), Node("dataset/n/j", "Job", {"namespace": "n"}))
    assert edges(store, "a") == [feeds("a", "j")]
