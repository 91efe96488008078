"""An impact answer as SARIF 2.1.0: a result for each affected thing, at the line that says the change.

Code scanners show a result where it has a place; changes given as flags have none.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

import msgspec

from api.impact_answer import ImpactAnswer, ImpactChange, ImpactItem, ImpactPolicyVerdict
from api.impact_views.grouping import why
from api.impact_views.policies import verdict_sentence
from api.impact_views.words import HAPPENS, MEANS
from catalog.coverage import spoken
from catalog.identity import DatasetId
from catalog.impact.severity import SEVERITIES, Severity

VERSION = "2.1.0"
_LEVELS = {
    Severity.BREAKS: "error",
    Severity.PASSES_THROUGH: "note",
    Severity.COMPATIBLE: "note",
}
"""How a scanner shows a severity; all others are warnings."""
_POLICY_LEVELS = {"block": "error", "warn": "warning", "info": "note"}
_FINGERPRINT = "meshlineImpact/v1"
_MAX_PLACES = 10


def sarif(answer: ImpactAnswer) -> str:
    """The log, as JSON."""
    return _text({"version": VERSION, "runs": [_run(answer)]})


def _text(log: Mapping[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _run(answer: ImpactAnswer) -> dict[str, Any]:
    notes = [
        *(("unread", text) for text in answer.proposal.unread),
        *((reason.code, reason.message) for reason in answer.coverage.reasons),
        *(("policy", policy) for policy in answer.policies),
        *((one.policy.id, one.reason) for one in answer.policies_not_evaluated),
    ]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "Meshline",
                "rules": [*(_rule(one) for one in SEVERITIES), *_policy_rules(answer)],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "warning", "descriptor": {"id": code}, "message": _message(text)}
                    for code, text in notes
                ],
            }
        ],
        "results": [
            *(_result(answer, item) for item in answer.items),
            *(_policy_result(answer, one) for one in answer.policy_verdicts),
        ],
        "properties": {
            "verdict": answer.verdict,
            "why": answer.why,
            "coverage": answer.coverage.status,
            "graphVersion": answer.graph_version,
            "asOf": answer.as_of,
            "report": answer.id,
            "affected": answer.total,
        },
    }
    if answer.permalink:
        run["invocations"][0]["properties"] = {"report": answer.permalink}
    return run


def _rule(severity: Severity) -> dict[str, Any]:
    return {
        "id": severity.value,
        "name": "".join(word.capitalize() for word in severity.split("_")),
        "shortDescription": {"text": f"A change after which something {HAPPENS[severity]}."},
        "fullDescription": {"text": MEANS[severity]},
        "defaultConfiguration": {"level": level(severity)},
    }


def _policy_rules(answer: ImpactAnswer) -> list[dict[str, Any]]:
    """A rule for each policy that says something."""
    titles = {one.policy.id: one.policy.name for one in answer.policy_verdicts}
    return [{"id": id_, "shortDescription": {"text": title}} for id_, title in sorted(titles.items())]


def _policy_result(answer: ImpactAnswer, one: ImpactPolicyVerdict) -> dict[str, Any]:
    """What a policy would say of a thing; what a waiver allows is a suppressed result."""
    parts = [one.policy.id, one.target.id, one.status]
    waived = {"suppressions": [{"kind": "external", "justification": f"waiver {one.waiver}"}]}
    return {
        "ruleId": one.policy.id,
        "level": _POLICY_LEVELS[one.severity] if one.status == "FAIL" else "warning",
        "message": _message(verdict_sentence(one)),
        "locations": _locations(answer.proposal.changes),
        "partialFingerprints": {_FINGERPRINT: hashlib.sha256(msgspec.json.encode(parts)).hexdigest()},
        "properties": {
            "item": one.target.id,
            "status": one.status,
            "owners": [owner.id for owner in one.owners],
        },
        **(waived if one.status == "WAIVED" else {}),
    }


def level(severity: Severity) -> str:
    """``error``, ``warning`` or ``note``."""
    return _LEVELS.get(severity, "warning")


def _result(answer: ImpactAnswer, item: ImpactItem) -> dict[str, Any]:
    changes = _changes(answer.proposal.changes, item)
    return {
        "ruleId": item.severity.value,
        "ruleIndex": SEVERITIES.index(item.severity),
        "level": level(item.severity),
        "message": _message(_said(changes, item)),
        "locations": _locations(changes),
        "partialFingerprints": {_FINGERPRINT: _fingerprint(changes, item)},
        "properties": {
            "item": item.id,
            "kind": item.kind,
            "certainty": item.certainty,
            "unknown": item.unknown,
            "owners": [owner.id for owner in item.owners],
        },
    }


def _said(changes: Sequence[ImpactChange], item: ImpactItem) -> str:
    """What changes, what that does to the thing, and whom to tell."""
    proposed = "; ".join(f"{spoken(change.subject)}: {change.said}" for change in changes[:_MAX_PLACES])
    owners = ", ".join(owner.name or owner.id for owner in item.owners)
    parts = [f"{proposed}."] if proposed else []
    parts += [f"{item.name} {HAPPENS[item.severity]}: {why(item)}."]
    parts += [f"Contract {clause.contract.name}: {clause.message}" for clause in item.clauses]
    parts += [f"Owner: {owners}."] if owners else []
    parts += [item.action] if item.action else []
    return " ".join(parts)


def _message(text: str) -> dict[str, str]:
    r"""A plain text message, in which ``[…](…)`` would be a link, ``{0}`` a placeholder and ``\`` an escape."""
    escaped = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return {"text": escaped.replace("{", "{{").replace("}", "}}")}


def _changes(changes: Sequence[ImpactChange], item: ImpactItem) -> list[ImpactChange]:
    """The changes that the thing uses; all where that is not told."""
    used = set(item.changed)
    return [change for change in changes if _keys(change) & used] or list(changes)


def _keys(change: ImpactChange) -> set[str]:
    """The keys by which an item names what it uses of this change."""
    if change.path is None:
        return {change.subject}
    try:
        return {DatasetId.parse(change.subject).field(change.path).key}
    except ValueError:  # no dataset, or a key that was hashed for its length
        return {change.subject}


def _locations(changes: Iterable[ImpactChange]) -> list[dict[str, Any]]:
    places = dict.fromkeys((file, change.line) for change in changes if (file := change.file) is not None)
    return [_location(file, line) for file, line in list(places)[:_MAX_PLACES]]


def _location(file: str, line: int | None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(file)}
    if line is not None:
        place["region"] = {"startLine": max(line, 1)}
    return {"physicalLocation": place}


def _artifact(file: str) -> dict[str, str]:
    """A file below the root of the sources by its path, another by its file URI."""
    if PureWindowsPath(file).drive:
        return {"uri": PureWindowsPath(file).as_uri() if PureWindowsPath(file).is_absolute() else quote(file)}
    path = PurePosixPath(file)
    if path.is_absolute():
        return {"uri": f"file://{quote(str(path))}"}
    return {"uri": quote(str(path), safe="/"), "uriBaseId": "%SRCROOT%"}


def _fingerprint(changes: Iterable[ImpactChange], item: ImpactItem) -> str:
    """The same for the same change of the same thing with the same end, whatever else is in the graph."""
    parts = [(change.subject, change.kind, change.path, change.before, change.after) for change in changes]
    return hashlib.sha256(msgspec.json.encode([parts, item.id, item.severity])).hexdigest()
