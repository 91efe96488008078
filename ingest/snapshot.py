"""Canonical exports read back: a file to log entries of kind Snapshot, one for each block that tells something.

The file is read twice. The first time it is checked to its end, and nothing is given for a file that is damaged. The
second time the entries are made: datasets, documents and jobs as they stand there, runs in the order in which they
began, for to append to the lineage of a job costs least. Memory is bounded by one block, and 60 bytes for each.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from catalog.canonical import NotJson, decode, encode, sha256
from catalog.entry import EntryKind, LogEntry
from catalog.instant import instant_of, order_key
from catalog.snapshot import terms
from catalog.snapshot.block import Block, DamagedBlock, Told, check_block, read_block
from catalog.statement import STATIC_RANK, Statements
from ingest.errors import DamagedExport
from ontology.compiler import load_model
from ontology.rdf import TYPE

MAX_BLOCK_BYTES = 256 * 1024 * 1024
"""Bound of what an export says of one node: it is read whole."""

_TYPE = TYPE.encode()
_CHECKSUM = terms.CHECKSUM.encode()
_FIRST = re.compile(rb'<([^<>"\s]+)> <%b> "([^"\\]*)" \.\n' % re.escape(terms.FORMAT.encode()))
_HEAD = re.compile(rb"<([^<>\s]+)> <%b> <([^<>\s]+)> \.\n" % re.escape(_TYPE))
_LAST = re.compile(rb'<([^<>\s]+)> <%b> "([0-9a-f]{64})" \.\n' % re.escape(_CHECKSUM))


def is_canonical_export(head: bytes) -> bool:
    """Whether a file that begins so is a canonical export, of any form. ``head``: 4 kB are enough."""
    return _FIRST.match(head) is not None


def snapshot_entries(
    file: BinaryIO, received_ns: int, actor: str | None = None
) -> Iterator[tuple[LogEntry, Statements]]:
    """The entries of a canonical export and what they say. ``file`` can be sought in; it is read from its start.

    Raises DamagedExport before the first entry is given.
    """
    blocks = _check(file)
    for _, offset in sorted(map(_unpacked, blocks.places)):
        file.seek(offset)
        block = next(_Scanner(file, blocks.base).blocks()).block()
        told = read_block(block)
        assert told is not None  # so it was when it was checked
        yield _entry(block, told, received_ns, actor)


def interpret_snapshot(body: str, received_ns: int, actor: str | None = None) -> tuple[LogEntry, Statements]:
    """An entry and what it says, from its body. Raises DamagedExport."""
    try:
        value = decode(body)
        block = Block(value["base"], value["key"], value["type"], tuple(value["lines"]))
        told = check_block(block)
    except (NotJson, TypeError, KeyError, DamagedBlock) as error:
        raise DamagedExport(f"The snapshot cannot be read: {error}.") from error
    if told is None:
        raise DamagedExport("The snapshot says nothing.")
    return _entry(block, told, received_ns, actor)


def _entry(block: Block, told: Told, received_ns: int, actor: str | None) -> tuple[LogEntry, Statements]:
    body = encode({"base": block.base, "key": block.key, "lines": told.lines, "type": block.type})
    identity = sha256(body)
    at = order_key(instant_of(told.last), STATIC_RANK, identity)
    entry = LogEntry(identity, EntryKind.SNAPSHOT, at, received_ns, body, actor=actor)
    return entry, told.statements


@dataclass
class _Checked:
    """What the first reading leaves: the base, and where the telling blocks begin, by when they are to be applied.

    A place is one integer: the begin of a run (0: of no run) and the offset.
    """

    base: str
    places: list[int] = field(default_factory=list)

    def add(self, block: "_Lines", told: Told) -> None:
        begin = 0 if told.run is None else int(told.run.first[:16], 16)
        self.places.append(begin << 64 | block.offset)


def _unpacked(place: int) -> tuple[int, int]:
    return place >> 64, place & (1 << 64) - 1


def _check(file: BinaryIO) -> _Checked:
    """Read a whole file for the first time. Raises DamagedExport."""
    file.seek(0)
    first = _FIRST.fullmatch(file.readline(MAX_BLOCK_BYTES))
    if first is None:
        raise DamagedExport("Line 1 is not the first line of a canonical export.")
    if first[2].decode() != terms.FORM:
        raise DamagedExport(f"The export has the form {first[2].decode()!r}; this reads {terms.FORM!r}.")
    checked = _Checked(first[1].decode())
    scanner = _Scanner(file, checked.base, line=1, checksum=hashlib.sha256(first[0]))
    before = ("", "")
    for lines in scanner.blocks():
        block = lines.block()
        label = _label(block, lines)
        if (label, block.key) <= before:
            raise lines.damaged(
                0, f"{block.key} stands behind {before[1]}, which is not the order of an export"
            )
        before = (label, block.key)
        try:
            told = check_block(block)
        except DamagedBlock as error:
            raise lines.damaged(error.row, str(error)) from error
        if told is not None:
            checked.add(lines, told)
    scanner.check_end()
    return checked


def _label(block: Block, lines: "_Lines") -> str:
    """What blocks are sorted by before their keys. Commands stand before all nodes."""
    if block.type == terms.COMMAND:
        return ""
    for kind in load_model().nodes:
        if kind.iri == block.type:
            return kind.label
    raise lines.damaged(0, f"the ontology has no class <{block.type}>")


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a block as they stand in the file. ``first`` is the number of the first of them."""

    base: str
    first: int
    offset: int
    key: bytes
    type: bytes
    raw: list[bytes]

    def block(self) -> Block:
        try:
            texts = tuple(line[:-1].decode() for line in self.raw)
            return Block(self.base, self.key.decode(), self.type.decode(), texts)
        except UnicodeDecodeError as error:
            raise self.damaged(0, "the lines from here on are not UTF-8") from error

    def damaged(self, row: int, message: str) -> DamagedExport:
        return DamagedExport(f"Line {self.first + row}: {message}.")


