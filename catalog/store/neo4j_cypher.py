"""The statements of the Neo4j adapter: constants, or text built from labels and types of the ontology.

Valid in Cypher 5 and 25. Values are parameters, always; rows come in key order, so many at a time.
There are few texts, because Neo4j takes 20 to 500 ms to plan a text it has not seen: what is written names its
labels and types in parameters. Nodes and edges come as one list, many times cheaper to send than rows.
"""

from collections.abc import Collection, Sequence

from catalog.graph import Direction
from catalog.store.port import AllTime, At, LogFilter, NodeFilter
from ontology.ddl import SEARCH_INDEX, CypherIndex, cypher_name
from ontology.model import GraphModel, Index

PING = "RETURN 1"

SHOW_INDEXES = """
SHOW INDEXES YIELD name, type, entityType, labelsOrTypes, properties, owningConstraint, state
RETURN name, type, entityType, labelsOrTypes, properties, owningConstraint, state
"""
ANY_NODE = "MATCH (n) RETURN 1 LIMIT 1"
META = "MATCH (m:MeshlineMeta) RETURN properties(m) LIMIT 1"
WRITE_META = """
MERGE (m:MeshlineMeta {id: 'meshline'})
SET m += $mark
"""

LOCK = """
UNWIND $keys AS key
MERGE (l:MeshlineLock {key: key})
SET l.held = true
"""
"""SET takes the write lock of a node even when it changes nothing."""


def bookkeeping_indexes(model: GraphModel) -> list[CypherIndex]:
    """Constraints and indexes beside those of the ontology.

    Bookkeeping has labels that begin with Meshline, so that a person can tell it from the graph.
    """
    entry = ("MeshlineLogEntry",)
    return [
        CypherIndex("meshlinemeta", Index.UNIQUE, ("MeshlineMeta",), ("id",)),
        CypherIndex("meshlinelock", Index.UNIQUE, ("MeshlineLock",), ("key",)),
        CypherIndex("meshlinelogentry", Index.UNIQUE, entry, ("hash",)),
        CypherIndex("meshlinerecord", Index.UNIQUE, ("MeshlineRecord",), ("space", "partition", "sort")),
        CypherIndex("meshlinelogentry_order", Index.RANGE, entry, ("orderKey",)),
        CypherIndex("meshlinelogentry_of_status", Index.RANGE, entry, ("status", "orderKey")),
        CypherIndex("meshlinelogentry_of_producer", Index.RANGE, entry, ("producer", "orderKey")),
        # A page of one label in key order must not walk over the keys of all others.
        *(
            CypherIndex(f"meshline_page_{label.lower()}", Index.RANGE, (label,), ("key",))
            for label in model.concrete_labels
        ),
    ]


def exactly(model: GraphModel, label: str) -> str:
    """A label expression for the nodes whose own label it is; those of a label below carry it too."""
    below = [cypher_name(other) for other in model.sublabels(label) if other != label]
    return "&!".join((cypher_name(label), *below))


LABEL_SETS = "MATCH (n:Resource) RETURN labels(n), count(*)"


def edge_count(type_: str) -> str:
    """How many edges there are of a type; Neo4j keeps this number."""
    return f"MATCH ()-[r:{cypher_name(type_)}]->() RETURN count(r)"


def any_of(label: str) -> str:
    """A row if there is a node of a label."""
    return f"MATCH (n:{cypher_name(label)}) RETURN 1 LIMIT 1"


TYPES = "CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType"


def relabel(labels: Collection[str]) -> str:
    """Give at most $limit nodes that have exactly these labels all those of their $path."""
    pattern = "".join(f":{cypher_name(label)}" for label in sorted(labels))
    return f"""
MATCH (n{pattern}) WHERE size(labels(n)) = {len(labels)}
WITH n LIMIT $limit
SET n:$($path)
RETURN count(n)
"""


# Nodes and edges

NODES = "UNWIND $keys AS key MATCH (n:Resource {key: key}) RETURN collect([labels(n), properties(n)])"

