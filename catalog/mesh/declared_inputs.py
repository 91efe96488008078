"""What products declare to take from others, by their input ports.

An input port receives an output port, or is governed by a contract that governs one, or depends on a product, or on a
schema that is another product's: its own, or that of a dataset of it, as the source of one dbt project is a model of
another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.graph import Edge
from catalog.mesh.binder import Binder
from catalog.mesh.declared import Declared
from catalog.mesh.members import Members
from ontology.vocabulary import Label, Rel


@dataclass(frozen=True, slots=True)
class DeclaredInput:
    """That a product declares to take from another: its input port, the output port where one is meant, the contract
    that joins them."""

    input_port: str
    output_port: str | None
    contract: str | None
    edges: tuple[Edge, ...]


def declared_inputs(binder: Binder, members: Members) -> dict[tuple[str, str], tuple[DeclaredInput, ...]]:
    """(giving product, taking product) → what the input ports of the latter state."""
    found: dict[tuple[str, str], dict[DeclaredInput, None]] = defaultdict(dict)
    for product in binder.declared.of(Label.DATA_PRODUCT):
        for has in binder.declared.out(product.key, Rel.HAS_INPUT_PORT):
            for giving, one in _inputs(binder, members, has):
                if giving != product.key:
                    found[giving, product.key].setdefault(one)
    return {pair: tuple(inputs) for pair, inputs in found.items()}


def _inputs(binder: Binder, members: Members, has: Edge) -> Iterator[tuple[str, DeclaredInput]]:
    """The products that an input port takes from."""
    declared, port = binder.declared, has.target
    for output, contract, edges in _received(declared, port):
        for offer in declared.into(output, Rel.HAS_OUTPUT_PORT):
            yield offer.source, DeclaredInput(port, output, contract, (has, *edges, offer))
    for edge in declared.out(port, Rel.DEPENDS_ON):
        if edge.target.startswith("product/"):
            yield edge.target, DeclaredInput(port, None, None, (has, edge))
        for product, offered, telling in _having(binder, members, edge.target):
            yield product, DeclaredInput(port, offered, None, (has, edge, *telling))


def _received(declared: Declared, port: str) -> Iterable[tuple[str, str | None, tuple[Edge, ...]]]:
    """The output ports that an input port takes from, each with the contract that joins them."""
    stated = declared.out(port, Rel.RECEIVES)
    for edge in stated:
        yield edge.target, None, (edge,)
    for edge in declared.out(port, Rel.GOVERNED_BY):
        for other in declared.into(edge.target, Rel.GOVERNED_BY):
            if other.source.startswith("output-port/") and all(one.target != other.source for one in stated):
                yield other.source, edge.target, (edge, other)


def _having(
    binder: Binder, members: Members, schema: str
) -> Iterator[tuple[str, str | None, tuple[Edge, ...]]]:
    """The products that a schema is of, with the port that offers it: as they say, else by its dataset."""
    declared = binder.declared
    said: set[str] = set()
    for edge in declared.into(schema, Rel.CONTAINS):
        said.add(edge.source)
        yield edge.source, None, (edge,)
    for offers in declared.into(schema, Rel.OFFERS):
        for has in declared.into(offers.source, Rel.HAS_OUTPUT_PORT):
            said.add(has.source)
            yield has.source, offers.source, (offers, has)
    binding = binder.bindings.get(schema)
    for bound in () if binding is None else binding.bound:
        for member in members.owning(bound.dataset):
            if member.product not in said:
                yield member.product, member.port, (*bound.edges, *member.edges)
