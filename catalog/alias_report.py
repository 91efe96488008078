"""What is said of the names of a dataset: each link, why it is there and whether it counts, and what is kept apart."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from catalog import state
from catalog.alias_guard import Conflict
from catalog.alias_rulings import Ruling, rulings
from catalog.aliases import Classes
from catalog.command import Command
from catalog.fold.edges import ALIASES, told_by_rule
from catalog.graph import Direction, Edge
from catalog.naming.rule import RULE
from catalog.store.port import NodeFilter, Reader
from ontology.compiler import load_model
from ontology.vocabulary import Rel

PAGE = 1000


@dataclass(frozen=True, slots=True)
class AliasLink:
    """A link between two names. ``rules``: ids of the naming rules that make it. ``first`` and ``last``: the order keys
    of the entries that told it first and last in a row, where an event's symlink does. ``ruling``: the operator's
    command that stands for the two names. ``counts``: whether the names are joined by it."""

    edge: Edge
    rules: tuple[str, ...]
    first: str | None
    last: str | None
    ruling: Command | None
    counts: bool

    @property
    def type(self) -> str:
        """In the words of the symlink; of a naming rule what the graph says of it."""
        return str(dict(self.edge.properties).get("aliasType", ""))


@dataclass(frozen=True, slots=True)
class AliasReport:
    """Of one name: the links at all names of its class, those that do not count too, and what is kept apart from it."""

    links: tuple[AliasLink, ...]
    conflicts: tuple[Conflict, ...]


def alias_reports(reader: Reader, keys: Collection[str], at: int | None = None) -> dict[str, AliasReport]:
    """The reports of names at an instant (None: now)."""
    classes = Classes(reader, at)
    classes.close_datasets(keys)
    names = {classes.name(key) for key in keys}
    conflicts = classes.conflicts(names)
    members = {key: name for name in names for key in classes.members(name)}
    edges = reader.edges(members, (Rel.ALIAS_OF,), Direction.BOTH, at)
    tellers = {edge.via for edge in edges if not told_by_rule(edge)}
    facts = state.facts(reader, [key for key in tellers if key.startswith("dataset/")], at)
    standing = rulings(reader, at) if edges else {}
    lost = {link for found in conflicts.values() for one in found for link in one.links}
    links: dict[str, list[AliasLink]] = {name: [] for name in names}
    for edge in edges:
        fact = None if told_by_rule(edge) else facts.get(edge.via, {}).get(ALIASES)
        ruling = standing.get(frozenset((edge.source, edge.target)))
        apart = (ruling is not None and ruling.name == Ruling.UNLINK) or (edge.source, edge.target) in lost
        first, last = (None, None) if fact is None else (fact.first, fact.last)
        link = AliasLink(edge, _rules(edge), first, last, ruling, not apart)
        for name in {members[end] for end in (edge.source, edge.target) if end in members}:
            links[name].append(link)
    return {
        key: AliasReport(tuple(links[name]), tuple(conflicts.get(name, ())))
        for key in keys
        for name in (classes.name(key),)
    }


def _rules(edge: Edge) -> tuple[str, ...]:
    if not told_by_rule(edge):
        return ()
    return tuple(str(dict(edge.properties)["aliasType"]).removeprefix(RULE).split("+"))


def all_conflicts(reader: Reader, after: str | None = None) -> Iterator[tuple[str, list[Conflict]]]:
    """What is kept apart in the whole graph, now: for each page of names behind the key ``after`` its last key, and the
    conflicts whose least name is in it. Each page costs some questions, whether there are any or not."""
    labels = load_model().concrete(("DatasetName",))
    while page := reader.page(NodeFilter(tuple(labels)), after, PAGE):
        keys = {node.key for node in page}
        classes = Classes(reader, None)
        classes.close_datasets(keys)
        found = {one for some in classes.conflicts(map(classes.name, keys)).values() for one in some}
        after = page[-1].key
        yield after, sorted(one for one in found if one.names[0] in keys)
