"""``meshline policy check FILE…``: what descriptors would newly violate."""

import sys

from api import exit_codes
from api.commands.output import console, print_json, print_line
from api.commands.policy_options import FailOn
from api.commands.policy_text import verdict_lines
from api.policies.answers import CheckAnswer
from api.policies.proposed_forms import Form, markdown, sarif, text_lines
from catalog.governance.verdict import Status


def tell(answer: CheckAnswer, files: list[str], form: Form, fail_on: FailOn) -> int:
    """Write the answer; what the command ends with."""
    match form:
        case Form.JSON:
            print_json(answer)
        case Form.MARKDOWN:
            sys.stdout.write(markdown(answer))
        case Form.SARIF:
            sys.stdout.write(sarif(answer, files))
        case Form.TEXT:
            for one in answer.items:
                for line, style in verdict_lines(one):
                    print_line(console(), line, style)
                print_line(console(), "")
            for line in text_lines(answer):
                print_line(console(), line)
    return exit_code(answer, fail_on)


def exit_code(answer: CheckAnswer, fail_on: FailOn) -> int:
    """Nothing new is fine, unlike where nothing was judged at all."""
    if answer.blocking and fail_on is not FailOn.NEVER:
        return exit_codes.BLOCK
    if answer.not_evaluated or answer.by_status[Status.NOT_EVALUATED]:
        return exit_codes.COULD_NOT
    fails = answer.by_status[Status.FAIL] or answer.by_status[Status.GRACE]
    return exit_codes.REVIEW if fails and fail_on is FailOn.ANY else exit_codes.OK
