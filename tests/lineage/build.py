"""Words to write small graphs in: ``graph(reads(...), writes(...), feeds(...))``."""

from collections.abc import Iterable

from catalog.graph import Edge, Node
from catalog.identity import DatasetId, JobId
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet, Reader, Store


def dataset(name: str) -> str:
    return DatasetId("n", name).key


def field(name: str) -> str:
    """The key of ``dataset.field``."""
    home, path = name.split(".", 1)
    return DatasetId("n", home).field(path).key


def job(name: str) -> str:
    return JobId("n", name).key


def reads(by: str, *names: str) -> list[Edge]:
    return [Edge("CONSUMED_BY", dataset(name), job(by), job(by), "OBSERVED") for name in names]


def writes(by: str, *names: str) -> list[Edge]:
    return [Edge("PRODUCES", job(by), dataset(name), job(by), "OBSERVED") for name in names]


def has(name: str, *paths: str) -> list[Edge]:
    home = dataset(name)
    return [Edge("HAS_FIELD", home, DatasetId("n", name).field(path).key, home, "OBSERVED") for path in paths]


def feeds(by: str | None, source: str, target: str, subtype: str | None = None) -> list[Edge]:
    """A DIRECT column edge told by a job, or (None) by the dataset of its target."""
    via = dataset(target.split(".")[0]) if by is None else job(by)
    properties = () if subtype is None else (("subtype", subtype),)
    return [Edge("FEEDS", field(source), field(target), via, "OBSERVED", properties)]


def derived(source: str, target: str) -> list[Edge]:
    """The target dataset declares itself, without a job, that it comes from the source."""
    ends = (dataset(source), dataset(target))
    return [Edge("HAD_DERIVATION", *ends, dataset(target), "DECLARED")]


def influences(by: str, source: str, target: str, subtype: str = "FILTER") -> list[Edge]:
    """An INDIRECT column edge, to ``dataset.field`` or to a whole ``dataset``."""
    end = field(target) if "." in target else dataset(target)
    return [Edge("INFLUENCES", field(source), end, job(by), "OBSERVED", (("subtype", subtype),))]


def alias(name: str, of: str) -> list[Edge]:
    return [Edge("ALIAS_OF", dataset(name), dataset(of), dataset(of), "OBSERVED", (("aliasType", "TABLE"),))]


def graph(*parts: Iterable[Edge], labels: dict[str, str] | None = None) -> MemoryStore:
    """A store with these edges and their ends; ``labels`` for datasets that are not plain Dataset."""
    store = MemoryStore()
    put(store, *parts, labels=labels)
    return store


def put(store: Store, *parts: Iterable[Edge], labels: dict[str, str] | None = None) -> None:
    edges = [edge for part in parts for edge in part]
    keys = {end for edge in edges for end in (edge.source, edge.target)}
    nodes = {key: _node(key, labels or {}) for key in keys}
    changes = ChangeSet(nodes=nodes, edges={edge.id: edge for edge in edges})
    store.write(lambda transaction: transaction.apply(changes))


def _node(key: str, labels: dict[str, str]) -> Node:
    kind, *parts = key.split("/")
    if kind == "field":
        return Node(key, "Field", {"name": parts[2], "dataset": f"dataset/{parts[0]}/{parts[1]}"})
    label = "Job" if kind == "job" else labels.get(parts[1], "Dataset")
    return Node(key, label, {"namespace": parts[0], "name": parts[1]})


class CountingReader:
    """A reader that counts the questions it is asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.questions = 0

    def __getattr__(self, name: str) -> object:
        self.questions += 1
        return getattr(self._reader, name)
