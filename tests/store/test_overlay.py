"""An overlay: every read equals that of a store to which all was written."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.curation import Aspect
from catalog.entry import LogEntry, Status
from catalog.graph import Direction, Edge, Node
from catalog.projection import Projection, ahead
from catalog.store.memory import MemoryStore
from catalog.store.overlay import Overlay
from catalog.store.port import ALL_TIME, ChangeSet, LogFilter, Reader, Space
from tests.curation.curations import curation
from tests.store import build
from tests.store.build import changes, dataset, edge_row, entry, feeds, node_row, write
from tests.store.oracle import Oracle
from tests.store.test_generated import Step, change_set, compare, node, step


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    start=st.lists(node, min_size=4, max_size=8),
    steps=st.lists(step, min_size=1, max_size=4),
    below=st.integers(0, 3),
)
def test_every_read__equals_the_oracle_however_much_of_it_lies_above(
    start: list[Node], steps: list[Step], below: int
) -> None:
    store, oracle, known = MemoryStore(), Oracle(), dict[str, Edge]()
    first = ChangeSet(nodes={one.key: one for one in start})
    build.apply(store, first)
    tell(oracle, first)
    for now in steps[:below]:
        build.apply(store, stepped(now, oracle, known))
    with store.read() as reader:
        overlay = Overlay(reader)
        compare(overlay, oracle, steps[0])
        for now in steps[below:]:
            overlay.apply(stepped(now, oracle, known))
            compare(overlay, oracle, now)


def stepped(now: Step, oracle: Oracle, known: dict[str, Edge]) -> ChangeSet:
    found = change_set(now, oracle, known)
    known.update(found.edges)
    tell(oracle, found)
    return found


def tell(oracle: Oracle, changes: ChangeSet) -> None:
    oracle.apply(
        {key: node_row(node) if node else None for key, node in changes.nodes.items()},
        {**dict.fromkeys(changes.dropped), **{id_: edge_row(edge) for id_, edge in changes.edges.items()}},
        {(space.value, name, sort): value for (space, name, sort), value in changes.records.items()},
    )


LOG = [entry(hash_, status) for hash_, status in zip("abcdef", [*Status, *Status], strict=False)]


@given(st.integers(0, 6), st.integers(1, 7), st.booleans())
def test_log__is_read_in_the_order_of_a_store_that_has_all_of_it(
    below: int, limit: int, reverse: bool
) -> None:
    parted, whole = MemoryStore(), MemoryStore()
    write(parted, *LOG[::2][:below])
    write(whole, *LOG)
    with parted.read() as reader, whole.read() as full:
        overlay = Overlay(reader)
        overlay.apply(changes(*LOG))
        wanted = (None, limit, LogFilter(), ("c", "c"))
        assert overlay.log("b", limit) == full.log("b", limit)
        assert ordered(overlay, wanted[3], limit, reverse) == ordered(full, wanted[3], limit, reverse)
        assert ordered(overlay, None, limit, reverse) == ordered(full, None, limit, reverse)
        assert overlay.entry_counts() == full.entry_counts()
        assert overlay.entries("ace") == full.entries("ace")
        assert overlay.entries_at(["a", "d"]) == full.entries_at(["a", "d"])


def ordered(reader: Reader, after: tuple[str, str] | None, limit: int, reverse: bool) -> list[LogEntry]:
    return reader.log_in_order(after, limit, LogFilter(Status.APPLIED), reverse=reverse)


def test_walk__goes_through_what_lies_below_and_above() -> None:
    store = MemoryStore()
    write(store, records={(Space.BLOB, "a", ""): "1", (Space.BLOB, "b", ""): "2", (Space.BLOB, "d", ""): "4"})
    with store.read() as reader:
        overlay = Overlay(reader)
        overlay.apply(ChangeSet(records={(Space.BLOB, "b", ""): None, (Space.BLOB, "c", ""): "3"}))
        assert [row.value for row in overlay.walk(Space.BLOB, None, 2)] == ["1", "3"]
        assert [row.value for row in overlay.walk(Space.BLOB, ("a", ""), 9)] == ["3", "4"]


def test_deleted_node__comes_back_without_its_edges() -> None:
    store = MemoryStore()
    write(store, dataset("a"), dataset("b"), feeds("a", "b"))
    with store.read() as reader:
        overlay = Overlay(reader)
        overlay.apply(ChangeSet(nodes={"dataset/n/a": None}))
        overlay.apply(changes(dataset("a")))
        assert overlay.nodes(["dataset/n/a"]) == {"dataset/n/a": dataset("a")}
        assert overlay.edges(["dataset/n/b"], ["FEEDS"], Direction.BOTH, ALL_TIME) == []


def test_entries_ahead__are_read_as_if_they_were_applied_and_the_store_stays_as_it_is() -> None:
    store, applied = MemoryStore(), MemoryStore()
    said = curation("product/orders", Aspect.TAGS, {"tags": [{"tag": "gold"}]})
    Projection(applied).apply([said])
    with store.read() as reader, applied.read() as full:
        after = ahead(reader, [said])
        assert after.nodes(["tag/gold"]) == full.nodes(["tag/gold"]) != {}
        assert after.entries([said[0].hash]) == full.entries([said[0].hash])
        assert reader.nodes(["tag/gold"]) == {}
