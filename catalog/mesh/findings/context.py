"""What several families of findings need, read once."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from catalog.coverage import spoken
from catalog.identity import kind_of
from catalog.mesh.agreements import Agreement, agreements
from catalog.mesh.declared import Declared
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof, finding_id
from catalog.mesh.mesh import Mesh
from catalog.mesh.product_graph import ANSWER, Bound, ProductGraph
from catalog.mesh.status import ProductStatus
from ontology.vocabulary import Rel

ENDED = ("draft", "retired")
"""The stages of life in which a product promises nothing yet, or no longer."""


def scope(mesh: Mesh, product: str) -> frozenset[str]:
    """The products whose edges decide about the findings of one: itself, and to whom its things are granted."""
    declared, members = mesh.declared, mesh.members
    things = {
        product,
        *(edge.target for edge in declared.out(product, Rel.HAS_OUTPUT_PORT, Rel.HAS_MANAGEMENT_PORT)),
    }
    granted = {
        taker
        for one in agreements(declared, mesh.now_ns)
        if any(key in things or product in members.products(key) for key in one.covers)
        for taker in takers(declared, one)
    }
    return frozenset((product, *granted))


def takers(declared: Declared, one: Agreement) -> set[str]:
    """The products to which an agreement grants something: themselves, or by who owns them."""
    owned = {edge.source for agent in one.granted_to for edge in declared.into(agent, Rel.OWNED_BY)}
    return {
        key
        for key in (*one.granted_to, *owned)
        if key.startswith("product/")
        and (key in one.granted_to or {*declared.owners(key)} & {*one.granted_to})
    }


class Context:
    """A mesh, its product graph, statuses and agreements; makes findings with the owners to tell.

    ``product``: the only one that is asked about. Then ``products``, the graph and the statuses are about it alone.
    ``bound``: how far the graph is followed, unless it is given.
    """

    def __init__(
        self,
        mesh: Mesh,
        product: str | None = None,
        graph: ProductGraph | None = None,
        statuses: Mapping[str, ProductStatus] | None = None,
        bound: Bound = ANSWER,
    ) -> None:
        self.mesh = mesh
        self.declared = mesh.declared
        self.products = mesh.products() if product is None else [product]
        self.product = product
        self._graph = graph
        self._statuses = statuses
        self._bound = bound

    @cached_property
    def graph(self) -> ProductGraph:
        """The edges between products."""
        if self._graph is not None:
            return self._graph
        return self.mesh.graph(None if self.product is None else scope(self.mesh, self.product), self._bound)

    @cached_property
    def statuses(self) -> Mapping[str, ProductStatus]:
        """The status of products."""
        return self.mesh.statuses(self.products) if self._statuses is None else self._statuses

    @cached_property
    def agreements(self) -> list[Agreement]:
        """All agreements as they stand."""
        return agreements(self.declared, self.mesh.now_ns)

    def is_live(self, product: str) -> bool:
        """Whether a product is described, and offered or about to end."""
        return self.declared.is_described(product) and self.declared.text(product, "lifecycle") not in ENDED

    def product_of_port(self, port: str) -> str | None:
        """The product that has a port."""
        rels = (Rel.HAS_OUTPUT_PORT, Rel.HAS_INPUT_PORT, Rel.HAS_MANAGEMENT_PORT)
        return next(iter(self.declared.sources(port, *rels)), None)

    def product_of(self, key: str) -> str | None:
        """The product whose matter a thing is: itself, that of a port, or that a contract or schema of one governs."""
        kind = key.partition("/")[0]
        if kind == "product":
            return key
        if kind.endswith("-port"):
            return self.product_of_port(key)
        above = {
            "schema": (Rel.HAS_SCHEMA, Rel.OFFERS),
            "contract-version": (Rel.GOVERNED_BY,),
            "contract": (Rel.GOVERNED_BY, Rel.VERSION_OF),
        }.get(kind, ())
        found = (
            self.product_of(one) for one in self.declared.sources(key, *above) if not one.startswith("input-")
        )
        return next((one for one in found if one is not None), None)

    def is_asked(self, product: str | None) -> bool:
        """Whether what is a matter of a product, or of none, is asked about."""
        return self.product is None or self.product == product

    def spoken(self, key: str) -> str:
        """A thing as people call it: its kind and name."""
        kind = key.partition("/")[0]
        name = self.declared.text(key, "name")
        return f"{kind} {name!r}" if name else f"{kind} {spoken(key)}"

    def finding(
        self,
        kind: FindingKind,
        severity: FindingSeverity,
        cause: Iterable[str],
        subject: str,
        product: str | None,
        message: str,
        remedy: str,
        since: int | None,
        evidence: Iterable[Proof],
        concerns: Iterable[str] = (),
    ) -> Finding:
        """A finding that is the matter of a product and touches others; their owners are told."""
        declared = self.declared
        concerned = tuple(sorted(set(concerns) - {product}))
        home = product or subject
        told = [home, *concerned]
        owners = {owner for key in told for owner in declared.owners(key)}
        return Finding(
            id=finding_id(kind, *cause),
            kind=kind,
            severity=severity,
            subject=subject,
            product=product,
            domain=home if kind_of(home) == "domain" else declared.domain(home),
            message=message,
            remedy=remedy,
            since=since,
            evidence=tuple(evidence),
            tell=tuple(sorted(owners)),
            concerns=concerned,
            domains=declared.domains(home),
        )
