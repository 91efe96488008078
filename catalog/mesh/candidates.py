"""The observed datasets that have one of the full names that are looked for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from typing import NamedTuple

from catalog import state
from catalog.fold.edges import told_by_document
from catalog.graph import Direction, Edge
from catalog.identity import DatasetId, kind_of
from catalog.mesh.declared import Declared
from catalog.mesh.platforms import folded, scheme
from catalog.mesh.thing_names import Place
from catalog.store.port import NodeFilter, Reader
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
    """The datasets at the places of things. Namespaces are read when the first place is looked for.

    ``known``: those that events name, of all that are looked for. ``too_many``: names are, so that none is known.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] | None = None
        self._by_scheme: dict[str, list[str]] = {}
        self._wanted: dict[str, frozenset[str]] = {}
        self._count = 0
        self.known: set[str] = set()
        self.too_many = False

    def copied(self) -> "Candidates":
        """The same, which goes on by itself."""
        same = copy(self)
        same._wanted, same.known = dict(self._wanted), set(self.known)
        return same

    @property
    def is_sure(self) -> bool:
        """Whether names surely are not too many; else all of them are to be counted anew."""
        return not self.too_many and self._count <= MAX_NAMES and len(self._names or ()) <= MAX_NAMESPACES

    def wanted(self, thing: str) -> frozenset[str]:
        """The datasets (keys) that a thing may mean, whether there are such or not."""
        return self._wanted.get(thing, frozenset())

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

    def look_for(self, declared: Declared, places: Mapping[str, Collection[Place]]) -> None:
        """Look for the datasets at the places of these things, in place of those that they had: at most four questions,
        none where nothing is looked for."""
        for thing in places:
            self._count -= len(self._wanted.pop(thing, ()))
        if self._names is None and any(places.values()):
            self._read(declared.reader)
        keys: set[str] = set()
        for thing, wanted in places.items():
            own = frozenset(
                DatasetId(space, name).key
                for place in wanted
                for space in self._fitting(place)
                for name in place.names
            )
            if own:
                self._wanted[thing] = own
                self._count += len(own)
                keys |= own
            if len(keys) > MAX_NAMES or (wanted and len(self._names or ()) > MAX_NAMESPACES):
                self.too_many, self.known = True, set()
                return
        self.known -= keys
        if keys:
            self.known |= observed(declared, keys)

    def follow(self, reader: Reader, touched: Collection[str]) -> set[str]:
        """Read touched namespaces anew; the names of those that come or go."""
        keys = [key for key in touched if kind_of(key) == "namespace"]
        if self._names is None or not keys:
            return set()
        before = {key: self._names[key] for key in keys if key in self._names}
        nodes = reader.nodes(keys).values()
        now = {one.key: str(one.properties["name"]) for one in nodes if one.properties.get("of") == "dataset"}
        if before == now:
            return set()
        known = {key: name for key, name in self._names.items() if key not in before}
        self._sort({**known, **now})
        return {name for _, name in before.items() ^ now.items()}

    def _fitting(self, place: Place) -> list[str]:
        return [
            namespace
            for one in place.platform.schemes
            for namespace in self._by_scheme.get(one, ())
            if place.fits(namespace)
        ]

    def _read(self, reader: Reader) -> None:
        nodes = reader.page(NodeFilter((Label.NAMESPACE,), {"of": "dataset"}), None, MAX_NAMESPACES + 1)
        self._sort({node.key: str(node.properties["name"]) for node in nodes})

    def _sort(self, names: Mapping[str, str]) -> None:
        self._names = dict(sorted(names.items()))
        by_scheme: dict[str, list[str]] = defaultdict(list)
        for name in self._names.values():
            by_scheme[scheme(name)].append(name)
        self._by_scheme = dict(by_scheme)


def foldable(edges: Iterable[Edge]) -> dict[str, str]:
    """The datasets that servers tell and their platforms would fold → what they would fold them to."""
    told = {edge.target for edge in edges if dict(edge.properties).get("rule") == SERVER}
    return {key: target for key in told if (target := _folded(key)) != key}


def as_folded(declared: Declared, edges: Iterable[Edge]) -> dict[str, str]:
    """Datasets that a contract and its server spell and no event names → those that events name, under the name as the
    platform folds it. Three questions, none where no server tells anything that would be folded."""
    other = foldable(edges)
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
