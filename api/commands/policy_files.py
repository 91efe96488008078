"""``meshline policy lint``, ``convert``, ``ready`` and ``schema``: policies as files, before they are anywhere else."""

import json
import time
from enum import StrEnum
from typing import Annotated

import typer

from api import exit_codes
from api.commands.lines import plural
from api.commands.options import JsonOption
from api.commands.output import console, print_json, print_line, table
from api.errors import UsageError
from catalog.governance.names import near
from catalog.governance.policy import Policy
from catalog.governance.stored import Stored
from ingest.descriptors.meshline_schema import schema as descriptor_schema
from ingest.descriptors.policies_writing import policies_yaml
from ingest.descriptors.reading import read_descriptor
from ingest.documents.files import read_documents
from ingest.policies.documents import said_in
from ingest.policies.lint import Level, Linted, LintFinding, lint, policies_of
from ingest.policies.ready import example_events, example_text, ready_ids, ready_text
from ingest.policies.turtle import policies_turtle

PathsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH", help="Files or folders with policies in YAML or RDF; - reads standard input."
    ),
]
_STYLES = {Level.ERROR: "red", Level.WARNING: "yellow"}


class PolicyForm(StrEnum):
    """What policies are written in."""

    YAML = "yaml"
    TURTLE = "turtle"


class Example(StrEnum):
    """Which example of a ready policy."""

    PASSES = "passes"
    FAILS = "fails"


def lint_files(paths: PathsArgument, as_json: JsonOption = False) -> int:
    """Look at policies of files: form, names, layers, waivers.

    All files are looked at together. No store is asked.

    Exit codes: 0 fine, 1 something is refused, 3 something could not be read.
    """
    found = lint(read_documents(paths), now_ns=time.time_ns())
    if as_json:
        print_json({"ok": not _code(found), **_plain(found)})
    else:
        _show(found)
    return _code(found)


def convert(
    paths: PathsArgument,
    form: Annotated[
        PolicyForm, typer.Option("--format", metavar="yaml|turtle", help="turtle: with shapes as SHACL.")
    ] = PolicyForm.TURTLE,
) -> None:
    """Write policies and waivers as YAML or Turtle, which say the same."""
    stored, wrong = policies_of(read_documents(paths), now_ns=time.time_ns())
    if wrong:
        first = wrong[0]
        line = "" if first.line is None else f" line {first.line}:"
        raise UsageError(
            f"{first.source}:{line} {first.message}", "`meshline policy lint` tells all that is wrong."
        )
    typer.echo(_written(stored, form), nl=False)


def _written(stored: Stored, form: PolicyForm) -> str:
    return policies_yaml(stored) if form is PolicyForm.YAML else policies_turtle(stored)


def ready(
    id_: Annotated[
        str | None, typer.Argument(metavar="ID", help="The id of one.", show_default=False)
    ] = None,
    example: Annotated[
        Example | None,
        typer.Option(
            "--example", metavar="passes|fails", help="Print a mesh that passes it, or one that fails it."
        ),
    ] = None,
    events: Annotated[
        bool, typer.Option("--events", help="Print the events of that mesh, one a line, and not its YAML.")
    ] = False,
) -> None:
    """List the policies that are ready to use, or print one as YAML."""
    if id_ is None:
        rows = [[one.id, str(one.severity), one.of, one.title] for one in map(_ready, ready_ids())]
        console().print(table(["policy", "severity", "of", ""], rows))
        return
    if id_ not in ready_ids():
        raise UsageError(
            f"There is no ready policy {id_!r}.{near(id_, ready_ids())}",
            "`meshline policy ready` lists them.",
        )
    if events and example is None:
        raise UsageError("A policy has no events.", "Say of which mesh with --example passes or fails.")
    typer.echo(_ready_text(id_, example, events=events), nl=False)


def _ready_text(id_: str, example: Example | None, *, events: bool) -> str:
    if example is None:
        return ready_text(id_)
    asked = example_events if events else example_text
    return asked(id_, passes=example is Example.PASSES)


def _ready(id_: str) -> Policy:
    [one] = said_in(read_descriptor(ready_text(id_).encode(), id_).drafted.statement).policies
    return one


def print_schema() -> None:
    """Print the JSON Schema of our own YAML, for editors."""
    typer.echo(json.dumps(descriptor_schema(), indent=2, ensure_ascii=False))


def _code(found: Linted) -> int:
    if found.unread or not found.documents:
        return exit_codes.COULD_NOT
    refused = any(one.level is Level.ERROR for one in found.findings)
    return exit_codes.REJECTED if refused else exit_codes.OK


def _plain(found: Linted) -> dict[str, object]:
    return {
        "documents": found.documents,
        "policies": found.policies,
        "waivers": found.waivers,
        "findings": found.findings,
        "unread": found.unread,
    }


def _show(found: Linted) -> None:
    out = console()
    for one in (*found.unread, *found.findings):
        print_line(out, f"{_place(one)}: {one.level}: {_subject(one)}{one.message}", _STYLES[one.level])
    if not found.documents and not found.unread:
        print_line(out, "There is no document.")
        return
    policies = "1 policy" if found.policies == 1 else f"{found.policies} policies"
    told = f"{policies}, {plural(found.waivers, 'waiver')}"
    errors = sum(one.level is Level.ERROR for one in found.findings)
    result = f"{plural(errors, 'error')}, {plural(len(found.findings) - errors, 'warning')}"
    unread = f"; {plural(len(found.unread), 'file')} could not be read" if found.unread else ""
    print_line(out, f"{told} in {plural(found.documents, 'document')}: {result}{unread}.")


def _place(one: LintFinding) -> str:
    return one.source if one.line is None else f"{one.source}:{one.line}"


def _subject(one: LintFinding) -> str:
    if one.policy is not None:
        return f"{one.policy}: "
    return "" if one.path is None or one.path.startswith("http") else f"{one.path}: "
