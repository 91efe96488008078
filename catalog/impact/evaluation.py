"""What breaks if I change this: affected things, each with a route and a reason, and what to do. Changes nothing."""

from catalog.collector import at_rest
from catalog.governance.newly import OpenQueries
from catalog.impact.change import Proposal
from catalog.impact.job_binder import JobBinder
from catalog.impact.proposed import start
from catalog.impact.reached import reached
from catalog.impact.report import ImpactReport
from catalog.impact.telling import Options, told
from catalog.lineage_view import View
from catalog.mesh.mesh import Mesh
from catalog.mesh.recent import MeshOf
from catalog.store.port import Reader

MAX_ITEMS = 10_000


@at_rest()
def impact(
    reader: Reader,
    proposal: Proposal,
    *,
    at: int | None = None,
    origins: frozenset[str] | None = None,
    binder: JobBinder | None = None,
    max_items: int = MAX_ITEMS,
    routes: int = 3,
    queries: OpenQueries | None = None,
    mesh_of: MeshOf = Mesh,
) -> ImpactReport:
    """What the proposal reaches, now or as of ``at``, within ``max_items`` items; ``routes`` of each at most.

    ``queries``: opens who answers the queries of policies; ``mesh_of`` gives the mesh. Raises UnknownNode
    (with near names) and InvalidQuery.
    """
    view = View(reader, at, origins)
    begin = start(view, proposal)
    found = reached(view, begin, binder, max_items, routes)
    options = Options(at, origins, binder is not None, max_items, routes)
    return told(view, begin.proposal, found.deltas, found.items, found.coverage, options, queries, mesh_of)
