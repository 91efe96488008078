"""Search: every token begins some word of the search text."""

import pytest

from catalog.graph import Node
from catalog.store.port import ChangeSet, NodeFilter, Store
from ontology.compiler import load_model
from tests.store.build import apply, dataset, write

BOTH = NodeFilter(("Dataset", "Job"))


def found(store: Store, *tokens: str, where: NodeFilter = BOTH, limit: int = 99) -> list[str]:
    with store.read() as reader:
        return [node.key.rsplit("/", 1)[1] for node in reader.search(tokens, where, limit)]


def test_search__finds_words_that_begin_with_the_token(store: Store) -> None:
    write(
        store,
        dataset("a", searchText="daily orders"),
        dataset("b", searchText="border"),
        dataset("c", searchText="ord"),
    )
    assert found(store, "ord") == ["a", "c"]
    assert found(store, "orders") == ["a"]
    assert found(store, "rder") == []
    assert found(store, "none") == []


def test_search__wants_every_token(store: Store) -> None:
    write(store, dataset("a", searchText="daily orders eu"), dataset("b", searchText="daily returns eu"))
    assert found(store, "eu", "da") == ["a", "b"]
    assert found(store, "da", "ord") == ["a"]
    assert found(store, "da", "da") == ["a", "b"]
    assert found(store, "ord", "ret") == []


def test_search__is_in_key_order_and_bounded(store: Store) -> None:
    write(store, *(dataset(name, searchText="same") for name in "cadb"))
    assert found(store, "same", limit=3) == ["a", "b", "c"]
    assert found(store, "same", limit=0) == []


def test_search__follows_the_filter(store: Store) -> None:
    job = Node("job/n/j", "Job", {"namespace": "n", "name": "j", "searchText": "orders"})
    write(store, job, dataset("a", searchText="orders"), dataset("b", searchText="orders", namespace="m"))
    assert found(store, "orders", where=NodeFilter(("Job",))) == ["j"]
    assert found(store, "orders", where=NodeFilter(("Dataset", "Job"), {"namespace": "n"})) == ["a", "j"]
    assert found(store, "orders", where=NodeFilter(("Dataset",), {"namespace": "m", "name": "b"})) == ["b"]
    with store.read() as reader:
        assert reader.search(["orders"], NodeFilter(("Job",)), 9) == [job]


def test_search_counts__are_by_label_and_namespace(store: Store) -> None:
    job = Node("job/n/j", "Job", {"namespace": "n", "name": "j", "searchText": "orders"})
    others = [dataset(name, searchText="orders", namespace=name[0]) for name in ("m1", "m2", "n1")]
    write(store, job, *others, dataset("x", searchText="returns"))
    with store.read() as reader:
        assert reader.search_counts(["ord"], BOTH) == {
            ("Dataset", "m"): 2,
            ("Dataset", "n"): 1,
            ("Job", "n"): 1,
        }
        assert reader.search_counts(["ord"], NodeFilter(("Dataset",), {"namespace": "m"})) == {
            ("Dataset", "m"): 2
        }
        assert reader.search_counts(["none"], BOTH) == {}


DESCRIBED = (
    Node("team/orders", "Team", {"name": "orders", "searchText": "orders"}),
    Node(
        "product/orders",
        "DataProduct",
        {"name": "orders", "sameAs": ["urn:a", "urn:b"], "searchText": "orders"},
    ),
    Node("personal-data/orders", "PersonalDataCategory", {"name": "orders", "searchText": "orders"}),
    Node("classification/orders", "Classification", {"name": "orders", "searchText": "orders secret"}),
    Node("port/gone", "OutputPort", {"name": "orders", "gone": True}),
)


def test_search__finds_nodes_without_a_namespace(store: Store) -> None:
    write(store, *DESCRIBED, dataset("a", searchText="orders"))
    with store.read() as reader:
        everything = NodeFilter(load_model().concrete_labels)
        hits = reader.search(["ord"], everything, 9)
        assert [hit.key for hit in hits] == sorted(["dataset/n/a", *(node.key for node in DESCRIBED[:4])])
        assert DESCRIBED[1] in hits
        assert reader.search_counts(["ord"], everything) == {
            ("Dataset", "n"): 1,
            ("Team", ""): 1,
            ("DataProduct", ""): 1,
            ("PersonalDataCategory", ""): 1,
            ("Classification", ""): 1,
        }
        assert ("OutputPort", "") not in reader.search_counts([], everything)
        classes = NodeFilter(("Classification",))
        assert reader.search(["ord"], classes, 9) == [DESCRIBED[3]]
        assert reader.search_counts(["ord"], classes) == {("Classification", ""): 1}
        assert reader.search(["ord"], NodeFilter(("Agent", "Port")), 9) == []
        assert reader.search(["ord"], NodeFilter(("Team", "Dataset"), {"namespace": "n"}), 9) == hits[1:2]
        assert reader.search_counts(["ord"], NodeFilter(("Team",), {"namespace": ""})) == {}


def test_search__without_tokens_gives_all_that_has_a_text(store: Store) -> None:
    job = Node("job/n/j", "Job", {"namespace": "n", "searchText": "j"})
    silent = Node("dataset/n/c", "Dataset", {"namespace": "n", "name": "c"})
    write(store, dataset("b"), dataset("a"), job, silent)
    assert found(store) == ["a", "b", "j"]
    assert found(store, limit=2) == ["a", "b"]
    with store.read() as reader:
        assert reader.search_counts([], BOTH) == {("Dataset", "n"): 2, ("Job", "n"): 1}


def test_search__follows_a_changed_text(store: Store) -> None:
    write(
        store,
        dataset("a", searchText="old words"),
        dataset("b", searchText="old"),
        dataset("c", searchText="old"),
    )
    write(store, dataset("a", searchText="new words"))
    apply(store, ChangeSet(nodes={"dataset/n/b": None, "dataset/n/c": Node("dataset/n/c", "Dataset")}))
    assert found(store, "old") == []
    assert found(store, "new") == ["a"]
    assert found(store, "words") == ["a"]


@pytest.mark.parametrize(
    "word",
    [
        *(
            "straße",
            "\u0131s\u0131",
            "ñandú",
            "nandu",
            "データ",
            "注文",
            "заказ",
            "\U0001d4b3math",
            "x1",
            "42",
            "éa",
            "e",
        ),
        *("not", "and", "or", "near", "a" * 300),
    ],
)
def test_search__keeps_odd_words_whole_and_exact(store: Store, word: str) -> None:
    write(store, dataset("a", searchText=f"first {word} last"), dataset("b", searchText=f"q{word}"))
    assert found(store, word) == ["a"]
    assert found(store, word[:1]) == ["a"]
    assert found(store, word + "z") == []


@pytest.mark.parametrize(
    "token", ['"', "*", "ab*", 'a" OR "b', "a:b", "(", "a OR b", "\\", "-", "NOT", "~", "a/b", "%", "_"]
)
def test_search__takes_query_syntax_for_letters(store: Store, token: str) -> None:
    write(store, dataset("a", searchText="a b ab or not"))
    assert found(store, token) == []


def test_search__tells_letters_beyond_ascii_apart(store: Store) -> None:
    write(
        store,
        dataset("a", searchText="é 注文"),
        dataset("b", searchText="è データ"),
        dataset("c", searchText="e _"),
    )
    assert found(store, "é") == ["a"]
    assert found(store, "デー") == ["b"]
    assert found(store, "e") == ["c"]
    assert found(store, "è", "デ") == ["b"]
    assert found(store, "é", "デ") == []
