"""Ports as DCAT and DPROD have them: a distribution stands between a port and its dataset, and an input port is the
output port of another product."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.graph import EdgeSpec
from catalog.identity import ResourceId
from ingest.rdf.edges import Edges
from ingest.rdf.findings import shown
from ingest.rdf.graph import Fact, Thing
from ingest.rdf.keys import name_in
from ingest.rdf.properties import Said
from ingest.rdf.reading import Reading
from ingest.rdf.standards import (
    DISTRIBUTION_OF_DATASET,
    DISTRIBUTION_OF_PORT,
    FORMATS,
    INPUT_PORT,
    OUTPUT_DATASET_OF_DISTRIBUTION,
    PORT_OF_DISTRIBUTION,
)
from ingest.rdf.values import converted
from ontology.rdf import TYPE, Iri
from ontology.rdf_reading import Text
from ontology.vocabulary import Label, Rel


@dataclass(frozen=True, slots=True)
class _Around:
    """The statements that lead from a distribution to ports and to datasets, by these."""

    ports: dict[Thing, Fact]
    datasets: dict[Thing, Fact]


def served(reading: Reading, edges: Edges) -> Iterator[EdgeSpec]:
    """The edges of ports to the datasets whose distributions they give access to."""
    for part in sorted(reading.kinds.parts):
        around = _around(part, reading)
        for port, by_port in around.ports.items():
            for dataset, by_dataset in around.datasets.items():
                reading.findings.understand([by_port, by_dataset, *reading.graph.of(part, Iri(TYPE))])
                yield from edges.edge(Rel.SERVES, port, dataset)


def _around(part: Thing, reading: Reading) -> _Around:
    graph, kinds = reading.graph, reading.kinds
    ports = {fact.subject: fact for fact in graph.to(part, DISTRIBUTION_OF_PORT)}
    ports.update(_objects(graph.of(part, PORT_OF_DISTRIBUTION)))
    datasets = {fact.subject: fact for fact in graph.to(part, DISTRIBUTION_OF_DATASET)}
    datasets.update(_objects(graph.of(part, OUTPUT_DATASET_OF_DISTRIBUTION)))
    rel = reading.model.relationship(Rel.SERVES)
    return _Around(
        {port: fact for port, fact in ports.items() if kinds.fits(port, rel.sources)},
        {dataset: fact for dataset, fact in datasets.items() if kinds.fits(dataset, rel.targets)},
    )


def _objects(facts: Iterable[Fact]) -> Iterator[tuple[Thing, Fact]]:
    for fact in facts:
        if not isinstance(fact.object, Text):
            yield fact.object, fact


def formats(port: Thing, said: Said, reading: Reading) -> None:
    """The format of a port, where only its distribution says it."""
    property_ = reading.model.node(reading.kinds.labels[port]).by_name.get("schemaFormat")
    parts = [*reading.graph.things(port, DISTRIBUTION_OF_PORT)]
    parts += [fact.subject for fact in reading.graph.to(port, PORT_OF_DISTRIBUTION)]
    facts = [fact for part in parts for predicate in FORMATS for fact in reading.graph.of(part, predicate)]
    if property_ is None:
        return
    for fact in facts:
        value = converted(fact.object, property_)
        if value is not None and said.setdefault("schemaFormat", value) == value:
            reading.findings.understand([fact])


@dataclass(frozen=True, slots=True)
class Input:
    """An input port that DPROD has no node for: its key, its name, its product, the port that it receives from."""

    key: str
    name: str
    product: str
    upstream: str


def inputs(reading: Reading, edges: Edges) -> Iterator[EdgeSpec | Input]:
    """The input ports of products: nodes of their own where the document names the port of another product."""
    for fact in reading.graph.facts:
        if fact.predicate != INPUT_PORT or isinstance(fact.object, Text):
            continue
        product, port = reading.identity(fact.subject), reading.identity(fact.object)
        if product is None or port is None or not reading.kinds.fits(fact.subject, [Label.DATA_PRODUCT]):
            continue
        reading.findings.understand([fact])
        if reading.kinds.fits(fact.object, [Label.INPUT_PORT]):
            yield from edges.edge(Rel.HAS_INPUT_PORT, fact.subject, fact.object)
        else:
            key = ResourceId("input-port", (name_in(product.key), name_in(port.key))).key
            yield Input(key, shown(fact.object), product.key, port.key)
