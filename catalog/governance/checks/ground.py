"""What all checks of an evaluation stand on: one reader, one instant, one clock, one mesh."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

from catalog.governance.upstream import Upstream
from catalog.lineage_view import View
from catalog.mesh.agreements import turns
from catalog.mesh.findings.context import Context
from catalog.mesh.mesh import Mesh
from catalog.mesh.product_graph import UNBOUNDED
from catalog.store.port import Reader


class QueryFailed(Exception):
    """A query was not answered; the reason is a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Queries(Protocol):
    """Who answers SPARQL over the RDF view of the graph."""

    @property
    def at(self) -> int | None:
        """As of when it has the graph, nanoseconds; None: now."""

    @property
    def base(self) -> str:
        """What the IRIs of nodes begin with; their keys follow."""

    def select(self, text: str, budget_s: int) -> Sequence[Mapping[str, str]]:
        """The rows of a SELECT: by variable what is bound, IRIs and literals as text. Raises QueryFailed, also where it
        takes longer than the budget or gives more rows than can be held."""


class Ground:
    """``at``: nanoseconds, None is now; ``now_ns``: what ages, graces and ends count from. The mesh is read when first
    asked for, unless it is given: of the same reader, instant and time."""

    def __init__(
        self,
        reader: Reader,
        at: int | None,
        now_ns: int,
        queries: Queries | None = None,
        mesh: Mesh | None = None,
    ) -> None:
        self.reader = reader
        self.at = at
        self.now_ns = now_ns
        self.queries = queries
        self._mesh = mesh

    @cached_property
    def mesh(self) -> Mesh:
        """What is declared, and what it is bound to."""
        return self._mesh or Mesh(self.reader, self.at, self.now_ns)

    @cached_property
    def context(self) -> Context:
        """What findings know of the mesh: products, agreements, the product graph."""
        return Context(self.mesh, bound=UNBOUNDED)

    @cached_property
    def next_agreement_ns(self) -> int | None:
        """The next instant at which an access agreement begins or ends by time alone; None where none does."""
        return next((time for time in turns(self.mesh.declared) if time > self.now_ns), None)

    @cached_property
    def view(self) -> View:
        """Lineage between the classes of names that the mesh knows."""
        view = View(self.reader, self.at)
        view.classes = self.mesh.binder.classes
        return view

    @cached_property
    def upstream(self) -> Upstream:
        """From which datasets others come, as far as it was read."""
        return Upstream(self.reader, self.at)

    @cached_property
    def gap(self) -> str | None:
        """What of the mesh was not read; None where all was."""
        if not self.mesh.declared.cut:
            return None
        return f"There are more things than are read at once: {', '.join(self.mesh.declared.cut)}."
