"""Ports and products that affected datasets and jobs belong to."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from catalog.aliases import is_job
from catalog.coverage import spoken
from catalog.impact.above import PREDICATES, above, worst
from catalog.impact.report import Affected
from catalog.impact.severity import Severity
from catalog.impact.touched import Touched
from catalog.mesh.meanings import PORTS
from catalog.mesh.mesh import Mesh
from ontology.vocabulary import Label, Rel


class Offered:
    """Items of the ports that serve touched datasets, and of the products that these, or affected jobs, belong to.

    ``promised``: the items of contract versions: where one is violated, the port that is under it breaks its word.
    ``exposes``: the datasets by port and product.
    """

    def __init__(
        self, mesh: Mesh, touched: Touched, promised: Mapping[str, Affected], items: Collection[Affected]
    ) -> None:
        self._mesh = mesh
        self._touched = touched
        self.items: dict[str, Affected] = {}
        self.exposes: dict[str, tuple[str, ...]] = {}
        for thing in mesh.indexes.bound_to(touched.by_key()):
            port = mesh.declared.nodes[thing]
            hits = self._served(thing) if port.label in PORTS else []
            if hits:
                self.items[thing] = self._port(thing, port.label, hits, promised)
        for product, hits in sorted(self._owning(items).items()):
            self.items[product] = self._product(product, hits)

    def _served(self, port: str) -> list[Affected]:
        found: dict[str, Affected] = {}
        binding = self._mesh.bindings.get(port)
        for one in () if binding is None else binding.counting:
            name = self._touched.name(one.names or (one.dataset,))
            if name is not None and name in self._touched.datasets:
                found[name] = self._touched.datasets[name]
                self.exposes[port] = (*self.exposes.get(port, ()), *(one.names or (one.dataset,)))
        return [*found.values()]

    def _port(
        self, port: str, label: str, hits: Sequence[Affected], promised: Mapping[str, Affected]
    ) -> Affected:
        declared = self._mesh.declared
        under = [promised[one] for one in declared.targets(port, Rel.GOVERNED_BY) if one in promised]
        broken = [one for one in under if one.clauses]
        first = worst(hits)
        reason = f"Port {declared.name(port)} gives {self._told(first)}"
        if broken and first.severity is not Severity.BREAKS:
            reason = f"{reason.removesuffix('.')}, against its contract."
        clauses = [clause for one in broken for clause in one.clauses]
        return above([*broken, *hits] if broken else hits, port, label, reason, clauses)

    def _owning(self, items: Collection[Affected]) -> dict[str, list[Affected]]:
        """What each product has that is affected: datasets, its ports, and jobs that it contains."""
        members, found = self._mesh.members, defaultdict(list)
        affected = (*self._touched.datasets.values(), *(item for item in items if is_job(item.key)))
        for item in () if members.is_empty else affected:
            for product in {one for key in (item.key, *item.aliases) for one in members.products(key)}:
                found[product].append(item)
                if not is_job(item.key):
                    self.exposes[product] = (*self.exposes.get(product, ()), item.key, *item.aliases)
        for port in [key for key in self.items if not key.startswith("schema")]:
            for product in self._mesh.declared.sources(port, Rel.HAS_OUTPUT_PORT, Rel.HAS_MANAGEMENT_PORT):
                found[product].append(self.items[port])
        return found

    def _product(self, product: str, hits: Sequence[Affected]) -> Affected:
        declared = self._mesh.declared
        first = worst(hits)
        clauses = [clause for hit in hits for clause in hit.clauses]
        if clauses:
            reason = f"Product {declared.name(product)} breaks its contract: {clauses[0].message}"
        else:
            reason = f"Product {declared.name(product)} has {self._told(first)}"
        return above(hits, product, Label.DATA_PRODUCT, reason, clauses)

    def _told(self, hit: Affected) -> str:
        """An affected thing with what becomes of it, as the end of a sentence."""
        if is_job(hit.key):
            return f"job {spoken(hit.key)}, which {OF_JOBS[hit.severity]}."
        if hit.key in self.items:
            return f"port {self._mesh.declared.name(hit.key)}, which {PREDICATES[hit.severity]}."
        if hit.hops == 0:
            return f"{spoken(hit.key)}: {hit.reason}."
        return f"{spoken(hit.key)}, which {PREDICATES[hit.severity]}."


OF_JOBS: dict[Severity, str] = {
    Severity.BREAKS: "breaks",
    Severity.STALE: "has nothing new to read",
    Severity.CHANGES_SCHEMA: "writes other columns or types",
    Severity.CHANGES_ROWS: "gets other rows",
    Severity.CHANGES_VALUES: "gets other values",
    Severity.PASSES_THROUGH: "passes the change on",
    Severity.UNKNOWN: "may use what changes",
    Severity.COMPATIBLE: "does not use what changes",
}
