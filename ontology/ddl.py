"""The schema of both stores, from the graph model: pure functions to idempotent statements.

Cypher is valid in versions 5 and 25 and for Neo4j Community, which enforces uniqueness and nothing else.
The views in SQLite are for people who open the file with the ``sqlite3`` shell; Meshline does not read them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ontology.model import GraphModel, Index, NodeType, PropertyType, RelationshipType

SEARCH_INDEX = "mesh_search"
"""Name of the full-text index, for ``db.index.fulltext.queryNodes``."""

EDGE_COLUMNS = {
    "edgeId": "id",
    "origin": "origin",
    "via": "via",
    "validFrom": "valid_from",
    "validTo": "valid_to",
}
"""Properties of relationships that have a column of their own in SQLite's ``edge`` table."""

TABLES = frozenset({"edge", "edge_row", "history", "log", "meta", "node", "node_text", "record"})
"""Names in a SQLite file that no view can have (a test compares)."""

_CAMEL_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def cypher_statements(model: GraphModel) -> list[str]:
    """``cypher_indexes`` as statements, to run one by one; none changes anything when run again."""
    return [index.statement for index in cypher_indexes(model)]


def sqlite_views(model: GraphModel) -> list[str]:
    """One view for each label (``datasets``, ``data_products``) and relationship type (``consumed_by``).

    They read ``node(id, key, label, props)`` and ``edge(id, type, source, target, via, origin, valid_from,
    valid_to, props)``, where ``props`` is a JSON object. Each property is a column of the same name, but one that is
    named like an end of the edge (``sourceProperty``).
    """
    labels = [_label_view(model, node) for node in model.nodes]
    return labels + [_relationship_view(relationship) for relationship in model.relationships]


def view_name(label: str) -> str:
    """The name of the view of a label: lower case, words joined with an underscore, plural."""
    words = _snake(label)
    if words.endswith("y"):
        return f"{words.removesuffix('y')}ies"
    return f"{words}es" if words.endswith("s") else f"{words}s"


# Cypher


@dataclass(frozen=True, slots=True)
class CypherIndex:
    """A constraint (``Index.UNIQUE``) or index of Neo4j: over all nodes of one of the labels, or over the
    relationships of one of the types, and over their properties together (full-text: over each of them).
    """

    name: str
    kind: Index
    over: tuple[str, ...]
    properties: tuple[str, ...]
    of_relationships: bool = False

    @property
    def statement(self) -> str:
        """The Cypher that makes it, and changes nothing where one of its name is there."""
        either = "|".join(map(cypher_name, self.over))
        pattern, item = (f"()-[r:{either}]-()", "r") if self.of_relationships else (f"(n:{either})", "n")
        listed = ", ".join(f"{item}.{cypher_name(name)}" for name in self.properties)
        head = f"{cypher_name(self.name)} IF NOT EXISTS FOR {pattern}"
        if self.kind is Index.UNIQUE:
            required = listed if len(self.properties) == 1 else f"({listed})"
            return f"CREATE CONSTRAINT {head} REQUIRE {required} IS UNIQUE"
        if self.kind is Index.RANGE:
            return f"CREATE RANGE INDEX {head} ON ({listed})"
        return f"CREATE FULLTEXT INDEX {head} ON EACH [{listed}] {_AS_WORDS_ARE}"


_AS_WORDS_ARE = "OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}"
"""The whitespace analyzer leaves the words as ingest has made them."""


def cypher_indexes(model: GraphModel) -> list[CypherIndex]:
    """Constraints and indexes for Neo4j.

    A unique property is so on the label or relationship type that declares it: the key of all nodes is one constraint
    on ``:Resource``. A range index is asked with the label that nodes are looked for by, and that is never an abstract
    one: there it is made for each label below.
    """
    return [*_node_indexes(model), *_relationship_indexes(model), *_search_indexes(model)]


def _node_indexes(model: GraphModel) -> Iterator[CypherIndex]:
    for node in model.nodes:
        for property_ in model.own_properties(node.label):
            if property_.index in (Index.UNIQUE, Index.RANGE):
                ranges = property_.index is Index.RANGE and node.abstract
                for label in model.concrete((node.label,)) if ranges else (node.label,):
                    name = f"mesh_{_snake(label)}_{_snake(property_.name)}"
                    yield CypherIndex(name, property_.index, (label,), (property_.name,))


def _relationship_indexes(model: GraphModel) -> Iterator[CypherIndex]:
    for relationship in model.relationships:
        for property_ in relationship.properties:
            if property_.index in (Index.UNIQUE, Index.RANGE):
                name = f"mesh_{relationship.type.lower()}_{_snake(property_.name)}"
                over, properties = (relationship.type,), (property_.name,)
                yield CypherIndex(name, property_.index, over, properties, of_relationships=True)


def _search_indexes(model: GraphModel) -> Iterator[CypherIndex]:
    """The one full-text index, on the labels that declare what is searched."""
    found = [
        (label, property_.name)
        for label in model.labels
        for property_ in model.own_properties(label)
        if property_.index is Index.FULLTEXT
    ]
    if found:
        labels = tuple(sorted({label for label, _ in found}))
        names = tuple(sorted({name for _, name in found}))
        yield CypherIndex(SEARCH_INDEX, Index.FULLTEXT, labels, names)


def cypher_name(name: str) -> str:
    """A label, type, property or index name, quoted for Cypher."""
    return f"`{name.replace('`', '``')}`"


# SQLite


def _label_view(model: GraphModel, node: NodeType) -> str:
    labels = ", ".join(_sql_text(label) for label in model.sublabels(node.label))
    columns = [("key", sql_name("key")), ("label", sql_name("label"))]
    columns += [(p.name, _json_value(p)) for p in node.properties if p.name not in ("key", "label")]
    return _view(view_name(node.label), columns, "node", f"{sql_name('label')} IN ({labels})")


def _relationship_view(relationship: RelationshipType) -> str:
    ends = ("source", "target")
    columns = [(end, sql_name(end)) for end in ends]
    for property_ in relationship.properties:
        stored = EDGE_COLUMNS.get(property_.name)
        shown = f"{property_.name}Property" if property_.name in ends else property_.name
        columns.append((shown, sql_name(stored) if stored else _json_value(property_)))
    return _view(
        relationship.type.lower(), columns, "edge", f"{sql_name('type')} = {_sql_text(relationship.type)}"
    )


def _view(name: str, columns: Iterable[tuple[str, str]], table: str, where: str) -> str:
    listed = ",\n  ".join(f"{value} AS {sql_name(column)}" for column, value in columns)
    head = f"CREATE VIEW IF NOT EXISTS {sql_name(name)} AS SELECT"
    return f"{head}\n  {listed}\nFROM {sql_name(table)} WHERE {where}"


def _json_value(property_: PropertyType) -> str:
    path = _sql_text(f'$."{property_.name}"')
    return f"json_extract({sql_name('props')}, {path})"


def sql_name(name: str) -> str:
    """A table, column or view name, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _snake(name: str) -> str:
    return _CAMEL_HUMP.sub("_", name).lower()
