"""Operators' commands: what an operator asks for to the log entry and what it says, and back from the log.

The body of an entry is canonical JSON ``{"command", "at", "by"?, "why"?, …}``: so the same command given twice, at two
times, is two entries. What a command of each name may say is checked by the reader that ``READERS`` has for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from catalog.alias_rulings import Pair, Ruling
from catalog.canonical import Json, NotJson, decode, encode, sha256
from catalog.command import COMMAND_RANK, Command
from catalog.entry import EntryKind, LogEntry, Problem, Status
from catalog.forget import FORGET, Scope
from catalog.instant import format_instant, order_key, parse_instant
from catalog.retention import RETAIN, read_retain
from catalog.statement import NOTHING, Statements
from ingest.errors import NotACommand
from ingest.problems import Code

_PAIR = (("one", "other"), Pair.of)
READERS: Mapping[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any]], object]]] = {
    FORGET: (("kind", "namespace", "name"), Scope.of),
    RETAIN: (("before", "keepRuns", "runs"), read_retain),
    Ruling.UNLINK: _PAIR,
    Ruling.RELINK: _PAIR,
}
"""Name of a command → what it may say beside ``command``, ``at`` and ``why``, and what reads that; it raises ValueError
for what cannot be."""

MAX_COMMAND_BYTES = 64 * 1024 * 1024
"""Bound of the body of a command: it may name very many runs."""
_OWN = ("command", "at", "by")

Said: TypeAlias = tuple[LogEntry, Statements]


def command(
    name: str,
    terms: Mapping[str, Json],
    *,
    received_ns: int,
    actor: str | None = None,
    at_ns: int | None = None,
) -> Said:
    """The log entry of a command and what it says. ``at_ns``: from when on it counts, in place of its receipt, and not
    later than that. Raises NotACommand."""
    effective = received_ns if at_ns is None else at_ns
    if effective > received_ns:
        raise NotACommand(
            f"Its time, {format_instant(effective)}, is yet to come: it is {format_instant(received_ns)}."
        )
    _refuse_unknown(name, terms)
    said = {key: value for key, value in terms.items() if key not in _OWN and value is not None}
    by = {} if actor is None else {"by": actor}
    body = encode({**said, **by, "command": name, "at": format_instant(effective)})
    return _read(body, received_ns, actor)


def _refuse_unknown(name: str, terms: Mapping[str, Json]) -> None:
    """A word that is not known may be one that was meant to prevent what cannot be undone. Raises NotACommand."""
    if name not in READERS:
        return  # its reading says so
    known = ("command", "at", "why", *READERS[name][0])
    unknown = sorted(terms.keys() - {*known})
    if unknown:
        raise NotACommand(f"{unknown[0]!r:.60} is no part of it; there are: {', '.join(known)}.")


def interpret_command(stored: LogEntry) -> Said:
    """What the entry of a command says today. One that cannot be read any more is kept as quarantined."""
    try:
        return _read(stored.body, stored.received_ns, stored.actor)
    except NotACommand as error:
        problem = Problem(Code.COMMAND, "$", error.message)
        return replace(stored, status=Status.QUARANTINED, problems=(problem,)), NOTHING


def _read(body: str, received_ns: int, actor: str | None) -> Said:
    """Raises NotACommand."""
    try:
        terms = decode(body)
    except NotJson as error:
        raise NotACommand(f"It is no JSON: {error}.") from error
    if len(body) > MAX_COMMAND_BYTES:
        raise NotACommand(f"It has more than {MAX_COMMAND_BYTES} characters.")
    if not isinstance(terms, dict) or terms.get("command") not in READERS:
        raise NotACommand(f"There is no such command; there are: {', '.join(sorted(READERS))}.")
    try:
        _, read = READERS[str(terms["command"])]
        read(terms)
        at_ns = parse_instant(str(terms.get("at"))).ns
    except ValueError as error:
        raise NotACommand(f"It cannot {terms['command']} so: {error}.") from error
    if not isinstance(terms.get("why", ""), str):
        raise NotACommand("Its reason is no text.")
    identity = sha256(body)
    at = order_key(at_ns, COMMAND_RANK, identity)
    entry = LogEntry(identity, EntryKind.COMMAND, at, received_ns, body, actor=actor)
    return entry, Statements(command=Command(at, body))
