"""The mesh as of one instant: what is declared, bound to what is observed; and the answers that follow from it.

It is read once, in a fixed number of questions; each further answer states its own. All of it belongs to one reader:
a consistent view of the store.
"""

import time
from collections.abc import Collection
from copy import copy

from catalog.mesh.binder import Binder
from catalog.mesh.binding import Binding
from catalog.mesh.declared import Declared
from catalog.mesh.indexes import Indexes
from catalog.mesh.members import Members
from catalog.mesh.product_graph import ANSWER, Bound, ProductGraph, domain_graph, product_graph
from catalog.mesh.status import ProductStatus, product_statuses
from catalog.store.port import Reader
from ontology.vocabulary import Label


class Mesh:
    """What is declared and bound at an instant (``at``: nanoseconds, None is now). ``now_ns``: what ages count from.
    ``declared``: what is declared then, where it is known."""

    def __init__(
        self,
        reader: Reader,
        at: int | None = None,
        now_ns: int | None = None,
        declared: Declared | None = None,
    ) -> None:
        self.reader = reader
        self.at = at
        self.now_ns = now_ns if now_ns is not None else at if at is not None else time.time_ns()
        self.declared = declared or Declared(reader, at)
        self.binder = Binder(self.declared)
        self.members = Members(self.binder)
        self.indexes = Indexes(self.binder, self.members)
        self._graphs: dict[tuple[frozenset[str] | None, Bound], ProductGraph] = {}

    def seen_by(self, reader: Reader, now_ns: int) -> "Mesh":
        """The same mesh for another reader of the same graph, as it stands at a time."""
        same = copy(self)
        same.reader, same.now_ns = reader, now_ns
        same.declared = self.declared.seen_by(reader)
        same.binder = self.binder.seen_by(same.declared)
        same.members = self.members.seen_by(same.binder)
        same._graphs = {}
        return same

    def copied(self) -> "Mesh":
        """The same, which goes on by itself: what becomes of one is nothing to the other."""
        same = copy(self)
        same.declared = self.declared.copied()
        same.binder = self.binder.copied(same.declared)
        same.members = self.members.copied(same.binder)
        same.renew()
        return same

    def renew(self) -> None:
        """Look up anew what follows from all of it: it is another now."""
        self.declared.renew()
        self.indexes = Indexes(self.binder, self.members)
        self._graphs = {}

    @property
    def bindings(self) -> dict[str, Binding]:
        """What each Schema, OutputPort and ManagementPort is bound to, by key."""
        return self.binder.bindings

    def products(self) -> list[str]:
        """The keys of all products, sorted."""
        return [node.key for node in self.declared.of(Label.DATA_PRODUCT)]

    def graph(self, products: Collection[str] | None = None, bound: Bound = ANSWER) -> ProductGraph:
        """The edges between products, of all or only those from or to some."""
        asked = None if products is None else frozenset(products)
        if (asked, bound) not in self._graphs:
            self._graphs[asked, bound] = product_graph(self.binder, self.members, asked, bound)
        return self._graphs[asked, bound]

    def domains(self) -> ProductGraph:
        """The edges between domains."""
        return domain_graph(self.declared, self.graph())

    def statuses(self, products: Collection[str]) -> dict[str, ProductStatus]:
        """The status of products, by key; of keys that are no product none."""
        known = [key for key in products if key in self.declared.nodes]
        return product_statuses(self.binder, self.members, known, self.now_ns)


def read_mesh(reader: Reader, at: int | None = None, now_ns: int | None = None) -> Mesh:
    """The mesh as of ``at`` (nanoseconds; None: now)."""
    return Mesh(reader, at, now_ns)
