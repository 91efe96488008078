"""The observed datasets that have one of the full names that are looked for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from catalog import state
from catalog.fold.edges import told_by_document
from catalog.graph import Direction, Edge
from catalog.identity import DatasetId
from catalog.mesh.declared import Declared
from catalog.mesh.platforms import folded, scheme
from catalog.mesh.thing_names import Place
from catalog.store.port import NodeFilter
from ontology.vocabulary import Label, Rel

SERVER = "server"
"""The rule by which a reader of contracts links a schema to the dataset that its server means."""
MAX_NAMESPACES = 10_000
MAX_NAMES = 200_000
"""Names that are looked up. Beyond it nothing is bound by name."""

_TELLING = (Rel.CONSUMED_BY, Rel.PRODUCES, Rel.HAS_FIELD, Rel.HAD_DERIVATION)
"""What shows that a producer has named a dataset that no event has as its own."""


class Candidate(NamedTuple):
    """A dataset that has a wanted name."""

    key: str
    namespace: str


class Candidates:
    """The datasets at places, read at once: at most four questions, none where nothing is looked for."""

    def __init__(self, declared: Declared, wanted: Collection[Place]) -> None:
        self._namespaces: dict[str, list[str]] = defaultdict(list)
        self.known: set[str] = set()
        self.too_many = False
        if wanted:
            self._read(declared, wanted)

    def of(self, place: Place) -> list[Candidate]:
        """The datasets at a place: those that are named exactly so, else those as the platform folds the name."""
        for name in place.names:
            found = [
                Candidate(key, namespace)
                for namespace in self._fitting(place)
                if (key := DatasetId(namespace, name).key) in self.known
            ]
            if found:
                return found
        return []

    def _fitting(self, place: Place) -> list[str]:
        return [
            namespace
            for one in place.platform.schemes
            for namespace in self._namespaces.get(one, ())
            if place.fits(namespace)
        ]

    def _read(self, declared: Declared, wanted: Collection[Place]) -> None:
        reader = declared.reader
        nodes = reader.page(NodeFilter((Label.NAMESPACE,), {"of": "dataset"}), None, MAX_NAMESPACES + 1)
        for node in nodes:
            namespace = str(node.properties["name"])
            self._namespaces[scheme(namespace)].append(namespace)
        keys: set[str] = set()
        for place in wanted:
            keys.update(DatasetId(space, name).key for space in self._fitting(place) for name in place.names)
            if len(keys) > MAX_NAMES or len(nodes) > MAX_NAMESPACES:
                self.too_many = True
                return
        if keys:
            self.known = observed(declared, keys)


def as_folded(declared: Declared, edges: Iterable[Edge]) -> dict[str, str]:
    """Datasets that a contract and its server spell and no event names → those that events name, under the name as the
    platform folds it. Three questions, none where no server tells anything that would be folded."""
    other = {
        edge.target: _folded(edge.target) for edge in edges if dict(edge.properties).get("rule") == SERVER
    }
    other = {key: target for key, target in other.items() if key != target}
    if not other:
        return {}
    known = observed(declared, {*other, *other.values()})
    return {key: target for key, target in other.items() if key not in known and target in known}


def _folded(dataset: str) -> str:
    try:
        found = DatasetId.parse(dataset)
    except ValueError:
        return dataset  # a hash of a name that is too long to spell
    return DatasetId(found.namespace, folded(found.namespace, found.name)).key


def observed(declared: Declared, keys: Collection[str]) -> set[str]:
    """Those that events name, as input, output or subject or in their lineage: a document proves nothing here."""
    found = set(declared.reader.nodes(keys))
    sighted = set(state.last_sight(declared.reader, found, declared.at)) if found else set()
    rest = found - sighted
    edges = declared.reader.edges(rest, _TELLING, Direction.BOTH, declared.at) if rest else ()
    told = {end for edge in edges if not told_by_document(edge) for end in (edge.source, edge.target)}
    return sighted | (told & rest)
