"""Options that several commands share."""

from typing import Annotated

import typer

from api.errors import UsageError
from catalog.instant import InvalidInstant, parse_instant

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="The store: sqlite:///file.db, neo4j://user:password@host, bolt://… "
        "[default: MESHLINE_STORE, else sqlite:///meshline.db]",
        show_default=False,
    ),
]
UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="A running service instead of a store; its key comes from MESHLINE_API_KEY.",
        show_default=False,
    ),
]
AgainstOption = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="URL|FILE",
        help="Whom to ask: a service, a store, or a graph that `meshline export` wrote.",
        show_default=False,
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="TIME", help="As it was then (ISO 8601). [default: now]", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
WhyOption = Annotated[
    str | None, typer.Option("--why", metavar="TEXT", help="The reason, kept with the command.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would go; take nothing away.")]

WhenOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="About what was said until this time, ISO 8601. [default: now]",
        show_default=False,
    ),
]


def instant_option(text: str | None, option: str) -> int | None:
    """The instant that an option names, nanoseconds. Raises UsageError."""
    if text is None:
        return None
    try:
        return parse_instant(text).ns
    except InvalidInstant as error:
        raise UsageError(f"{option}: {error}.", "It looks like 2026-01-31T12:00:00Z.") from error
