"""The options of ``meshline import``."""

from typing import Annotated

import typer

from ingest.documents.syntax import SUFFIXES

FORMATS = {suffix.removeprefix("."): syntax for suffix, syntax in SUFFIXES.items() if suffix != ".yml"}

PathsArgument = Annotated[
    list[str],
    typer.Argument(metavar="PATH", help=f"Files, folders ({' '.join(SUFFIXES)}), or - for standard input."),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="When those begin to hold that no commit has, ISO 8601. [default: their first receipt]",
        show_default=False,
    ),
]
SourceOption = Annotated[
    str | None,
    typer.Option(
        "--source",
        metavar="IRI",
        help="Where the one document comes from. [default: its repository and path, else its path]",
        show_default=False,
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
    typer.Option(
        "--commit",
        metavar="SHA",
        help="The commit that has them, where git cannot tell. [default: the last that changed each]",
        show_default=False,
    ),
]
GoneSinceOption = Annotated[
    str | None,
    typer.Option(
        "--gone-since",
        metavar="SHA",
        help="End too what the files of the folders said that were deleted after this commit.",
        show_default=False,
    ),
]
RepositoryOption = Annotated[
    str | None,
    typer.Option(
        "--repository",
        metavar="URL",
        help="The repository that they are in. [default: the remote of their git]",
        show_default=False,
    ),
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
