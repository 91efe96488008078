"""Documents from files, folders and standard input, recognised by their names or their content."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, TypeAlias, cast

from ingest.errors import IngestError, IsAnExport, TooLarge, Unreadable
from ingest.files import STDIN, NotRead, PassedOver
from ingest.snapshot import is_canonical_export
from ontology.json_ld import looks_like_json_ld
from ontology.rdf_reading import MAX_DOCUMENT_BYTES, RdfSyntax

SUFFIXES = {
    ".ttl": RdfSyntax.TURTLE,
    ".trig": RdfSyntax.TRIG,
    ".nt": RdfSyntax.N_TRIPLES,
    ".nq": RdfSyntax.N_QUADS,
    ".jsonld": RdfSyntax.JSON_LD,
    ".json": RdfSyntax.JSON_LD,
}
HEAD_BYTES = 4096
"""So much of a file shows whether it is a canonical export."""
_JSON = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[{\]])')
_LINE_OF_QUADS = re.compile(
    rb'\s*(?:#[^\n]*\n\s*)*(?:<[^>]*>|_:\S+)\s+<[^>]*>\s+(?:<[^>]*>|_:\S+|"[^\n]*"\S*)\s+(<|_:)'
)


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """The bytes of a document, how they are written, and where they come from: its path, as it was named."""

    source: str
    data: bytes
    syntax: RdfSyntax


@dataclass(frozen=True, slots=True)
class FoundExport:
    """A file that is a canonical export: not a description, but a graph with its history. It may be of any size."""

    source: str
    path: Path


Item: TypeAlias = FoundDocument | FoundExport | NotRead | PassedOver


def read_documents(
    paths: Iterable[str],
    syntax: RdfSyntax | None = None,
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


def _read_folder(folder: Path, syntax: RdfSyntax | None, max_bytes: int) -> Iterator[Item]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix.lower() not in SUFFIXES:
            yield PassedOver(_name(path), f"no RDF by its name ({', '.join(SUFFIXES)})")
            continue
        for item in _read_file(path, syntax, max_bytes):
            if (
                isinstance(item, FoundDocument)
                and path.suffix.lower() == ".json"
                and not looks_like_json_ld(item.data)
            ):
                yield PassedOver(item.source, "JSON, but not JSON-LD")
            else:
                yield item


def _read_file(path: Path, syntax: RdfSyntax | None, max_bytes: int) -> Iterator[Item]:
    try:
        with path.open("rb") as file:
            if is_canonical_export(file.read(HEAD_BYTES)):
                yield FoundExport(_name(path), path)
                return
            file.seek(0)
            yield from _read(file, _name(path), syntax or SUFFIXES.get(path.suffix.lower()), max_bytes)
    except OSError as error:
        yield NotRead(_name(path), Unreadable(f"The file cannot be read: {error.strerror or error}."))


def _read(file: BinaryIO, source: str, syntax: RdfSyntax | None, max_bytes: int) -> Iterator[Item]:
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
        yield FoundDocument(source, data, syntax or recognised(data))


def _too_large(max_bytes: int) -> IngestError:
    hint = "Split it into documents with sources of their own, or raise MESHLINE_MAX_DOCUMENT_BYTES."
    return TooLarge(f"The document has more than {max_bytes:,} bytes.", hint)


def _name(path: Path) -> str:
    """The path as it was named, the same on every system: ``./a//b.ttl`` is ``a/b.ttl``."""
    return PurePath(path).as_posix()


def recognised(data: bytes) -> RdfSyntax:
    """How a document is written, by its content. TriG is Turtle too."""
    if _JSON.match(data):
        return RdfSyntax.JSON_LD
    return RdfSyntax.N_QUADS if _LINE_OF_QUADS.match(data) else RdfSyntax.TRIG
