"""Where ``meshline import`` hands documents to: a store, a running service, or nobody (a dry run)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from api.client import ServiceClient
from catalog.described import speaks
from catalog.entry import Receipt, Status
from catalog.errors import PolicyViolated, Refused
from catalog.governance.enforcing import Enforcer
from catalog.identity import DocumentId
from catalog.projection import Projection, Said
from catalog.statement import Statements
from catalog.store.port import Store, batched
from ingest.documents.given import Given
from ingest.documents.met import met_report
from ingest.documents.read import read_any
from ingest.documents.reading import Reading
from ingest.documents.refused import refused_entry
from ingest.documents.report import (
    DocumentReport,
    Outcome,
    Unread,
    read_report,
    refused_report,
    unread_report,
)
from ingest.documents.syntax import Syntax
from ingest.errors import DamagedExport, Rejected
from ingest.pipeline import apply_or_quarantine
from ingest.replay import interpret_again
from ingest.restore import restore
from ingest.snapshot import snapshot_entries
from ontology.errors import RdfError
from ontology.rdf_reading import RdfLimits

Send: TypeAlias = Callable[[bytes, Syntax, str, Given], DocumentReport]
"""Takes the bytes of a document, how they are written, its source and what comes with it; gives what became of it."""
_LOOKED_FOR = 256
"""Entries of an export that are looked for at once."""

Clock: TypeAlias = Callable[[], int]


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What became of a canonical export: how many of the things that it tells of. ``error``: why nothing was kept.
    ``planned``: it is what would become of it."""

    document: str
    applied: int = 0
    duplicate: int = 0
    quarantined: int = 0
    error: Unread | None = None
    planned: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether all of it is in the graph now, or would be."""
        return self.error is None and not self.quarantined


Restore: TypeAlias = Callable[[Path, str], RestoreReport]
"""Takes the path of a canonical export and its source; gives what became of it."""


@dataclass(frozen=True, slots=True)
class Sink:
    """Where documents and canonical exports go. ``speaks``: whether something is in force that a source said.
    ``finish``: called when all were sent. ``send_last``: takes a document that policies refused, for the last time;
    None: it need not be sent once more."""

    send: Send
    restore: Restore
    speaks: Callable[[str], bool]
    finish: Callable[[], None] = lambda: None
    send_last: Send | None = None

    @property
    def once(self) -> "Sink":
        """The same for who sends each document once."""
        return self if self.send_last is None else replace(self, send=self.send_last)


def nowhere(store: Store | None, limits: RdfLimits, clock: Clock, enforcer: Enforcer | None = None) -> Sink:
    """Tell what a document says and whether it would be applied. ``store``: where to look for what is known already.
    ``enforcer``: policies that would refuse it."""

    def check(path: Path, source: str) -> RestoreReport:
        applied = known = 0
        with path.open("rb") as file:
            for some in batched(snapshot_entries(file, clock()), _LOOKED_FOR):
                found = _stored(store, [entry.hash for entry, _ in some])
                known += found
                applied += len(some) - found
        return RestoreReport(source, applied, known, planned=True)

    def tried(reading: Reading) -> None:
        if store is not None:
            Projection(store).check((reading.entry, _admitted(store, reading, enforcer)))

    return Sink(_local(store, limits, clock, None, tried), _told(check), partial(_speaks, store))


def into_store(
    store: Store, limits: RdfLimits, clock: Clock, actor: str, enforcer: Enforcer | None = None
) -> Sink:
    """Apply documents to a store, each in a transaction of its own. Sending raises StoreUnavailable, NotKept.

    ``enforcer``: policies that refuse them; what is refused in the end is kept in quarantine.
    """
    projection = Projection(store, interpret_again)
    refused: dict[str, Said] = {}

    def apply(reading: Reading) -> Receipt:
        try:
            outcome = _applied(projection, (reading.entry, _admitted(store, reading, enforcer)))
        except PolicyViolated as error:
            refused[reading.source] = refused_entry(reading.entry, error)
            raise
        refused.pop(reading.source, None)
        return outcome

    def finish() -> None:
        for one in refused.values():
            _applied(projection, one)
        refused.clear()

    def restored(path: Path, source: str) -> RestoreReport:
        with path.open("rb") as file:
            counts = restore(projection, file, clock(), actor)
        kept, known = counts[Status.APPLIED] + counts[Status.PARTIAL], counts[Status.DUPLICATE]
        return RestoreReport(source, kept, known, counts[Status.QUARANTINED])

    send = _local(store, limits, clock, actor, apply)
    return Sink(send, _told(restored), partial(_speaks, store), finish)


def _admitted(store: Store, reading: Reading, enforcer: Enforcer | None) -> Statements:
    """What a document says as it arrives, with what policies ask. Raises NotActivated."""
    if enforcer is None:
        return reading.arriving
    with store.read() as reader:
        enforcer.admit(reader, reading.entry, reading.statements)
    return enforcer.guarded(reading.arriving)


def _applied(projection: Projection, said: Said) -> Receipt:
    [outcome] = apply_or_quarantine(projection, [said])
    if not isinstance(outcome, Receipt):
        raise outcome
    return outcome


def _stored(store: Store | None, hashes: list[str]) -> int:
    if store is None:
        return 0
    with store.read() as reader:
        return len(reader.entries(hashes))


def _told(restored: Restore) -> Restore:
    """A damaged export is told, not raised."""

    def tell(path: Path, source: str) -> RestoreReport:
        try:
            return restored(path, source)
        except DamagedExport as error:
            return RestoreReport(source, error=Unread(error.code, error.message, error.hint))

    return tell


def _local(
    store: Store | None,
    limits: RdfLimits,
    clock: Clock,
    actor: str | None,
    apply: Callable[[Reading], Receipt | None],
) -> Send:
    def send(data: bytes, syntax: Syntax, source: str, given: Given) -> DocumentReport:
        try:
            reading = read_any(data, syntax, source, given, limits, received_ns=clock(), actor=actor)
        except (RdfError, Rejected) as error:
            return unread_report(source, error)
        if reading.kept_out:
            return read_report(source, data, reading, None)
        try:
            receipt = apply(reading)
        except PolicyViolated as error:
            found = refused_report(source, data, reading, error)
            kept = refused_entry(reading.entry, error)[0].hash if actor is not None else None
            return found if kept is None else replace(found, outcome=Outcome.QUARANTINED, hash=kept)
        except Refused as error:
            return refused_report(source, data, reading, error)
        if store is None:
            return read_report(source, data, reading, receipt)
        with store.read() as reader:
            return met_report(reader, data, reading, receipt)

    return send


def _speaks(store: Store | None, source: str) -> bool:
    if store is None:
        return False
    with store.read() as reader:
        return speaks(reader, DocumentId(source).key)


def to_service(client: ServiceClient, *, dry_run: bool) -> Sink:
    """Post documents to a service. Sending raises ServiceError.

    What policies refuse may be taken after others, so that the service keeps it only when it is sent for the last time.
    """

    def send(data: bytes, syntax: Syntax, source: str, given: Given) -> DocumentReport:
        return client.post_document(data, syntax, source, given, dry_run=dry_run, again=not dry_run)

    def send_last(data: bytes, syntax: Syntax, source: str, given: Given) -> DocumentReport:
        return client.post_document(data, syntax, source, given, dry_run=dry_run)

    def refuse(path: Path, source: str) -> RestoreReport:
        message = "A canonical export is restored into a store, not through a service."
        return RestoreReport(source, error=Unread("usage", message, "Name the store with --store."))

    return Sink(send, refuse, client.source_speaks, send_last=None if dry_run else send_last)
