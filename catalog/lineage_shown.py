"""How what a walk found is shown: one member for each alias class, and what is said of a hop."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from catalog.alias_guard import Conflict
from catalog.aliases import is_dataset, is_job, shown_first
from catalog.coverage import Reason, dropped, gone, inferred, kept_apart, unresolved
from catalog.graph import Edge, Node, Scalar
from catalog.instant import parse_instant
from catalog.lineage_view import View
from ontology.vocabulary import Label

_WEAK = (Label.ALIAS, Label.DATASET_REFERENCE)


@dataclass(frozen=True, slots=True)
class LineageNode:
    """A node reached, once for its alias class. ``aliases`` are the other keys of the class."""

    key: str
    label: str
    hops: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Transformation:
    """What a job does on the way, as the producer names it (columnLineage facet)."""

    subtype: str = ""
    masking: bool = False
    description: str = ""


class Shown:
    """How names of classes are shown: the key of one member, its label, the other members."""

    def __init__(self, view: View, names: Iterable[str]) -> None:
        self._view = view
        self._homes = {name: self._home_of(name) for name in names}
        homes = {home for home in self._homes.values() if home is not None}
        classes = view.classes
        many = [members for home in homes if len(members := classes.members(home)) > 1]
        self._order = shown_first(view.reader, many, view.at)
        self.nodes = view.reader.nodes(
            classes.keys({name for name in self._homes if not is_job(name)} | homes)
        )
        self._keys = {name: self._pick(name) for name in self._homes if len(classes.members(name)) > 1}

    def key(self, name: str) -> str:
        """The key to show."""
        return self._keys.get(name, (name,))[0]

    @property
    def other_keys(self) -> dict[str, str]:
        """The key to show of each name that is not shown by itself."""
        return {name: keys[0] for name, keys in self._keys.items() if keys[0] != name}

    def node(self, name: str, hops: int) -> LineageNode:
        """The node to show."""
        key, label, aliases = self.face(name)
        return LineageNode(key, label, hops, aliases)

    def face(self, name: str) -> tuple[str, str, tuple[str, ...]]:
        """Key, label and aliases of the node to show."""
        if name not in self._keys:
            return name, self.label(name), ()
        first, *others = self._keys[name]
        return first, self.label(first), tuple(sorted(others))

    def label(self, key: str) -> str:
        """What it is to lineage: a pipeline is a job there, and a dataset of a special kind a dataset."""
        if is_job(key):
            return Label.JOB
        if not is_dataset(key):
            return Label.FIELD
        node = self.nodes.get(key)
        return node.label if node is not None and node.label in _WEAK else Label.DATASET

    def reasons(self, names: Iterable[str]) -> list[Reason]:
        """Unresolved references, inferred fields and links that are not believed, among these names."""
        home_of = {name: home for name in names if (home := self._home(name)) is not None}
        homes = set(home_of.values())
        members = {home: self._members(home) for home in homes}
        open_ = {home for home, nodes in members.items() if _is_unresolved(nodes)}
        found = [unresolved(self.home_key(home)) for home in open_]
        unseen: dict[str, list[str]] = defaultdict(list)
        for name, home in home_of.items():
            if home not in open_ and not is_dataset(name) and self._is_inferred(name):
                unseen[home].append(self.key(name))
        found += [reason for home in homes for reason in self._ended(home, members[home])]
        found += [inferred(self.home_key(home), fields) for home, fields in unseen.items()]
        return found + [
            kept_apart(self.home_key(home), self._across(home, conflict), conflict.why)
            for home, conflicts in self._view.classes.conflicts(homes).items()
            for conflict in conflicts
        ]

    def _across(self, home: str, conflict: Conflict) -> set[str]:
        """The other ends of the links from a class that count for nothing."""
        name = self._view.classes.name
        ends = [*conflict.links, *((target, source) for source, target in conflict.links)]
        return {other for key, other in ends if name(key) == home}

    def _ended(self, home: str, nodes: Iterable[Node]) -> list[Reason]:
        """That a dataset did not exist then, under any of its names, which are these nodes."""
        members = [node for node in nodes if node.label not in _WEAK]
        if members and all(node.properties.get("gone") is True for node in members):
            return [gone(self.home_key(home))] if self._view.at is None else []
        ends = [node for node in members if self._is_dropped(node)]
        if not ends or len(ends) < len(members):
            return []
        last = max(ends, key=lambda node: str(node.properties["droppedAt"]))
        return [dropped(last.key, *(str(last.properties[name]) for name in ("lifecycleState", "droppedAt")))]

    def _is_dropped(self, node: Node) -> bool:
        since = node.properties.get("droppedAt")
        if since is None:
            return False
        return self._view.at is None or parse_instant(str(since)).ns <= self._view.at

    def _home(self, name: str) -> str | None:
        return self._homes[name] if name in self._homes else self._home_of(name)

    def _home_of(self, name: str) -> str | None:
        return None if is_job(name) else self._view.home(name)

    def home_key(self, home: str) -> str:
        """The key to show for the class of a dataset of any of the names."""
        return self._order.get(home, (home,))[0]

    def _members(self, name: str) -> list[Node]:
        """The nodes of a class that there are."""
        return [self.nodes[key] for key in self._view.classes.members(name) if key in self.nodes]

    def _is_inferred(self, field: str) -> bool:
        return all(node.properties.get("inferred") is True for node in self._members(field))

    def _pick(self, name: str) -> tuple[str, ...]:
        """The members that exist, the one to show first."""
        members = self._view.classes.members(name)
        home = self._home(name)
        if home is None:
            return members
        order = self._order[home]
        if is_dataset(name):
            return order
        rank = {dataset: place for place, dataset in enumerate(order)}
        present = [key for key in members if key in self.nodes] or list(members[:1])
        return tuple(sorted(present, key=lambda key: rank[self._view.classes.own_dataset(key)]))


def _is_unresolved(members: Iterable[Node]) -> bool:
    labels = {node.label for node in members}
    return Label.DATASET_REFERENCE in labels and labels <= set(_WEAK)


def transformations(told: Iterable[Edge]) -> tuple[Transformation, ...]:
    """The distinct transformations that edges name."""
    found = {
        one for properties in {edge.properties for edge in told} if (one := _said(properties)) is not None
    }
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def _said(properties: tuple[tuple[str, Scalar], ...]) -> Transformation | None:
    named = dict(properties)
    said = Transformation(
        str(named.get("subtype", "")), named.get("masking") is True, str(named.get("description", ""))
    )
    return None if said == Transformation() else said
