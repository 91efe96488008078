"""A block: all that the canonical export says of one node. What it is told from is read, the rest follows from that.

The line with the node's type comes first, then the other lines, sorted. Reading writes what was read again, and so
finds whatever no export would write.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from catalog.command import Command
from catalog.fold.runs import RunState
from catalog.identity import CurationId, DatasetId, DocumentId, JobId, RunId, kind_of
from catalog.snapshot import terms
from catalog.snapshot.command_quads import command_quads, read_command
from catalog.snapshot.facts import Facts, fact_quads, read_facts
from catalog.snapshot.run_quads import RunWriter
from catalog.snapshot.run_reading import RunReader
from catalog.snapshot.sheet import Inconsistent, Sheet
from catalog.statement import SnapshotStatement, Statements
from ontology.compiler import load_model
from ontology.rdf import TYPE
from ontology.rdf_quads import NotQuads, Row, rows

IDENTIFIED_BY = {
    "dataset": ("namespace", "name"),
    "job": ("namespace", "name"),
    "run": ("name",),
    "document": ("source",),
    "curation": ("subject", "aspect"),
}
"""By kind of key, the properties that name what a block may tell something of."""
_PIECES = ("stretch/", "part/", "member/", "columns/", "facet/", "told/")


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
    """What a block tells: the facts of a thing, the state of a run, or a command, and the lines it is told with (its
    type and names among them). ``entity``: the thing or run. ``texts``: the values behind the digests in the state, by
    digest."""

    entity: DatasetId | JobId | RunId | DocumentId | CurationId | None
    lines: tuple[str, ...]
    command: Command | None = None
    facts: Facts | None = None
    run: RunState | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def statements(self) -> Statements:
        """What an entry of it says."""
        if self.entity is None:
            return Statements(command=self.command)
        if self.facts is not None:
            return Statements(snapshot=SnapshotStatement(self.entity, self.facts.observations()))
        texts = tuple(sorted(self.texts.values()))
        return Statements(snapshot=SnapshotStatement(self.entity, run=self.run, texts=texts))

    @property
    def last(self) -> str:
        """The order key of the last sight."""
        if self.command is not None:
            return self.command.at
        found = self.facts or self.run
        assert found is not None
        return found.last


def read_block(block: Block) -> Told | None:
    """What a block tells; None: all of it follows from other blocks. Raises DamagedBlock."""
    return _told(block, _quads(block))


def check_block(block: Block) -> Told | None:
    """As ``read_block``, for a block that may have been edited: it says nothing that no export would."""
    quads = _quads(block)
    known = _known_terms(load_model().digest)
    for row, one in enumerate(quads):
        if one.predicate not in known:
            raise DamagedBlock(row, f"the ontology has no term <{one.predicate}>")
    told = _told(block, quads)
    written = frozenset() if told is None else frozenset(_written(block, told))
    for row, (line, one) in enumerate(zip(block.lines, quads, strict=True)):
        if _is_told(block, one) and line not in written:
            raise DamagedBlock(row, f"no export says this here: {line[:300]}")
    return told


def _quads(block: Block) -> list[Row]:
    try:
        return list(rows(block.lines))
    except NotQuads as error:
        raise DamagedBlock(error.row, str(error)) from error


def _told(block: Block, quads: list[Row]) -> Told | None:
    """What is told; None where no entry ever sighted the node itself: others name or describe it."""
    subject = block.base + block.key
    sheet = Sheet(block.base, quads)
    if block.type == terms.COMMAND:
        return _told_command(block, sheet, subject)
    if block.kind not in IDENTIFIED_BY or not sheet.has(subject, terms.seen_terms("first")[0]):
        return None
    try:
        naming = _naming(block)
        entity = entity_named(block.kind, [sheet.text(subject, term) for term in naming])
        if entity.key != block.key:
            raise Inconsistent(subject, f"its names are those of {entity.key}")
        own = {TYPE, *naming}
        lines = tuple(
            line
            for line, one in zip(block.lines, quads, strict=True)
            if _is_told(block, one) or (one.predicate in own and one.subject == subject)
        )
        if isinstance(entity, RunId):
            reader = RunReader(sheet, entity)
            return Told(entity, lines, run=reader.state(), texts=reader.texts)
        return Told(entity, lines, facts=read_facts(sheet, subject))
    except Inconsistent as error:
        row = next((row for row, one in enumerate(quads) if one.subject == error.subject), 0)
        raise DamagedBlock(row, f"of <{error.subject}> {error}") from error


def _told_command(block: Block, sheet: Sheet, subject: str) -> Told:
    try:
        return Told(None, block.lines, command=read_command(sheet, subject))
    except Inconsistent as error:
        raise DamagedBlock(0, f"of <{subject}> {error}") from error


def _written(block: Block, told: Told) -> Iterator[str]:
    if told.command is not None:
        return command_quads(told.command, block.base)
    if told.facts is not None:
        return fact_quads(block.key, told.facts, block.base)
    assert told.run is not None
    return RunWriter(told.run, told.texts, block.base).quads()


def entity_named(kind: str, names: list[str]) -> DatasetId | JobId | RunId | DocumentId | CurationId:
    """What a key of a kind is of, by its names (``IDENTIFIED_BY``)."""
    if kind == "curation":
        return CurationId(*names)
    if kind == "run":
        return RunId(*names)
    if kind == "document":
        return DocumentId(*names)
    return DatasetId(*names) if kind == "dataset" else JobId(*names)


def _naming(block: Block) -> tuple[str, ...]:
    """The IRIs of the properties that name the node of a block."""
    kind = next((kind for kind in load_model().nodes if kind.iri == block.type), None)
    if kind is None:
        raise Inconsistent(block.base + block.key, f"the ontology has no class <{block.type}>")
    return tuple(kind.property_type(name).iri for name in IDENTIFIED_BY[block.kind])


def _is_told(block: Block, row: Row) -> bool:
    """Whether a quad is part of what the block tells, not of what follows from it."""
    local = row.subject.removeprefix(block.base)
    if block.type == terms.COMMAND:
        return True
    if local == block.key:
        return row.graph is None and row.predicate in _OWN
    return local.startswith(_PIECES)


_OWN = {
    terms.VERSION,
    terms.FACET,
    terms.TOLD_PROPERTIES,
    terms.PART,
    terms.PARENT,
    terms.TERMINAL,
    terms.ACTIVE,
} | {term for name in terms.SIGHTS for term in terms.seen_terms(name)}
"""The told terms of the node itself."""


@cache
def _known_terms(_digest: str) -> frozenset[str]:
    """Every predicate that an export may have, by the ontology of that digest."""
    model = load_model()
    of_nodes = {term.iri for kind in model.nodes for term in kind.properties}
    of_edges = {term.iri for kind in model.relationships for term in kind.properties}
    edges = {kind.iri for kind in model.relationships}
    return frozenset({TYPE, *terms.TOLD, *terms.DERIVED, *of_nodes, *of_edges, *edges})
