"""The properties of declared schemas beside the fields of the datasets that they are bound to."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote

from catalog.aliases import Classes
from catalog.graph import Direction, Edge, Node
from catalog.identity import is_hashed
from catalog.mesh.declared import Declared
from catalog.store.port import Reader
from ontology.vocabulary import Rel


@dataclass(frozen=True, slots=True)
class SchemaProperty:
    """A property of a schema by its path; ``types``: what it is declared to be, physically and logically."""

    path: str
    node: Node
    edge: Edge
    types: tuple[str, ...]

    @property
    def ordinal(self) -> int:
        """Its place in the schema, as far as it is told."""
        found = dict(self.edge.properties).get("ordinal")
        return found if isinstance(found, int) else 1_000_000


@dataclass(frozen=True, slots=True)
class ObservedField:
    """A field that a schema of a dataset shows, by its path."""

    path: str
    type: str | None
    edge: Edge


def schema_properties(declared: Declared, schemas: Collection[str]) -> dict[str, list[SchemaProperty]]:
    """The properties of schemas in their order: two questions."""
    found: dict[str, list[SchemaProperty]] = {schema: [] for schema in schemas}
    if not schemas:
        return found
    edges = declared.reader.edges(schemas, (Rel.HAS_PROPERTY,), Direction.OUT, declared.at)
    nodes = declared.known({edge.target for edge in edges})
    for edge in edges:
        node = nodes.get(edge.target)
        if node is not None:
            found[edge.source].append(SchemaProperty(_path(node), node, edge, _types(node)))
    for properties in found.values():
        properties.sort(key=lambda one: (one.ordinal, one.path))
    return found


def observed_fields(
    reader: Reader, classes: Classes, datasets: Collection[str], at: int | None
) -> dict[str, list[ObservedField]]:
    """The fields that the schemas of datasets show, under any of their names: one question. Not those that only lineage
    names."""
    names = {classes.name(key): key for key in datasets}
    keys = classes.keys(names)
    found: dict[str, dict[str, ObservedField]] = defaultdict(dict)
    for edge in reader.edges(keys, (Rel.HAS_FIELD,), Direction.OUT, at) if keys else ():
        said = dict(edge.properties)
        if said.get("inferred") is True or is_hashed(edge.target):
            continue
        path = unquote(edge.target.rpartition("/")[2])
        type_ = said.get("type")
        one = ObservedField(path, None if type_ is None else str(type_), edge)
        found[names[classes.name(edge.source)]].setdefault(path, one)
    return {key: list(found[key].values()) for key in datasets}


def _path(node: Node) -> str:
    """The path as its key spells it, the last part of it as it is physically called."""
    path = unquote(node.key.rpartition("/")[2]).replace("[]", "")
    physical = node.properties.get("physicalName")
    return f"{path.rpartition('.')[0]}.{physical}".lstrip(".") if isinstance(physical, str) else path


def _types(node: Node) -> tuple[str, ...]:
    said = (node.properties.get(name) for name in ("physicalType", "type"))
    return tuple(type_ for type_ in said if isinstance(type_, str) and type_)
