"""What people curate, to the log entry and what it says, and back from the log.

The body of an entry is canonical JSON ``{"curation": {"subject", "aspect"}, "value": …, "at", "by"?, "why"?}``; a value
of null withdraws. It counts at ``at``: the time of its receipt, or just behind the version that it replaces where that
is not earlier, so that whatever the clocks of several services are, what comes later stands above.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from catalog.canonical import NotJson, decode, encode, sha256
from catalog.curation import Value, statement
from catalog.curation_value import InvalidCuration, read_aspect, read_subject, read_text, read_value
from catalog.entry import EntryKind, LogEntry, Problem, Status
from catalog.identity import CurationId
from catalog.instant import InvalidInstant, format_instant, order_key, parse_instant
from catalog.statement import NOTHING, STATIC_RANK, Statements
from ingest.problems import Code

Said: TypeAlias = tuple[LogEntry, Statements]
_KNOWN = frozenset(("curation", "value", "at", "by", "why"))


@dataclass(frozen=True, slots=True)
class _Body:
    """What the body of an entry says."""

    curation: CurationId
    value: Value | None
    at_ns: int
    actor: str | None
    why: str | None

    @property
    def statements(self) -> Statements:
        return Statements(document=statement(self.curation, self.value, self.actor, self.why))


def curation_entry(
    curation: CurationId,
    value: Value | None,
    *,
    at_ns: int,
    received_ns: int,
    actor: str | None = None,
    why: str | None = None,
) -> Said:
    """The log entry of a curation and what it says; ``value`` None withdraws. Raises InvalidCuration."""
    by = {name: said for name, said in (("by", actor), ("why", why)) if said}
    about = {"subject": curation.subject, "aspect": curation.aspect}
    body = encode({"curation": about, "value": value, "at": format_instant(at_ns), **by})
    said = _read(body)
    identity = sha256(body)
    at = order_key(said.at_ns, STATIC_RANK, identity)
    entry = LogEntry(identity, EntryKind.CURATION, at, received_ns, body, actor=actor)
    return entry, said.statements


def interpret_curation(stored: LogEntry) -> Said:
    """What the entry of a curation says today. One that cannot be read any more is kept as quarantined."""
    try:
        return stored, _read(stored.body).statements
    except InvalidCuration as error:
        problem = Problem(Code.CURATION, "$", f"It cannot be read: {error}.")
        return replace(stored, status=Status.QUARANTINED, problems=(problem,)), NOTHING


def _read(body: str) -> _Body:
    """Raises InvalidCuration."""
    try:
        said: Any = decode(body)
    except NotJson as error:
        raise InvalidCuration(f"it is no JSON: {error}") from error
    if not isinstance(said, Mapping) or said.keys() - _KNOWN or not isinstance(said.get("curation"), Mapping):
        raise InvalidCuration("it is no curation")
    aspect = read_aspect(said["curation"].get("aspect"))
    curation = CurationId(read_subject(said["curation"].get("subject")), aspect.value)
    value = None if said.get("value") is None else read_value(aspect, said["value"])
    by, why = (None if said.get(name) is None else read_text(name, said[name]) for name in ("by", "why"))
    try:
        at_ns = parse_instant(str(said.get("at"))).ns
    except InvalidInstant as error:
        raise InvalidCuration(f"at: {error}") from error
    return _Body(curation, value, at_ns, by, why)
