"""``POST /api/v1/descriptors``: what people describe, in any form that is read here, one document a request.

201 applied, 200 known already or only tried (``dryRun``); 422 with all that is wrong with it, as our JSON or, where
Accept asks for it and it is RDF, as a SHACL validation report; 422 too where policies that block refuse it, which is
kept in quarantine; 409 where what is in force stands against it; 400 with line and column, 413, 415. Nothing of a
refused one is applied.
"""

import time
from dataclasses import dataclass, replace

from anyio.to_thread import run_sync
from starlette.responses import Response

from api.accept import best
from api.answer import json_response
from api.body import read_body
from api.errors import HttpError, store_unavailable, try_again
from api.given_parameters import NAMES, given_in
from api.query_flags import flag, refuse_unknown
from api.services import AppRequest, Services
from catalog.described import speaks
from catalog.entry import Receipt, Status
from catalog.errors import PolicyViolated, Refused, StoreUnavailable
from catalog.identity import DocumentId
from catalog.projection import Projection
from catalog.statement import Statements
from catalog.store.port import Store
from ingest.documents.files import HEAD_BYTES, settled
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
from ingest.documents.syntax import MEDIA_TYPES, Syntax
from ingest.errors import IsAnExport, NoSource, Rejected, TooLarge, Unavailable
from ingest.rdf.document import base_of
from ingest.rdf.sources import own_source
from ingest.snapshot import is_canonical_export
from ontology.errors import RdfError, RdfTooLarge
from ontology.rdf import Syntax as RdfForm
from ontology.rdf import document
from ontology.rdf_reading import RdfLimits, RdfSyntax, read_rdf
from ontology.report import PREFIXES, report

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request asks for: the source (None: what the document is about), what comes with the document, whether to
    try only."""

    source: str | None
    given: Given
    dry_run: bool
    again: bool
    syntax: Syntax


async def post_descriptors(request: AppRequest) -> Response:
    """One document → 201 or 200 with what it says; 422 with what is wrong; 409, 400, 413, 415."""
    services = request.state["services"]
    settings = services.settings
    asked = _asked(request)
    with services.budget.hold() as hold:
        data = await read_body(request, settings.max_body_bytes, settings.max_inflated_bytes, hold)
        actor = request.state["actor"]
        name = None if actor is None else actor.name
        try:
            reading = await run_sync(_read, data, asked, settings.document_limits, name)
        except (RdfError, Rejected) as error:
            services.ingest.counts.reject()
            return _unread(asked, error)
        if reading.kept_out:
            services.ingest.counts.reject()
            accepted = request.headers.getlist("accept")
            return await run_sync(_refusal, accepted, data, reading, settings.base_iri)
        try:
            receipt = await (_tried(request, reading) if asked.dry_run else _applied(request, reading))
        except PolicyViolated as error:
            keep = not (asked.dry_run or asked.again)
            return await _violated(request, data, reading, error, keep=keep)
        except Refused as error:
            services.ingest.counts.reject()
            found = refused_report(reading.source, data, reading, error)
            return json_response({"error": found.error, "report": found}, 409)
        found = await run_sync(_report, services.store, data, reading, receipt)
    is_new = receipt is not None and receipt.status is not Status.DUPLICATE
    return json_response(found, 201 if is_new else 200)


async def get_descriptors(request: AppRequest) -> Response:
    """``?source=``: whether something is in force that it said, so that who sends files leaves none of those out."""
    refuse_unknown(request.query_params, "source")
    source = request.query_params.get("source")
    if not source:
        raise HttpError(
            400, NoSource.code, "The request names no source.", "Add ?source= with an IRI or a path."
        )
    try:
        told = await run_sync(_speaks, request.state["services"].store, source)
    except StoreUnavailable as error:
        raise store_unavailable() from error
    return json_response({"source": source, "speaks": told})


def _speaks(store: Store, source: str) -> bool:
    with store.read() as reader:
        return speaks(reader, DocumentId(source).key)


def _asked(request: AppRequest) -> _Asked:
    """Raises HttpError: 400 for parameters, 415 for a media type that is not read."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        message = f"The body says it is {media_type[:80]!r}, which is not read here."
        raise HttpError(415, "not-document-type", message, f"Send Content-Type: {', '.join(MEDIA_TYPES)}.")
    refuse_unknown(request.query_params, "dryRun", "again", "source", *NAMES)
    given = given_in(request.query_params)
    source = request.query_params.get("source") or (given.commit.source if given.commit else None)
    return _Asked(
        source,
        given,
        flag(request.query_params, "dryRun"),
        flag(request.query_params, "again"),
        MEDIA_TYPES[media_type],
    )


