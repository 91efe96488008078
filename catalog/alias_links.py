"""The links between names around a set of names: read outwards until all that may be joined to them is known."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from copy import copy
from urllib.parse import unquote

from catalog.alias_guard import Conflict, ConflictCode, Groups, Link, unbelieved
from catalog.alias_rulings import Ruling, rulings
from catalog.fold.edges import told_by_rule
from catalog.graph import Direction, Edge
from catalog.identity import is_hashed
from catalog.naming.rules import naming
from catalog.store.port import Reader
from ontology.vocabulary import Label, Rel

_NAMING = (Rel.ALIAS_OF, Rel.RENAMED_TO)
_WITHOUT_FIELDS = (Label.ALIAS, Label.DATASET_REFERENCE)


class AliasLinks:
    """Reads links as of one instant. ``guarded``: whether what cannot be believed counts for nothing.

    ``noted`` is told of the renames at the names that are read, each with these names. ``conflicts``: what was found of
    links that count for nothing.
    """

    def __init__(
        self,
        reader: Reader,
        at: int | None,
        noted: Callable[[Edge, Collection[str]], None],
        *,
        guarded: bool = True,
    ) -> None:
        self.conflicts: set[Conflict] = set()
        self._reader = reader
        self._at = at
        self._noted = noted
        self._guarded = guarded
        self._read: set[str] = set()
        self._too_many: set[str] = set()
        self._rulings: dict[frozenset[str], Ruling] | None = None

    def seen_by(self, reader: Reader, noted: Callable[[Edge, Collection[str]], None]) -> "AliasLinks":
        """The same for another reader of the same graph."""
        same = copy(self)
        same._reader, same._noted, same._rulings = reader, noted, None
        same.conflicts, same._read, same._too_many = (
            set(self.conflicts),
            set(self._read),
            set(self._too_many),
        )
        return same

    def forget(self, reader: Reader, keys: Collection[str]) -> None:
        """Know no more of these names, and ask another reader from now on: its links join them to none of the others
        that were read, and these are no part of more names than are read."""
        self._reader, self._rulings = reader, None
        self._read.difference_update(keys)
        self.conflicts = {one for one in self.conflicts if set(keys).isdisjoint(one.names)}

    @property
    def has_too_many(self) -> bool:
        """Whether there were more names joined somewhere than are read."""
        return bool(self._too_many)

    def around(self, keys: Iterable[str]) -> list[set[str]]:
        """The classes of two or more names around these, as far as not given before."""
        sure, whole = Groups(), Groups()
        doubtful: dict[Link, None] = {}
        met: set[str] = set()
        frontier = set(keys) - self._read
        while frontier:
            self._read |= frontier
            met |= frontier
            for edge in self._edges(frontier):
                ends = (edge.source, edge.target)
                met.update(ends)
                whole.join(*ends)
                if self._is_sure(edge):
                    sure.join(*ends)
                else:
                    doubtful[ends] = None
            frontier = self._further(sure, whole, met)
        for link in self._given_up(sure, whole, doubtful, met):
            del doubtful[link]
        for one, other in doubtful:
            sure.join(one, other)
        return [found for found in sure.sets(met & self._read) if len(found) > 1]

    def _edges(self, frontier: Collection[str]) -> list[Edge]:
        """The links at these names, but for those that an operator has taken apart."""
        found = self._reader.edges(frontier, _NAMING, Direction.BOTH, self._at)
        links = [edge for edge in found if edge.type == Rel.ALIAS_OF]
        for edge in found:
            if edge.type == Rel.RENAMED_TO:
                self._noted(edge, frontier)
        return [edge for edge in links if self._ruling(edge) is not Ruling.UNLINK]

    def _is_sure(self, edge: Edge) -> bool:
        return told_by_rule(edge) or not self._guarded or self._ruling(edge) is Ruling.RELINK

    def _ruling(self, edge: Edge) -> Ruling | None:
        """Commands are read when there is a link that they may be about."""
        if self._rulings is None:
            standing = rulings(self._reader, self._at)
            self._rulings = {pair: Ruling(command.name) for pair, command in standing.items()}
        return self._rulings.get(frozenset((edge.source, edge.target))) if self._rulings else None

    def _further(self, sure: Groups, whole: Groups, met: set[str]) -> set[str]:
        """What to read next: first what surely belongs to what was read, then the rest of what is not too large."""
        unread = met - self._read
        if not unread:
            return unread
        groups = {sure.of(key) for key in met & self._read}
        surely = {key for key in unread if sure.of(key) in groups}
        if surely:
            return surely
        full = self._full(sure, whole, met)
        return {key for key in unread if whole.of(key) not in full}

    def _full(self, sure: Groups, whole: Groups, met: set[str]) -> set[str]:
        """The components of too many names, of those that were read."""
        groups: dict[str, set[str]] = defaultdict(set)
        for key in met & self._read:
            groups[whole.of(key)].add(sure.of(key))
        bound = naming().max_class
        found = {component for component, parts in groups.items() if len(parts) > bound}
        return found | {whole.of(key) for key in met & self._too_many}

    def _given_up(self, sure: Groups, whole: Groups, doubtful: Collection[Link], met: set[str]) -> list[Link]:
        """The links that count for nothing."""
        by_component: dict[str, list[Link]] = defaultdict(list)
        for link in doubtful:
            if sure.of(link[0]) != sure.of(link[1]):
                by_component[whole.of(link[0])].append(link)
        if not by_component:
            return []
        full = self._full(sure, whole, met)
        members = {whole.of(next(iter(found))): found for found in whole.sets(met)}
        lost: list[Link] = []
        for component in by_component.keys() & full:
            lost += by_component[component]
            self._tell_too_many(members[component], by_component[component])
        sound = by_component.keys() - full
        fields = self._fields([members[component] for component in sound])
        for component in sound:
            known = {key: fields[key] for key in members[component] & fields.keys()}
            apart = unbelieved(sure, by_component[component], known)
            if apart:
                lost += apart
                self._tell(ConflictCode.FIELDS_DIFFER, members[component], apart)
        return lost

    def _tell(self, code: ConflictCode, names: Iterable[str], links: Iterable[Link]) -> None:
        self.conflicts.add(Conflict(code, tuple(sorted(names)), tuple(sorted(links))))

    def _tell_too_many(self, names: set[str], links: Iterable[Link]) -> None:
        """Of a component that is too large to be read at once, what is met later joins what was told."""
        links = set(links)
        if not names.isdisjoint(self._too_many):
            for known in [one for one in self.conflicts if one.code is ConflictCode.TOO_MANY_NAMES]:
                if not names.isdisjoint(known.names):
                    self.conflicts.discard(known)
                    names = names | set(known.names)
                    links |= set(known.links)
        self._too_many |= names
        self._tell(ConflictCode.TOO_MANY_NAMES, names, links)

    def _fields(self, components: Collection[set[str]]) -> dict[str, frozenset[str]]:
        """The names of the fields that a schema or a document shows; asked for where two datasets meet."""
        nodes = self._reader.nodes({key for names in components for key in names})
        strong = {key for key, node in nodes.items() if node.label not in _WITHOUT_FIELDS}
        datasets = {key for names in components if len(names & strong) > 1 for key in names & strong}
        found: dict[str, set[str]] = defaultdict(set)
        edges = self._reader.edges(datasets, (Rel.HAS_FIELD,), Direction.OUT, self._at) if datasets else ()
        for edge in edges:
            if ("inferred", True) not in edge.properties and not is_hashed(edge.target):
                found[edge.source].add(unquote(edge.target.rpartition("/")[2]).casefold())
        return {key: frozenset(names) for key, names in found.items()}
