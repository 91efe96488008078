"""The schemas of datasets over time, as the SQL that reads or writes them sees them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from catalog.derivation.causes import is_sent
from catalog.derivation.intervals import Held, bounds, cut
from catalog.graph import Direction, Edge
from catalog.identity import FieldId, is_hashed
from catalog.store.port import ALL_TIME, Reader
from ontology.vocabulary import Origin, Rel


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """A column of a table: the path of the field, and its type where one is known."""

    name: str
    type: str | None = None


Columns: TypeAlias = tuple[ColumnOf, ...]
"""The columns of a table in order."""

EVER = -(2**63)


@dataclass(frozen=True, slots=True)
class Schemas:
    """``sent``: dataset → its schemas from events or documents; ``parsed``: (dataset, job) → those that the SQL of a
    job infers. Only times with columns are listed."""

    sent: Mapping[str, tuple[Held[Columns], ...]]
    parsed: Mapping[tuple[str, str], tuple[Held[Columns], ...]]

    @property
    def whole(self) -> set[str]:
        """Datasets whose schemas that were sent count as whole: some column ever had a type. Producers that only know
        which columns somebody has described (dbt without a catalog) send those alone, without types."""
        return {
            dataset
            for dataset, all_held in self.sent.items()
            if any(column.type is not None for held in all_held for column in held.value)
        }


def schemas(reader: Reader, datasets: Collection[str]) -> Schemas:
    """The schemas of datasets."""
    edges = reader.edges(datasets, (Rel.HAS_FIELD,), Direction.OUT, ALL_TIME) if datasets else []
    paths = _paths(reader, {edge.target for edge in edges})
    sent: defaultdict[str, list[Edge]] = defaultdict(list)
    parsed: defaultdict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.origin == Origin.PARSED:
            parsed[edge.source, edge.via].append(edge)
        elif is_sent(edge):
            sent[edge.source].append(edge)
    return Schemas(
        {dataset: _timeline(found, paths) for dataset, found in sent.items()},
        {pair: _timeline(found, paths) for pair, found in parsed.items()},
    )


def _paths(reader: Reader, fields: Collection[str]) -> dict[str, str]:
    paths = {key: FieldId.parse(key).path for key in fields if not is_hashed(key)}
    hashed = [key for key in fields if key not in paths]
    for key, node in reader.nodes(hashed).items() if hashed else ():
        paths[key] = str(node.properties["name"])
    return paths


def _timeline(edges: list[Edge], paths: Mapping[str, str]) -> tuple[Held[Columns], ...]:
    """The columns between each two instants at which any of them changes."""
    held = [Held(edge, edge.valid_from, edge.valid_to) for edge in edges]
    start = EVER if any(one.start is None for one in held) else min(bounds(held))
    found: list[Held[Columns]] = []
    for begin, end in cut(bounds(held), start, None):
        columns = _columns((one.value for one in held if one.at(begin)), paths)
        if columns:
            found.append(Held(columns, begin, end))
    return tuple(found)


def _columns(edges: Iterable[Edge], paths: Mapping[str, str]) -> Columns:
    """Those of the top: a path is nested where what precedes a dot in it is a field too. Of two tellings of one column
    (a document beside events) the one of the dataset itself counts."""
    told: dict[str, tuple[bool, int, str, str | None]] = {}
    for edge in edges:
        said = dict(edge.properties)
        ordinal, type_ = said.get("ordinal"), said.get("type")
        path = paths[edge.target]
        telling = (
            edge.via != edge.source,
            ordinal if isinstance(ordinal, int) else 2**31,
            path,
            None if type_ is None else str(type_),
        )
        told[path] = min(told.get(path, telling), telling, key=repr)
    top = [path for path in told if not _is_nested(path, told)]
    return tuple(ColumnOf(path, told[path][3]) for path in sorted(top, key=lambda one: told[one][1:3]))


def _is_nested(path: str, others: Collection[str]) -> bool:
    places = [place for place, char in enumerate(path) if char == "."]
    return any(path[:place] in others for place in places)
