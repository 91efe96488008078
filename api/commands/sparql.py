"""``meshline sparql``: a SPARQL query from a file or standard input, over a store or a running service."""

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.options import StoreOption, UrlOption
from api.commands.output import console, table
from api.errors import UsageError
from api.settings import Settings
from api.sparql.answers import Sparql
from api.sparql.request import MAX_QUERY_BYTES
from api.sparql.service import bounds_of, folder_of
from api.target import open_client, opened_store, refuse_both
from ontology.prefixes import compact
from ontology.sparql import GRAPH_TYPES, TABLE_TYPES, Question
from ontology.sparql_text import QueryForm, query_form

BUILD_WAIT_S = 24 * 3600.0
"""A command waits until the copy of a store is made, however large it is; Ctrl-C ends it."""


class Format(StrEnum):
    """What an answer is written in."""

    TABLE = "table"
    JSON = "json"
    XML = "xml"
    CSV = "csv"
    TSV = "tsv"
    TURTLE = "turtle"
    NTRIPLES = "ntriples"
    JSONLD = "jsonld"


_TABLES = dict(zip((Format.JSON, Format.XML, Format.CSV, Format.TSV), TABLE_TYPES, strict=True))
_GRAPHS = dict(zip((Format.TURTLE, Format.NTRIPLES, Format.JSONLD), GRAPH_TYPES, strict=True))

FileArgument = Annotated[
    str, typer.Argument(metavar="FILE", help="A file with the query; - is standard input.")
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        metavar="|".join(Format),
        help="The last three are of CONSTRUCT and DESCRIBE. [default: table, turtle for those]",
        show_default=False,
    ),
]


def sparql(
    file: FileArgument, store: StoreOption = None, url: UrlOption = None, format_: FormatOption = None
) -> None:
    """Answer a SPARQL query over the graph as it is now."""
    refuse_both(store, url)
    text = _read(file)
    form = query_form(text)
    shown = format_ or (Format.TURTLE if form.gives_graph else Format.TABLE)
    media_type = _media_type(shown, form)
    body = _ask_service(url, text, media_type) if url is not None else _ask_store(store, text, media_type)
    if shown is Format.TABLE:
        _show(json.loads(body))
    else:
        sys.stdout.write(body.decode())
        if not body.endswith(b"\n"):
            sys.stdout.write("\n")


def _read(file: str) -> str:
    try:
        body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = body.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"Cannot read {file}: {error.strerror}.", "Name a file with a query, or -."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not in UTF-8.", "Save it in UTF-8.") from error
    if len(body) > MAX_QUERY_BYTES:
        raise UsageError(f"The query has more than {MAX_QUERY_BYTES} bytes.", "Ask for less at once.")
    return text


def _media_type(shown: Format, form: QueryForm) -> str:
    """What is to be asked for. Raises UsageError when that form of query has no such answer."""
    types = _GRAPHS if form.gives_graph else {Format.TABLE: _TABLES[Format.JSON], **_TABLES}
    if shown not in types:
        raise UsageError(f"The answer to {form} is not written as {shown}.", f"It can be {', '.join(types)}.")
    return types[shown]


def _ask_service(url: str, text: str, media_type: str) -> bytes:
    with open_client(url, os.environ) as client:
        return client.query(text, media_type)


def _ask_store(store: str | None, text: str, media_type: str) -> bytes:
    settings = Settings.from_environment(os.environ, store=store)
    bounds = bounds_of(settings, BUILD_WAIT_S)
    with opened_store(store, os.environ) as opened:
        answers = Sparql(opened, settings.base_iri, folder_of(settings), bounds)
        try:
            return answers.answer(Question(text, media_type, bounds.result_bytes)).body
        finally:
            answers.close()


def _show(found: dict[str, Any]) -> None:
    out = console()
    if "boolean" in found:
        out.print("yes" if found["boolean"] else "no")
        return
    names, rows = found["head"]["vars"], found["results"]["bindings"]
    out.print(table(names, ([_cell(row.get(name)) for name in names] for row in rows)))
    out.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", markup=False)


def _cell(term: dict[str, str] | None) -> str:
    """A value as people write it: an IRI by its prefix where there is a common one."""
    if term is None:
        return ""
    return compact(term["value"]) if term["type"] == "uri" else term["value"]
