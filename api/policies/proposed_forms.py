"""What policies would newly say, as text for a terminal, Markdown for a comment and SARIF for a code scanner."""

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import msgspec

from api.policies.answers import CheckAnswer, VerdictAnswer
from catalog.coverage import spoken
from catalog.governance.verdict import Status

_LEVELS = {"block": "error", "warn": "warning", "info": "note"}
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#"})


class Form(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    JSON = "json"


def summary(answer: CheckAnswer) -> str:
    """All of it in a sentence."""
    failing, blocking = answer.by_status[Status.FAIL], answer.blocking
    unknown = answer.by_status[Status.NOT_EVALUATED] or len(answer.not_evaluated)
    if not answer.total and not answer.not_evaluated:
        return "These files violate no policy that is not violated now."
    told = []
    if failing:
        blocks = f", {blocking} of them block" if blocking else ""
        told.append(f"{failing} {'thing' if failing == 1 else 'things'} would newly fail{blocks}")
    for status, words in ((Status.GRACE, "within their time of grace"), (Status.WAIVED, "waived")):
        if answer.by_status[status]:
            told.append(f"{answer.by_status[status]} {words}")
    if unknown:
        told.append(f"{unknown} not evaluated")
    return f"{'; '.join(told)}."


def markdown(answer: CheckAnswer) -> str:
    """A comment: the worst first."""
    lines = [f"### Policies: {_plain(summary(answer))}", ""]
    for one in answer.items:
        todo = f" {_plain(one.remediation)}" if one.remediation else ""
        tell = f" Tell: {', '.join(f'`{key}`' for key in one.tell)}." if one.tell else ""
        said = (
            f"**{one.status}** ({one.severity}) `{one.policy}`: `{spoken(one.target)}`: {_plain(one.message)}"
        )
        lines.append(f"- {said}{todo}{tell}")
    lines += [f"- **NOT EVALUATED** `{one.policy}`: {_plain(one.reason)}" for one in answer.not_evaluated]
    left = answer.total - len(answer.items)
    lines += [f"- … and {left} more"] if left > 0 else []
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return " ".join(text.translate(_MARKS).split())


def sarif(answer: CheckAnswer, files: list[str]) -> str:
    """A result for each verdict, at the files that were asked about; a waiver suppresses it."""
    rules = [{"id": f"policy/{id_}"} for id_ in sorted({one.policy for one in answer.items})]
    notes = [
        {"level": "warning", "descriptor": {"id": f"policy/{one.policy}"}, "message": {"text": one.reason}}
        for one in answer.not_evaluated
    ]
    run = {
        "tool": {"driver": {"name": "Meshline", "rules": rules}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": [_result(one, files) for one in answer.items],
    }
    log = {"version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _result(one: VerdictAnswer, files: list[str]) -> dict[str, Any]:
    text = " ".join(part for part in (f"{spoken(one.target)}: {one.message}", one.remediation) if part)
    waived = {"suppressions": [{"kind": "external", "justification": f"waiver {one.waiver}"}]}
    places = [{"physicalLocation": {"artifactLocation": {"uri": file}}} for file in files[:1]]
    return {
        "ruleId": f"policy/{one.policy}",
        "level": _LEVELS.get(one.severity, "warning") if one.status == Status.FAIL else "warning",
        "message": {"text": text.replace("{", "{{").replace("}", "}}")},
        "locations": places,
        "partialFingerprints": {"meshlinePolicy/v1": hashlib.sha256(one.id.encode()).hexdigest()},
        **(waived if one.status == Status.WAIVED else {}),
    }


def text_lines(answer: CheckAnswer) -> Iterator[str]:
    """Not evaluated policies and the sum, behind the verdicts."""
    yield from (f"NOT EVALUATED  {one.policy}: {one.reason}" for one in answer.not_evaluated)
    yield summary(answer)
