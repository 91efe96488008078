"""Any sequence of change sets: after each, every read of the port equals the oracle's.

The graphs have few nodes, so that cycles, diamonds, self-loops, hubs and parallel edges are common.
"""

from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from catalog.graph import Direction, Edge, Node
from catalog.store.port import ALL_TIME, NOW, At, ChangeSet, NodeFilter, Range, Reader, Space, Store
from tests.store.build import apply, edge_row, edge_rows, node_row, node_rows
from tests.store.oracle import Oracle

KEYS = [*(f"dataset/n/{name}" for name in "abcd"), "dataset/m/e", "dataset/m/f"]
TYPES = ("FEEDS", "CONSUMED_BY")
LABELS = ("Dataset", "Pipeline", "Job", "Team")  # a Job carries the label Pipeline too, a Team that of Agent
VIAS = ("job/1", "job/2")
ORIGINS = ("OBSERVED", "DECLARED")
PARTITIONS = ("p", "p\0q")
WORDS = ("order", "orders", "o", "é", "x9")
INSTANTS = (None, *range(4))

node = st.builds(
    lambda key, label, namespace, home, words, flag: Node(
        key,
        label,
        {"searchText": " ".join(words), "flag": flag}
        | ({"namespace": namespace} if namespace else {})
        | ({"dataset": home} if home else {}),
    ),
    st.sampled_from(KEYS),
    st.sampled_from(LABELS),
    st.sampled_from(("", "n", "m")),
    st.sampled_from(("", "dataset/n/a", "dataset/n/b")),
    st.lists(st.sampled_from(WORDS), max_size=2),
    st.booleans(),
)
edge = st.builds(
    Edge,
    st.sampled_from(TYPES),
    st.sampled_from(KEYS),
    st.sampled_from(KEYS),
    st.sampled_from(VIAS),
    st.sampled_from(ORIGINS),
    st.sampled_from(((), (("masking", True),), (("masking", False), ("subtype", "IDENTITY")))),
    st.sampled_from(INSTANTS),
    st.sampled_from(INSTANTS),
)
place = st.tuples(st.just(Space.SIGHTING), st.sampled_from(PARTITIONS), st.sampled_from(("", "1", "2", "3")))


@dataclass(frozen=True, slots=True)
class Step:
    """One change set and the questions asked after it. ``ended``: which known edges get another end."""

    nodes: list[Node]
    gone: list[str]
    edges: list[Edge]
    dropped: list[int]
    ended: list[tuple[int, int | None]]
    records: dict[tuple[Space, str, str], str | None]
    frontier: list[str]
    tokens: list[str]


step = st.builds(
    Step,
    nodes=st.lists(node, max_size=4),
    gone=st.lists(st.sampled_from(KEYS), max_size=1),
    edges=st.lists(edge, max_size=8),
    dropped=st.lists(st.integers(0, 20), max_size=1),
    ended=st.lists(st.tuples(st.integers(0, 20), st.sampled_from(INSTANTS)), max_size=3),
    records=st.dictionaries(place, st.none() | st.sampled_from(("x", "y")), max_size=4),
    frontier=st.lists(st.sampled_from(KEYS), max_size=3),
    tokens=st.lists(st.sampled_from(("o", "order", "orders", "é", "9")), max_size=2),
)


def test_every_read__equals_the_oracle_after_every_change_set(store: Store, examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )
    @given(start=st.lists(node, min_size=4, max_size=8), steps=st.lists(step, min_size=1, max_size=4))
    def assert_equals_the_oracle(start: list[Node], steps: list[Step]) -> None:
        wipe(store)
        oracle, known = Oracle(), dict[str, Edge]()
        advance(store, oracle, ChangeSet(nodes={node.key: node for node in start}))
        for now in steps:
            changes = change_set(now, oracle, known)
            known.update(changes.edges)
            advance(store, oracle, changes)
            with store.read() as reader:
                compare(reader, oracle, now)

    assert_equals_the_oracle()


def wipe(store: Store) -> None:
    places: list[tuple[Space, str, str]] = []
    with store.read() as reader:
        for record in reader.scan(Space.SIGHTING, [Range(partition) for partition in PARTITIONS]):
            places.append((record.space, record.partition, record.sort))
    apply(store, ChangeSet(nodes=dict.fromkeys(KEYS), records=dict.fromkeys(places)))


