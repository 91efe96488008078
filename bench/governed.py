"""A generated mesh of products under policies: each has twenty tables, of which an output port serves the last."""

import random
from collections.abc import Iterator
from functools import partial
from itertools import product as pairs

from bench.graphs import NAMESPACE, SINCE_NS, Graph, Table, column_name, dataset_id
from catalog.governance.policy import Hop, Policy, Requirement, ShapeCheck, When
from catalog.graph import Edge, Node, Property
from catalog.identity import ResourceId
from catalog.store.port import ChangeSet, Store, Transaction, batched
from ingest.descriptors.reading import read_descriptor
from ingest.policies.documents import said_in
from ingest.policies.ready import ready_ids, ready_text
from ontology.vocabulary import Label, Origin, Rel

TABLES = 20
"""Of a product."""
POLICIES = 50
DOMAINS = 100
TEAMS = 200
_COLUMNS = 5
_NEAR = 500
_TOLD_BY = "document/bench"
_SEED = 20_261_122
_CHANGE = 1_000
GOVERNANCE = "team/t000"


def governed(products: int) -> Graph:
    """The tables: within a product each reads two before it, the first those that two products before it serve. Each
    column comes from one of either."""

    def tables() -> Iterator[Table]:
        chance = random.Random(_SEED)
        for number in range(products * TABLES):
            one, place = divmod(number, TABLES)
            if place:
                inputs = [number - 1, *([number - place] if place > 1 else [])]
            else:
                near = range(max(0, one - _NEAR), one)
                inputs = [other * TABLES + TABLES - 1 for other in chance.sample(near, min(2, len(near)))]
            feeds = tuple((table, column, column) for table, column in pairs(inputs, range(_COLUMNS)))
            yield Table(number, _COLUMNS, feeds)

    return Graph(f"{products:,} products, {products * TABLES:,} tables", tables, ())


def declared(products: int) -> Iterator[ChangeSet]:
    """What documents say beside: products with domain, owner, port, contract and its schema; one in fifty has none of
    the last three."""
    for numbers in batched(range(products), _CHANGE):
        nodes = [*_organisation(), *(node for number in numbers for node in _nodes(number))]
        edges = [edge for number in numbers for edge in _edges(number)]
        yield ChangeSet({node.key: node for node in nodes}, {edge.id: edge for edge in edges})


def declare(store: Store, products: int) -> None:
    """Write what documents say into a store; what is there already stays as it is."""
    for changes in declared(products):
        store.write(partial(_apply, changes))


def _apply(changes: ChangeSet, transaction: Transaction) -> None:
    transaction.apply(changes)


def policies() -> list[Policy]:
    """Fifty of them: those that come with Meshline, and shapes of datasets, most of which nearly all pass."""
    ready = [_read(id_) for id_ in ready_ids()]
    own = [
        Policy(f"shape-{number:02}", f"Shape {number}", GOVERNANCE, check)
        for number, check in enumerate(_shapes(POLICIES - len(ready)))
    ]
    return [*ready, *own]


def _read(id_: str) -> Policy:
    [one] = said_in(read_descriptor(ready_text(id_).encode(), id_).drafted.statement).policies
    return one


def _shapes(count: int) -> list[ShapeCheck]:
    """Of datasets three in four, of their properties, what is around them and their columns; the rest of jobs, products
    and ports."""
    own = Hop(Rel.CONTAINS, inverse=True)
    of_dataset = [
        (Requirement(property="name", minimum=1, pattern="^[a-z0-9_]+$"),),
        (Requirement(property="namespace", one_of=(NAMESPACE,)),),
        (Requirement(path=(own,), minimum=1, maximum=1, label=Label.DATA_PRODUCT),),
        (Requirement(path=(Hop(Rel.PRODUCES, inverse=True),), minimum=1),),
        (Requirement(path=(own, Hop(Rel.OWNED_BY)), minimum=1),),
        (
            Requirement(
                path=(Hop(Rel.HAS_FIELD),), minimum=1, then=(Requirement(property="name", minimum=1),)
            ),
        ),
        (Requirement(property="description", maximum=1), Requirement(property="title", maximum=1)),
        (Requirement(path=(Hop(Rel.OWNED_BY),), maximum=1),),
    ]
    others = [
        ShapeCheck(Label.JOB, (Requirement(property="name", pattern="^load_"),)),
        ShapeCheck(Label.DATA_PRODUCT, (Requirement(property="purpose", minimum=1),), (_ACTIVE,)),
        ShapeCheck(Label.OUTPUT_PORT, (Requirement(path=(Hop(Rel.SERVES),), minimum=1),)),
    ]
    checks = []
    for number in range(count):
        turn, rest = divmod(number, 4)
        if rest == 3:
            checks.append(others[turn % len(others)])
        else:
            checks.append(ShapeCheck(Label.DATASET, of_dataset[(number - turn) % len(of_dataset)]))
    return checks


