"""Words to write small meshes in: ``mesh(product("orders", exposes=["orders"]), reads("book", "orders"), …)``.

Datasets have short names: ``orders`` lies in the namespace ``postgres://db:5432`` under ``shop.public.orders``; with a
colon they are spelled out, ``snowflake://acme:shop.public.orders`` by its last colon.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.graph import Edge, Node, Property
from catalog.identity import DatasetId, JobId, namespace_key
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet, Store

Part = list[Node | Edge]
Said = Mapping[str, Property]
NAMESPACE = "postgres://db:5432"
DECLARING = "document/mesh.yaml"


def dataset(name: str) -> str:
    return identity(name).key


def identity(name: str) -> DatasetId:
    namespace, colon, rest = name.rpartition(":")
    return DatasetId(namespace, rest) if colon else DatasetId(NAMESPACE, f"shop.public.{name}")


def job(name: str) -> str:
    return JobId("airflow", name).key


def end(name: str) -> str:
    """A key as it is, else that of a dataset."""
    return name if "/" in name and ":" not in name else dataset(name)


def edge(
    type_: str,
    source: str,
    target: str,
    *,
    origin: str = "DECLARED",
    since: int | None = 1,
    via: str = DECLARING,
    **said: Any,
) -> Edge:
    """An edge that a document tells, or a job (``via``)."""
    return Edge(type_, source, target, via, origin, tuple(sorted(said.items())), since)


def node(key: str, label: str, **said: Property) -> Node:
    return Node(key, label, {"name": key.partition("/")[2], **said})


def seen(name: str, *fields: str | tuple[str, str]) -> Part:
    """A dataset with the fields of its schema, each a name or (name, type)."""
    home = identity(name)
    parts: Part = [_dataset(home)]
    for one in fields:
        path, type_ = one if isinstance(one, tuple) else (one, "text")
        key = home.field(path).key
        parts.append(Node(key, "Field", {"name": path, "dataset": home.key, "type": type_}))
        parts.append(Edge("HAS_FIELD", home.key, key, home.key, "OBSERVED", (("type", type_),), 1))
    return parts


def reads(by: str, *names: str, since: int | None = 1, until: int | None = None) -> Part:
    return [
        Edge("CONSUMED_BY", dataset(name), job(by), job(by), "OBSERVED", (), since, until) for name in names
    ]


def writes(by: str, *names: str, since: int | None = 1, until: int | None = None) -> Part:
    return [Edge("PRODUCES", job(by), dataset(name), job(by), "OBSERVED", (), since, until) for name in names]


def alias(name: str, of: str) -> Part:
    return [
        Edge("ALIAS_OF", dataset(name), dataset(of), dataset(of), "OBSERVED", (("aliasType", "TABLE"),), 1)
    ]


def product(
    name: str,
    *,
    domain: str | None = None,
    owner: str | None = None,
    exposes: Sequence[str] = (),
    contains: Sequence[str] = (),
    jobs: Sequence[str] = (),
    **said: Property,
) -> Part:
    key = f"product/{name}"
    parts: Part = [node(key, "DataProduct", **said)]
    parts += [edge("EXPOSES", key, end(one)) for one in exposes]
    parts += [edge("CONTAINS", key, end(one)) for one in contains]
    parts += [edge("CONTAINS", key, job(one)) for one in jobs]
    if domain is not None:
        parts += [node(f"domain/{domain}", "Domain"), edge("IN_DOMAIN", key, f"domain/{domain}")]
    if owner is not None:
        parts += [node(f"team/{owner}", "Team"), edge("OWNED_BY", key, f"team/{owner}")]
    return parts


def output(
    of: str, name: str, serves: Sequence[str] = (), contract: str | None = None, **said: Property
) -> Part:
    key = f"output-port/{of}/{name}"
    parts: Part = [node(key, "OutputPort", **said), edge("HAS_OUTPUT_PORT", f"product/{of}", key)]
    parts += [edge("OFFERS" if one.startswith("schema/") else "SERVES", key, end(one)) for one in serves]
    if contract is not None:
        parts.append(edge("GOVERNED_BY", key, f"contract-version/{contract}/1.0.0"))
    return parts


def input_(of: str, name: str, receives: str | None = None, contract: str | None = None) -> Part:
    key = f"input-port/{of}/{name}"
    parts: Part = [node(key, "InputPort"), edge("HAS_INPUT_PORT", f"product/{of}", key)]
    if receives is not None:
        parts.append(edge("RECEIVES", key, f"output-port/{receives}"))
    if contract is not None:
        parts.append(edge("GOVERNED_BY", key, f"contract-version/{contract}/1.0.0"))
    return parts


def contract(
    name: str, schemas: Mapping[str, Mapping[str, Property]], server: Mapping[str, Property] | None = None
) -> Part:
    """Version 1.0.0 of a contract with schema objects, each with what it says of itself."""
    version = f"contract-version/{name}/1.0.0"
    parts: Part = [
        node(f"contract/{name}", "DataContract"),
        node(version, "ContractVersion", version="1.0.0", status="active"),
        edge("VERSION_OF", version, f"contract/{name}"),
    ]
    for title, said in schemas.items():
        key = f"schema/{name}/1.0.0/{title}"
        parts += [node(key, "Schema", **{"name": title, **said}), edge("HAS_SCHEMA", version, key)]
    if server is not None:
        key = f"server/{name}/1.0.0/main"
        parts += [node(key, "Server", **server), edge("HAS_SERVER", version, key)]
    return parts


def schema_of(contract_: str, title: str) -> str:
    return f"schema/{contract_}/1.0.0/{title}"


def properties(schema: str, **types: str) -> Part:
    """Properties of a schema with their types, in their order."""
    parts: Part = []
    for ordinal, (path, type_) in enumerate(types.items(), start=1):
        key = f"schema-property/{schema.partition('/')[2]}/{path}"
        parts += [
            node(key, "SchemaProperty", name=path, type=type_),
            edge("HAS_PROPERTY", schema, key, ordinal=ordinal),
        ]
    return parts


def agreement(name: str, covers: str, to: str, status: str = "approved", **said: Property) -> Part:
    key = f"agreement/{name}"
    return [
        node(key, "AccessAgreement", status=status, **said),
        edge("COVERS", key, covers),
        edge("GRANTED_TO", key, to),
    ]


def mesh(*parts: Iterable[Node | Edge], store: Store | None = None) -> Store:
    """A store with all that, the ends of its edges, and the namespaces of its datasets."""
    opened = store or MemoryStore()
    nodes, edges = parts_of(*parts)
    opened.write(lambda transaction: transaction.apply(ChangeSet(nodes, edges)))
    return opened


def parts_of(*parts: Iterable[Node | Edge]) -> tuple[dict[str, Node], dict[str, Edge]]:
    """What such a store has: nodes by key, edges by id."""
    told = [one for part in parts for one in part]
    nodes = {one.key: one for one in told if isinstance(one, Node)}
    edges = {one.id: one for one in told if isinstance(one, Edge)}
    for one in edges.values():
        for key in (one.source, one.target):
            if key not in nodes:
                nodes[key] = _named(key)
    for key in list(nodes):
        if key.startswith("dataset/"):
            namespace = DatasetId.parse(key).namespace
            home = namespace_key("dataset", namespace)
            nodes.setdefault(home, Node(home, "Namespace", {"name": namespace, "of": "dataset"}))
    return nodes, edges


def _named(key: str) -> Node:
    kind = key.partition("/")[0]
    if kind == "dataset":
        return _dataset(DatasetId.parse(key))
    if kind == "job":
        found = JobId.parse(key)
        return Node(key, "Job", {"namespace": found.namespace, "name": found.name})
    labels = {
        "contract-version": "ContractVersion",
        "output-port": "OutputPort",
        "product": "DataProduct",
        "policy": "GovernancePolicy",
        "team": "Team",
        "domain": "Domain",
        "schema": "Schema",
    }
    return Node(key, labels[kind], {"name": key.partition("/")[2], "inferred": True})


def _dataset(found: DatasetId) -> Node:
    return Node(found.key, "Dataset", {"namespace": found.namespace, "name": found.name})
