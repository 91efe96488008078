"""The exit code of a verdict, and which verdicts fail a command."""

from enum import StrEnum

from api import exit_codes
from catalog.impact.severity import Verdict

EXIT_CODES = {
    Verdict.SAFE: exit_codes.OK,
    Verdict.BLOCK: exit_codes.BLOCK,
    Verdict.REVIEW: exit_codes.REVIEW,
}


class FailOn(StrEnum):
    """Which verdicts make the exit code something else than 0. What could not be decided is 3, whatever is chosen."""

    BLOCK = "block"
    REVIEW = "review"
    NEVER = "never"


_FAILS = {
    FailOn.BLOCK: frozenset({Verdict.BLOCK}),
    FailOn.REVIEW: frozenset({Verdict.BLOCK, Verdict.REVIEW}),
    FailOn.NEVER: frozenset[Verdict](),
}


def exit_code(verdict: Verdict, fail_on: FailOn = FailOn.REVIEW) -> int:
    """0 for safe and for what is not to fail, 1 for block, 2 for review."""
    return EXIT_CODES[verdict] if verdict in _FAILS[fail_on] else exit_codes.OK
