"""Ports behind which there is no data, and products that nothing runs for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from catalog.coverage import spoken
from catalog.graph import Direction, Edge
from catalog.mesh.binding import Binding, BindingStatus
from catalog.mesh.declared import begin
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from catalog.store.port import ALL_TIME
from ontology.vocabulary import Label, Rel

_WRITING = (Rel.PRODUCES, Rel.HAD_DERIVATION, Rel.RENAMED_TO)
"""What leads data into a dataset."""


def ports_without_data(context: Context) -> Iterator[Finding]:
    """An output port is bound to no dataset, or to several that fit, or to one that nothing writes."""
    ports = [
        port.key
        for port in context.declared.of(Label.OUTPUT_PORT)
        if context.product_of_port(port.key) in context.products
    ]
    writing = _writing(context, ports)
    for port in ports:
        product = context.product_of_port(port)
        if product is None or not context.is_live(product):
            continue
        binding = context.mesh.bindings[port]
        has = context.declared.into(port, Rel.HAS_OUTPUT_PORT)
        if binding.status is BindingStatus.BOUND:
            yield from _unwritten(context, port, product, binding, writing)
            continue
        ambiguous = binding.status is BindingStatus.AMBIGUOUS
        proofs = [
            Proof(f"It may be {spoken(one.dataset)}: {one.reason}", (one.dataset,))
            for one in binding.suggestions
        ]
        word = "may be any of several datasets" if ambiguous else "is bound to no dataset"
        yield context.finding(
            kind=FindingKind.PORT_WITHOUT_DATA,
            severity=FindingSeverity.WARN,
            cause=(port,),
            subject=port,
            product=product,
            message=f"{context.spoken(port)} of {context.spoken(product)} {word}. {binding.reason}",
            remedy="Confirm one of the suggestions."
            if ambiguous
            else "Say in its descriptor which dataset it serves, or complete the server of its contract.",
            since=begin(has),
            evidence=[Proof("The product declares the port.", (product, port), tuple(has)), *proofs],
        )


def _unwritten(
    context: Context, port: str, product: str, binding: Binding, writing: Mapping[str, list[Edge]]
) -> Iterator[Finding]:
    """Each of its datasets that nothing writes at the instant."""
    at = context.mesh.at
    for one in binding.bound:
        edges = writing.get(context.mesh.binder.classes.name(one.dataset), [])
        if any(edge.holds_at(at) for edge in edges):
            continue
        ended = [edge for edge in edges if edge.valid_to is not None and (at is None or edge.valid_to <= at)]
        last = max((edge.valid_to for edge in ended if edge.valid_to is not None), default=None)
        has = context.declared.into(port, Rel.HAS_OUTPUT_PORT)
        declared = begin((*has, *one.edges))
        name = spoken(one.dataset)
        told = "No longer does anything write" if ended else "Nothing is seen to write"
        yield context.finding(
            kind=FindingKind.PORT_WITHOUT_DATA,
            severity=FindingSeverity.ERROR if ended else FindingSeverity.WARN,
            cause=(port, context.mesh.binder.classes.name(one.dataset)),
            subject=port,
            product=product,
            message=f"{told} {name}, which {context.spoken(port)} of {context.spoken(product)} serves.",
            remedy="See that the job that writes it runs and reports, or name the dataset that is meant.",
            since=max((time for time in (last, declared) if time is not None), default=None),
            evidence=[
                Proof(one.evidence, (port, one.dataset), one.edges),
                *(Proof("It wrote the dataset before.", (edge.source,), (edge,)) for edge in ended[-3:]),
            ],
        )


def _writing(context: Context, ports: list[str]) -> dict[str, list[Edge]]:
    """What leads or led into the datasets of ports, by the name of the class: one question."""
    classes = context.mesh.binder.classes
    names = {classes.name(one.dataset) for port in ports for one in context.mesh.bindings[port].bound}
    keys = classes.keys(names)
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in context.mesh.reader.edges(keys, _WRITING, Direction.IN, ALL_TIME) if keys else ():
        found[classes.name(edge.target)].append(edge)
    return found


def products_without_runs(context: Context) -> Iterator[Finding]:
    """No run of a job that writes the data of a product is known."""
    for product in context.products:
        if not context.is_live(product) or context.statuses[product].last_run is not None:
            continue
        jobs = context.statuses[product].jobs
        edges = context.declared.out(product, Rel.EXPOSES, Rel.CONTAINS, Rel.HAS_OUTPUT_PORT)
        why = f"None of its {len(jobs)} jobs has a run." if jobs else "No job is known that writes its data."
        yield context.finding(
            kind=FindingKind.PRODUCT_WITHOUT_RUNS,
            severity=FindingSeverity.WARN,
            cause=(product,),
            subject=product,
            product=product,
            message=f"Nothing is seen to run for {context.spoken(product)}. {why}",
            remedy="See that its pipeline sends OpenLineage events, or retire the product.",
            since=min((edge.valid_from for edge in edges if edge.valid_from is not None), default=None),
            evidence=[Proof(why, (product, *jobs), tuple(edges[:20]))],
        )
