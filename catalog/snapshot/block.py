"""A block: all that the canonical export says of one node. What it is told from is read, the rest follows from that.

The line with the node's type comes first, then the other lines, sorted. Reading writes what was read again, and so
finds whatever no export would write.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from catalog.identity import DatasetId, DocumentId, JobId, RunId, kind_of
from catalog.snapshot import terms
from catalog.snapshot.facts import fact_quads, read_facts
from catalog.snapshot.run_quads import RunWriter
from catalog.snapshot.run_reading import RunReader
from catalog.snapshot.sheet import Inconsistent, Sheet
from catalog.statement import SnapshotStatement
from ontology.compiler import load_model
from ontology.rdf import TYPE, Iri, quad
from ontology.rdf_quads import NotQuads, Row, rows

IDENTIFIED_BY = {
    "dataset": ("namespace", "name"),
    "job": ("namespace", "name"),
    "run": ("name",),
    "document": ("source",),
}
"""By kind of key, the properties that name what a block may tell something of."""
_PIECES = ("stretch/", "part/", "member/", "columns/", "facet/")


class DamagedBlock(ValueError):
    """Lines that are not as an export writes them. ``row`` counts them from 0 within the block."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one node, without their ends. ``key``: that of the node, ``type``: the IRI of its class."""

    base: str
    key: str
    type: str
    lines: tuple[str, ...]

    @property
    def kind(self) -> str:
        return kind_of(self.key)


@dataclass(frozen=True, slots=True)
class Told:
    """What a block tells: a statement, and the lines it is told with (its type and names among them)."""

    statement: SnapshotStatement
    lines: tuple[str, ...]
    last: str


def read_block(block: Block) -> Told | None:
    """What a block tells; None: all of it follows from other blocks. Raises DamagedBlock."""
    try:
        quads = list(rows(block.lines))
    except NotQuads as error:
        raise DamagedBlock(error.row, str(error)) from error
    _check_terms(quads)
    sheet = Sheet(block.base, quads)
    try:
        told = _read(block, sheet) if block.kind in IDENTIFIED_BY else None
    except Inconsistent as error:
        row = next((row for row, one in enumerate(quads) if one.subject == error.subject), 0)
        raise DamagedBlock(row, f"of <{error.subject}> {error}") from error
    written = frozenset() if told is None else frozenset(told.lines)
    for row, (line, one) in enumerate(zip(block.lines, quads, strict=True)):
        if _is_told(block, one) and line not in written:
            raise DamagedBlock(row, f"no export says this here: {line[:300]}")
    return told


def _read(block: Block, sheet: Sheet) -> Told | None:
    """What is told; None where no entry ever sighted the node itself: others name or describe it."""
    subject = block.base + block.key
    if not sheet.has(subject, terms.seen_terms("first")[0]):
        return None
    names = {name: sheet.text(subject, term) for name, term in _naming(block)}
    entity = _entity(block.kind, list(names.values()))
    if entity.key != block.key:
        raise Inconsistent(subject, f"its names are those of {entity.key}")
    if isinstance(entity, RunId):
        reader = RunReader(sheet, entity)
        run = reader.state()
        said = SnapshotStatement(entity, run=run, texts=tuple(sorted(reader.texts.values())))
        return Told(said, _lines(block, names, RunWriter(run, reader.texts, block.base).quads()), run.last)
    facts = read_facts(sheet, subject)
    said = SnapshotStatement(entity, facts.observations())
    return Told(said, _lines(block, names, fact_quads(block.key, facts, block.base)), facts.last)


def _entity(kind: str, names: list[str]) -> DatasetId | JobId | RunId | DocumentId:
    if kind == "run":
        return RunId(*names)
    if kind == "document":
        return DocumentId(*names)
    return DatasetId(*names) if kind == "dataset" else JobId(*names)


def _naming(block: Block) -> Iterator[tuple[str, str]]:
    """The properties that name the node of a block, with their IRIs."""
    kind = next(kind for kind in load_model().nodes if kind.iri == block.type)
    for name in IDENTIFIED_BY[block.kind]:
        yield name, kind.property_type(name).iri


def _lines(block: Block, names: dict[str, str], told: Iterable[str]) -> tuple[str, ...]:
    subject = block.base + block.key
    own = [quad(subject, term, names[name]) for name, term in _naming(block)]
    return (quad(subject, TYPE, Iri(block.type)), *sorted({*own, *told}))


def _is_told(block: Block, row: Row) -> bool:
    """Whether a quad is part of what the block tells, not of what follows from it."""
    local = row.subject.removeprefix(block.base)
    if local == block.key:
        return row.graph is None and row.predicate in _OWN
    return local.startswith(_PIECES)


_OWN = {terms.VERSION, terms.FACET, terms.PART, terms.PARENT, terms.TERMINAL, terms.ACTIVE} | {
    term for name in terms.SIGHTS for term in terms.seen_terms(name)
}
"""The told terms of the node itself."""


def _check_terms(quads: Iterable[Row]) -> None:
    known = _known_terms(load_model().digest)
    for row, one in enumerate(quads):
        if one.predicate not in known:
            raise DamagedBlock(row, f"the ontology has no term <{one.predicate}>")


@cache
def _known_terms(_digest: str) -> frozenset[str]:
    """Every predicate that an export may have, by the ontology of that digest."""
    model = load_model()
    of_nodes = {term.iri for kind in model.nodes for term in kind.properties}
    of_edges = {term.iri for kind in model.relationships for term in kind.properties}
    edges = {kind.iri for kind in model.relationships}
    return frozenset({TYPE, *terms.TOLD, *terms.DERIVED, *of_nodes, *of_edges, *edges})
