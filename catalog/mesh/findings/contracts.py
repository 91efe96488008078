"""Ports under a contract, or a version of one, that nobody describes."""

from collections.abc import Iterator

from catalog.mesh.declared import begin
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from ontology.vocabulary import Label, Rel


def unknown_contract_versions(context: Context) -> Iterator[Finding]:
    """A port names a contract or a version of one, and no document says anything of it."""
    for port in context.declared.of(Label.OUTPUT_PORT, Label.INPUT_PORT, Label.MANAGEMENT_PORT):
        product = context.product_of_port(port.key)
        for edge in context.declared.out(port.key, Rel.GOVERNED_BY):
            if product is None or context.declared.is_described(edge.target):
                continue
            yield context.finding(
                kind=FindingKind.CONTRACT_VERSION_UNKNOWN,
                severity=FindingSeverity.WARN,
                cause=(port.key, edge.target),
                subject=port.key,
                product=product,
                message=f"{context.spoken(port.key)} is governed by {edge.target}, which nobody describes.",
                remedy="Import the contract, or correct the id and version that the port names.",
                since=begin((edge,)),
                evidence=[Proof("The port names it.", (port.key, edge.target), (edge,))],
            )
