"""What the graph knows that a proposal speaks of: datasets by what people call them, and the columns they have."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from catalog.aliases import Classes, is_dataset
from catalog.coverage import spoken
from catalog.derivation.marks import bears
from catalog.graph import Direction, Edge
from catalog.identity import DatasetId
from catalog.names import name_parts
from catalog.search import MAX_TEXT, search
from catalog.store.port import NodeFilter, Range, Reader, Space
from catalog.tokens import tokens
from ingest.errors import UnknownDataset
from ingest.proposals.shape import Column, Shape
from ontology.vocabulary import Label, Origin, Rel

DATASETS = (Label.DATASET, Label.ALIAS, Label.DATASET_REFERENCE)
MAX_NAMESPACES = 10_000
_LISTED = 10
_NEAR = 3


class Known:
    """A reader and an instant (nanoseconds; None: now), asked set-wise."""

    def __init__(self, reader: Reader, at: int | None = None) -> None:
        self.reader = reader
        self.at = at
        self.classes = Classes(reader, at)

    def dataset(self, text: str) -> str:
        """The key of the dataset that people call so: a key, its IRI, NAMESPACE/NAME, or a name alone.

        Raises UnknownDataset, with the nearest names, or with those that fit where several do.
        """
        tail = text.partition("/id/")[2] if text.startswith(("http://", "https://")) else text
        exact = [key for key in (tail, *_spelled(text)) if is_dataset(key)]
        nodes = self.reader.nodes(exact) if exact else {}
        found = [key for key, node in nodes.items() if node.label in DATASETS]
        if not found:
            pages = self.reader.page(NodeFilter(DATASETS, {"name": text}), None, _LISTED + 1)
            found = [node.key for node in pages]
        return self._only(text, found)

    def tables(self, names: Collection[tuple[str, ...]]) -> dict[tuple[str, ...], str | None]:
        """The datasets that SQL means by the parts of names of tables; None where none has the name: two questions.

        Raises UnknownDataset where several have it.
        """
        if not names:
            return {}
        page = self.reader.page(NodeFilter((Label.NAMESPACE,), {"of": "dataset"}), None, MAX_NAMESPACES)
        spaces = [str(node.properties["name"]) for node in page]
        ranges = {bears(space, parts[-1]) for space in spaces for parts in names}
        rows = self.reader.scan(Space.DERIVE, [Range(one) for one in sorted(ranges)]) if ranges else ()
        by_last: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            by_last[row.partition.partition("\n")[2]].append(row.sort)
        return {parts: self._table(parts, by_last[parts[-1].casefold()]) for parts in names}

    def _table(self, parts: tuple[str, ...], keys: Sequence[str]) -> str | None:
        wanted = tuple(part.casefold() for part in parts)
        named = {key: _parts(key) for key in keys}
        exact = [key for key, found in named.items() if found == wanted]
        fits = exact or [key for key, found in named.items() if _end_alike(found, wanted)]
        return self._only(".".join(parts), fits) if fits else None

    def _only(self, text: str, found: Sequence[str]) -> str:
        """The one dataset; several names of one are one."""
        if not found:
            raise UnknownDataset(f"No dataset is named {text!r}.", self.near(text))
        self.classes.close_datasets(found)
        classes = {self.classes.name(key): key for key in sorted(found, reverse=True)}
        if len(classes) > 1:
            listed = ", ".join(sorted(map(spoken, classes.values()))[:_LISTED])
            message = f"{len(classes)} datasets are named {text!r}: {listed}."
            raise UnknownDataset(message, "Name one of them with its namespace.")
        return next(iter(classes.values()))

    def near(self, text: str) -> str | None:
        """A hint with the names nearest to one that is not known; None where none is near."""
        last = name_parts(text.rpartition("/")[2] or text)[-1]
        word = max(tokens(last), key=len, default="")
        for part in dict.fromkeys((last[:MAX_TEXT], word[:4], word[:3], word[:2], word[:1])):
            hits = search(self.reader, part, labels=(Label.DATASET,), limit=200).hits if part else ()
            names = {str(hit.node.properties.get("name", "")): spoken(hit.node.key) for hit in hits}
            ends = {name_parts(name)[-1].casefold(): shown for name, shown in names.items() if name}
            near = get_close_matches(last.casefold(), ends, n=_NEAR)
            if near:
                return f"Did you mean {' or '.join(ends[one] for one in near)}?"
        return None

    def shape(self, dataset: str) -> Shape:
        """The columns of a dataset, under all its names."""
        return self.shapes([dataset])[dataset]

    def shapes(self, datasets: Collection[str]) -> dict[str, Shape]:
        """The columns of datasets: one question. What a schema says goes before what SQL tells of it."""
        self.classes.close_datasets(datasets)
        keys = {key: self.classes.members(self.classes.name(key)) for key in datasets}
        members = {member for found in keys.values() for member in found}
        edges = self.reader.edges(members, (Rel.HAS_FIELD,), Direction.OUT, self.at) if members else ()
        paths = self.classes.paths({edge.target for edge in edges})
        by_dataset: defaultdict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            by_dataset[edge.source].append(edge)
        return {
            key: _shape([edge for member in found for edge in by_dataset[member]], paths)
            for key, found in keys.items()
        }


def _spelled(text: str) -> Iterator[str]:
    """The key for each way to split a text into namespace and name."""
    for place, character in enumerate(text):
        if character == "/" and 0 < place < len(text) - 1:
            yield DatasetId(text[:place], text[place + 1 :]).key


def _parts(key: str) -> tuple[str, ...]:
    """The parts of the name of a dataset without case; none of a key that does not spell it."""
    try:
        return tuple(part.casefold() for part in name_parts(DatasetId.parse(key).name))
    except ValueError:
        return ()


def _end_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the longer of two names ends in the shorter."""
    shorter = min(len(one), len(other))
    return shorter > 0 and one[-shorter:] == other[-shorter:]


def _shape(edges: Iterable[Edge], paths: Mapping[str, str]) -> Shape:
    ranked = sorted(edges, key=_rank)
    columns: dict[str, Column] = {}
    places: dict[str, int] = {}
    for edge in ranked:
        path, told = paths[edge.target], dict(edge.properties)
        if path in columns:
            continue
        columns[path] = Column(
            path,
            _text(told.get("type")),
            description=_text(told.get("description")),
            guessed=told.get("inferred") is True,
        )
        ordinal = told.get("ordinal")
        places[path] = ordinal if isinstance(ordinal, int) else 1_000_000
    whole = any(_is_schema(edge) and "type" in dict(edge.properties) for edge in ranked)
    ordered = sorted(columns.values(), key=lambda one: (places[one.path], one.path))
    known = whole and all(place < 1_000_000 for place in places.values())
    return Shape(tuple(ordered), whole=whole, ordered=known)


def _is_schema(edge: Edge) -> bool:
    return edge.origin != Origin.PARSED and dict(edge.properties).get("inferred") is not True


def _rank(edge: Edge) -> tuple[bool, bool, str, str]:
    """What counts first: schemas that were sent, then those of documents, then SQL, then mere use."""
    return (not _is_schema(edge), edge.origin != Origin.OBSERVED, edge.target, edge.id)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