def change_set(now: Step, oracle: Oracle, known: dict[str, Edge]) -> ChangeSet:
    """The change set of a step: as the port asks, no edge without both its nodes."""
    nodes: dict[str, Node | None] = {node.key: node for node in now.nodes} | dict.fromkeys(now.gone)
    alive = {key for key in KEYS if nodes.get(key) is not None or (key in oracle.nodes and key not in nodes)}
    listed = list(known.values())
    ended = [replace(listed[index % len(listed)], valid_to=end) for index, end in now.ended if listed]
    dropped = {edge.id: edge for edge in (listed[index % len(listed)] for index in now.dropped if listed)}
    written = (edge for edge in now.edges + ended if {edge.source, edge.target} <= alive)
    edges = {edge.id: edge for edge in written if edge.id not in dropped}
    return ChangeSet(nodes=nodes, edges=edges, records=now.records, dropped=dropped)


def advance(store: Store, oracle: Oracle, changes: ChangeSet) -> None:
    apply(store, changes)
    oracle.apply(
        {key: node_row(node) if node else None for key, node in changes.nodes.items()},
        {**dict.fromkeys(changes.dropped), **{id_: edge_row(edge) for id_, edge in changes.edges.items()}},
        {(space.value, name, sort): value for (space, name, sort), value in changes.records.items()},
    )


def compare(reader: Reader, oracle: Oracle, now: Step) -> None:
    assert node_rows(reader.nodes(KEYS)) == oracle.nodes_of(KEYS)
    compare_edges(reader, oracle, now.frontier)
    compare_lists(reader, oracle, now.tokens)
    compare_records(reader, oracle)


def compare_edges(reader: Reader, oracle: Oracle, frontier: list[str]) -> None:
    asked: list[tuple[At, int | str]] = [(NOW, "now"), (ALL_TIME, "always"), (1, 1), (2, 2)]
    for at, oracle_at in asked:
        for direction in Direction:
            found = reader.edges(frontier, TYPES, direction, at)
            assert edge_rows(found) == oracle.edges_of(frontier, TYPES, direction.value, oracle_at)
        for part, type_ in (TYPES, TYPES[::-1], TYPES[:1] * 2):
            told = [tuple(one) for one in reader.entering(frontier, part, type_, at)]
            assert len(told) == len(set(told))
            assert set(told) == oracle.entering(frontier, part, type_, oracle_at)
    whole = reader.edges(KEYS, TYPES[:1], Direction.BOTH, ALL_TIME)
    assert edge_rows(whole) == oracle.edges_of(KEYS, TYPES[:1], "BOTH", "always")
    assert all(found.id == replace(found).id for found in whole)
    for via in VIAS:
        of_one = reader.edges_told_by(via, ORIGINS[0], 2)
        assert edge_rows(of_one) == oracle.told_by(via, ORIGINS[0], 2)


def compare_lists(reader: Reader, oracle: Oracle, tokens: list[str]) -> None:
    for labels, equals in ((LABELS, {}), (LABELS[:1], {"namespace": "n"}), (LABELS[1:2], {})):
        where = NodeFilter(labels, equals)
        keys = oracle.listed(labels, equals)
        assert [node.key for node in reader.page(where, None, 99)] == keys
        assert [node.key for node in reader.page(where, KEYS[1], 2)] == [
            key for key in keys if key > KEYS[1]
        ][:2]
        assert reader.count(where) == len(keys)
        matching = oracle.found(tokens, labels, equals)
        assert [node.key for node in reader.search(tokens, where, 3)] == matching[:3]
        assert reader.search_counts(tokens, where) == oracle.found_counts(tokens, labels, equals)


def compare_records(reader: Reader, oracle: Oracle) -> None:
    ranges = [("p\0q", None, "3"), ("p", "1", None)]
    for reverse, limit in ((False, None), (True, 1), (True, 2), (False, 1)):
        found = reader.scan(Space.SIGHTING, [Range(*given) for given in ranges], reverse=reverse, limit=limit)
        rows = [(record.partition, record.sort, record.value) for record in found]
        assert rows == oracle.scanned("sighting", ranges, reverse, limit)
    places = [(partition, sort) for partition in PARTITIONS for sort in ("", "1", "2", "3")]
    assert reader.records(Space.SIGHTING, places) == {
        (partition, sort): value for (_, partition, sort), value in oracle.records.items()
    }