DELETE_NODES = "UNWIND $keys AS key MATCH (n:Resource {key: key}) DETACH DELETE n"


WRITE = """
CALL () {
  UNWIND $created AS row
  CREATE (n:$(row[0]))
  SET n = row[1]
}
CALL () {
  UNWIND $replaced AS row
  MERGE (n:Resource {key: row[1].key})
  SET n = row[1]
  WITH n, row WHERE size(labels(n)) <> size(row[0]) OR any(label IN row[0] WHERE NOT label IN labels(n))
  SET n:$(row[0])
  REMOVE n:$([label IN labels(n) WHERE NOT label IN row[0]])
}
CALL () {
  UNWIND $edges AS row
  MATCH (source:Resource {key: row.source}) USING INDEX SEEK source:Resource(key)
  MATCH (target:Resource {key: row.target}) USING INDEX SEEK target:Resource(key)
  CREATE (source)-[new:$(row.type)]->(target)
  SET new = row.properties
  RETURN count(*) AS drawn
}
CALL () {
  UNWIND $records AS row
  MERGE (r:MeshlineRecord {space: row[0], partition: row[1], sort: row[2]})
  SET r.value = row[3]
}
CALL () {
  UNWIND $entries AS row
  MERGE (e:MeshlineLogEntry {hash: row.hash})
  ON CREATE SET e = row
}
RETURN drawn
"""
"""All that a transaction writes, in one trip: one text, whatever there is of it.

``created`` are nodes that surely are not there, ``replaced`` others, whatever labels they had: rows [labels,
properties]. ``edges`` are new: {type, source, target, properties}. ``records``: [space, partition, sort, value].
``entries``: properties. Gives how many of the edges found both of their ends.
"""


def end_edges(types: Sequence[str]) -> str:
    """Rows {id, validTo} by type: the edges that exist get this end. Gives the ids of these edges."""
    found = _of_each_type(types, "SET r.validTo = row.validTo RETURN row.id AS id")
    return f"CALL () {{\n{found}\n}}\nRETURN collect(id)"


def delete_edges(types: Sequence[str]) -> str:
    """Delete the edges of rows {id} by type."""
    return _of_each_type(types, "DELETE r RETURN 1")


def _of_each_type(types: Sequence[str], then: str) -> str:
    """A UNION of one statement for each type, for an index has one type.

    For a pattern of several types Neo4j may walk over all relationships, and for one type too, as long as it
    is rare: hence one each, and the hint.
    """
    by_id = "MATCH ()-[r:{0} {{edgeId: row.id}}]->() USING INDEX SEEK r:{0}(edgeId)"
    names = [cypher_name(type_) for type_ in types]
    return "\nUNION ALL\n".join(f"UNWIND $rows.{name} AS row {by_id.format(name)} {then}" for name in names)


_PATTERN = {
    Direction.OUT: ("-[r:{}]->(far)", "key, far.key"),
    Direction.IN: ("<-[r:{}]-(far)", "far.key, key"),
    Direction.BOTH: ("-[r:{}]-()", "startNode(r).key, endNode(r).key"),
}
"""The way from a node, and the keys of source and target: that of the node itself is at hand."""


def edges(types: Sequence[str], direction: Direction, at: At) -> str:
    """Edges of the types at the nodes $keys, and $at an instant if one is asked for.

    The hint is needed: planned while edges are few, the statement would walk over all nodes and be kept so.
    """
    either = "|".join(cypher_name(type_) for type_ in types)
    way, ends = _PATTERN[direction]
    return f"""
UNWIND $keys AS key
MATCH (near:Resource {{key: key}}){way.format(either)} USING INDEX SEEK near:Resource(key)
{_held(at)}RETURN collect([type(r), {ends}, properties(r)])
"""


