"""The verbs of ``meshline``, and how each ends. Exit codes are in ``api.exit_codes``; ``api.cli`` is the entry."""

import logging
import os
import sys
import traceback
from functools import cache
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from api import exit_codes
from api.commands.output import print_error
from api.commands.plain import ReaderLeft
from api.errors import ApiError
from api.model_settings import configure_process
from api.verbs import Verbs
from catalog.errors import CatalogError
from ingest.errors import IngestError
from ontology.errors import ModelError, OntologyError

_TALKATIVE = ("neo4j", "urllib3", "openlineage")
_nowhere = logging.NullHandler()

app = typer.Typer(
    name="meshline",
    cls=Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Knowledge-graph catalog and lineage service of a data mesh.",
    epilog="Exit codes: 0 done, 3 could not; ingest, import: 1 some rejected; policy lint: 1 refused; "
    "verify: 1 differs; impact, proposal check, policy check: 1 block, 2 review; findings: 1 as --fail-on says.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

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
    configure_process(os.environ)


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