def _read(data: bytes, asked: _Asked, limits: RdfLimits, actor: str | None) -> Reading:
    """Read and interpret a document; call it in a thread. Raises RdfError, Rejected, HttpError."""
    if is_canonical_export(data[:HEAD_BYTES]):
        message = "This is a canonical export; a service takes documents."
        raise HttpError(400, IsAnExport.code, message, IsAnExport.hint)
    syntax = settled(data, asked.syntax)
    source = asked.source
    if source is None and isinstance(syntax, RdfSyntax):
        source = own_source(read_rdf(data, syntax, base=base_of(""), limits=limits).statements)
    if source is None:
        message = "Neither the request nor the document tells where it comes from."
        raise HttpError(
            400, NoSource.code, message, "Add ?source= with an IRI or a path: its next version replaces it."
        )
    return read_any(data, syntax, source, asked.given, limits, received_ns=time.time_ns(), actor=actor)


def _report(store: Store, data: bytes, reading: Reading, receipt: Receipt | None) -> DocumentReport:
    with store.read() as reader:
        return met_report(reader, data, reading, receipt)


async def _violated(
    request: AppRequest, data: bytes, reading: Reading, error: PolicyViolated, *, keep: bool
) -> Response:
    """What policies say; the document is kept in quarantine with that, unless it was only tried, or is sent again."""
    services = request.state["services"]
    found = refused_report(reading.source, data, reading, error)
    if keep:
        receipt = await services.outcomes.of(services.ingest.submit(*refused_entry(reading.entry, error)))
        found = replace(found, outcome=Outcome.QUARANTINED, hash=receipt.hash)
    return json_response({"error": found.error, "report": found}, 422)


def _admitted(services: Services, reading: Reading) -> Statements:
    """What it says as it arrives, with what policies ask. Raises NotActivated, StoreUnavailable."""
    enforcer = services.enforcer
    if enforcer is None:
        return reading.arriving
    with services.store.read() as reader:
        enforcer.admit(reader, reading.entry, reading.statements)
    return enforcer.guarded(reading.arriving)


async def _tried(request: AppRequest, reading: Reading) -> None:
    """Whether it would be taken. Raises HttpError 503, Refused."""
    services = request.state["services"]
    projection = Projection(services.store)
    try:
        arriving = await run_sync(_admitted, services, reading)
        await run_sync(projection.check, (reading.entry, arriving))
    except StoreUnavailable as error:
        raise store_unavailable() from error


async def _applied(request: AppRequest, reading: Reading) -> Receipt:
    """Commit a document with whatever else waits. Raises HttpError 503, Refused."""
    services = request.state["services"]
    try:
        arriving = await run_sync(_admitted, services, reading)
        return await services.outcomes.of(services.ingest.submit(reading.entry, arriving))
    except StoreUnavailable as error:
        raise store_unavailable() from error
    except Unavailable as error:
        raise try_again(error.code, error.message, error.hint, error.retry_after_s) from error


def _unread(asked: _Asked, error: RdfError | Rejected) -> Response:
    found = unread_report(asked.source or "", error)
    too_large = isinstance(error, RdfTooLarge | TooLarge)
    return json_response({"error": found.error}, 413 if too_large else 400)


def _refusal(accepted: list[str], data: bytes, reading: Reading, base: str) -> Response:
    """All that is wrong with a document, in the form that Accept asks for; what it cannot have, as our JSON."""
    media_type = best(accepted, (JSON, RdfForm.TURTLE, RdfForm.JSON_LD)) or JSON
    if media_type == JSON or reading.broken is not None:
        found = read_report(reading.source, data, reading, None)
        return json_response({"error": _invalid(found), "report": found}, 422, {"Vary": "Accept"})
    triples = report(reading.interpretation.violations, base)
    headers = {"Vary": "Accept", "Content-Type": media_type}
    return Response(document(triples, RdfForm(media_type), PREFIXES), 422, headers)


def _invalid(found: DocumentReport) -> Unread:
    count = len(found.violations) + found.unlisted
    message = f"The document breaks {count} rules." if count > 1 else "The document breaks a rule."
    return Unread("invalid-document", message, "Correct what the report lists; nothing of it was kept.")
