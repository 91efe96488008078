"""Evaluates all findings of a mesh."""

from collections.abc import Callable, Iterable, Mapping

from catalog.mesh.finding import Finding, FindingFilter, FindingKind
from catalog.mesh.findings import (
    access,
    contracts,
    deprecations,
    drift,
    inputs,
    ownership,
    ports,
    references,
    sources,
)
from catalog.mesh.findings.context import Context
from catalog.mesh.mesh import Mesh
from catalog.mesh.product_graph import ProductGraph
from catalog.mesh.status import ProductStatus
from catalog.store.port import Reader

FAMILIES: dict[FindingKind, Callable[[Context], Iterable[Finding]]] = {
    FindingKind.UNDECLARED_INPUT: inputs.undeclared_inputs,
    FindingKind.INTERNAL_READ: inputs.internal_reads,
    FindingKind.PORT_WITHOUT_DATA: ports.ports_without_data,
    FindingKind.PRODUCT_WITHOUT_RUNS: ports.products_without_runs,
    FindingKind.SCHEMA_DRIFT: drift.schema_drift,
    FindingKind.AGREEMENT_WITHOUT_USE: access.agreements_without_use,
    FindingKind.USE_WITHOUT_AGREEMENT: access.uses_without_agreement,
    FindingKind.OWNERSHIP_CONFLICT: ownership.ownership_conflicts,
    FindingKind.CONTRACT_VERSION_UNKNOWN: contracts.unknown_contract_versions,
    FindingKind.SOURCE_CONFLICT: sources.source_conflicts,
    FindingKind.UNKNOWN_REFERENCE: references.unknown_references,
    FindingKind.DEPRECATED_IN_USE: deprecations.deprecated_in_use,
}

EVERYTHING = FindingFilter()


def evaluate(
    mesh: Mesh,
    where: FindingFilter = EVERYTHING,
    *,
    graph: ProductGraph | None = None,
    statuses: Mapping[str, ProductStatus] | None = None,
) -> list[Finding]:
    """The findings of a mesh that a filter accepts, the worst first.

    ``graph``, ``statuses``: what is known already, at least of the one product that the filter names.
    """
    context = Context(mesh, where.product, graph, statuses)
    found: dict[str, Finding] = {}
    for kind, family in FAMILIES.items():
        if where.kinds is None or kind in where.kinds:
            found.update((one.id, one) for one in family(context) if where.accepts(one))
    return sorted(found.values(), key=lambda one: one.position)


def findings(reader: Reader, at: int | None = None, where: FindingFilter = EVERYTHING) -> list[Finding]:
    """The findings as of ``at`` (nanoseconds; None: now)."""
    return evaluate(Mesh(reader, at), where)
