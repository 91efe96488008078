"""What the endpoints of one running service work with: the typed lifespan state."""

from dataclasses import dataclass
from typing import TypedDict

from starlette.requests import Request

from api.auth import Actor
from api.budget import Budget
from api.changes.hub import ChangeHub
from api.metrics import Metrics
from api.outcomes import Outcomes
from api.remembered import Remembered
from api.settings import Settings
from api.sparql.service import SparqlService
from catalog.governance.enforcing import Enforcer
from catalog.impact.job_binder import JobBinder
from catalog.store.port import Store
from ingest.curator import Curator
from ingest.pipeline import Ingest


@dataclass(frozen=True, slots=True)
class Services:
    """Opened when the service starts, closed when it stops. ``sparql`` None: it is switched off;
    ``enforcer`` too."""

    settings: Settings
    store: Store
    ingest: Ingest
    curator: Curator
    outcomes: Outcomes
    metrics: Metrics
    budget: Budget
    sparql: SparqlService | None
    changes: ChangeHub
    binder: JobBinder
    remembered: Remembered
    enforcer: Enforcer | None


class AppState(TypedDict):
    """``request.state``: the services, and who asks (None: no valid key)."""

    services: Services
    actor: Actor | None


AppRequest = Request[AppState]
