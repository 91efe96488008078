"""What names of tables may mean: the names of datasets, and the datasets under a name, read from the store set-wise."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from catalog.derivation.marks import bears, is_table
from catalog.graph import Direction
from catalog.identity import DatasetId, is_hashed
from catalog.store.port import ALL_TIME, Range, Reader, Space
from ingest.derivation.spans import Name
from ontology.vocabulary import Rel


class Neighbourhood:
    """The datasets under names, of those that were learned."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[Name, tuple[str, ...]] = {}

    def __call__(self, namespace: str, last: str) -> Collection[str]:
        return self._known[namespace, last.casefold()]

    def learn(self, names: Iterable[Name]) -> set[str]:
        """Read what is under names and not known yet; gives the keys of the datasets found."""
        folded = {(namespace, last.casefold()) for namespace, last in names}
        missing = sorted(folded - self._known.keys())
        if not missing:
            return set()
        partitions = {bears(*name): name for name in missing}
        rows = self._reader.scan(Space.DERIVE, [Range(partition) for partition in partitions])
        nodes = self._reader.nodes({row.sort for row in rows}) if rows else {}
        found: defaultdict[Name, list[str]] = defaultdict(list)
        for row in rows:
            if row.sort in nodes and is_table(nodes[row.sort]):
                found[partitions[row.partition]].append(row.sort)
        self._known.update({name: tuple(found[name]) for name in missing})
        return {key for name in missing for key in found[name]}


def identities(
    reader: Reader, datasets: Collection[str], apart: Collection[frozenset[str]] = ()
) -> dict[str, tuple[DatasetId, ...]]:
    """The names of datasets by key: their own, then those that are ever linked to them, sorted.

    ``apart``: pairs of keys whose link counts for nothing.
    """
    links: Mapping[str, set[str]] = {key: set() for key in datasets}
    for edge in reader.edges(datasets, (Rel.ALIAS_OF,), Direction.BOTH, ALL_TIME) if datasets else ():
        for one, other in ((edge.source, edge.target), (edge.target, edge.source)):
            if one in links and other != one and frozenset((one, other)) not in apart:
                links[one].add(other)
    named = _identities(reader, {*datasets, *(alias for aliases in links.values() for alias in aliases)})
    return {key: (named[key], *sorted(named[alias] for alias in links[key])) for key in datasets}


def _identities(reader: Reader, datasets: Collection[str]) -> dict[str, DatasetId]:
    found = {key: DatasetId.parse(key) for key in datasets if not is_hashed(key)}
    hashed = [key for key in datasets if key not in found]
    for key, node in reader.nodes(hashed).items() if hashed else ():
        found[key] = DatasetId(str(node.properties["namespace"]), str(node.properties["name"]))
    return found
