"""Options that several commands about policies have, and the exit codes of what they find."""

from enum import StrEnum
from typing import Annotated

import typer

from api import exit_codes
from api.policies.answers import CheckAnswer
from catalog.governance.verdict import Status


class FailOn(StrEnum):
    """Which failures are an exit code other than 0."""

    ANY = "any"
    BLOCK = "block"
    NEVER = "never"


PolicyOption = Annotated[
    list[str],
    typer.Option("--policy", metavar="ID", help="Only this policy; may be given several times."),
]
ProductOption = Annotated[
    str | None,
    typer.Option("--product", metavar="NAME", help="Only on this product and its parts: key, id or name."),
]
DomainOption = Annotated[
    str | None, typer.Option("--domain", metavar="NAME", help="Only on this domain and its parts.")
]
FailOption = Annotated[
    FailOn,
    typer.Option(
        "--fail-on",
        metavar="any|block|never",
        help="Which failures are an exit code other than 0; 3 stays 3.",
        case_sensitive=False,
    ),
]


def exit_code(answer: CheckAnswer, fail_on: FailOn) -> int:
    """What the command ends with. That nothing was judged is no good news."""
    if answer.blocking and fail_on is not FailOn.NEVER:
        return exit_codes.BLOCK
    if answer.not_evaluated or answer.by_status[Status.NOT_EVALUATED] or not answer.total:
        return exit_codes.COULD_NOT
    fails = answer.by_status[Status.FAIL] and fail_on is FailOn.ANY
    return exit_codes.REVIEW if fails else exit_codes.OK
