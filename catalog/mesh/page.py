"""The page of one product for those who want to use it: who answers for it, what it offers, how it is, who uses it."""

from dataclasses import dataclass

from catalog.graph import Node
from catalog.mesh.agreements import Agreement
from catalog.mesh.binding import Binding
from catalog.mesh.finding import Finding
from catalog.mesh.product_graph import ProductEdge
from catalog.mesh.status import PortStatus, ProductStatus

MAX_LISTED = 1000
"""Datasets, fields and roles that are listed of one product; ``cut`` says where there are more."""


@dataclass(frozen=True, slots=True)
class Role:
    """What an agent (key) is to the product, since and until when."""

    agent: str
    role: str | None
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class PageField:
    """A field of a dataset that is offered, or a property of a schema, with what people say of it: classes and terms
    (keys)."""

    node: Node
    classifications: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageSchema:
    """A schema object of a contract: its properties in their order, and the dataset that it is bound to."""

    node: Node
    properties: tuple[PageField, ...]
    binding: Binding


@dataclass(frozen=True, slots=True)
class PageContract:
    """A contract that governs a port: its version, itself where it is known, what it promises."""

    version: Node
    contract: Node | None
    schemas: tuple[PageSchema, ...]
    servers: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class PageDataset:
    """A dataset that is offered. ``node`` None: nothing is known of it but its key."""

    dataset: str
    node: Node | None
    fields: tuple[PageField, ...]


@dataclass(frozen=True, slots=True)
class PagePort:
    """An output port: its address and how to connect stand in the nodes of the port and of the servers."""

    node: Node
    binding: Binding
    datasets: tuple[str, ...]
    contracts: tuple[PageContract, ...]
    environments: tuple[str, ...]
    status: PortStatus | None


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who uses the product: another product, or a job that belongs to none (keys). ``datasets``: what it reads;
    ``declared``: whether an input port or an agreement states it."""

    key: str
    datasets: tuple[str, ...]
    declared: bool


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Everything of the consumer's page. ``nodes``: all that is named by key, as far as it is known."""

    product: Node
    domains: tuple[Node, ...]
    owners: tuple[Node, ...]
    roles: tuple[Role, ...]
    outputs: tuple[PagePort, ...]
    inputs: tuple[Node, ...]
    datasets: tuple[PageDataset, ...]
    status: ProductStatus
    upstream: tuple[ProductEdge, ...]
    downstream: tuple[ProductEdge, ...]
    consumers: tuple[Consumer, ...]
    agreements: tuple[Agreement, ...]
    findings: tuple[Finding, ...]
    nodes: dict[str, Node]
    cut: bool
