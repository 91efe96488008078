"""The statements of the Neo4j adapter: constants, or text built from labels and types of the ontology.

Valid in Cypher 5 and 25. Values are parameters, always; rows come in key order, at most a thousand at a time.
"""

from collections.abc import Collection, Sequence

from catalog.graph import Direction
from catalog.store.port import AllTime, At, NodeFilter, Space
from ontology.ddl import SEARCH_INDEX, cypher_name
from ontology.model import GraphModel

SPACE_LABEL = {space: "Meshline" + space.value.title().replace("_", "") for space in Space}
"""Bookkeeping has labels that begin with Meshline, so that a person can tell it from the graph."""

AWAIT_INDEXES = "CALL db.awaitIndexes(300)"
PING = "RETURN 1"

INDEX_NAMES = "SHOW INDEXES YIELD name RETURN name"
ANY_NODE = "MATCH (n) RETURN 1 LIMIT 1"
META = "MATCH (m:MeshlineMeta) RETURN m.format LIMIT 1"
WRITE_META = """
MERGE (m:MeshlineMeta {id: 'meshline'})
ON CREATE SET m.format = $format
SET m.ontologyDigest = $digest
"""

LOCK = """
UNWIND $keys AS key
MERGE (l:MeshlineLock {key: key})
SET l.held = true
"""
"""SET takes the write lock of a node even when it changes nothing."""


def bookkeeping_statements(model: GraphModel) -> list[str]:
    """Constraints and indexes beside those of the ontology; none changes anything when run again."""
    unique = [("MeshlineMeta", "id"), ("MeshlineLock", "key"), ("MeshlineLogEntry", "hash")]
    unique += [(label, "partition, n.sort") for label in SPACE_LABEL.values()]
    return [
        *(
            f"CREATE CONSTRAINT {label.lower()} IF NOT EXISTS FOR (n:{label}) REQUIRE (n.{names}) IS UNIQUE"
            for label, names in unique
        ),
        "CREATE RANGE INDEX meshlinelogentry_status IF NOT EXISTS "
        "FOR (n:MeshlineLogEntry) ON (n.status, n.hash)",
        # A page of one label in key order must not walk over the keys of all others.
        *(
            f"CREATE RANGE INDEX {cypher_name('meshline_page_' + label.lower())} IF NOT EXISTS "
            f"FOR (n:{cypher_name(label)}) ON (n.key)"
            for label in concrete_labels(model)
        ),
    ]


def index_name(statement: str) -> str:
    """The name that a CREATE statement gives; a constraint and its index have the same."""
    return statement.partition(" IF NOT EXISTS")[0].rpartition(" ")[2].strip("`")


def concrete_labels(model: GraphModel) -> list[str]:
    """The labels that a node can have as its own: those with none below them."""
    return [label for label in model.labels if model.sublabels(label) == (label,)]


# Nodes and edges

NODES = "UNWIND $keys AS key MATCH (n:Resource {key: key}) RETURN labels(n), properties(n)"

DELETE_NODES = "UNWIND $keys AS key MATCH (n:Resource {key: key}) DETACH DELETE n"


def write_nodes(model: GraphModel, label: str) -> str:
    """Rows {key, properties}: create or replace nodes of one label, whatever label they had."""
    mine = model.label_path(label)
    others = [other for other in model.labels if other not in mine]
    return f"""
UNWIND $rows AS row
MERGE (n:Resource {{key: row.key}})
SET n = row.properties, n{_labels(mine)}
REMOVE n{_labels(others)}
"""


def write_edges(type_: str) -> str:
    """Rows {id, source, target, validTo, properties}: end the edges that exist, create the others.

    Gives how many rows found both of their ends.
    """
    name = cypher_name(type_)
    return f"""
UNWIND $rows AS row
OPTIONAL MATCH ()-[old:{name} {{edgeId: row.id}}]->()
SET old.validTo = row.validTo
WITH row, old
MATCH (source:Resource {{key: row.source}}), (target:Resource {{key: row.target}})
FOREACH (_ IN CASE WHEN old IS NULL THEN [1] ELSE [] END |
  CREATE (source)-[new:{name}]->(target) SET new = row.properties)
RETURN count(*)
"""


def delete_edges(types: Sequence[str]) -> str:
    """Delete edges by id. An id does not tell the type, and an index has one type: all are asked."""
    return "\nUNION ALL\n".join(
        f"UNWIND $ids AS id MATCH ()-[r:{cypher_name(type_)} {{edgeId: id}}]->() DELETE r RETURN 1"
        for type_ in types
    )


_ARROW = {Direction.OUT: ("-", "->"), Direction.IN: ("<-", "-"), Direction.BOTH: ("-", "-")}
_EDGE = "type(r) AS type, startNode(r).key AS source, endNode(r).key AS target, properties(r) AS properties"


def edges(types: Sequence[str], direction: Direction, at: At) -> str:
    """Edges of the types at the nodes $keys, and $at an instant if one is asked for."""
    either = "|".join(cypher_name(type_) for type_ in types)
    left, right = _ARROW[direction]
    return f"""
UNWIND $keys AS key
MATCH (n:Resource {{key: key}}){left}[r:{either}]{right}()
{_held(at)}RETURN {_EDGE}
"""


def _held(at: At) -> str:
    if isinstance(at, AllTime):
        return ""
    if at is None:
        return "WHERE r.validTo IS NULL\n"
    return "WHERE coalesce(r.validFrom <= $at, true) AND coalesce($at < r.validTo, true)\n"