_ACTIVE = When("lifecycle", ("active",))


def _key(kind: str, *parts: str) -> str:
    return ResourceId(kind, parts).key


def _organisation() -> Iterator[Node]:
    for number in range(DOMAINS):
        yield _node(Label.DOMAIN, _key("domain", f"d{number:03}"), f"d{number:03}")
    for number in range(TEAMS):
        email = f"t{number:03}@bench.example"
        yield _node(Label.TEAM, _key("team", f"t{number:03}"), f"t{number:03}", email=email)


def product_key(number: int) -> str:
    """The key of a product."""
    return _key("product", f"p{number:05}")


def _nodes(number: int) -> Iterator[Node]:
    name = f"p{number:05}"
    said = {"lifecycle": "active", "purpose": "What it is for."}
    yield _node(Label.DATA_PRODUCT, _key("product", name), name, **said)
    yield _node(Label.OUTPUT_PORT, _key("output-port", name, "out"), "out", visibility="unrestricted")
    if _is_promised(number):
        yield _node(Label.DATA_CONTRACT, _key("contract", name), name)
        yield _node(Label.CONTRACT_VERSION, _key("contract-version", name, "1.0.0"), name, version="1.0.0")
        yield _node(Label.SCHEMA, _key("schema", name, "1.0.0", "out"), "out")
        for column in range(_COLUMNS):
            path = column_name(column)
            key = _key("schema-property", name, "1.0.0", "out", path)
            yield _node(Label.SCHEMA_PROPERTY, key, path, description="A column.", logicalType="string")


def _node(label: Label, key: str, name: str, **said: Property) -> Node:
    return Node(key, label, {"name": name, **said})


def _edges(number: int) -> Iterator[Edge]:
    name = f"p{number:05}"
    product, port = _key("product", name), _key("output-port", name, "out")
    tables = [dataset_id(number * TABLES + place).key for place in range(TABLES)]
    told = [
        (Rel.OWNED_BY, product, _key("team", f"t{number % TEAMS:03}")),
        (Rel.IN_DOMAIN, product, _key("domain", f"d{number % DOMAINS:03}")),
        (Rel.HAS_OUTPUT_PORT, product, port),
        (Rel.SERVES, port, tables[-1]),
        *((Rel.CONTAINS, product, table) for table in tables),
    ]
    if number < DOMAINS:
        told.append((Rel.OWNED_BY, _key("domain", f"d{number:03}"), _key("team", f"t{number:03}")))
    if _is_promised(number):
        contract, version = _key("contract", name), _key("contract-version", name, "1.0.0")
        schema = _key("schema", name, "1.0.0", "out")
        told += [
            *((Rel.GOVERNED_BY, port, version), (Rel.VERSION_OF, version, contract)),
            *((Rel.HAS_SCHEMA, version, schema), (Rel.BOUND_TO, schema, tables[-1])),
        ]
        for column in range(_COLUMNS):
            path = column_name(column)
            told.append((Rel.HAS_PROPERTY, schema, _key("schema-property", name, "1.0.0", "out", path)))
    for rel, source, target in told:
        yield Edge(rel, source, target, _TOLD_BY, Origin.DECLARED, (), SINCE_NS)


def _is_promised(number: int) -> bool:
    return number % 50 > 0