class _Scanner:
    """Cuts a file into blocks, from where it stands; ``line`` lines were read before."""

    def __init__(
        self, file: BinaryIO, base: str, line: int = 0, checksum: "hashlib._Hash | None" = None
    ) -> None:
        self._file = file
        self._base = base
        self._line = line
        self._checksum = checksum or hashlib.sha256()
        self._end = b""

    def blocks(self) -> Iterator[_Lines]:
        """The blocks to the end of the file, or to the line with the checksum. Raises DamagedExport."""
        offset = self._file.tell()
        line = self._next()
        while line and not _is_last(line):
            head = _HEAD.fullmatch(line)
            base = self._base.encode()
            if head is None or not head[1].startswith(base) or b"/" not in head[1][len(base) :]:
                raise self._damaged("a block begins with the type of a node of this export")
            found = _Lines(self._base, self._line, offset, head[1][len(base) :], head[2], [line])
            line = self._fill(found)
            if not line:
                raise self._cut_off()
            offset += sum(map(len, found.raw))
            yield found
        self._end = line

    def _fill(self, block: _Lines) -> bytes:
        """Read the other lines of a block; gives the line behind it."""
        size, before = len(block.raw[0]), b""
        while line := self._next():
            if (_TYPE in line and _HEAD.fullmatch(line)) or _is_last(line):
                return line
            if line <= before:
                raise self._damaged("the lines of a block are sorted")
            size += len(line)
            if size > MAX_BLOCK_BYTES:
                raise self._damaged(f"what is said of one node has more than {MAX_BLOCK_BYTES} bytes")
            block.raw.append(line)
            before = line
        return b""

    def check_end(self) -> None:
        """That the last line has the checksum of all before it, and that it is the last."""
        last = _LAST.fullmatch(self._end)
        if last is None:
            raise DamagedExport(
                f"The export is cut off behind line {self._line}: its last line has a checksum."
            )
        if last[2].decode() != self._checksum.hexdigest():
            raise self._damaged("the checksum is not that of the lines before it: the export was edited")
        if self._file.read(1):
            raise self._damaged("there is more behind the last line")

    def _next(self) -> bytes:
        line = self._file.readline(MAX_BLOCK_BYTES + 1)
        if not line:
            return b""
        self._line += 1
        if not line.endswith(b"\n"):
            raise self._damaged("it is cut off, or too long")
        if not _is_last(line):
            self._checksum.update(line)
        return line

    def _cut_off(self) -> DamagedExport:
        return DamagedExport(f"The export is cut off behind line {self._line}: its last line has a checksum.")

    def _damaged(self, message: str) -> DamagedExport:
        return DamagedExport(f"Line {self._line}: {message}.")


def _is_last(line: bytes) -> bool:
    return _CHECKSUM in line and _LAST.fullmatch(line) is not None