def entering(part: str, type_: str, at: At) -> str:
    """What enters the parts of the nodes $keys, place by place: [whole, least source, via, origin]."""
    return f"""
UNWIND $keys AS key
MATCH (whole:Resource {{key: key}})-[p:{cypher_name(part)}]->(target) USING INDEX SEEK whole:Resource(key)
{_held(at, "p")}OPTIONAL MATCH (target)<-[r:{cypher_name(type_)}]-(near)
{_held(at)}WITH key, coalesce(near.dataset, near.key) AS place, r.via AS via, r.origin AS origin,
  min(near.key) AS source
RETURN collect([key, source, via, origin])
"""


def _held(at: At, edge: str = "r") -> str:
    if isinstance(at, AllTime):
        return ""
    if at is None:
        return f"WHERE {edge}.validTo IS NULL\n"
    return f"WHERE coalesce({edge}.validFrom <= $at, true) AND coalesce($at < {edge}.validTo, true)\n"


def edges_told_by(types: Sequence[str]) -> str:
    """Edges of one history ($via, $origin) that have not ended before $since.

    What is the same for all types stands once, outside of the UNION: that halves the time to plan it.
    """
    told = "\nUNION ALL\n".join(
        f"MATCH ()-[r:{name} {{via: $via}}]->() USING INDEX SEEK r:{name}(via) RETURN r"
        for name in map(cypher_name, types)
    )
    return f"""
CALL () {{
{told}
}}
WITH r WHERE r.origin = $origin AND coalesce(r.validTo >= $since, true)
RETURN collect([type(r), startNode(r).key, endNode(r).key, properties(r)])
"""


# Lists


_NAMESPACE = "coalesce(n.namespaceWhole, n.namespace, '')"


def page(model: GraphModel, where: NodeFilter, *, searched: bool = False) -> str:
    """Nodes behind the key $after in key order, at most $limit; ``searched``: only those that search may find.

    The hint is needed: planned while the samples of an index are older than what is in it, the statement may look at
    all keys before $after too. Of a namespace the index of namespaces may be the better one.
    """
    only = " AND n.searchText <> ''" if searched else ""
    hint = "" if where.equals else " USING INDEX SEEK n:{}(key)"
    each = "\nUNION ALL\n".join(
        f"MATCH (n:{exactly(model, label)}){hint.format(cypher_name(label))} "
        f"WHERE n.key > $after{_equals(where)}{only} RETURN n ORDER BY n.key LIMIT $limit"
        for label in _once(where.labels)
    )
    return f"CALL () {{\n{each}\n}}\nWITH n ORDER BY n.key LIMIT $limit\nRETURN collect([labels(n), properties(n)])"


def count(model: GraphModel, where: NodeFilter) -> str:
    """Counts to add up. Without a filter Neo4j keeps that of each label, hence those right below are taken off."""
    labels = _once(where.labels)
    if where.equals:
        counts = [("", f"(n:{exactly(model, label)}) WHERE true{_equals(where)}") for label in labels]
    else:
        below = [node.label for node in model.nodes if node.super_label in labels]
        counts = [("", f"(n:{cypher_name(label)})") for label in labels]
        counts += [("-", f"(n:{cypher_name(label)})") for label in below]
    return "\nUNION ALL\n".join(f"MATCH {found} RETURN {sign}count(n) AS nodes" for sign, found in counts)


def search(model: GraphModel, where: NodeFilter) -> str:
    """Nodes that match the Lucene query $query, and by their text the words $words, in key order."""
    return f"{_found(model, where)}\nWITH n ORDER BY n.key LIMIT $limit\nRETURN collect([labels(n), properties(n)])"


def search_counts(model: GraphModel, where: NodeFilter) -> str:
    """How many match in all, by labels and namespace."""
    return f"{_found(model, where)}\nRETURN labels(n), {_NAMESPACE}, count(*)"


def namespace_counts(model: GraphModel, where: NodeFilter) -> str:
    """How many nodes that search may find pass the filter, by labels and namespace."""
    return "\nUNION ALL\n".join(
        f"MATCH (n:{exactly(model, label)}) WHERE n.searchText <> ''{_equals(where)} "
        f"RETURN labels(n) AS labels, {_NAMESPACE} AS namespace, count(*) AS nodes"
        for label in _once(where.labels)
    )


