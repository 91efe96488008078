"""The options of ``meshline import``."""

from typing import Annotated

import typer
from typer.models import OptionInfo

from ingest.documents.syntax import SUFFIXES

FORMATS = {suffix.removeprefix("."): syntax for suffix, syntax in SUFFIXES.items() if suffix != ".yml"}


def _text(name: str, metavar: str, help_: str) -> OptionInfo:
    """An option that takes a text; what is meant without it stands in its help."""
    option: OptionInfo = typer.Option(name, metavar=metavar, help=help_, show_default=False)
    return option


PathsArgument = Annotated[
    list[str],
    typer.Argument(metavar="PATH", help=f"Files, folders ({' '.join(SUFFIXES)}), or - for standard input."),
]
AtOption = Annotated[
    str | None,
    _text(
        "--at",
        "TIME",
        "When those begin to hold that no commit has, ISO 8601. [default: their first receipt]",
    ),
]
SourceOption = Annotated[
    str | None,
    _text(
        "--source",
        "IRI",
        "Where the one document comes from. [default: its repository and path, else its path]",
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="|".join(FORMATS),
        help="How they are written. [default: by name, else by content]",
    ),
]
CommitOption = Annotated[
    str | None,
    _text(
        "--commit",
        "SHA",
        "The commit that has them, where git cannot tell. [default: the last that changed each]",
    ),
]
GoneSinceOption = Annotated[
    str | None,
    _text(
        "--gone-since",
        "SHA",
        "End too what the files of the folders said that were deleted after this commit.",
    ),
]
RepositoryOption = Annotated[
    str | None,
    _text("--repository", "URL", "The repository that they are in. [default: the remote of their git]"),
]
NoGitOption = Annotated[
    bool, typer.Option("--no-git", help="Do not ask git for commits; sources are the paths as you give them.")
]
TakeOverOption = Annotated[
    bool,
    typer.Option(
        "--take-over", help="May describe products of other documents without naming their owner and domain."
    ),
]
RetireOption = Annotated[
    bool, typer.Option("--retire", help="May leave out products, ports and contracts that others depend on.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Tell what would become of them; write nothing.")
]
WatchOption = Annotated[
    bool, typer.Option("--watch", help="Go on: import again whatever changes, until it is stopped.")
]
EveryOption = Annotated[
    float, typer.Option("--every", metavar="SECONDS", min=0.1, help="How often --watch looks.")
]
