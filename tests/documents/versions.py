"""Versions of documents in the plainest form, and what is sent for them; generated ones over a small world.

The world is that of the generated events (tests.convergence.events), so that documents and events meet.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote

from hypothesis import strategies as st

from catalog.entry import EntryKind, LogEntry
from catalog.graph import EdgeSpec
from catalog.identity import DocumentId
from catalog.projection import Projection, Said
from catalog.statement import Described, DocumentStatement, Statements
from catalog.store.port import Store
from ingest.event import recognise
from tests.convergence.events import DATASETS, JOBS, NAMES_ONLY, PARENTS, RECEIVED_NS, RUNS
from tests.convergence.said import Event

Draw = Callable[[st.SearchStrategy[Any]], Any]
PlainEdge = tuple[str, str, str, tuple[tuple[str, Any], ...]]
"""(type, source, target, properties)."""


@dataclass(frozen=True)
class Plain:
    """One node of a document."""

    label: str
    properties: dict[str, Any] = field(default_factory=dict)
    edges: frozenset[PlainEdge] = frozenset()
    stub: bool = False


@dataclass(frozen=True)
class Version:
    """One version of a document: its source, its time, its nodes by key."""

    source: str
    ns: int
    nodes: dict[str, Plain]

    @property
    def body(self) -> str:
        nodes = {
            key: [node.label, node.properties, sorted(node.edges), node.stub]
            for key, node in self.nodes.items()
        }
        return json.dumps([self.source, self.ns, nodes], sort_keys=True)

    @property
    def hash(self) -> str:
        return sha256(self.body.encode()).hexdigest()

    @property
    def at(self) -> str:
        """The order key."""
        return f"{self.ns + 2**63:016x}0{self.hash[:32]}"

    @property
    def key(self) -> str:
        return key("document", self.source)

    def said(self) -> Said:
        """What is sent to the catalog."""
        nodes = tuple(
            Described(
                key,
                node.label,
                tuple(sorted(node.properties.items())),
                tuple(EdgeSpec(*edge) for edge in sorted(node.edges)),
                node.stub,
            )
            for key, node in self.nodes.items()
        )
        about = (("mediaType", "text/turtle"), ("source", self.source))
        statement = DocumentStatement(DocumentId(self.source), nodes, about)
        entry = LogEntry(self.hash, EntryKind.DOCUMENT, self.at, RECEIVED_NS, self.body)
        return entry, Statements(document=statement)


def key(kind: str, *parts: str) -> str:
    return "/".join((kind, *(quote(part, safe="") for part in parts)))


def version(source: str, minute: int, *nodes: tuple[str, Plain]) -> Version:
    """A version of a minute of 2024-05-01 10:00, with stubs for all that its nodes name."""
    moment = datetime(2024, 5, 1, 10, minute, tzinfo=UTC)
    return Version(source, int(moment.timestamp()) * 10**9, with_stubs(dict(nodes)))


def with_stubs(nodes: dict[str, Plain]) -> dict[str, Plain]:
    """The nodes, and a stub for each end of an edge and each dataset of a field that is not among them."""
    found = dict(nodes)
    for node in nodes.values():
        for edge in node.edges:
            for end in edge[1:3]:
                found.setdefault(end, stub(end))
    for key_ in list(found):
        if key_.startswith("field/"):
            home = identity(key_)["dataset"]
            found.setdefault(home, stub(home))
    return found


LABELS = {
    "dataset": "Dataset",
    "job": "Job",
    "run": "Run",
    "field": "Field",
    "namespace": "Namespace",
    "product": "DataProduct",
    "domain": "Domain",
    "team": "Team",
    "person": "Person",
    "tag": "Tag",
    "document": "Document",
    "output-port": "OutputPort",
    "input-port": "InputPort",
    "agreement": "AccessAgreement",
    "schema": "Schema",
    "schema-property": "SchemaProperty",
}

_FIELDED = (*DATASETS[:2], NAMES_ONLY[0])
_THINGS = (key("product", "sales"), key("product", "https://x.example/p"), key("domain", "shop"))
_POOL = (
    *(key("dataset", *names) for names in (*DATASETS, *NAMES_ONLY)),
    *(key("job", *names) for names in (*JOBS, ("jobs", "parent"), ("jobs", "ghost"))),
    *(key("run", name) for name in (*RUNS[:2], PARENTS[2])),
    *(key("field", *names, path) for names in _FIELDED for path in ("id", "total")),
    key("namespace", "dataset", "db"),
    key("namespace", "job", "x"),
    *_THINGS,
    *(key("team", "orders"), key("person", "ada"), key("tag", "pii")),
    key("document", "two.ttl"),
)


def identity(name: str) -> dict[str, Any]:
    """The properties that name a node, as every document gives them."""
    kind, *parts = name.split("/")
    texts = [unquote(part) for part in parts]
    if kind == "field":
        return {"dataset": "/".join(("dataset", *parts[:2])), "name": texts[2]}
    names = {"dataset": ("namespace", "name"), "job": ("namespace", "name"), "namespace": ("of", "name")}
    return dict(zip(names.get(kind, ("name",)), texts, strict=True)) if kind in (*names, "run") else {}


def stub(name: str) -> Plain:
    return Plain(LABELS[name.split("/")[0]], identity(name), stub=True)


def _edges() -> list[PlainEdge]:
    a, b, c = (key("dataset", *names) for names in DATASETS[:3])
    alias, job, serve = key("dataset", *NAMES_ONLY[1]), key("job", *JOBS[0]), key("job", *JOBS[1])
    f, g = (key("field", *DATASETS[n], path) for n, path in ((0, "id"), (1, "total")))
    run, parent = key("run", RUNS[0]), key("run", PARENTS[2])
    sales, other, shop = _THINGS
    return [
        ("CONSUMED_BY", a, job, ()),
        ("CONSUMED_BY", b, serve, ()),
        ("PRODUCES", job, b, ()),
        ("FEEDS", f, g, ()),
        ("FEEDS", f, g, (("subtype", "IDENTITY"),)),
        ("INFLUENCES", g, c, ()),
        ("HAD_DERIVATION", a, c, ()),
        ("ALIAS_OF", alias, a, (("aliasType", "TABLE"),)),
        ("HAS_FIELD", a, f, ()),
        ("HAS_FIELD", b, g, (("ordinal", 1), ("type", "int"))),
        ("OF_JOB", run, job, ()),
        ("OF_JOB", parent, key("job", "jobs", "parent"), ()),
        ("CHILD_OF", run, parent, ()),
        ("OWNED_BY", a, key("team", "orders"), (("ownerType", "MAINTAINER"),)),
        ("OWNED_BY", sales, key("team", "orders"), ()),
        ("TAGGED", f, key("tag", "pii"), (("value", "true"),)),
        ("EXPOSES", sales, a, ()),
        ("IN_DOMAIN", sales, shop, ()),
        ("IN_DOMAIN", other, shop, ()),
        ("CONTAINS", other, job, ()),
        ("DESCRIBES", key("document", "two.ttl"), sales, ()),
        ("IN_NAMESPACE", a, key("namespace", "dataset", "db"), ()),
    ]


EDGES: dict[str, list[PlainEdge]] = {}
for _edge in _edges():
    EDGES.setdefault(_edge[1], []).append(_edge)

SAID = st.fixed_dictionaries(
    {},
    optional={
        "description": st.sampled_from(("by a document", "otherwise")),
        "sameAs": st.sampled_from((["urn:x"], ["urn:x", "urn:y"])),
    },
)
MINUTES = (0, 1, 2, 30)


@st.composite
def plains(draw: Draw, name: str) -> Plain:
    label = LABELS[name.split("/")[0]]
    if label == "Dataset":
        label = draw(st.sampled_from(("Dataset", "Dataset", "Dataset", "Alias", "DatasetReference")))
    if label == "Job":
        label = draw(st.sampled_from(("Job", "Job", "Pipeline")))
    own = EDGES.get(name, [])
    edges = draw(st.frozensets(st.sampled_from(own))) if own else frozenset()
    return Plain(label, {**draw(SAID), **identity(name)}, edges)


@st.composite
def versions(draw: Draw) -> Version:
    """A version of one of three documents, of a few nodes of the pool or of none."""
    names = draw(st.lists(st.sampled_from(_POOL) | st.sampled_from(sorted(EDGES)), max_size=4, unique=True))
    source = draw(st.sampled_from(("one.ttl", "one.ttl", "two.ttl", "https://x.example/three")))
    nodes = {name: draw(plains(name)) for name in names}
    moment = datetime(2024, 5, 1, 10, draw(st.sampled_from(MINUTES)), tzinfo=UTC)
    return Version(source, int(moment.timestamp()) * 10**9, with_stubs(nodes))


def thing(node: str, /, *edges: PlainEdge, **properties: Any) -> tuple[str, Plain]:
    """A node that a document describes."""
    label = properties.pop("label", LABELS[node.split("/")[0]])
    return node, Plain(label, {**properties, **identity(node)}, frozenset(edges))


def send(store: Store, *batches: Iterable[Event | Version]) -> None:
    """Apply batches of events and versions, in one process."""
    projection = Projection(store)
    for batch in batches:
        projection.apply([said_of(item) for item in batch])


def said_of(item: Event | Version) -> Said:
    return item.said() if isinstance(item, Version) else recognise(json.dumps(item), received_ns=RECEIVED_NS)


def distinct(found: Iterable[Version]) -> tuple[Version, ...]:
    return tuple({one.hash: one for one in found}.values())
