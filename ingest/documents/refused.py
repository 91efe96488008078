"""Documents that policies refused: kept in the log with the report, in quarantine, so that nothing of them is lost.

Such an entry says nothing, now and in a replay. It is no version of the document: the same text sent again is looked at
anew.
"""

from dataclasses import replace
from typing import Any

from catalog.canonical import encode, plain, sha256
from catalog.entry import LogEntry, Problem, Status
from catalog.errors import PolicyViolated
from catalog.instant import instant_of, order_key
from catalog.statement import NOTHING, STATIC_RANK, Statements
from ingest.problems import Code

REFUSED = "refused"
"""The member of the body that says why."""


def refused_entry(entry: LogEntry, error: PolicyViolated) -> tuple[LogEntry, Statements]:
    """The entry that keeps a refused document."""
    said: dict[str, Any] = plain(entry.body)
    why = [{"target": one.key, "message": one.message} for one in error.against]
    body = encode({**said, REFUSED: why})
    hash_ = sha256(body)
    problems = tuple(Problem(Code.POLICY_VIOLATED, one.key, one.message) for one in error.against)
    at = order_key(instant_of(entry.order_key), STATIC_RANK, hash_)
    kept = replace(entry, hash=hash_, order_key=at, body=body, status=Status.QUARANTINED, problems=problems)
    return kept, NOTHING


def is_refused(body: dict[str, Any]) -> bool:
    """Whether the body of an entry is that of a refused document."""
    return REFUSED in body