def _found(model: GraphModel, where: NodeFilter) -> str:
    labels = " OR ".join(f"n:{exactly(model, label)}" for label in _once(where.labels))
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


# Records and the log


RECORDS = """
UNWIND $places AS place
MATCH (r:MeshlineRecord {space: place[0], partition: place[1], sort: place[2]})
RETURN r.partition, r.sort, r.value
"""
"""Records by places [space, partition, sort]."""


def scan(*, ended: bool, limited: bool, reverse: bool) -> str:
    """Records of $ranges, [space, partition, low, high]; all of them have a high end, or none has one."""
    high = " AND r.sort < range[3]" if ended else ""
    way = " DESC" if reverse else ""
    limit = f" ORDER BY r.space{way}, r.partition{way}, r.sort{way} LIMIT $limit" if limited else ""
    return f"""
UNWIND $ranges AS range
CALL (range) {{
  MATCH (r:MeshlineRecord)
  WHERE r.space = range[0] AND r.partition = range[1] AND r.sort >= range[2]{high}
  RETURN r{limit}
}}
RETURN r.partition, r.sort, r.value
"""


def _walk(where: str) -> str:
    return f"""
MATCH (r:MeshlineRecord) USING INDEX SEEK r:MeshlineRecord(space, partition, sort)
WHERE r.space = $space AND {where}
WITH r ORDER BY r.space, r.partition, r.sort LIMIT $limit
RETURN r.partition, r.sort, r.value
"""


WALK_ALL = _walk("r.partition >= '' AND r.sort >= ''")
"""Records of $space from the first on."""
WALK_PARTITION = _walk("r.partition = $partition AND r.sort > $sort")
"""Records of $space in $partition behind $sort."""
WALK_PARTITIONS = _walk("r.partition > $partition AND r.sort >= ''")
"""Records of $space in the partitions behind $partition. In one question with the former the index gives no order."""


DELETE_RECORDS = """
UNWIND $places AS place
MATCH (r:MeshlineRecord {space: place[0], partition: place[1], sort: place[2]})
DELETE r
"""

ENTRIES = "UNWIND $hashes AS hash MATCH (e:MeshlineLogEntry {hash: hash}) RETURN properties(e)"

ENTRIES_AT = "UNWIND $keys AS key MATCH (e:MeshlineLogEntry {orderKey: key}) RETURN properties(e)"

REWRITE_ENTRIES = """
UNWIND $rows AS row
MATCH (e:MeshlineLogEntry {hash: row.hash})
SET e = row
"""

ENTRY_COUNTS = """
UNWIND $statuses AS status
CALL (status) {
  MATCH (e:MeshlineLogEntry) WHERE e.status = status AND e.orderKey > ''
  RETURN count(e) AS entries
}
RETURN status, entries
"""


LOG = """
MATCH (e:MeshlineLogEntry) WHERE e.hash > $after
WITH e ORDER BY e.hash LIMIT $limit RETURN properties(e)
"""
"""Entries behind the hash $after in hash order."""


def log_in_order(where: LogFilter, *, reverse: bool) -> str:
    """Entries by order key and hash behind the pair $orderKey, $hash; of a $status, of a $producer."""
    terms, index = (
        ([], ["orderKey"]) if where.status is None else (["e.status = $status"], ["status", "orderKey"])
    )
    if where.producer is not None:
        terms, index = [*terms, "e.producer = $producer"], ["producer", "orderKey"]
    than, way = ("<", " DESC") if reverse else (">", "")
    terms += [f"e.orderKey {than}= $orderKey", f"(e.orderKey {than} $orderKey OR e.hash {than} $hash)"]
    order = ", ".join(f"e.{name}{way}" for name in (*index, "hash"))
    return f"""
MATCH (e:MeshlineLogEntry) USING INDEX SEEK e:MeshlineLogEntry({", ".join(index)})
WHERE {" AND ".join(terms)}
WITH e ORDER BY {order} LIMIT $limit
RETURN properties(e)
"""
