import pytest

from catalog import search as search_module
from catalog.errors import InvalidQuery
from catalog.graph import Node
from catalog.search import Found, Highlight, search
from catalog.store.memory import MemoryStore
from catalog.store.port import Reader, Store
from tests.search.conftest import NODES, dataset, put


def names(found: Found) -> list[str]:
    return [str(hit.node.properties["name"]) for hit in found.hits]


def test_search__ranks_name_above_field_above_description_above_namespace(reader: Reader) -> None:
    found = search(reader, "order")
    assert names(found) == [
        "orderItems",
        "Orders",
        "orders",
        "orders_daily",
        "load_orders",
        "customers",
        "clicks",
        "stock",
    ]
    assert found.total == 8


def test_search__puts_the_exact_name_first(reader: Reader) -> None:
    assert names(search(reader, "orders"))[:2] == ["orders", "Orders"]
    assert names(search(reader, "Orders"))[:2] == ["Orders", "orders"]


def test_search__asks_for_every_word(reader: Reader) -> None:
    assert names(search(reader, "order daily")) == ["orders_daily"]
    assert names(search(reader, "order nothing")) == []


@pytest.mark.parametrize("text", ["orderItems", "order_items", "ORDER ITEMS", "orderitems", "items"])
def test_search__finds_camel_case_however_it_is_written(reader: Reader, text: str) -> None:
    assert names(search(reader, text)) == ["orderItems"]


def test_search__finds_a_lower_case_name_asked_for_in_camel_case(store: Store) -> None:
    put(store, dataset("sf", "PURCHASELINES"))
    with store.read() as reader:
        assert names(search(reader, "PurchaseLines")) == ["PURCHASELINES"]


def test_search__highlights_where_the_words_are(reader: Reader) -> None:
    (hit,) = search(reader, "order count").hits
    assert hit.highlights == (Highlight("field", ("count", "order")),)
    (hit,) = search(reader, "clicks").hits
    assert hit.highlights == (Highlight("name", ("clicks",)), Highlight("description", ("clicks",)))


def test_search__counts_each_facet_without_its_own_filter(reader: Reader) -> None:
    found = search(reader, "order", labels=["Dataset"], namespaces=["pg", "s3"])
    assert found.total == 6
    assert found.kinds == {"Dataset": 6}
    assert found.namespaces == {"pg": 5, "orders": 1, "s3": 1}
    assert sorted(names(found)) == ["Orders", "clicks", "customers", "orderItems", "orders", "orders_daily"]


def test_search__without_text_lists_all_by_key(reader: Reader) -> None:
    found = search(reader)
    assert [hit.node.key for hit in found.hits] == sorted(node.key for node in NODES)
    assert (found.total, found.kinds) == (9, {"Dataset": 7, "Job": 2})


@pytest.mark.parametrize("text", ["", "order"])
def test_search__pages_give_each_hit_once(reader: Reader, text: str) -> None:
    whole = [hit.node.key for hit in search(reader, text).hits]
    paged, after, more = [], None, True
    while more:
        found = search(reader, text, limit=2, after=after)
        paged += [hit.node.key for hit in found.hits]
        after, more = found.hits[-1].cursor, found.has_next
    assert paged == whole


def test_search__goes_on_behind_its_cursor_when_the_graph_has_grown(store: Store) -> None:
    with store.read() as reader:
        before = search(reader, "order", limit=20)
    behind = [hit.node.key for hit in before.hits[3:]]
    put(store, dataset("pg", "order"), dataset("a", "Orders"))
    with store.read() as reader:
        after = search(reader, "order", after=before.hits[2].cursor)
    assert [hit.node.key for hit in after.hits if hit.node.key in behind] == behind
    assert not {hit.node.key for hit in after.hits} & {hit.node.key for hit in before.hits[:3]}


def test_search__of_signs_alone_finds_nothing(reader: Reader) -> None:
    assert search(reader, "...").hits == ()


def test_search__says_when_not_all_were_ranked_and_still_finds_the_exact_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search_module, "MAX_CANDIDATES", 5)
    store = MemoryStore()
    put(store, *(dataset("a", f"orders_{number}") for number in range(9)), dataset("z", "orders"))
    with store.read() as reader:
        found = search(reader, "orders")
    assert found.bounded
    assert found.total == 10
    assert names(found)[0] == "orders"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": 0}, "page of 0"),
        ({"limit": 10_000}, "page of 10000"),
        ({"labels": ["Run"]}, "does not cover Run"),
        ({"after": "not a cursor"}, "cursor"),
        ({"after": "é"}, "cursor"),
        ({"namespaces": [str(number) for number in range(101)]}, "101 namespaces"),
        ({"text": "x" * 1001}, "1001 characters"),
    ],
)
def test_search__refuses_what_is_out_of_bounds(options: dict[str, object], message: str) -> None:
    with MemoryStore().read() as reader, pytest.raises(InvalidQuery, match=message):
        search(reader, **options)  # type: ignore[arg-type]


def dropped(namespace: str, name: str) -> Node:
    node = dataset(namespace, name)
    over = {"lifecycleState": "DROP", "droppedAt": "2026-01-01T00:00:00Z"}
    return Node(node.key, node.label, {**node.properties, **over})


def test_dropped_dataset__is_found_below_all_that_is_not(store: Store) -> None:
    put(store, dropped("pg", "zebras"), dropped("pg", "zebras_old"), dataset("a", "x", "about zebras"))
    with store.read() as reader:
        found = search(reader, "zebras")
        assert names(found) == ["x", "zebras", "zebras_old"]
        assert [hit.node.properties.get("droppedAt") is not None for hit in found.hits] == [False, True, True]
        assert all(-(2**31) <= hit.score < 2**31 for hit in found.hits)
        page = search(reader, "zebras", limit=1, after=found.hits[0].cursor)
        assert (names(page), page.total) == (["zebras"], 3)


def test_dropped_datasets__are_taken_alone_or_left_out(store: Store) -> None:
    put(store, dropped("pg", "zebras"), dataset("a", "zebras"))
    with store.read() as reader:
        alone, without = (search(reader, "zebras", dropped=wanted) for wanted in (True, False))
    assert [(found.total, found.namespaces) for found in (alone, without)] == [(1, {"pg": 1}), (1, {"a": 1})]
    assert [hit.node.properties["namespace"] for hit in (*alone.hits, *without.hits)] == ["pg", "a"]


def test_dropped_datasets__are_told_apart_only_among_what_a_text_finds(reader: Reader) -> None:
    with pytest.raises(InvalidQuery):
        search(reader, dropped=True)
