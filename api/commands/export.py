"""``meshline export``: the graph as RDF."""

import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import StoreOption
from api.errors import UsageError
from api.settings import Settings
from api.target import opened_store
from catalog.export import nquads
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from ontology.rdf_writing import Form


class Format(StrEnum):
    """What an export is written in."""

    NQUADS = "nquads"
    TURTLE = "turtle"


FormatOption = Annotated[
    Format,
    typer.Option(
        "--format",
        metavar="nquads|turtle",
        help="nquads: graph and history, the same bytes from every store; turtle: the graph now.",
    ),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write here, not to standard output.")
]


def export(store: StoreOption = None, format_: FormatOption = Format.NQUADS, out: OutOption = None) -> None:
    """Export the graph as canonical N-Quads or as Turtle."""
    base = Settings.from_environment(os.environ, store=store).base_iri
    with opened_store(store, os.environ) as opened, opened.read() as reader:
        if format_ is Format.NQUADS:
            pieces: Iterable[str] = (f"{line}\n" for line in nquads(reader, base))
        else:
            pieces = rdf(reader, Form.TURTLE, Profile.MESH, base)
        if out is None:
            sys.stdout.writelines(pieces)
        else:
            _write(out, pieces)


def _write(path: Path, pieces: Iterable[str]) -> None:
    """Write whole or not at all: a file that is there is replaced only by a complete one."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with new.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        new.replace(path)
    except OSError as error:
        raise UsageError(
            f"Cannot write {path}: {error.strerror}.", "Name another file with --out."
        ) from error
    finally:
        new.unlink(missing_ok=True)
