"""The application: routes, middleware, error answers and lifespan, put together from the settings."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.answer import error_response
from api.auth import Doorkeeper, Identify
from api.budget import Budget
from api.changes.hub import ChangeHub
from api.curating import through
from api.ending import Ending
from api.enforcing import enforcer_of
from api.errors import HttpError, store_unavailable
from api.impact_reports import ImpactReports
from api.keys import KeysFile
from api.logs import RequestLog
from api.metrics import MeasuredProjection, Metrics
from api.outcomes import Outcomes
from api.policies.evaluator import Evaluator
from api.policies.queries import small_queries
from api.policies.recent import RecentVerdicts
from api.policies.worker import VerdictKeeper
from api.remembered import Remembered
from api.routes import routes
from api.services import Services
from api.settings import Settings
from api.sparql.service import SparqlService
from api.webhooks.delivery import patience_of
from api.webhooks.target import Allowed
from api.webhooks.worker import FeedWorker
from catalog.errors import StoreUnavailable
from catalog.mesh.recent import RecentMeshes
from catalog.projection import Projection
from catalog.signoff.standing import binding
from catalog.store.registry import open_store
from ingest.binding import SqlBinder
from ingest.derivation.worker import DerivationWorker
from ingest.pipeline import Ingest, Limits
from ingest.replay import interpret_again

logger = logging.getLogger("meshline")


def create_app(settings: Settings, *, require_keys: bool | None = None) -> Starlette:
    """The service of these settings; ``require_keys`` None: as soon as it listens beyond loopback.

    Raises NoKeys, KeysFileError and InvalidSettings at once; the store is opened when the application starts.
    """
    required = settings.beyond_loopback if require_keys is None else require_keys
    doorkeeper = Doorkeeper(
        KeysFile(settings.keys_file), required=required, allowed_hosts=settings.allowed_hosts
    )
    allowed = Allowed.parse(settings.webhook_allow)
    metrics, ending = Metrics(), Ending()
    table = routes()
    app = Starlette(
        routes=table,
        middleware=[
            Middleware(RequestLog, metrics=metrics, paths=frozenset(route.path for route in table)),
            Middleware(Identify, doorkeeper=doorkeeper),
        ],
        exception_handlers={
            HttpError: _http_error,
            HTTPException: _framework_error,
            StoreUnavailable: _store_unavailable,
            ClientDisconnect: _gone,
            Exception: _crash,
        },
        lifespan=lambda app: _lifespan(settings, metrics, ending, allowed),
    )
    app.state.ending = ending
    app.router.redirect_slashes = False
    return app


@asynccontextmanager
async def _lifespan(
    settings: Settings, metrics: Metrics, ending: Ending, allowed: Allowed
) -> AsyncIterator[Mapping[str, Any]]:
    """Open the store, start the ingest and what derives lineage from SQL; at the end drain the ingest before the store
    is closed. What is left to derive then, the next service derives."""
    store = await run_sync(open_store, settings.store)
    limits = Limits(event_bytes=settings.max_inflated_bytes, waiting_entries=settings.queue_events)
    ingest = Ingest(
        MeasuredProjection(Projection(store, interpret_again), metrics),
        limits=limits,
        redaction=settings.redaction,
    )
    derivation = DerivationWorker(store, is_busy=lambda: ingest.depth > 0)
    binder, meshes = SqlBinder(), RecentMeshes()
    feed = FeedWorker(
        *(store, settings.base_iri, allowed, patience_of(settings), metrics),
        reporting=binding(binder, meshes.read),
        mesh_of=meshes.read,
    )
    verdicts = VerdictKeeper(store, settings.base_iri)
    metrics.watch(store, ingest.counts, lambda: ingest.depth)
    sparql = SparqlService(store, settings) if settings.sparql else None
    budget, outcomes = Budget(settings.bodies_bytes), Outcomes(asyncio.get_running_loop())
    changes = ChangeHub(store, metrics)
    ending.then(changes.end)
    try:
        enforcer = enforcer_of(settings)
        curator = through(store, ingest, enforcer)
        impacts = ImpactReports(binder, queries=small_queries(settings.base_iri), mesh_of=meshes.read)
        services = Services(
            settings,
            store,
            ingest,
            curator,
            outcomes,
            metrics,
            budget,
            sparql,
            changes,
            binder,
            Remembered(impacts, RecentVerdicts(evaluator=Evaluator(settings.store)), meshes),
            enforcer,
        )
        yield {"services": services}
    finally:
        await run_sync(ingest.close)
        await run_sync(derivation.close)
        await run_sync(feed.close)
        await run_sync(verdicts.close)
        await run_sync(binder.close)
        if sparql is not None:
            await run_sync(sparql.close)
        await run_sync(store.close)


def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HttpError):
        raise error
    return error_response(error)


_FRAMEWORK = {
    404: (
        "not-found",
        "There is nothing at this path.",
        "There are /graphql, /sparql, /api/v1/lineage, /id/…, /healthz, /readyz and /metrics.",
    ),
    405: ("method-not-allowed", "This path does not answer this method.", "See the Allow header."),
}


def _framework_error(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses, in our shape."""
    if not isinstance(error, HTTPException):
        raise error
    code, message, hint = _FRAMEWORK.get(error.status_code, ("http", error.detail, ""))
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
    return error_response(HttpError(error.status_code, code, message, hint, headers))


def _store_unavailable(request: Request, error: Exception) -> Response:
    logger.warning("store unavailable: %s", error)
    return error_response(store_unavailable())


def _gone(request: Request, error: Exception) -> Response:
    """The sender hung up before its body ended; nobody reads this answer."""
    return error_response(HttpError(400, "disconnected", "The body did not arrive whole."))


def _crash(request: Request, error: Exception) -> Response:
    """A fault of ours. Uvicorn logs the trace; the caller learns nothing of it."""
    return error_response(HttpError(500, "internal", "The service failed on this request.", "See its log."))
