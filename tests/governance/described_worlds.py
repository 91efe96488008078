"""Small generated meshes as people and pipelines tell them: descriptors, curations and events; and changes of them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from catalog.curation import Aspect
from catalog.governance.policy import (
    Check,
    LineageCheck,
    Policy,
    QueryCheck,
    Requirement,
    Rule,
    Scope,
    ScopeKind,
    ShapeCheck,
    When,
)
from catalog.governance.stored import policy_edges, policy_properties
from catalog.graph import Edge, Node
from catalog.projection import Projection, Said
from catalog.store.port import ChangeSet, Store
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.given import NOTHING_GIVEN
from ingest.event import recognise
from tests.curation.curations import curation
from tests.governance.policies import shapes
from tests.governance.words import path, policy

RECEIVED_NS = 1_716_000_000_000_000_000
MAX_BYTES = 1 << 20
PRODUCTS, DOMAINS, TEAMS, TABLES, CONTRACTS = (
    ("p0", "p1", "p2"),
    ("sales", "shop"),
    ("a", "b"),
    "wxyz",
    ("c0",),
)
CLASSES = ("secret", "open")
Json = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]


def document(source: str, *, at: int = 0, **sections: Any) -> Said:
    """A descriptor of Meshline, received at a second."""
    text = json.dumps({"meshline": 1, **{name: value for name, value in sections.items() if value}})
    received_ns = RECEIVED_NS + at * 10**9
    read = interpret_descriptor(
        text.encode(), source, NOTHING_GIVEN, received_ns=received_ns, max_bytes=MAX_BYTES
    )
    assert not read.kept_out, read.interpretation.violations
    return read.entry, read.statements


def _table(name: str) -> Json:
    return {"namespace": "db", "name": name}


@st.composite
def organisations(draw: Draw) -> Json:
    """Domains, teams and classes."""
    members = [{"person": "ada", "role": draw(st.sampled_from(("owner", "member")))}]
    return {
        "domains": [
            {"id": "sales"},
            {"id": "shop", **draw(_some({"parent": st.just("sales"), "owner": _owners()}))},
        ],
        "teams": [
            {"id": "a", **draw(_some({"email": st.just("a@shop.example")}))},
            {"id": "b", "domain": "shop"},
            {"id": "governance", "members": members},
        ],
        "people": [{"id": "ada"}],
        "classifications": [
            {"id": "open", "level": 1},
            {"id": "secret", "level": draw(st.sampled_from((1, 3)))},
        ],
    }


def _owners() -> st.SearchStrategy[str]:
    return st.sampled_from(TEAMS)


def _some(optional: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({}, optional=optional)


def _tables(most: int = 2) -> st.SearchStrategy[list[Json]]:
    return st.lists(st.sampled_from(TABLES), max_size=most, unique=True).map(
        lambda names: list(map(_table, names))
    )


@st.composite
def products(draw: Draw, id_: str) -> Json:
    """A document of one product."""
    port = {
        "datasets": _tables(),
        "contract": st.just({"id": "c0", "version": "1.0.0"}),
        "visibility": st.sampled_from(("unrestricted", "private")),
    }
    names = draw(st.lists(st.sampled_from(("out", "more")), max_size=2, unique=True))
    outputs = [{"name": name, **draw(_some(port))} for name in names]
    others = [one for one in PRODUCTS if one != id_]
    inputs = [{"name": "in", "from": {"product": draw(st.sampled_from(others)), "port": "out"}}]
    said = _some(
        {
            "domain": st.sampled_from(DOMAINS),
            "owner": _owners(),
            "lifecycle": st.sampled_from(("draft", "active", "deprecated")),
            "purpose": st.just("What it is for."),
            "tags": st.just(["gold"]),
            "datasets": _tables(),
            "classifications": st.just(["open"]),
        }
    )
    product = {
        "id": id_,
        **draw(said),
        "outputs": outputs,
        **({"inputs": inputs} if draw(st.booleans()) else {}),
    }
    return {"products": [product]}


@st.composite
def contracts(draw: Draw, id_: str) -> Json:
    """A document of one contract."""
    field = {"classifications": st.just(["secret"]), "description": st.just("A field.")}
    names = draw(st.lists(st.sampled_from(("k", "v")), min_size=1, max_size=2, unique=True))
    schema = {
        "name": draw(st.sampled_from(TABLES)),
        "fields": [{"name": name, "type": "string", **draw(_some(field))} for name in names],
        **draw(_some({"dataset": st.sampled_from(TABLES).map(_table), "classifications": st.just(["open"])})),
    }
    objectives = draw(
        _some(
            {
                "objectives": st.just(
                    [{"metric": "freshness", "operator": "lt", "threshold": 1, "unit": "day"}]
                )
            }
        )
    )
    version = {"version": "1.0.0", "status": draw(st.sampled_from(("draft", "active"))), "schema": [schema]}
    return {"contracts": [{"id": id_, "owner": draw(_owners()), "versions": [version | objectives]}]}


@st.composite
def runs(draw: Draw) -> Json:
    """An event of a run that reads some tables and writes one, with columns."""
    source, target = draw(st.lists(st.sampled_from(TABLES), min_size=2, max_size=2, unique=True))
    columns = {
        name: {
            "inputFields": [
                {
                    **_table(source),
                    "field": draw(st.sampled_from(("k", "v"))),
                    "transformations": [{"type": "DIRECT", "subtype": "IDENTITY"}],
                }
            ]
        }
        for name in draw(st.lists(st.sampled_from(("k", "v")), max_size=2, unique=True))
    }
    facets = {"schema": _facet(fields=[{"name": "k", "type": "int"}, {"name": "v", "type": "string"}])}
    lineage = {"columnLineage": _facet(fields=columns)} if columns else {}
    return {
        **_SENT,
        "eventType": "COMPLETE",
        "eventTime": "2024-05-01T10:00:00Z",
        "run": {"runId": "0190d3b6-0000-7000-8000-00000000000" + str(draw(st.integers(0, 9)))},
        "job": _table(draw(st.sampled_from(("load", "copy")))),
        "inputs": [{**_table(source), "facets": facets}],
        "outputs": [{**_table(target), "facets": {**facets, **lineage}}],
    }


def written(table: str, *fields: str) -> Json:
    """An event of a run that writes a table with these fields."""
    schema = _facet(fields=[{"name": name, "type": "int"} for name in fields])
    return {
        **_SENT,
        "eventType": "COMPLETE",
        "eventTime": "2024-05-01T10:00:00Z",
        "run": {"runId": "0190d3b6-0000-7000-8000-0000000000ff"},
        "job": _table("load"),
        "outputs": [{**_table(table), "facets": {"schema": schema}}],
    }


_SENT = {
    "producer": "https://shop.example",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
}


def _facet(**members: Any) -> Json:
    return {"_producer": "https://shop.example", "_schemaURL": "https://shop.example/facet.json", **members}


def event(told: Json) -> Said:
    return recognise(json.dumps(told), received_ns=RECEIVED_NS)


def documents() -> st.SearchStrategy[tuple[str, Json]]:
    """A source and what its document says."""
    org = organisations().map(lambda said: ("org.yaml", said))
    goods = [products(id_).map(lambda said, id_=id_: (f"{id_}.yaml", said)) for id_ in PRODUCTS]  # type: ignore[misc]
    terms = [contracts(id_).map(lambda said, id_=id_: (f"{id_}.yaml", said)) for id_ in CONTRACTS]  # type: ignore[misc]
    return st.one_of(org, *goods, *terms)


@st.composite
def curations(draw: Draw) -> Said:
    """A change that a person makes in place."""
    product, table = (
        f"product/{draw(st.sampled_from(PRODUCTS))}",
        f"dataset/db/{draw(st.sampled_from(TABLES))}",
    )
    field = f"{table.replace('dataset', 'field')}/{draw(st.sampled_from('kv'))}"
    subject, aspect, value = draw(
        st.sampled_from(
            (
                (product, Aspect.OWNER, {"agent": "team/b"}),
                (product, Aspect.DOMAIN, {"domain": "domain/sales"}),
                (product, Aspect.TAGS, {"tags": [{"tag": "gold"}]}),
                (table, Aspect.OWNER, {"agent": "team/a"}),
                (table, Aspect.CLASSIFICATIONS, {"classifications": ["classification/secret"]}),
                (field, Aspect.CLASSIFICATIONS, {"classifications": ["classification/secret"]}),
                (field, Aspect.CLASSIFICATIONS, {"classifications": []}),
                ("schema/c0/1.0.0/w", Aspect.BINDING, {"bound": [table], "rejected": []}),
                ("output-port/p0/out", Aspect.BINDING, {"bound": [], "rejected": [table]}),
            )
        )
    )
    return curation(subject, aspect, value, 30)


SCOPES = st.sampled_from(
    (
        Scope(),
        Scope(),
        Scope(ScopeKind.DOMAIN, "sales"),
        Scope(ScopeKind.DOMAIN, "shop"),
        Scope(ScopeKind.PRODUCT, "p0"),
        Scope(ScopeKind.TAG, "gold"),
    )
)
_ACTIVE = (When("lifecycle", ("active",)),)
_DESCRIBED = Requirement(property="description", minimum=1)
MESH = "PREFIX mesh: <https://w3id.org/meshline/ns#> "
CHECKS: tuple[Check, ...] = (
    ShapeCheck("DataProduct", (Requirement(property="purpose", minimum=1),), _ACTIVE),
    ShapeCheck("DataProduct", (Requirement(path=path("OWNED_BY"), minimum=1, maximum=1),)),
    ShapeCheck("Team", (Requirement(path=path("^OWNED_BY"), maximum=1),)),
    ShapeCheck("Domain", (Requirement(path=path("^IN_DOMAIN", "OWNED_BY"), maximum=1),)),
    ShapeCheck(
        "DataProduct",
        (
            Requirement(
                path=path("HAS_OUTPUT_PORT"),
                then=(
                    Requirement(
                        path=path("GOVERNED_BY", "HAS_SLO"),
                        minimum=1,
                        such=(Requirement(property="operator", minimum=1),),
                    ),
                ),
            ),
        ),
    ),
    ShapeCheck(
        "ContractVersion", (Requirement(path=path("HAS_SCHEMA", "HAS_PROPERTY"), then=(_DESCRIBED,)),)
    ),
    ShapeCheck("Field", (Requirement(path=path("CLASSIFIED_AS"), minimum=1),)),
    ShapeCheck("Dataset", (Requirement(path=path("^SERVES"), minimum=1, label="OutputPort"),)),
    *(LineageCheck(Rule.PROPAGATE, of) for of in ("Field", "Dataset")),
    *(LineageCheck(Rule.CROSSING, of) for of in ("DataProduct", "Job")),
    LineageCheck(Rule.CYCLE, "DataProduct"),
    LineageCheck(Rule.ORPHAN, "Dataset"),
    LineageCheck(Rule.STALE, "OutputPort"),
    LineageCheck(Rule.REACH, "DataProduct", (("tags", ("gold",)),)),
    *(LineageCheck(Rule.COMPARE, of) for of in ("DataContract", "Dataset")),
)
QUERIES = (
    QueryCheck("DataProduct", f"{MESH} SELECT ?this {{ ?this mesh:tagged ?tag }}"),
    QueryCheck("Team", f"{MESH} SELECT ?this {{ ?any mesh:ownedBy ?this ; mesh:purpose ?what }}"),
    QueryCheck("Dataset", "SELECT ?this { ?this ?any ?what } LIMIT 1"),
)


@st.composite
def policies(draw: Draw, checks: Sequence[Check] = CHECKS) -> list[Policy]:
    """A policy of each check, each on some part of the mesh, and of some generated ones."""
    more = draw(st.lists(shapes(), max_size=2)) if checks is CHECKS else []
    return [
        policy(check, f"rule-{number}", scope=draw(SCOPES)) for number, check in enumerate([*checks, *more])
    ]


@dataclass(frozen=True, slots=True)
class Case:
    """A mesh, what is to be changed in it, and its policies."""

    told: list[Said]
    change: list[Said]
    policies: list[Policy]


@st.composite
def cases(draw: Draw, checks: Sequence[Check] = CHECKS) -> Case:
    told: list[Said] = [document("org.yaml", **draw(organisations()))]
    told += [document(f"{id_}.yaml", **draw(products(id_))) for id_ in PRODUCTS if draw(st.integers(0, 4))]
    told += [document(f"{id_}.yaml", **draw(contracts(id_))) for id_ in CONTRACTS if draw(st.integers(0, 4))]
    told += [
        event(one) for one in draw(st.lists(runs(), max_size=3, unique_by=lambda one: one["run"]["runId"]))
    ]
    told += draw(st.lists(curations(), max_size=1))
    changed = dict(draw(st.lists(documents(), min_size=1, max_size=2)))
    change = [document(source, at=60, **what) for source, what in sorted(changed.items())]
    if draw(st.booleans()):
        change = [draw(curations())]
    return Case(told, change, draw(policies(checks)))


def put(store: Store, case: Case) -> None:
    """Put the mesh and its policies into a store."""
    for one in case.told:
        Projection(store).apply([one])
    rules = case.policies
    nodes = {one.key: Node(one.key, "GovernancePolicy", policy_properties(one)) for one in rules}
    ends = {end for one in rules for edge in policy_edges(one) for end in (edge.target,)}
    with store.read() as reader:
        known = reader.nodes(ends)
    label = {"team": "Team", "domain": "Domain", "product": "DataProduct"}
    stubs = {end: Node(end, label[end.split("/")[0]], {"inferred": True}) for end in ends if end not in known}
    told = [edge for one in rules for edge in policy_edges(one)]
    edges = [Edge(e.type, e.source, e.target, "document/rules", "DECLARED", e.properties, 1) for e in told]
    changes = ChangeSet({**nodes, **stubs}, {edge.id: edge for edge in edges})
    store.write(lambda transaction: transaction.apply(changes))
