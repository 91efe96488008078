"""What is declared of which dataset a schema or a port means: all that the rules of binding go by, before anything is
looked for."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.aliases import is_dataset
from catalog.graph import Edge, Node
from catalog.mesh.declared import Declared
from catalog.mesh.thing_names import Place, places
from ontology.vocabulary import Label, Origin, Rel

PORTS = (Label.OUTPUT_PORT, Label.MANAGEMENT_PORT)
THINGS = (Label.SCHEMA, *PORTS)
"""What is bound."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """``explicit``: the edges by which people or documents name datasets; ``rejected``: the datasets that it is not.
    Of schemas: ``is_virtual``: only a part of the queries that name it; ``served``: the edges by which ports that its
    contract governs name datasets. Of those that nothing names: the ``unique_id`` in a project and the ``places`` at
    which they may lie."""

    label: str
    explicit: tuple[Edge, ...] = ()
    rejected: tuple[str, ...] = ()
    is_virtual: bool = False
    served: tuple[Edge, ...] = ()
    unique_id: str | None = None
    places: tuple[Place, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is a schema of which nothing names the dataset."""
        return self.label == Label.SCHEMA and not self.explicit and not self.is_virtual


def meaning_of(declared: Declared, thing: Node) -> Meaning:
    """What is declared of a schema or port."""
    explicit, rejected = named(declared, thing), _rejected(declared, thing.key)
    if thing.label != Label.SCHEMA:
        return Meaning(thing.label, explicit, rejected)
    is_virtual, served = _is_virtual(thing), tuple(_served(declared, thing.key))
    if explicit or is_virtual:
        return Meaning(thing.label, explicit, rejected, is_virtual, served)
    unique_id = declared.text(thing.key, "uniqueId")
    return Meaning(thing.label, explicit, rejected, is_virtual, served, unique_id, places(declared, thing))


def named(declared: Declared, thing: Node) -> tuple[Edge, ...]:
    """The edges by which people or documents name datasets; those that people curated, where there are any."""
    rels = (Rel.BOUND_TO,) if thing.label == Label.SCHEMA else (Rel.SERVES, Rel.BOUND_TO)
    found = [edge for edge in declared.out(thing.key, *rels) if is_dataset(edge.target)]
    bound = [edge for edge in found if edge.type == Rel.BOUND_TO]
    return tuple([edge for edge in bound if edge.origin == Origin.CURATED] or found)


def contract_schemas(declared: Declared, port: str) -> list[str]:
    """The schemas of the contract versions that govern a port."""
    versions = [v for v in declared.targets(port, Rel.GOVERNED_BY) if v.startswith("contract-version/")]
    return sorted({schema for v in versions for schema in declared.targets(v, Rel.HAS_SCHEMA)})


def governed_ports(declared: Declared, schema: str) -> list[str]:
    """The ports that a contract version which has a schema governs."""
    versions = [v for v in declared.sources(schema, Rel.HAS_SCHEMA) if v.startswith("contract-version/")]
    return sorted({port for v in versions for port in _ports(declared, declared.sources(v, Rel.GOVERNED_BY))})


def offering_ports(declared: Declared, schema: str) -> list[str]:
    """The ports that say that they serve a schema."""
    return list(_ports(declared, declared.sources(schema, Rel.OFFERS)))


def _ports(declared: Declared, keys: list[str]) -> Iterator[str]:
    return (key for key in keys if key in declared.nodes and declared.nodes[key].label in PORTS)


def _served(declared: Declared, schema: str) -> Iterator[Edge]:
    for port in governed_ports(declared, schema):
        yield from named(declared, declared.nodes[port])


def _rejected(declared: Declared, thing: str) -> tuple[str, ...]:
    return tuple(edge.target for edge in declared.out(thing, Rel.NOT_BOUND_TO))


def _is_virtual(schema: Node) -> bool:
    return str(schema.properties.get("objectType", "")).lower() == "ephemeral"
