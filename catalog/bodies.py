"""Bodies and problems of log entries in the light of the commands: what is stored of an entry, whichever comes first.

What is forgotten is taken out of a body. An entry of which nothing is left has none: hash, kind and order key stay, so
that what comes again is known to have come. Of the problems of either only the codes are left: paths and messages may
name what is no more.
"""

import base64
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from catalog.canonical import NotJson, decode, encode, plain
from catalog.curation import without_value
from catalog.entry import EntryKind, LogEntry, Problem
from catalog.fold.sights import sights_of
from catalog.forget import Scope
from catalog.forgetting import Forget, ReadAgain, left, rest
from catalog.identity import RunId
from catalog.orders import Orders
from catalog.redaction import may_name
from catalog.statement import NOTHING, Statements
from catalog.store.port import Reader, Space

ALWAYS_KEPT = (EntryKind.COMMAND, EntryKind.DOCUMENT, EntryKind.CURATION)
"""Retention leaves these their bodies."""
_TOLD_IN_OTHER_WORDS = (EntryKind.SNAPSHOT, EntryKind.DOCUMENT, EntryKind.CURATION)
_NOT_KEPT = "Not kept."


def emptied(entry: LogEntry) -> LogEntry:
    """An entry of which nothing is left."""
    return replace(entry, body="", problems=_codes(entry))


def _codes(entry: LogEntry) -> tuple[Problem, ...]:
    found = (Problem(one.code, "$", _NOT_KEPT, one.lost) for one in entry.problems)
    return tuple(dict.fromkeys(found))


def scopes_of(entry: LogEntry, orders: Collection[Forget]) -> list[Scope]:
    """What of the forgotten an entry may name and is to say nothing of."""
    if entry.kind is EntryKind.COMMAND:
        return []
    covering = (one.scope for one in orders if entry.order_key < one.at or entry.kind is EntryKind.SNAPSHOT)
    return [scope for scope in covering if _may_name(entry, scope)]


def _may_name(entry: LogEntry, scope: Scope) -> bool:
    """Whether the body may name it: its text has the name as JSON writes it, or tells it in other words."""
    if entry.kind in _TOLD_IN_OTHER_WORDS:
        return bool(entry.body)
    if entry.kind is EntryKind.UNRECOGNISED:
        return bool(entry.body) and _mentions(entry.body, scope)
    return may_name(entry.body, scope)


def _mentions(body: str, scope: Scope) -> bool:
    """Whether a dead letter has the name, as a word: what is no event may have been cut off anywhere around it."""
    letter = plain(body)
    texts = [str(letter.get("text", ""))]
    if "base64" in letter:
        data = base64.b64decode(letter["base64"])
        texts += [data.decode(encoding, "replace") for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    name = scope.name or scope.namespace
    spelled = {name, encode(name)[1:-1], name.encode("unicode_escape").decode()}
    words = [re.compile(rf"(?<!\w){re.escape(one)}(?!\w)", re.IGNORECASE) for one in spelled]
    return any(word.search(text) for word in words for text in texts)


def without(
    entry: LogEntry,
    before: Statements,
    after: Statements,
    scopes: Collection[Scope],
    read_again: ReadAgain | None,
) -> LogEntry:
    """An entry without what the scopes cover, the same one where that is nothing. It says ``before``; ``after`` is what
    is left of that."""
    if not entry.body or entry.kind is EntryKind.COMMAND:
        return entry
    if before != after == NOTHING or entry.kind is EntryKind.UNRECOGNISED:
        return emptied(entry)
    if entry.kind is EntryKind.CURATION and before != after:
        return replace(entry, body=without_value(entry.body))
    if entry.kind in _TOLD_IN_OTHER_WORDS:
        return entry
    body, _ = rest(entry, before, scopes, read_again)
    return entry if body == entry.body else replace(entry, body=body, problems=_codes(entry))


def late(entry: LogEntry, said: Statements, orders: Orders, read_again: ReadAgain | None) -> LogEntry:
    """A new entry as it is stored when commands to forget came before it. ``read_again``: for one that the catalog
    failed on, which says nothing now but might later."""
    forgets = orders.forgets_of(entry.order_key, said)
    scopes = scopes_of(entry, forgets) if forgets else []
    if not scopes:
        return entry
    before = said if said != NOTHING or read_again is None else read_again(entry)[1]
    return without(entry, before, left(entry, before, forgets, read_again), scopes, read_again)


def gone(
    reader: Reader, entries: Sequence[LogEntry], orders: Orders, read_again: ReadAgain
) -> list[LogEntry]:
    """Those of the entries that retention leaves nothing of, as they are then. Runs and observations have gone."""
    asked = [one for one in entries if _may_go(one, orders.horizon)]
    runs = {one.hash: (run, one.order_key) for one in asked if (run := run_of(one)) is not None}
    kept = orders.kept(reader, set(runs.values()))
    unkept = [one for one in asked if runs.get(one.hash) not in kept]
    said = {one.hash: read_again(one)[1] for one in unkept}
    orders.ask(reader, [(one.order_key, said[one.hash]) for one in unkept])
    told = {one.hash: orders.left(one, said[one.hash], read_again) for one in unkept}
    places = {
        one.hash: {(entity.key, at) for entity, at, _ in sights_of(one.order_key, told[one.hash])}
        for one in unkept
    }
    wanted = {place for found in places.values() for place in found}
    there = reader.records(Space.SIGHTING, wanted).keys() if wanted else set()
    return [emptied(one) for one in unkept if not (_tells_run(told[one.hash]) or places[one.hash] & there)]


def _may_go(entry: LogEntry, horizon: str) -> bool:
    return bool(entry.body) and entry.order_key < horizon and entry.kind not in ALWAYS_KEPT


def _tells_run(said: Statements) -> bool:
    return said.snapshot is not None and said.snapshot.run is not None


def run_of(entry: LogEntry) -> str | None:
    """The key of the run that an event is of."""
    if entry.kind is not EntryKind.RUN_EVENT:
        return None
    try:
        event = decode(entry.body)
    except NotJson:
        return None
    run = event.get("run") if isinstance(event, dict) else None
    run_id = run.get("runId") if isinstance(run, dict) else None
    return RunId.lenient(run_id).key if isinstance(run_id, str) and run_id else None
