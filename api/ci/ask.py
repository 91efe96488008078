"""The impact of what a change request changes, asked in a process of its own: a crash there is an outcome here."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from api import exit_codes
from api.errors import UsageError
from api.impact_answer import ImpactAnswer
from api.impact_views.verdicts import EXIT_CODES
from ingest.errors import EmptyChange

ARGUMENTS_VARIABLE = "MESHLINE_IMPACT"
TIMEOUT_S = 900
_OURS = ("--format", "--output", "--json", "--fail-on")
_WITHHELD = ("GITHUB_TOKEN", "MESHLINE_GITLAB_TOKEN", "CI_JOB_TOKEN")
"""What the question does not need to know."""
_SAID = 2000


@dataclass(frozen=True, slots=True)
class Undecided:
    """No answer: what went wrong, and what to do."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing to answer: what was given is what is there already."""

    message: str


Outcome: TypeAlias = ImpactAnswer | Undecided | Unchanged


class _Error(msgspec.Struct):
    message: str
    hint: str = ""
    code: str = ""


class _Failure(msgspec.Struct):
    error: _Error


def ask_impact(arguments: Sequence[str], environ: Mapping[str, str], timeout_s: float = TIMEOUT_S) -> Outcome:
    """The answer of ``meshline impact`` with these arguments. Raises UsageError where they say what is said here."""
    for argument in arguments:
        if argument.partition("=")[0] in _OURS:
            raise UsageError(
                f"{argument} is not for the question.", "Behind -- stand what changes and whom to ask."
            )
    # -P: a folder of the repository that is checked out is never taken for one of our packages.
    command = [sys.executable, "-P", "-m", "api.cli", "impact", *arguments, "--json"]
    try:
        done = subprocess.run(
            command,
            env=asking(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Undecided(f"There was no answer within {timeout_s:.0f} seconds.")
    return _outcome(done.returncode, done.stdout, done.stderr)


def asking(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the process that asks: without the tokens of the forge."""
    return {name: value for name, value in environ.items() if name not in _WITHHELD}


def _outcome(code: int, out: bytes, err: bytes) -> Outcome:
    """What the process said. Its answer counts only where its exit code says the same."""
    if code == exit_codes.COULD_NOT:
        try:
            error = msgspec.json.decode(err.strip().rpartition(b"\n")[2], type=_Failure).error
            if error.code == EmptyChange.code:
                return Unchanged(error.message)
            return Undecided(error.message, error.hint)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Undecided(_tail(err) or "The command failed and said nothing.")
    try:
        answer = msgspec.json.decode(out, type=ImpactAnswer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Undecided(f"The command ended with {code} and without an answer. {_tail(err)}".strip())
    if EXIT_CODES.get(answer.verdict) != code:
        return Undecided(f"The command ended with {code}, which is not the verdict {answer.verdict}.")
    return answer


def _tail(err: bytes) -> str:
    return err.decode(errors="replace").strip()[-_SAID:]
