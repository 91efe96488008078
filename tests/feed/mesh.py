"""A small mesh that changes, and what the feed tells of it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from catalog.entry import EntryKind, LogEntry
from catalog.feed.change import Change
from catalog.feed.follower import Follower
from catalog.feed.lease import Lease
from catalog.feed.log import begin, events
from catalog.identity import kind_of
from catalog.projection import Projection, Said
from catalog.store.port import Store
from ingest.event import recognise
from ingest.replay import interpret_again
from ontology.compiler import load_model
from tests.api.events import body, run_event
from tests.documents.versions import Plain, Version, key

SALES = key("product", "sales")
ORDERS_PORT = key("output-port", "sales", "orders")
ORDERS = key("dataset", "warehouse", "mart.orders")
SHOP = key("domain", "shop")
RETAIL = key("domain", "retail")
CONTRACT = key("contract", "orders")
VERSION = key("contract-version", "orders", "1.0.0")
SCHEMA = key("schema", "orders", "1.0.0", "orders")
TOTAL = key("schema-property", "orders", "1.0.0", "orders", "total")
TEAM = key("team", "orders")
_BEGIN_NS = 1_714_557_600 * 10**9  # 2024-05-01 10:00


@dataclass
class Mesh:
    """One store; ``minute``: of the next document."""

    store: Store
    minute: int = 0
    findings_s: float = 5.0
    lease: Lease = field(init=False)
    follower: Follower = field(init=False)
    projection: Projection = field(init=False)

    def __post_init__(self) -> None:
        self.lease = Lease(self.store, time.time_ns)
        self.follower = Follower(self.store, self.lease, time.time_ns, self.findings_s)
        self.projection = Projection(self.store, read_again)

    def describe(self, *nodes: tuple[str, Plain], source: str = "mesh.yaml") -> None:
        """A version of a document."""
        self.minute += 1
        ends = {end for _, plain in nodes for one in plain.edges for end in one[1:3]}
        stubs = {end: Plain(load_model().label_of_kind(kind_of(end)), stub=True) for end in ends}
        said = Version(source, _BEGIN_NS + self.minute * 60 * 10**9, {**stubs, **dict(nodes)}).said()
        self.projection.apply([said])

    def send(self, event: dict[str, Any]) -> None:
        """An event of OpenLineage."""
        self.projection.apply([recognise(body(event), received_ns=time.time_ns())])

    def follow(self) -> list[Change]:
        """What the feed tells from now on, of all that changed since it last did; without findings."""
        return [one for one in self.follow_all() if not one.news.kind.startswith("finding.")]

    def follow_all(self) -> list[Change]:
        """The same with findings."""
        known = begin(self.store).last
        assert self.lease.hold()
        while self.follower.step():
            pass
        with self.store.read() as reader:
            return events(reader, known, 1000)


def read_again(entry: LogEntry) -> Said:
    """What a stored entry says: the documents of these tests have a form of their own."""
    if entry.kind is not EntryKind.DOCUMENT:
        return interpret_again(entry)
    source, ns, nodes = json.loads(entry.body)
    plains = {
        key_: Plain(label, said, frozenset((*ends, tuple(map(tuple, more))) for *ends, more in edges), stub)
        for key_, (label, said, edges, stub) in nodes.items()
    }
    return Version(source, ns, plains).said()


def edge(
    type_: str, source: str, target: str, **properties: Any
) -> tuple[str, str, str, tuple[tuple[str, Any], ...]]:
    return type_, source, target, tuple(sorted(properties.items()))


def node(key_: str, label: str, *edges: tuple[str, str], **properties: Any) -> tuple[str, Plain]:
    """A node with what leaves it, as (type, target)."""
    own = frozenset(edge(type_, key_, target) for type_, target in edges)
    return key_, Plain(label, {"name": key_.rpartition("/")[2], **properties}, own)


def sales(
    *, owner: str = TEAM, total: str = "number", domain: str = SHOP, **product: Any
) -> list[tuple[str, Plain]]:
    """A product with a port, under a contract with a schema, in a domain of a domain."""
    return [
        node(RETAIL, "Domain"),
        node(SHOP, "Domain", ("PART_OF", RETAIL)),
        node(TEAM, "Team"),
        node(
            SALES,
            "DataProduct",
            ("IN_DOMAIN", domain),
            ("OWNED_BY", owner),
            ("HAS_OUTPUT_PORT", ORDERS_PORT),
            **product,
        ),
        node(ORDERS_PORT, "OutputPort", ("SERVES", ORDERS), ("GOVERNED_BY", VERSION)),
        node(CONTRACT, "DataContract"),
        node(VERSION, "ContractVersion", ("VERSION_OF", CONTRACT), ("HAS_SCHEMA", SCHEMA), version="1.0.0"),
        node(SCHEMA, "Schema", ("HAS_PROPERTY", TOTAL)),
        node(TOTAL, "SchemaProperty", type=total),
    ]


def told(changes: list[Change]) -> list[tuple[str, str, str]]:
    """Kind, subject and how, sorted."""
    return sorted((one.news.kind.value, one.news.subject, one.news.how.value) for one in changes)


MakeMesh = Callable[[Store], Mesh]

__all__ = ["run_event"]
