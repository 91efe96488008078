"""Documents from files, folders and standard input, recognised by their names or their content."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO, TypeAlias, cast

from ingest.descriptors.near import seems_in
from ingest.descriptors.reading import is_descriptor
from ingest.documents.syntax import SUFFIXES, Syntax, TextSyntax
from ingest.errors import IngestError, IsAnExport, Rejected, TooLarge, Unreadable
from ingest.files import STDIN, NotRead, PassedOver
from ingest.snapshot import is_canonical_export
from ontology.json_ld import looks_like_json_ld
from ontology.rdf_reading import MAX_DOCUMENT_BYTES, RdfSyntax

HEAD_BYTES = 4096
"""So much of a file shows whether it is a canonical export."""
_JSON = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[{\]])')
_YAML = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t\r]*(?:#[^\n]*)?\n)*(?:---[ \t\r]*\n|%YAML|[A-Za-z_][\w-]*[ \t]*:[ \t\r\n])"
)
_MARK = re.compile(rb"apiVersion|meshline|dbt_schema_version")
"""Every descriptor has one of these words. What has none is not parsed, and what has one and is broken is told."""
_HIDDEN = frozenset((".git", ".hg", ".svn"))
"""Folders that nobody takes for documents, so that passing them over is not told."""
DOT_FOLDER = "a folder whose name begins with a dot"
_LINE_OF_QUADS = re.compile(
    rb'\s*(?:#[^\n]*\n\s*)*(?:<[^>]*>|_:\S+)\s+<[^>]*>\s+(?:<[^>]*>|_:\S+|"[^\n]*"\S*)\s+(<|_:)'
)


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """The bytes of a document, how they are written, and where they come from: its path, as it was named.

    ``path``: its file, None for standard input.
    """

    source: str
    data: bytes
    syntax: Syntax
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class FoundExport:
    """A file that is a canonical export: not a description, but a graph with its history. It may be of any size."""

    source: str
    path: Path


@dataclass(frozen=True, slots=True)
class NearMiss(PassedOver):
    """A file of a folder that is no document and seems to be meant as one: ``reason`` says as what."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A file of a folder that is no document by its content. Passed over, unless its source said something before.

    ``seems``: what it seems to be meant as, and what is wrong with it; None where it is simply something else.
    """

    found: FoundDocument
    reason: str
    seems: str | None = None

    @property
    def passed_over(self) -> PassedOver:
        """What it is to people when it is left alone."""
        if self.seems is not None:
            return NearMiss(self.found.source, self.seems)
        return PassedOver(self.found.source, self.reason)


Item: TypeAlias = FoundDocument | FoundExport | NotRead | PassedOver | Stranger


def read_documents(
    paths: Iterable[str],
    syntax: Syntax | None = None,
    max_bytes: int = MAX_DOCUMENT_BYTES,
    stdin: BinaryIO | None = None,
) -> Iterator[Item]:
    """The documents of files, folders (recursively, in name order) and standard input (``-``).

    ``syntax`` None: by the name, else by the content. Never holds more than ``max_bytes`` of a document. Goes on behind
    everything that cannot be read; raises nothing for bad input.
    """
    for path in paths:
        if path == STDIN:
            yield from _read(cast(BinaryIO, stdin or sys.stdin.buffer), STDIN, syntax, max_bytes)
        elif Path(path).is_dir():
            yield from _read_folder(Path(path), syntax, max_bytes)
        else:
            yield from _read_file(Path(path), syntax, max_bytes)


def _read_folder(folder: Path, syntax: Syntax | None, max_bytes: int) -> Iterator[Item]:
    hidden: set[Path] = set()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        dotted = next((place for place, part in enumerate(inside[:-1]) if part.startswith(".")), None)
        if dotted is not None:
            home = folder.joinpath(*inside[: dotted + 1])
            if home not in hidden and home.name not in _HIDDEN:
                yield PassedOver(_name(home), DOT_FOLDER)
            hidden.add(home)
            continue
        if not path.is_file():
            continue
        if path.suffix.lower() not in SUFFIXES:
            yield PassedOver(_name(path), f"no document by its name ({', '.join(SUFFIXES)})")
            continue
        for item in _read_file(path, syntax, max_bytes):
            reason = _stranger(item) if isinstance(item, FoundDocument) else None
            if isinstance(item, FoundDocument) and reason is not None:
                yield Stranger(item, reason, seems_in(item.data))
            else:
                yield item


def _stranger(found: FoundDocument) -> str | None:
    """Why a file of a folder is left alone, None for what is a document: YAML and JSON are of all kinds."""
    if not isinstance(found.syntax, TextSyntax):
        return None
    marked = _MARK.search(found.data) is not None
    try:
        known = marked and is_descriptor(found.data, max_bytes=len(found.data))
    except Rejected as error:
        return None if marked else error.message
    return None if known else f"{found.syntax.name}, but no descriptor"


def _read_file(path: Path, syntax: Syntax | None, max_bytes: int) -> Iterator[Item]:
    try:
        with path.open("rb") as file:
            if is_canonical_export(file.read(HEAD_BYTES)):
                yield FoundExport(_name(path), path)
                return
            file.seek(0)
            for item in _read(file, _name(path), syntax or SUFFIXES.get(path.suffix.lower()), max_bytes):
                yield replace(item, path=path) if isinstance(item, FoundDocument) else item
    except OSError as error:
        yield NotRead(_name(path), Unreadable(f"The file cannot be read: {error.strerror or error}."))


def _read(file: BinaryIO, source: str, syntax: Syntax | None, max_bytes: int) -> Iterator[Item]:
    data = file.read(max_bytes + 1)
    if is_canonical_export(
        data[:HEAD_BYTES]
    ):  # a file that is one was found before: this came once, by a pipe
        yield NotRead(
            source, IsAnExport("This is a canonical export, which is read twice.", "Give it as a file.")
        )
        return
    if len(data) > max_bytes:
        yield NotRead(source, _too_large(max_bytes))
    else:
        yield FoundDocument(source, data, settled(data, syntax))


def settled(data: bytes, syntax: Syntax | None) -> Syntax:
    """How a document is written when its name says ``syntax``: what is called JSON may be JSON-LD."""
    if syntax is None:
        return recognised(data)
    if syntax is TextSyntax.JSON and looks_like_json_ld(data):
        return RdfSyntax.JSON_LD
    return syntax


def _too_large(max_bytes: int) -> IngestError:
    hint = "Split it into documents with sources of their own, or raise MESHLINE_MAX_DOCUMENT_BYTES."
    return TooLarge(f"The document has more than {max_bytes:,} bytes.", hint)


def _name(path: Path) -> str:
    """The path as it was named, the same on every system: ``./a//b.ttl`` is ``a/b.ttl``."""
    return PurePath(path).as_posix()


def recognised(data: bytes) -> Syntax:
    """How a document is written, by its content. TriG is Turtle too."""
    if _JSON.match(data):
        return RdfSyntax.JSON_LD if looks_like_json_ld(data) else TextSyntax.JSON
    if _LINE_OF_QUADS.match(data):
        return RdfSyntax.N_QUADS
    return TextSyntax.YAML if _YAML.match(data) else RdfSyntax.TRIG
