"""Agreements that nobody uses, and use that no agreement allows.

Use is counted where a dataset is offered only at ports that ask for an agreement: whose visibility is restricted or
private, or not told while an agreement covers the port or its product. An agreement allows the use of what it covers
(a port, a product, a dataset) to whom it is granted (a product, or whoever owns the product), while it is in force.
"""

from collections.abc import Collection, Iterator

from catalog.aliases import is_dataset
from catalog.mesh.agreements import Agreement
from catalog.mesh.declared import begin
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context, takers
from catalog.mesh.members import MemberKind
from catalog.mesh.product_graph import ProductEdge, Route

_ASKS = ("restricted", "private")


def uses_without_agreement(context: Context) -> Iterator[Finding]:
    """A product takes from a port that asks for an agreement, and none that is in force allows it."""
    for edge in context.graph.edges:
        routes: dict[str, list[Route]] = {}
        for route in edge.routes:
            for port in asking_ports(context, edge.source, route.source):
                routes.setdefault(port, []).append(route)
        for port, found in routes.items():
            datasets = [route.source for route in found]
            known = [
                one
                for one in context.agreements
                if is_about(context, one, edge.source, edge.target, [port], datasets)
            ]
            if not any(one.is_in_force for one in known) and not _same_owner(context, edge):
                yield _use(context, edge, port, found, known)


def _use(
    context: Context, edge: ProductEdge, port: str, routes: list[Route], known: list[Agreement]
) -> Finding:
    source, target = context.spoken(edge.source), context.spoken(edge.target)
    states = ", ".join(f"{one.name!r} is {one.standing.lower().replace('_', ' ')}" for one in known)
    begins = [route.since for route in routes]
    return context.finding(
        kind=FindingKind.USE_WITHOUT_AGREEMENT,
        severity=FindingSeverity.ERROR,
        cause=(port, edge.target),
        subject=port,
        product=edge.target,
        message=f"{target} uses {context.spoken(port)} of {source} without an agreement in force"
        + (f": {states}." if states else "."),
        remedy="Ask the owner for an agreement, renew the one there is, or stop reading.",
        since=None if None in begins else min(begin for begin in begins if begin is not None),
        evidence=(
            *(Proof("Data flows.", (route.source, route.target), route.edges) for route in routes[:20]),
            *(Proof(f"{one.name} is {one.standing}.", (one.key,), one.edges) for one in known),
        ),
        concerns=(edge.source,),
    )


def asking_ports(context: Context, product: str, dataset: str) -> list[str]:
    """The ports of a product that offer a dataset, where all of them ask for an agreement; none where one is open, or
    the product itself offers it beside its ports."""
    ports = ports_of(context, product, dataset)
    return ports if all(_asks(context, port, product) for port in ports) else []


def ports_of(context: Context, product: str, dataset: str) -> list[str]:
    """The ports of a product that offer a dataset."""
    if not is_dataset(dataset):
        return []
    offers = [
        one
        for one in context.mesh.members.owning(dataset)
        if one.product == product and one.kind is MemberKind.OFFERED
    ]
    return sorted({one.port for one in offers if one.port is not None})


def _asks(context: Context, port: str, product: str) -> bool:
    visibility = context.declared.text(port, "visibility")
    if visibility is not None:
        return visibility in _ASKS
    return any(not {port, product}.isdisjoint(one.covers) for one in context.agreements)


def is_about(
    context: Context,
    one: Agreement,
    product: str,
    taker: str,
    ports: Collection[str],
    datasets: Collection[str],
) -> bool:
    """Whether an agreement is about the use of ports and datasets of a product by somebody, in force or not."""
    who = {taker, *context.declared.owners(taker)}
    things = {*ports, product, *(name for dataset in datasets for name in _names(context, dataset))}
    return not things.isdisjoint(one.covers) and not who.isdisjoint(one.granted_to)


def _names(context: Context, dataset: str) -> tuple[str, ...]:
    classes = context.mesh.binder.classes
    return classes.members(classes.name(dataset))


def _same_owner(context: Context, edge: ProductEdge) -> bool:
    """Whether one team answers for both products: nobody agrees with himself."""
    return bool({*context.declared.owners(edge.source)} & {*context.declared.owners(edge.target)})


def agreements_without_use(context: Context) -> Iterator[Finding]:
    """An agreement is in force, and no lineage leads from what it covers to whom it is granted.

    Only where it is granted to a product, or to who owns one: what others do with data is not seen.
    """
    if context.graph.cut:
        return  # what was not walked may be the use
    for one in context.agreements:
        taking, covered = takers(context.declared, one), _covered(context, one)
        if not one.is_in_force or not taking or not covered or _is_used(context, taking, covered):
            continue
        givers = sorted({p for key in covered for p in context.mesh.members.products(key)})
        yield context.finding(
            kind=FindingKind.AGREEMENT_WITHOUT_USE,
            severity=FindingSeverity.INFO,
            cause=(one.key,),
            subject=one.key,
            product=min(taking),
            message=f"Agreement {one.name!r} is in force, and no use of what it covers is seen.",
            remedy="Let it end if it is no longer needed, or see that the reading job sends events.",
            since=begin(one.edges),
            evidence=[
                Proof("It covers this, and is granted to these.", (*one.covers, *one.granted_to), one.edges)
            ],
            concerns=(*givers, *taking),
        )


def _covered(context: Context, one: Agreement) -> set[str]:
    """The datasets that an agreement covers, by the names of their classes."""
    found: set[str] = set()
    name = context.mesh.binder.classes.name
    for key in one.covers:
        binding = context.mesh.bindings.get(key)
        if is_dataset(key):
            found.add(name(key))
        elif binding is not None:
            found.update(name(bound.dataset) for bound in binding.bound)
        else:
            found.update(name(dataset) for dataset in context.mesh.members.datasets(key))
    return found


def _is_used(context: Context, taking: set[str], covered: set[str]) -> bool:
    name = context.mesh.binder.classes.name
    return any(
        edge.target in taking and any(name(route.source) in covered for route in edge.routes)
        for edge in context.graph.edges
    )
