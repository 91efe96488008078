"""The verbs of ``meshline``, and how each ends. Exit codes are in ``api.exit_codes``; ``api.cli`` is the entry."""

import logging
import os
import sys
import traceback
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from api import exit_codes
from api.commands import (
    alias,
    ci,
    commands,
    consume,
    demo,
    deprecate,
    explain,
    export,
    findings,
    follow,
    forget,
    impact,
    import_,
    ingest,
    key,
    lineage,
    migrate,
    policy,
    product,
    propagated,
    proposal,
    replay,
    retain,
    schema,
    search,
    serve,
    sparql,
    usage,
    verify,
    webhook,
)
from api.commands.output import print_error
from api.commands.plain import PlainCommand, ReaderLeft
from api.errors import ApiError
from api.settings import naming_file, ontology_files, precedence_file
from catalog.errors import CatalogError
from catalog.naming.file import read_naming
from catalog.naming.rules import configure_naming
from catalog.precedence import configure_precedence, read_precedence
from ingest.errors import IngestError
from ontology.compiler import configure_model
from ontology.errors import ModelError, OntologyError

_TALKATIVE = ("neo4j", "urllib3", "openlineage")
_nowhere = logging.NullHandler()

app = typer.Typer(
    name="meshline",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Knowledge-graph catalog and lineage service of a data mesh.",
    epilog="Exit codes: 0 done, 3 could not; ingest, import: 1 some rejected; policy lint: 1 refused; "
    "verify: 1 differs; impact, proposal check, policy check: 1 block, 2 review; findings: 1 as --fail-on says.",
)
app.command("serve", cls=PlainCommand)(serve.serve)
app.command("ingest", cls=PlainCommand)(ingest.ingest)
app.command("follow", cls=PlainCommand)(follow.follow)
app.command("consume", cls=PlainCommand)(consume.consume)
app.command("import", cls=PlainCommand)(import_.import_)
app.command("search", cls=PlainCommand)(search.search)
app.command("product", cls=PlainCommand)(product.product)
app.command("products", cls=PlainCommand)(product.products)
app.command("lineage", cls=PlainCommand)(lineage.lineage)
app.command("propagated", cls=PlainCommand)(propagated.propagated)
app.command("impact", cls=PlainCommand)(impact.impact)
app.command("ci", cls=PlainCommand)(ci.ci)
app.command("deprecate", cls=PlainCommand)(deprecate.deprecate)
app.command("explain", cls=PlainCommand)(explain.explain)
app.command("findings", cls=PlainCommand)(findings.findings)
app.command("usage", cls=PlainCommand)(usage.usage)
app.command("sparql", cls=PlainCommand)(sparql.sparql)
app.command("export", cls=PlainCommand)(export.export)
app.command("replay", cls=PlainCommand)(replay.replay)
app.command("verify", cls=PlainCommand)(verify.verify)
app.command("migrate", cls=PlainCommand)(migrate.migrate)
app.command("schema", cls=PlainCommand)(schema.schema)
app.command("forget", cls=PlainCommand)(forget.forget)
app.command("retain", cls=PlainCommand)(retain.retain)
app.command("commands", cls=PlainCommand)(commands.commands)
app.command("demo", cls=PlainCommand)(demo.demo)
app.add_typer(alias.app, name="alias")
app.add_typer(key.app, name="key")
app.add_typer(policy.app, name="policy")
app.add_typer(proposal.app, name="proposal")
app.add_typer(webhook.app, name="webhook")


def _print_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"meshline {version('meshline')}")
        except PackageNotFoundError:
            typer.echo("meshline (not installed)")
        raise typer.Exit


@app.callback()
def options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the stack trace of an error.")] = False,
) -> None:
    """Knowledge-graph catalog and lineage service of a data mesh."""
    files = ontology_files(os.environ)
    if files:  # before any command looks at a store: the model of a process must not change after that
        configure_model(files)
    rules = naming_file(os.environ)
    if rules is not None:
        configure_naming(read_naming(rules))
    order = precedence_file(os.environ)
    if order is not None:
        configure_precedence(read_precedence(order))


@cache
def _verbs() -> Any:
    """All verbs, made once a process: that takes longer than most of them."""
    return get_command(app)


def run(arguments: list[str]) -> int:
    """Run one command; its exit code. Whatever fails ends as one line that says what and what to do."""
    as_json = "--json" in arguments
    for (
        library
    ) in _TALKATIVE:  # what they would print themselves, our errors say; `serve` logs it nevertheless
        logging.getLogger(library).addHandler(_nowhere)
    try:
        result = _verbs()(arguments, prog_name="meshline", standalone_mode=False)
        sys.stdout.flush()  # here, where it can still be told that nobody reads it
    except OntologyError as error:
        print_error(error.code, error.summary, error.hint, as_json=as_json, problems=error.problems)
        _print_trace(arguments)
    except (ApiError, CatalogError, IngestError, ModelError) as error:
        print_error(error.code, error.message, error.hint, as_json=as_json)
        _print_trace(arguments)
    except TyperException as error:
        print_error("usage", error.format_message(), "See `meshline --help`.", as_json=as_json)
    except (KeyboardInterrupt, typer.Abort):
        return exit_codes.INTERRUPTED
    except (BrokenPipeError, ReaderLeft):
        # The reader of our output has left; what is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.READER_LEFT
    except Exception as error:  # the process edge: a crash must not look like an answer
        print_error(
            "crash", f"{type(error).__name__}: {error}", "This is a fault of Meshline.", as_json=as_json
        )
        _print_trace(arguments)
    else:
        return result if isinstance(result, int) else exit_codes.OK
    return exit_codes.COULD_NOT


def _print_trace(arguments: list[str]) -> None:
    if "--debug" in arguments:
        traceback.print_exc()
