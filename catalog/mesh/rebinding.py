"""Which declared things a change of the graph may bind otherwise: those that it says something else of, and those that
look at datasets, jobs or namespaces of which it does. All others are bound as they were.

An edge that is gone touched both of its ends, and what lies before the nearest one on a path that is gone is as it was:
so paths are walked back over what is there now, and from what was said of the things that say something else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from copy import copy

from catalog.aliases import is_dataset
from catalog.graph import Direction
from catalog.identity import kind_of
from catalog.mesh.binder import Binder
from catalog.mesh.declared_changes import DeclaredChanges
from catalog.mesh.platforms import scheme
from catalog.store.port import Reader
from ontology.vocabulary import Rel

MOST = 20_000
"""Names of datasets that are looked around of; where more are touched, all is bound anew."""

_BOUND = frozenset(("schema", "output-port", "management-port"))
"""Kinds of things that are bound."""
_OF_VERSIONS = (Rel.IN_ENVIRONMENT, Rel.HAS_SERVER)
"""From a version of a contract to what says where its schemas lie; the last first."""
OWN = (Rel.EXPOSES, Rel.CONTAINS)
TO_BOUND = (*OWN, Rel.HAS_OUTPUT_PORT, Rel.HAS_MANAGEMENT_PORT)
"""From a product to what it has: datasets and jobs; and also schemas and ports, by which it has what they mean."""


class Viewers:
    """Which things look at which datasets."""

    def __init__(self, binder: Binder) -> None:
        self._binder = binder
        self._seen: dict[str, set[str]] = {}
        self._by_dataset: dict[str, set[str]] = defaultdict(set)
        self.note(binder.meanings)

    def copied(self, binder: Binder) -> "Viewers":
        """The same by a copy of the binder, which goes on by itself."""
        same = copy(self)
        same._binder, same._seen = binder, dict(self._seen)
        same._by_dataset = defaultdict(set, {key: set(things) for key, things in self._by_dataset.items()})
        return same

    def of(self, datasets: Iterable[str]) -> Iterator[str]:
        """The things that look at some of these."""
        for key in datasets:
            yield from self._by_dataset.get(key, ())

    def note(self, things: Iterable[str]) -> None:
        """See anew at what these things look."""
        for thing in things:
            for key in self._seen.pop(thing, ()):
                self._by_dataset[key].discard(thing)
            if thing in self._binder.meanings:
                self._seen[thing] = self._binder.looked_at(thing)
                for key in self._seen[thing]:
                    self._by_dataset[key].add(thing)


def around(reader: Reader, touched: Iterable[str]) -> set[str] | None:
    """The datasets among these keys, with all that links join to them, believed or not; None: they are too many."""
    found, frontier = set[str](), {key for key in touched if is_dataset(key)}
    while frontier:
        found |= frontier
        if len(found) > MOST:
            return None
        edges = reader.edges(frontier, (Rel.ALIAS_OF,), Direction.BOTH)
        frontier = {end for edge in edges for end in (edge.source, edge.target)} - found
    return found


def of_declared(binder: Binder, changes: DeclaredChanges) -> set[str]:
    """The things of whose datasets something else is said: of themselves, of the versions of their contracts, of the
    servers of these, or of the ports that they govern."""
    declared, frontier = binder.declared, set(changes.now)
    for rel in _OF_VERSIONS:
        frontier |= {source for key in frontier for source in declared.sources(key, rel)}
    things = {key for key in frontier if kind_of(key) in _BOUND}
    governing = {version for thing in things for version in _ends(binder, changes, thing, Rel.GOVERNED_BY)}
    versions = {key for key in frontier if kind_of(key) == "contract-version"}
    for version in versions:
        things |= {key for key in declared.sources(version, Rel.GOVERNED_BY) if kind_of(key) in _BOUND}
    schemas = {key for one in versions | governing for key in _ends(binder, changes, one, Rel.HAS_SCHEMA)}
    return things | schemas


def of_jobs(binder: Binder, ids: Collection[str]) -> Iterator[str]:
    """The things that jobs of these unique ids make."""
    return (thing for thing, one in binder.meanings.items() if one.unique_id in ids) if ids else iter(())


def of_namespaces(binder: Binder, names: Collection[str]) -> Iterator[str]:
    """The things that may lie in one of these namespaces."""
    for thing, meaning in binder.meanings.items() if names else ():
        if any(
            scheme(name) in place.platform.schemes and place.fits(name)
            for place in meaning.places
            for name in names
        ):
            yield thing


def products_with(
    binder: Binder, changes: DeclaredChanges, keys: Iterable[str], rels: Collection[Rel]
) -> set[str]:
    """The products of which something else is said, and those that have one of these things, datasets or jobs."""
    found = {key for key in changes.now if kind_of(key) == "product"}
    return found.union(*(binder.declared.sources(key, *rels) for key in keys))


def _ends(binder: Binder, changes: DeclaredChanges, key: str, rel: Rel) -> set[str]:
    """What such edges lead to from a thing, or did."""
    before = changes.before.get(key)
    gone = {edge.target for edge in before.edges if edge.type == rel} if before else set()
    return gone.union(binder.declared.targets(key, rel))
