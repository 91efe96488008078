"""What several claim: a dataset of two products, a product, domain or contract with two owners or places."""

from collections.abc import Iterator

from catalog.aliases import is_dataset
from catalog.coverage import spoken
from catalog.mesh.declared import begin
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from ontology.vocabulary import Label, Rel

_SINGLE = {
    Label.DATA_PRODUCT: {Rel.OWNED_BY: "owners", Rel.IN_DOMAIN: "domains"},
    Label.DATA_CONTRACT: {Rel.OWNED_BY: "owners", Rel.IN_DOMAIN: "domains"},
    Label.DOMAIN: {Rel.OWNED_BY: "owners", Rel.PART_OF: "domains above it"},
}


def ownership_conflicts(context: Context) -> Iterator[Finding]:
    """A dataset that two products have; a product, contract or domain of which documents name two owners,
    or two domains."""
    yield from _shared_datasets(context)
    for node in context.declared.of(*_SINGLE):
        for rel, word in _SINGLE[Label(node.label)].items():
            edges = context.declared.single(node.key, rel)
            ends = sorted({edge.target for edge in edges})
            if len(ends) > 1:
                named = " and ".join(context.spoken(end) for end in ends)
                yield context.finding(
                    kind=FindingKind.OWNERSHIP_CONFLICT,
                    severity=FindingSeverity.WARN,
                    cause=(node.key, rel, *ends),
                    subject=node.key,
                    product=context.product_of(node.key),
                    message=f"{context.spoken(node.key)} has several {word}: {named}.",
                    remedy="Let one document say it, or set it by hand.",
                    since=begin(edges),
                    evidence=[Proof(f"It names {edge.target}.", (edge.target,), (edge,)) for edge in edges],
                )


def _shared_datasets(context: Context) -> Iterator[Finding]:
    members = context.mesh.members
    for name in sorted(members.names()):
        owning = members.owning(name)
        products = members.products(name)
        if len(products) < 2 or not is_dataset(owning[0].member):
            continue
        first = {one.product: one for one in reversed(owning)}
        named = " and ".join(context.spoken(product) for product in products)
        yield context.finding(
            kind=FindingKind.OWNERSHIP_CONFLICT,
            severity=FindingSeverity.WARN,
            cause=(name, *products),
            subject=owning[0].member,
            product=products[0],
            message=f"{spoken(owning[0].member)} is claimed by {named}.",
            remedy="Let one product have the dataset; others receive it at an input port.",
            since=max(
                (time for one in first.values() if (time := begin(one.edges)) is not None), default=None
            ),
            evidence=[
                Proof(f"{one.product} has it: {one.kind}.", (one.product,), one.edges) for one in owning
            ],
            concerns=products,
        )
