"""Alias classes: names of one dataset, joined by the ALIAS_OF links in force at an instant (design §4).

A class is a connected component of the links that count; it is never stored. Field ``f`` of one member is field ``f``
of all others.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from urllib.parse import unquote

from catalog.alias_guard import Conflict
from catalog.alias_links import AliasLinks
from catalog.graph import Direction, Edge
from catalog.identity import MAX_KEY_BYTES, DatasetId, FieldId
from catalog.state import last_sight
from catalog.store.port import Reader
from ontology.vocabulary import Label


def is_dataset(key: str) -> bool:
    """Whether a key names a dataset: known, alias or reference."""
    return key.startswith("dataset/")


def is_job(key: str) -> bool:
    """Whether a key names a job."""
    return key.startswith("job/")


class Classes:
    """The alias classes of the keys closed so far, as of one instant. ``guarded``: links that cannot be believed count
    for nothing (catalog.alias_guard).

    Each class is stood for by its least key, its *name*. Keys without an alias are their own name, at no
    cost.
    """

    def __init__(self, reader: Reader, at: int | None, *, guarded: bool = True) -> None:
        self._reader = reader
        self._links = AliasLinks(reader, at, self._note_rename, guarded=guarded)
        self._closed: set[str] = set()
        self._name: dict[str, str] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        self._homes: dict[str, str] = {}
        self._renames: dict[tuple[str, Direction], list[Edge]] = defaultdict(list)

    def seen_by(self, reader: Reader) -> "Classes":
        """The same classes; another reader of the same graph is asked for further ones, of which these know nothing."""
        same = copy(self)
        same._reader = reader
        same._links = self._links.seen_by(reader, same._note_rename)
        same._closed, same._name, same._homes = set(self._closed), dict(self._name), dict(self._homes)
        same._members = dict(self._members)
        same._renames = defaultdict(list, {place: list(edges) for place, edges in self._renames.items()})
        return same

    def name(self, key: str) -> str:
        """The name of the class of a closed dataset or field key; any other key is its own."""
        return self._name.get(key, key)

    def members(self, name: str) -> tuple[str, ...]:
        """All keys of a class, sorted; of fields also those that only another member has."""
        return self._members.get(name, (name,))

    def keys(self, names: Iterable[str]) -> list[str]:
        """All keys of all these classes."""
        members = self._members
        if not members:
            return list(names)
        return [key for name in names for key in members.get(name, (name,))]

    def home(self, field: str) -> str | None:
        """The name of the dataset of a closed field; None for a hash without a node."""
        dataset = self._homes.get(field)
        return None if dataset is None else self._name.get(dataset, dataset)

    def own_dataset(self, field: str) -> str:
        """The key of the very member that a field key of a class of two or more belongs to."""
        return self._homes[field]

    def close_datasets(self, keys: Iterable[str]) -> None:
        """Find the classes of these datasets: one question for each link of the longest chain, mostly one.

        It asks for their renames too, which join no class.
        """
        for found in self._links.around(keys):
            members = tuple(sorted(found))
            self._members[members[0]] = members
            self._name.update(dict.fromkeys(members, members[0]))

    def forget(self, reader: Reader, keys: Collection[str]) -> None:
        """Let these datasets be as if they had never been closed, and ask another reader from now on: its links join
        them to none of those that stay. No fields were closed."""
        for name in {self.name(key) for key in keys}:
            for key in self._members.pop(name, ()):
                del self._name[key]
        for place in [place for place in self._renames if place[0] in keys] if self._renames else ():
            del self._renames[place]
        self._reader = reader
        self._links.forget(reader, keys)

    def conflicts(self, names: Iterable[str]) -> dict[str, list[Conflict]]:
        """What keeps closed classes of datasets apart though links would join them, by those of the names."""
        wanted = set(names)
        found: dict[str, list[Conflict]] = defaultdict(list)
        for conflict in sorted(self._links.conflicts):
            for name in {self.name(key) for link in conflict.links for key in link} & wanted:
                found[name].append(conflict)
        return found

    @property
    def has_too_many(self) -> bool:
        """Whether links would join more names than the bound on them."""
        return self._links.has_too_many

    @property
    def has_renames(self) -> bool:
        """Whether any of the closed datasets was renamed."""
        return bool(self._renames)

    def renames(self, name: str, direction: Direction) -> list[Edge]:
        """The renames out of (OUT) or into (IN) a closed class of datasets."""
        return [edge for key in self.members(name) for edge in self._renames.get((key, direction), ())]

    def _note_rename(self, edge: Edge, frontier: Collection[str]) -> None:
        if edge.source in frontier:
            self._renames[edge.source, Direction.OUT].append(edge)
        if edge.target in frontier:
            self._renames[edge.target, Direction.IN].append(edge)

    def close_fields(self, keys: Iterable[str]) -> None:
        """Find the classes of these fields: those of their datasets, path by path."""
        fresh = set(keys) - self._closed
        self._closed |= fresh
        homes = self._find_homes(fresh)
        self.close_datasets(homes.values())
        if self._name:
            joined = {field: home for field, home in homes.items() if home in self._name}
            identities = _dataset_ids(self._reader, self.keys({self._name[home] for home in joined.values()}))
            for field, path in self.paths(joined).items():
                self._join_field(self._name[joined[field]], path, identities)

    def paths(self, fields: Collection[str]) -> dict[str, str]:
        """The path of each field; of a class of two or more all members have the same."""
        paths = {field: unquote(field[field.rindex("/") + 1 :]) for field in fields if field.count("/") == 3}
        hashed = set(fields) - paths.keys()
        for key, node in self._reader.nodes(hashed).items() if hashed else ():
            paths[key] = str(node.properties["name"])
        return paths

    def _find_homes(self, fields: set[str]) -> dict[str, str]:
        homes = {field: home for field in fields if (home := dataset_of(field)) is not None}
        hashed = fields - homes.keys()
        for key, node in self._reader.nodes(hashed).items() if hashed else ():
            homes[key] = str(node.properties["dataset"])
        self._homes.update(homes)
        return homes

    def _join_field(self, dataset: str, path: str, identities: Mapping[str, DatasetId]) -> None:
        by_home = {FieldId(identities[member], path).key: member for member in self.members(dataset)}
        members = tuple(sorted(by_home))
        self._closed.update(members)
        self._members[members[0]] = members
        self._name.update(dict.fromkeys(members, members[0]))
        self._homes.update(by_home)


def dataset_of(field: str) -> str | None:
    """The key of a field's dataset; None where the field's key is a hash."""
    if field.count("/") != 3:
        return None
    key = f"dataset{field[5 : field.rindex('/')]}"
    return key if len(key) <= MAX_KEY_BYTES else FieldId.parse(field).dataset.key


def shown_first(
    reader: Reader, classes: Collection[tuple[str, ...]], at: int | None
) -> dict[str, tuple[str, ...]]:
    """The members of each class of datasets, by name of the class, the one to show first.

    That is the one most recently used as a dataset; ties by label, then by name.
    """
    keys = [key for members in classes for key in members]
    if not keys:
        return {}
    sights = last_sight(reader, keys, at)
    nodes = reader.nodes(keys)

    def datasets_first(key: str) -> bool:
        return key not in nodes or nodes[key].label in (Label.ALIAS, Label.DATASET_REFERENCE)

    def as_read(key: str) -> tuple[str, str, str]:
        """Its names where they are known: the key of a long one does not spell them."""
        names = nodes[key].properties if key in nodes else {}
        return str(names.get("namespace", "")), str(names.get("name", "")), unquote(key)

    ordered: dict[str, tuple[str, ...]] = {}
    for members in classes:
        by_name = sorted(sorted(members, key=as_read), key=datasets_first)
        ordered[min(members)] = tuple(sorted(by_name, key=lambda key: sights.get(key, ""), reverse=True))
    return ordered


def _dataset_ids(reader: Reader, keys: Collection[str]) -> dict[str, DatasetId]:
    """Identities by key; the store is asked only for keys that are hashes."""
    found: dict[str, DatasetId] = {}
    for key in keys:
        if key.count("/") == 2:
            found[key] = DatasetId.parse(key)
    hashed = [key for key in keys if key not in found]
    for key, node in reader.nodes(hashed).items() if hashed else ():
        found[key] = DatasetId(str(node.properties["namespace"]), str(node.properties["name"]))
    return found
