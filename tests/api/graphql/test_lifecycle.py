"""Datasets that are renamed and dropped, over GraphQL."""

from catalog.store.memory import MemoryStore
from tests.api.graphql.world import World, at, dataset, load, run_event

QUERY = """query ($name: String!, $then: DateTime) { dataset(namespace: "db", name: $name) {
    lifecycleState(asOf: $then) droppedAt(asOf: $then)
    renamedTo(first: 5, asOf: $then) { edges { node { name } } }
    renamedFrom(first: 5, asOf: $then) { edges { node { name } } } } }"""


def changed(name: str, state: str, **more: object) -> dict[str, object]:
    return dataset(name, lifecycleStateChange={"lifecycleStateChange": state, **more})


def names(connection: object) -> list[str]:
    assert isinstance(connection, dict)
    return [edge["node"]["name"] for edge in connection["edges"]]


def test_a_rename_and_a_drop__are_told_of_both_names_and_as_of_a_time() -> None:
    store = MemoryStore()
    renamed = changed("new", "RENAME", previousIdentifier={"namespace": "db", "name": "old"})
    load(
        store,
        run_event(1, "COMPLETE", 1, "make", [], [changed("old", "CREATE")]),
        run_event(2, "COMPLETE", 2, "move", [], [renamed]),
        run_event(3, "COMPLETE", 3, "end", [], [changed("new", "DROP")]),
    )
    world = World(store)

    def told(name: str, then: str | None = None) -> tuple[object, object, list[str], list[str]]:
        said = world.ask(QUERY, name=name, then=then)["dataset"]
        sides = names(said["renamedTo"]), names(said["renamedFrom"])
        return said["lifecycleState"], said["droppedAt"], *sides

    assert told("old", at(1)) == ("CREATE", None, [], [])
    assert told("old", at(2)) == ("RENAMED", at(2), ["new"], [])
    assert told("new", at(2)) == ("RENAME", None, [], ["old"])
    assert told("new") == ("DROP", at(3), [], [])
