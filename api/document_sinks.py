"""Where ``meshline import`` hands documents to: a store, a running service, or nobody (a dry run)."""

from collections.abc import Callable
from typing import TypeAlias

from api.client import ServiceClient
from catalog.entry import Receipt
from catalog.instant import format_instant
from catalog.projection import Projection
from catalog.store.port import Store
from ingest.pipeline import apply_or_quarantine
from ingest.rdf.document import Reading, interpret_document, read_document
from ingest.rdf.report import DocumentReport, read_report, unread_report
from ontology.errors import RdfError
from ontology.rdf_reading import RdfLimits, RdfSyntax

Send: TypeAlias = Callable[[bytes, RdfSyntax, str], DocumentReport]
"""Takes the bytes of a document, how they are written and its source; gives what became of it."""
Clock: TypeAlias = Callable[[], int]


def nowhere(at_ns: int | None, limits: RdfLimits, clock: Clock) -> Send:
    """Tell what a document says and whether it would be applied."""
    return _local(at_ns, limits, clock, None, lambda reading: None)


def into_store(store: Store, at_ns: int | None, limits: RdfLimits, clock: Clock, actor: str) -> Send:
    """Apply documents to a store, each in a transaction of its own. Sending raises StoreUnavailable, NotKept."""
    projection = Projection(store)

    def apply(reading: Reading) -> Receipt:
        [outcome] = apply_or_quarantine(projection, [(reading.entry, reading.statements)])
        if not isinstance(outcome, Receipt):
            raise outcome
        return outcome

    return _local(at_ns, limits, clock, actor, apply)


def _local(
    at_ns: int | None,
    limits: RdfLimits,
    clock: Clock,
    actor: str | None,
    apply: Callable[[Reading], Receipt | None],
) -> Send:
    def send(data: bytes, syntax: RdfSyntax, source: str) -> DocumentReport:
        try:
            document = read_document(data, syntax, source, limits)
        except RdfError as error:
            return unread_report(source, error)
        reading = interpret_document(document, source, received_ns=clock(), at_ns=at_ns, actor=actor)
        return read_report(source, data, reading, None if reading.kept_out else apply(reading))

    return send


def to_service(client: ServiceClient, at_ns: int | None, *, dry_run: bool) -> Send:
    """Post documents to a service. Sending raises ServiceError."""
    at = None if at_ns is None else format_instant(at_ns)

    def send(data: bytes, syntax: RdfSyntax, source: str) -> DocumentReport:
        return client.post_document(data, syntax, source, at, dry_run=dry_run)

    return send
