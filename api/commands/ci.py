"""``meshline ci``: the impact of a change request, told where it is reviewed."""

import os
import re
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from api.ci.ask import ARGUMENTS_VARIABLE, Outcome, Unchanged, Undecided, ask_impact
from api.ci.review import Platform, Review, write_files
from api.commands.output import error_console, print_line, visible
from api.errors import UsageError
from api.impact_views.formats import Format
from api.impact_views.text import impact_text
from api.impact_views.verdicts import FailOn

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_HANDLE = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_./-]*")
_WIDTH = 120

QuestionArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="ARGUMENT",
        help=f"Behind --: the arguments of `meshline impact`. [default: those in {ARGUMENTS_VARIABLE}]",
        show_default=False,
    ),
]
OnOption = Annotated[
    Platform | None,
    typer.Option(
        "--on",
        metavar="github|gitlab",
        help="Where the job runs. [default: by its environment]",
        show_default=False,
    ),
]
FailOption = Annotated[
    FailOn,
    typer.Option(
        "--fail-on",
        metavar="never|review|block",
        help="Which verdicts fail the job.",
        case_sensitive=False,
    ),
]
NameOption = Annotated[
    str,
    typer.Option(
        "--name",
        metavar="NAME",
        help="One comment for each name, where a change request has several reviews.",
        show_default=False,
    ),
]
MentionOption = Annotated[
    list[str],
    typer.Option(
        "--mention", metavar="OWNER=@HANDLE", help="Mention this handle for an owner; may be given again."
    ),
]
CommentOption = Annotated[bool, typer.Option("--comment/--no-comment", help="Comment on the change request.")]
WriteOption = Annotated[
    list[str],
    typer.Option(
        "--write", metavar="FORMAT=FILE", help="Write the answer to a file too; may be given again."
    ),
]


def ci(
    question: QuestionArgument = [],  # noqa: B006 (typer needs the value itself, and copies it)
    on: OnOption = None,
    fail_on: FailOption = FailOn.NEVER,
    name: NameOption = "",
    mention: MentionOption = [],  # noqa: B006
    comment: CommentOption = True,
    write: WriteOption = [],  # noqa: B006
) -> int:
    """Tell the impact of a change request where it is reviewed.

    In a job of GitHub or GitLab: asks `meshline impact`, prints the answer, writes the summary of the run, and keeps
    one comment on the pull or merge request up to date. Tokens come from GITHUB_TOKEN or MESHLINE_GITLAB_TOKEN.

    Exit codes: with --fail-on review 1 block, 2 review, 3 could not decide; with block 1 and 3; with never always 0
    but 3 for wrong usage. That nothing changes is 0. That there is no comment fails nothing.
    """
    if name and not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name here.", "Use up to 40 letters, digits, _, . and -.")
    files, mentions = [_file(text) for text in write], dict(map(_mention, mention))
    platform = on or Platform.of(os.environ)
    outcome = ask_impact(_arguments(question), os.environ)
    write_files(outcome, files)
    review = Review(outcome, platform, os.environ, name, mentions)
    sys.stdout.write(review.log(_text(outcome)) + "\n")
    sys.stdout.flush()
    review.summarise()
    if comment:
        print_line(error_console(), review.post())
    return review.code(fail_on)


def _arguments(question: list[str]) -> list[str]:
    if question:
        return question
    try:
        found = shlex.split(os.environ.get(ARGUMENTS_VARIABLE, ""))
    except ValueError as error:
        raise UsageError(f"{ARGUMENTS_VARIABLE} cannot be read: {error}.", "Close the quotes.") from error
    if not found:
        raise UsageError("Nothing is asked.", f"Name the change behind --, or in {ARGUMENTS_VARIABLE}.")
    return found


def _file(text: str) -> tuple[Format, Path]:
    form, _, path = text.partition("=")
    if form not in tuple(Format) or form == Format.TEXT or not path:
        forms = ", ".join(one for one in Format if one is not Format.TEXT)
        raise UsageError(f"--write {text!r} is not FORMAT=FILE.", f"The formats are {forms}.")
    return Format(form), Path(path)


def _mention(text: str) -> tuple[str, str]:
    owner, _, handle = text.rpartition("=")
    if not owner or not _HANDLE.fullmatch(handle):
        raise UsageError(
            f"--mention {text!r} is not OWNER=@HANDLE.", "It looks like team/finance=@acme/finance."
        )
    return owner, handle


def _text(outcome: Outcome) -> str:
    if isinstance(outcome, Unchanged):
        return f"Nothing to answer: {visible(outcome.message)}"
    if isinstance(outcome, Undecided):
        said = " ".join(part for part in (outcome.message, outcome.hint) if part)
        return f"Could not decide: {visible(said)}"
    return impact_text(outcome, _WIDTH)