def edges_told_by(types: Sequence[str]) -> str:
    """Edges of one history ($via, $origin) that have not ended before $since."""
    return "\nUNION ALL\n".join(
        f"MATCH ()-[r:{cypher_name(type_)} {{via: $via}}]->() "
        "WHERE r.origin = $origin AND coalesce(r.validTo >= $since, true) "
        f"RETURN {_EDGE}"
        for type_ in types
    )


# Lists


_NAMESPACE = "coalesce(n.namespaceWhole, n.namespace, '')"


def page(where: NodeFilter) -> str:
    """Nodes behind the key $after in key order, at most $limit."""
    each = "\nUNION ALL\n".join(
        f"MATCH (n:{cypher_name(label)}) WHERE n.key > $after{_equals(where)} "
        "RETURN n ORDER BY n.key LIMIT $limit"
        for label in _once(where.labels)
    )
    return f"CALL () {{\n{each}\n}}\nWITH n ORDER BY n.key LIMIT $limit\nRETURN labels(n), properties(n)"


def count(where: NodeFilter) -> str:
    """One count for each label; without a filter Neo4j keeps them."""
    return "\nUNION ALL\n".join(
        f"MATCH (n:{cypher_name(label)}){' WHERE true' if where.equals else ''}{_equals(where)} "
        "RETURN count(n) AS nodes"
        for label in _once(where.labels)
    )


def search(where: NodeFilter) -> str:
    """Nodes that match the Lucene query $query, and by their text the words $words, in key order."""
    return f"{_found(where)}\nWITH n ORDER BY n.key LIMIT $limit\nRETURN labels(n), properties(n)"


def search_counts(where: NodeFilter) -> str:
    """How many match in all, by labels and namespace."""
    return f"{_found(where)}\nRETURN labels(n), {_NAMESPACE}, count(*)"


def namespace_counts(where: NodeFilter) -> str:
    """How many nodes pass the filter, by labels and namespace."""
    return "\nUNION ALL\n".join(
        f"MATCH (n:{cypher_name(label)}) WHERE true{_equals(where)} "
        f"RETURN labels(n) AS labels, {_NAMESPACE} AS namespace, count(*) AS nodes"
        for label in _once(where.labels)
    )


def _found(where: NodeFilter) -> str:
    labels = " OR ".join(f"n:{cypher_name(label)}" for label in _once(where.labels))
    return f"""
CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', $query) YIELD node AS n
WHERE ({labels}){_equals(where)} AND all(word IN $words WHERE (' ' + n.searchText) CONTAINS word)
""".strip()


def _equals(where: NodeFilter) -> str:
    return "".join(
        f" AND n.{cypher_name(name)} = $equals[{position}]" for position, name in enumerate(where.equals)
    )


def _once(labels: Collection[str]) -> list[str]:
    return sorted(set(labels))


def _labels(labels: Collection[str]) -> str:
    return "".join(f":{cypher_name(label)}" for label in labels)


# Records and the log


def records(space: Space) -> str:
    """Records by $places, pairs of partition and sort."""
    return f"""
UNWIND $places AS place
MATCH (r:{SPACE_LABEL[space]} {{partition: place[0], sort: place[1]}})
RETURN r.partition, r.sort, r.value
"""


def scan(space: Space, *, ended: bool, limited: bool, reverse: bool) -> str:
    """Records of $ranges, [partition, low, high]; all of them have a high end, or none has one."""
    high = " AND r.sort < range[2]" if ended else ""
    way = " DESC" if reverse else ""
    limit = f" ORDER BY r.partition{way}, r.sort{way} LIMIT $limit" if limited else ""
    return f"""
UNWIND $ranges AS range
CALL (range) {{
  MATCH (r:{SPACE_LABEL[space]})
  WHERE r.partition = range[0] AND r.sort >= range[1]{high}
  RETURN r{limit}
}}
RETURN r.partition, r.sort, r.value
"""


def write_records(space: Space) -> str:
    """Rows [partition, sort, value]."""
    return f"""
UNWIND $rows AS row
MERGE (r:{SPACE_LABEL[space]} {{partition: row[0], sort: row[1]}})
SET r.value = row[2]
"""


def delete_records(space: Space) -> str:
    """Rows [partition, sort]."""
    return f"UNWIND $rows AS row MATCH (r:{SPACE_LABEL[space]} {{partition: row[0], sort: row[1]}}) DELETE r"


ENTRIES = "UNWIND $hashes AS hash MATCH (e:MeshlineLogEntry {hash: hash}) RETURN properties(e)"

WRITE_ENTRIES = """
UNWIND $rows AS row
MERGE (e:MeshlineLogEntry {hash: row.hash})
ON CREATE SET e = row
"""

ENTRY_COUNTS = """
UNWIND $statuses AS status
CALL (status) {
  MATCH (e:MeshlineLogEntry) WHERE e.status = status AND e.hash > ''
  RETURN count(e) AS entries
}
RETURN status, entries
"""


def log(*, of_status: bool) -> str:
    """Entries behind the hash $after in hash order, of one $status or of any."""
    status, order = ("e.status = $status AND ", "e.status, e.hash") if of_status else ("", "e.hash")
    return (
        f"MATCH (e:MeshlineLogEntry) WHERE {status}e.hash > $after "
        f"WITH e ORDER BY {order} LIMIT $limit RETURN properties(e)"
    )
