"""The properties of declared schemas beside the fields of the datasets that they are bound to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from catalog.aliases import Classes
from catalog.graph import Direction, Edge, Node
from catalog.identity import is_hashed
from catalog.mesh.declared import Declared
from catalog.mesh.stretches import gone_since, unbroken_since
from catalog.store.port import ALL_TIME, Reader
from ontology.vocabulary import Rel


@dataclass(frozen=True, slots=True)
class SchemaProperty:
    """A property of a schema by its path; ``types``: what it is declared to be, physically and logically; ``since``:
    since when the schema has it."""

    path: str
    node: Node
    edge: Edge
    types: tuple[str, ...]
    since: int | None = None

    @property
    def ordinal(self) -> int:
        """Its place in the schema, as far as it is told."""
        found = dict(self.edge.properties).get("ordinal")
        return found if isinstance(found, int) else 1_000_000


@dataclass(frozen=True, slots=True)
class ObservedField:
    """A field that a schema of a dataset shows, by its path; ``since``: since when it has had its type."""

    path: str
    type: str | None
    edge: Edge
    since: int | None = None


@dataclass(frozen=True, slots=True)
class ObservedSchema:
    """The fields that the schemas of a dataset show, and those that they showed before: path in lower case → when it
    was last there. ``since``: since when any schema of it is known."""

    fields: tuple[ObservedField, ...] = ()
    gone: Mapping[str, int] = field(default_factory=dict)
    since: int | None = None


def schema_properties(declared: Declared, schemas: Collection[str]) -> dict[str, list[SchemaProperty]]:
    """The properties of schemas in their order: two questions."""
    found: dict[str, list[SchemaProperty]] = {schema: [] for schema in schemas}
    if not schemas:
        return found
    told = _stretches(declared.reader, schemas, Rel.HAS_PROPERTY, declared.at)
    nodes = declared.known({edge.target for edge in told if edge.holds_at(declared.at)})
    stretches = _by_ends(told)
    for edge in told:
        node = nodes.get(edge.target)
        if node is not None and edge.holds_at(declared.at):
            since = unbroken_since(edge, stretches[edge.source, edge.target])
            found[edge.source].append(SchemaProperty(_path(node), node, edge, _types(node), since))
    for properties in found.values():
        properties.sort(key=lambda one: (one.ordinal, one.path))
    return found


def observed_schemas(
    reader: Reader, classes: Classes, datasets: Collection[str], at: int | None
) -> dict[str, ObservedSchema]:
    """The fields that the schemas of datasets show, under any of their names: one question. Not those that only lineage
    names."""
    names = {classes.name(key): key for key in datasets}
    keys = classes.keys(names)
    told: dict[str, list[Edge]] = defaultdict(list)
    for edge in _stretches(reader, keys, Rel.HAS_FIELD, at) if keys else ():
        if dict(edge.properties).get("inferred") is not True and not is_hashed(edge.target):
            told[names[classes.name(edge.source)]].append(edge)
    return {key: _schema(told[key], at) for key in datasets}


def _schema(told: list[Edge], at: int | None) -> ObservedSchema:
    found: dict[str, ObservedField] = {}
    ended: dict[str, list[Edge]] = defaultdict(list)
    same: dict[tuple[str, str | None], list[Edge]] = defaultdict(list)
    for edge in told:
        same[edge.target, _field_type(edge)].append(edge)
    for edge in told:
        path, type_ = _field_path(edge), _field_type(edge)
        if edge.holds_at(at):
            since = unbroken_since(edge, same[edge.target, type_])
            found.setdefault(path, ObservedField(path, type_, edge, since))
        else:
            ended[path.casefold()].append(edge)
    gone = {path: time for path, edges in ended.items() if (time := gone_since(edges, at)) is not None}
    begins = [edge.valid_from for edge in told if edge.valid_from is not None]
    return ObservedSchema(tuple(found.values()), gone, min(begins, default=None))


def _stretches(reader: Reader, keys: Collection[str], rel: Rel, at: int | None) -> list[Edge]:
    """All that such edges have been until an instant."""
    edges = reader.edges(keys, (rel,), Direction.OUT, ALL_TIME)
    return [edge for edge in edges if at is None or edge.valid_from is None or edge.valid_from <= at]


def _by_ends(edges: Iterable[Edge]) -> dict[tuple[str, str], list[Edge]]:
    found: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        found[edge.source, edge.target].append(edge)
    return found


def _field_path(edge: Edge) -> str:
    return unquote(edge.target.rpartition("/")[2])


def _field_type(edge: Edge) -> str | None:
    type_ = dict(edge.properties).get("type")
    return None if type_ is None else str(type_)


def _path(node: Node) -> str:
    """The path as its key spells it, the last part of it as it is physically called."""
    path = unquote(node.key.rpartition("/")[2]).replace("[]", "")
    physical = node.properties.get("physicalName")
    return f"{path.rpartition('.')[0]}.{physical}".lstrip(".") if isinstance(physical, str) else path


def _types(node: Node) -> tuple[str, ...]:
    said = (node.properties.get(name) for name in ("physicalType", "type"))
    return tuple(type_ for type_ in said if isinstance(type_, str) and type_)
