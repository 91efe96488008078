"""Records: by address, and scanned in ranges of a partition."""

from catalog.store.port import ChangeSet, Range, Record, Space, Store
from tests.store.build import apply, write

S = Space.SIGHTING


def put(store: Store, *places: tuple[str, str]) -> None:
    apply(
        store, ChangeSet(records={(S, partition, sort): f"{partition}={sort}" for partition, sort in places})
    )


def scanned(
    store: Store, *ranges: Range, reverse: bool = False, limit: int | None = None
) -> list[tuple[str, str]]:
    with store.read() as reader:
        found = reader.scan(S, ranges, reverse=reverse, limit=limit)
    assert all(
        record == Record(S, record.partition, record.sort, f"{record.partition}={record.sort}")
        for record in found
    )
    return [(record.partition, record.sort) for record in found]


def test_records__are_found_by_space_partition_and_sort(store: Store) -> None:
    apply(
        store, ChangeSet(records={(Space.STATE, "p", ""): "one", (S, "p", ""): "two", (S, "p", "x"): "three"})
    )
    with store.read() as reader:
        assert reader.records(Space.STATE, [("p", ""), ("p", "x")]) == {("p", ""): "one"}
        assert reader.records(S, [("p", ""), ("p", "x"), ("q", "")]) == {
            ("p", ""): "two",
            ("p", "x"): "three",
        }
        assert reader.records(Space.BLOB, [("p", "")]) == {}
        assert reader.records(S, []) == {}


def test_records__change_and_go(store: Store) -> None:
    apply(store, ChangeSet(records={(S, "p", "a"): "old", (S, "p", "b"): ""}))
    apply(store, ChangeSet(records={(S, "p", "a"): "new", (S, "p", "b"): None, (S, "p", "none"): None}))
    with store.read() as reader:
        assert reader.records(S, [("p", "a"), ("p", "b")]) == {("p", "a"): "new"}
        assert reader.scan(S, [Range("p")]) == [Record(S, "p", "a", "new")]


def test_records__may_be_empty_text(store: Store) -> None:
    apply(store, ChangeSet(records={(S, "", ""): ""}))
    with store.read() as reader:
        assert reader.records(S, [("", "")]) == {("", ""): ""}
        assert reader.scan(S, [Range("")]) == [Record(S, "", "", "")]


def test_scan__takes_the_low_end_and_leaves_the_high_end(store: Store) -> None:
    put(store, *(("p", sort) for sort in "dacb"), ("o", "b"), ("q", "b"))
    assert scanned(store, Range("p")) == [("p", "a"), ("p", "b"), ("p", "c"), ("p", "d")]
    assert scanned(store, Range("p", "b", "d")) == [("p", "b"), ("p", "c")]
    assert scanned(store, Range("p", low="c")) == [("p", "c"), ("p", "d")]
    assert scanned(store, Range("p", high="b")) == [("p", "a")]
    assert scanned(store, Range("p", "b", "b"), Range("none")) == []
    assert scanned(store) == []


def test_scan__counts_the_limit_for_each_range(store: Store) -> None:
    put(store, *((partition, sort) for partition in "pq" for sort in "abc"))
    assert scanned(store, Range("q"), Range("p", "b"), limit=1) == [("p", "b"), ("q", "a")]
    assert scanned(store, Range("p"), limit=2) == [("p", "a"), ("p", "b")]
    assert scanned(store, Range("p"), limit=0) == []


def test_scan__in_reverse_takes_the_last_first(store: Store) -> None:
    put(store, *((partition, sort) for partition in "pq" for sort in "abc"))
    assert scanned(store, Range("q"), Range("p", high="c"), reverse=True, limit=1) == [("p", "b"), ("q", "c")]
    assert scanned(store, Range("q"), Range("p"), reverse=True, limit=2) == [
        *(("p", "c"), ("p", "b")),
        *(("q", "c"), ("q", "b")),
    ]


def test_scan__merges_ranges_of_one_partition(store: Store) -> None:
    put(store, *(("p", sort) for sort in "abcde"))
    assert scanned(store, Range("p", "d"), Range("p", high="b")) == [("p", "a"), ("p", "d"), ("p", "e")]
    assert scanned(store, Range("p", "b", "d"), Range("p", "c", "e")) == [("p", "b"), ("p", "c"), ("p", "d")]


def test_scan__sorts_by_code_point(store: Store) -> None:
    sorts = [
        "",
        "\0",
        "\0\0",
        "\x01",
        "a",
        "a\0",
        "a\0b",
        "a\x01",
        "aa",
        "Z",
        "é",
        "z",
        "\uffff",
        "\U00010000",
        "\U0001d4b3",
    ]
    put(store, *(("p", sort) for sort in sorts))
    assert scanned(store, Range("p")) == [("p", sort) for sort in sorted(sorts)]
    assert scanned(store, Range("p"), reverse=True) == [("p", sort) for sort in sorted(sorts, reverse=True)]
    assert scanned(store, Range("p", "a\0", "aa")) == [("p", "a\0"), ("p", "a\0b"), ("p", "a\x01")]
    assert scanned(store, Range("p", "\uffff")) == [("p", sort) for sort in sorted(sorts) if sort >= "\uffff"]


def test_records__of_a_partition_with_nul_are_its_own(store: Store) -> None:
    put(store, ("h\0v1", "a"), ("h\0v2", "a"), ("h", "a"))
    assert scanned(store, Range("h")) == [("h", "a")]
    assert scanned(store, Range("h\0v2"), Range("h\0v1")) == [("h\0v1", "a"), ("h\0v2", "a")]
    with store.read() as reader:
        assert reader.records(S, [("h\0v1", "a")]) == {("h\0v1", "a"): "h\0v1=a"}


def test_records__take_many_addresses_at_once(store: Store) -> None:
    places = [(f"p{number % 7}", f"{number:05}") for number in range(2500)]
    put(store, *places)
    with store.read() as reader:
        assert reader.records(S, places) == {place: f"{place[0]}={place[1]}" for place in places}
    ranges = [Range(f"p{number}") for number in range(7)]
    assert scanned(store, *ranges) == sorted(places)
    write(store, records={(S, *place): None for place in places})
    assert scanned(store, *ranges) == []


def test_walk__goes_through_a_whole_space_by_partition_and_sort(store: Store) -> None:
    put(store, ("q", "a"), ("p", "b"), ("p", ""), ("", ""), ("p\0", "a"), ("é", "\U00010000"))
    apply(store, ChangeSet(records={(Space.STATE, "p", "a"): "another space"}))
    places = [("", ""), ("p", ""), ("p", "b"), ("p\0", "a"), ("q", "a"), ("é", "\U00010000")]
    with store.read() as reader:
        found = [(record.partition, record.sort) for record in reader.walk(S, None, 9)]
        assert found == places
        for number, place in enumerate(places):
            rest = reader.walk(S, place, 2)
            assert [(record.partition, record.sort) for record in rest] == places[number + 1 : number + 3]
        assert reader.walk(S, ("p", ""), 1) == [Record(S, "p", "b", "p=b")]
