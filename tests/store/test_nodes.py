"""Nodes: fetched by key, listed in key order, counted, changed and deleted."""

from catalog.graph import Direction, Node
from catalog.store.port import ALL_TIME, ChangeSet, NodeFilter, Store
from tests.store.build import apply, dataset, edges, feeds, write

DATASETS = NodeFilter(("Dataset",))


def test_nodes__give_those_that_exist(store: Store) -> None:
    write(store, dataset("a"), dataset("b"))
    with store.read() as reader:
        assert reader.nodes(["dataset/n/a", "dataset/n/none"]) == {"dataset/n/a": dataset("a")}
        assert reader.nodes([]) == {}


def test_nodes__keep_the_types_of_their_properties(store: Store) -> None:
    node = Node(
        "field/n/a/x", "Field", {"dataset": "dataset/n/a", "ordinal": 3, "inferred": True, "tags": ["b", "a"]}
    )
    plain = Node("team/t", "Team")
    write(store, node, plain)
    with store.read() as reader:
        found = reader.nodes([node.key, plain.key])
    assert found == {node.key: node, plain.key: plain}
    assert {name: type(value) for name, value in found[node.key].properties.items()} == {
        "dataset": str,
        "ordinal": int,
        "inferred": bool,
        "tags": list,
    }


def test_nodes__take_many_keys_at_once(store: Store) -> None:
    nodes = [dataset(f"d{number:04}") for number in range(2500)]
    write(store, *nodes)
    with store.read() as reader:
        assert reader.nodes([node.key for node in nodes]) == {node.key: node for node in nodes}


def test_a_changed_node__loses_the_properties_it_no_longer_has(store: Store) -> None:
    write(store, dataset("a", description="old"))
    write(store, dataset("a"))
    with store.read() as reader:
        assert reader.nodes(["dataset/n/a"]) == {"dataset/n/a": dataset("a")}


def test_a_changed_node__may_have_another_label_and_keeps_its_edges(store: Store) -> None:
    write(store, dataset("a"), dataset("b"), feeds("a", "b"))
    reference = Node("dataset/n/a", "DatasetReference", {"namespace": "n", "name": "a"})
    write(store, reference)
    with store.read() as reader:
        assert reader.page(NodeFilter(("DatasetReference",)), None, 9) == [reference]
        assert reader.page(DATASETS, None, 9) == [dataset("b")]
    assert edges(store, "a") == [feeds("a", "b")]


def test_a_deleted_node__takes_its_edges_along(store: Store) -> None:
    kept = feeds("b", "c")
    write(store, *map(dataset, "abc"), kept, feeds("a", "b"), feeds("b", "a"), feeds("a", "a"))
    apply(store, ChangeSet(nodes={"dataset/n/a": None, "dataset/n/none": None}))
    with store.read() as reader:
        assert set(reader.nodes(["dataset/n/a", "dataset/n/b"])) == {"dataset/n/b"}
        assert reader.edges_told_by("job/n/j", "OBSERVED", 0) == [kept]
    assert edges(store, "a", "b", "c", direction=Direction.BOTH, at=ALL_TIME) == [kept]


def test_a_deleted_node__comes_back_without_its_edges(store: Store) -> None:
    write(store, dataset("a"), dataset("b"), feeds("a", "b"))
    apply(store, ChangeSet(nodes={"dataset/n/a": None}))
    write(store, dataset("a"))
    assert edges(store, "a", "b", direction=Direction.BOTH) == []


def test_page__goes_through_all_nodes_in_key_order(store: Store) -> None:
    nodes = [dataset(name) for name in ("B", "a", "a%2Fb", "a-", "ab", "b", "~")]
    write(store, *nodes, Node("job/n/j", "Job", {"namespace": "n", "name": "j"}))
    seen: list[Node] = []
    after = None
    with store.read() as reader:
        while batch := reader.page(DATASETS, after, 2):
            assert len(batch) <= 2
            seen += batch
            after = batch[-1].key
    assert [node.key for node in seen] == sorted(node.key for node in nodes)


def test_page__merges_labels_in_key_order(store: Store) -> None:
    write(store, dataset("a"), dataset("c"), Node("dataset/n/b", "DatasetReference", {"namespace": "n"}))
    where = NodeFilter(("DatasetReference", "Dataset"))
    with store.read() as reader:
        assert [node.key for node in reader.page(where, None, 2)] == ["dataset/n/a", "dataset/n/b"]
        assert [node.key for node in reader.page(where, "dataset/n/a", 9)] == ["dataset/n/b", "dataset/n/c"]
        assert reader.count(where) == 3
        assert reader.page(NodeFilter(()), None, 9) == []
        assert reader.count(NodeFilter(())) == 0


def test_filter__compares_every_named_property_exactly(store: Store) -> None:
    one = dataset("a", namespace="one", owner="x")
    write(store, one, dataset("b", namespace="one"), dataset("c", namespace="One", owner="x"))
    where = NodeFilter(("Dataset",), {"namespace": "one", "owner": "x"})
    with store.read() as reader:
        assert reader.page(where, None, 9) == [one]
        assert reader.count(where) == 1
        assert reader.count(NodeFilter(("Dataset",), {"namespace": "one"})) == 2
        assert reader.count(NodeFilter(("Dataset",), {"nothing": "x"})) == 0


def test_filter__does_not_take_a_number_for_a_text(store: Store) -> None:
    write(store, Node("field/a", "Field", {"dataset": "d", "ordinal": 1, "inferred": True}))
    with store.read() as reader:
        assert reader.count(NodeFilter(("Field",), {"dataset": "d"})) == 1
        assert reader.count(NodeFilter(("Field",), {"ordinal": "1"})) == 0
        assert reader.count(NodeFilter(("Field",), {"inferred": "true"})) == 0


def test_filter__of_a_label_has_no_nodes_of_the_labels_below_it(store: Store) -> None:
    common = {"namespace": "n", "searchText": "nightly"}
    job, pipeline = Node("job/n/j", "Job", common), Node("job/n/p", "Pipeline", common)
    write(store, job, pipeline)
    with store.read() as reader:
        for labels, found in (
            (("Job",), [job]),
            (("Pipeline",), [pipeline]),
            (("Job", "Pipeline"), [job, pipeline]),
        ):
            for equals in ({}, {"namespace": "n"}):
                where = NodeFilter(labels, equals)
                assert reader.page(where, None, 9) == found
                assert reader.count(where) == len(found)
                assert reader.search(["night"], where, 9) == found
                counts = {(node.label, "n"): 1 for node in found}
                assert reader.search_counts(["night"], where) == counts
                assert reader.search_counts([], where) == counts
        assert reader.page(NodeFilter(("Resource",)), None, 9) == []
        assert reader.count(NodeFilter(("Resource",))) == 0
