"""The reports of one service: made when they are asked for, and kept for a while, so that the next page of one and its
permalink ask nothing anew."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from catalog.changes import position
from catalog.governance.newly import OpenQueries
from catalog.impact.change import Proposal
from catalog.impact.evaluation import MAX_ITEMS, impact
from catalog.impact.job_binder import JobBinder
from catalog.impact.report import ImpactReport
from catalog.impact.telling import Options, report_id
from catalog.mesh.mesh import Mesh
from catalog.mesh.recent import MeshOf
from catalog.store.port import Reader

MAX_KEPT_ITEMS = 100_000
"""Items of all kept reports together; some hundred MB. The oldest go first, one report stays whatever its size."""
MAX_KEPT = 1_000
MAX_REMEMBERED = 100_000
"""Ids of reports that are no longer kept: whoever asks for one is told so."""
FRESH_S = 300
"""How long a question is answered with a kept report: what ends by the clock (an agreement) is seen after that."""
ROUTES = 3


@dataclass(slots=True)
class _Kept:
    report: ImpactReport
    made_s: float
    asked: set[str] = field(default_factory=set)


class ImpactReports:
    """Safe to share between threads. ``binder`` None: the SQL of jobs is not bound. ``queries`` None: those of policies
    are not evaluated. ``mesh_of``: gives meshes."""

    def __init__(
        self,
        binder: JobBinder | None = None,
        clock: Callable[[], float] = time.monotonic,
        queries: OpenQueries | None = None,
        mesh_of: MeshOf = Mesh,
    ) -> None:
        self._binder = binder
        self._queries = queries
        self._mesh_of = mesh_of
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._by_question: dict[str, str] = {}
        self._gone: OrderedDict[str, None] = OrderedDict()
        self._items = 0

    def report(
        self,
        reader: Reader,
        proposal: Proposal,
        *,
        at: int | None = None,
        origins: frozenset[str] | None = None,
    ) -> ImpactReport:
        """The report on a proposal, of the graph that the reader sees. Raises UnknownNode and InvalidQuery."""
        options = Options(at, origins, self._binder is not None, MAX_ITEMS, ROUTES)
        question = report_id(proposal, position(reader), options)
        known = self._fresh(question)
        if known is not None and known.proposal.source == proposal.source:
            return known
        made = impact(
            reader,
            proposal,
            at=at,
            origins=origins,
            binder=self._binder,
            max_items=MAX_ITEMS,
            routes=ROUTES,
            queries=self._queries,
            mesh_of=self._mesh_of,
        )
        self._keep(question, made)
        return made

    def kept(self, id_: str) -> ImpactReport | None:
        """A report that was made and is still kept."""
        with self._lock:
            found = self._kept.get(id_)
            if found is None:
                return None
            self._kept.move_to_end(id_)
            return found.report

    def was_kept(self, id_: str) -> bool:
        """Whether a report was made once, as far back as is remembered."""
        with self._lock:
            return id_ in self._gone

    def _fresh(self, question: str) -> ImpactReport | None:
        with self._lock:
            found = self._kept.get(self._by_question.get(question, ""))
            return found.report if found is not None and self._clock() - found.made_s <= FRESH_S else None

    def _keep(self, question: str, made: ImpactReport) -> None:
        with self._lock:
            if made.id in self._kept:
                self._drop(made.id)
            self._gone.pop(made.id, None)
            self._kept[made.id] = _Kept(made, self._clock(), {question})
            self._by_question[question] = made.id
            self._items += len(made.items)
            while len(self._kept) > 1 and (self._items > MAX_KEPT_ITEMS or len(self._kept) > MAX_KEPT):
                oldest = next(iter(self._kept))
                self._drop(oldest)
                self._gone[oldest] = None
            while len(self._gone) > MAX_REMEMBERED:
                self._gone.popitem(last=False)

    def _drop(self, id_: str) -> None:
        found = self._kept.pop(id_)
        self._items -= len(found.report.items)
        for question in found.asked:
            self._by_question.pop(question, None)
