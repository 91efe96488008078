"""``POST /api/v1/descriptors``: what people describe in RDF, one document a request.

201 applied, 200 known already or only tried (``dryRun``); 422 with all that is wrong with it, as our JSON or, where
Accept asks for it, as a SHACL validation report; 400 with line and column, 413, 415. Nothing of a refused one is kept.
"""

import time
from dataclasses import dataclass

from anyio.to_thread import run_sync
from starlette.responses import Response

from api.accept import best
from api.answer import json_response
from api.body import read_body
from api.errors import HttpError, store_unavailable, try_again
from api.query_flags import flag, refuse_unknown
from api.services import AppRequest
from catalog.entry import Receipt
from catalog.errors import StoreUnavailable
from catalog.instant import InvalidInstant, parse_instant
from ingest.errors import IsAnExport, NoSource, Unavailable
from ingest.rdf.document import Reading, base_of, interpret_document
from ingest.rdf.files import HEAD_BYTES
from ingest.rdf.report import DocumentReport, Outcome, Unread, read_report, unread_report
from ingest.rdf.sources import own_source
from ingest.snapshot import is_canonical_export
from ontology.errors import RdfError, RdfTooLarge
from ontology.rdf import Syntax, document
from ontology.rdf_reading import RdfLimits, RdfSyntax, read_rdf
from ontology.report import PREFIXES, report

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request asks for: the source (None: what the document is about), its time, whether to try only."""

    source: str | None
    at_ns: int | None
    dry_run: bool
    syntax: RdfSyntax


async def post_descriptors(request: AppRequest) -> Response:
    """One document → 201 or 200 with what it says; 422 with what is wrong; 400, 413, 415."""
    services = request.state["services"]
    settings = services.settings
    asked = _asked(request)
    with services.budget.hold() as hold:
        data = await read_body(request, settings.max_body_bytes, settings.max_inflated_bytes, hold)
        actor = request.state["actor"]
        name = None if actor is None else actor.name
        try:
            reading = await run_sync(_read, data, asked, settings.document_limits, name)
        except RdfError as error:
            services.ingest.counts.reject()
            return _unread(asked, error)
        if reading.kept_out:
            services.ingest.counts.reject()
            accepted = request.headers.getlist("accept")
            return await run_sync(_refusal, accepted, data, reading, settings.base_iri)
        receipt = None if asked.dry_run else await _applied(request, reading)
        found = await run_sync(read_report, reading.source, data, reading, receipt)
    return json_response(found, 201 if found.outcome in (Outcome.APPLIED, Outcome.QUARANTINED) else 200)


def _asked(request: AppRequest) -> _Asked:
    """Raises HttpError: 400 for parameters, 415 for a media type that is not read."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in set(RdfSyntax):
        message = f"The body says it is {media_type[:80]!r}, which is not read here."
        raise HttpError(415, "not-rdf-type", message, f"Send Content-Type: {', '.join(RdfSyntax)}.")
    refuse_unknown(request, "at", "dryRun", "source")
    at, dry_run = request.query_params.get("at"), flag(request, "dryRun")
    try:
        at_ns = None if at is None else parse_instant(at).ns
    except InvalidInstant as error:
        raise HttpError(
            400, "bad-parameter", f"at: {error}.", "It looks like 2026-01-31T12:00:00Z."
        ) from error
    return _Asked(request.query_params.get("source") or None, at_ns, dry_run, RdfSyntax(media_type))


def _read(data: bytes, asked: _Asked, limits: RdfLimits, actor: str | None) -> Reading:
    """Read and interpret a document; call it in a thread. Raises RdfError, HttpError."""
    if is_canonical_export(data[:HEAD_BYTES]):
        message = "This is a canonical export; a service takes documents."
        raise HttpError(400, IsAnExport.code, message, IsAnExport.hint)
    read = read_rdf(data, asked.syntax, base=base_of(asked.source or ""), limits=limits)
    source = asked.source or own_source(read.statements)
    if source is None:
        message = "Neither the request nor the document tells where it comes from."
        raise HttpError(
            400, NoSource.code, message, "Add ?source= with an IRI or a path: its next version replaces it."
        )
    return interpret_document(read, source, received_ns=time.time_ns(), at_ns=asked.at_ns, actor=actor)


async def _applied(request: AppRequest, reading: Reading) -> Receipt:
    """Commit a document with whatever else waits. Raises HttpError 503."""
    services = request.state["services"]
    try:
        return await services.outcomes.of(services.ingest.submit(reading.entry, reading.statements))
    except StoreUnavailable as error:
        raise store_unavailable() from error
    except Unavailable as error:
        raise try_again(error.code, error.message, error.hint, error.retry_after_s) from error


def _unread(asked: _Asked, error: RdfError) -> Response:
    found = unread_report(asked.source or "", error)
    return json_response({"error": found.error}, 413 if isinstance(error, RdfTooLarge) else 400)


def _refusal(accepted: list[str], data: bytes, reading: Reading, base: str) -> Response:
    """All that is wrong with a document, in the form that Accept asks for; what it cannot have, as our JSON."""
    media_type = best(accepted, (JSON, Syntax.TURTLE, Syntax.JSON_LD)) or JSON
    if media_type == JSON:
        found = read_report(reading.source, data, reading, None)
        return json_response({"error": _invalid(found), "report": found}, 422, {"Vary": "Accept"})
    triples = report(reading.interpretation.violations, base)
    headers = {"Vary": "Accept", "Content-Type": media_type}
    return Response(document(triples, Syntax(media_type), PREFIXES), 422, headers)


def _invalid(found: DocumentReport) -> Unread:
    count = len(found.violations) + found.unlisted
    message = f"The document breaks {count} rules." if count > 1 else "The document breaks a rule."
    return Unread("invalid-document", message, "Correct what the report lists; nothing of it was kept.")
