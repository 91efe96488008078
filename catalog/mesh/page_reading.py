"""Reads the page of a product: a fixed number of questions, whatever it has."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from catalog.aliases import is_dataset
from catalog.graph import Direction, Edge, Node
from catalog.mesh.agreements import Agreement, agreements
from catalog.mesh.binding import Binding
from catalog.mesh.consumers import consumers
from catalog.mesh.finding import FindingFilter
from catalog.mesh.findings.context import scope
from catalog.mesh.findings.evaluation import evaluate
from catalog.mesh.members import MemberKind
from catalog.mesh.mesh import Mesh
from catalog.mesh.page import (
    MAX_LISTED,
    Consumer,
    PageContract,
    PageDataset,
    PageField,
    PagePort,
    PageSchema,
    ProductPage,
    Role,
)
from catalog.mesh.product_graph import ProductGraph
from catalog.mesh.schema_fields import ObservedField, SchemaProperty, observed_fields, schema_properties
from catalog.mesh.status import ProductStatus
from ontology.vocabulary import Label, Rel

_SAID = (Rel.CLASSIFIED_AS, Rel.MEANS)


def product_page(mesh: Mesh, product: str) -> ProductPage | None:
    """The page of a product (key); None where the mesh has no such product then."""
    node = mesh.declared.nodes.get(product)
    if node is None or node.label != Label.DATA_PRODUCT:
        return None
    return _Page(mesh, node).read()


class _Page:
    def __init__(self, mesh: Mesh, product: Node) -> None:
        self._mesh = mesh
        self._declared = mesh.declared
        self._product = product
        self._ports = mesh.declared.targets(product.key, Rel.HAS_OUTPUT_PORT)
        self._cut = False

    def read(self) -> ProductPage:
        mesh, key = self._mesh, self._product.key
        graph = mesh.graph(scope(mesh, key))
        status = mesh.statuses((key,))[key]
        offered = self._first(
            sorted({o.member for o in mesh.members.of_product(key) if o.kind is MemberKind.OFFERED})
        )
        datasets = [dataset for dataset in offered if is_dataset(dataset)]
        fields = observed_fields(mesh.reader, mesh.binder.classes, datasets, mesh.at)
        properties = self._properties()
        said = self._said(fields, properties)
        roles = self._roles()
        granted = [one for one in agreements(self._declared, mesh.now_ns) if self._concerns(one, datasets)]
        used_by = self._some(consumers(mesh, (key,), graph, {key: status})[key])
        findings = evaluate(mesh, FindingFilter(product=key), graph=graph, statuses={key: status})
        nodes = self._nodes(
            graph,
            *(role.agent for role in roles),
            *(consumer.key for consumer in used_by),
            *(edge.target for edges in said.values() for edge in edges),
            *(field.edge.target for found in fields.values() for field in found),
            *datasets,
        )
        return ProductPage(
            product=self._product,
            domains=tuple(self._domains()),
            owners=tuple(nodes[o] for o in self._declared.owners(key) if o in nodes),
            roles=roles,
            outputs=tuple(
                self._port(port, properties, said, status)
                for port in self._ports
                if port in self._declared.nodes
            ),
            inputs=tuple(self._known(self._declared.targets(key, Rel.HAS_INPUT_PORT))),
            datasets=tuple(self._dataset(one, fields[one], said, nodes) for one in datasets),
            status=status,
            upstream=graph.into(key),
            downstream=graph.out_of(key),
            consumers=used_by,
            agreements=tuple(granted),
            findings=tuple(findings),
            nodes=nodes,
            cut=self._cut or graph.cut,
        )

    def _first(self, found: list[str]) -> list[str]:
        self._cut = self._cut or len(found) > MAX_LISTED
        return found[:MAX_LISTED]

    def _known(self, keys: Iterable[str]) -> list[Node]:
        return [self._declared.nodes[key] for key in keys if key in self._declared.nodes]

    def _domains(self) -> list[Node]:
        """The domain of the product, and those above it, from the nearest on."""
        return self._known(self._declared.domains(self._product.key))

    def _roles(self) -> tuple[Role, ...]:
        edges = self._mesh.reader.edges((self._product.key,), (Rel.HAS_ROLE,), Direction.IN, self._mesh.at)
        found = []
        for edge in edges[:MAX_LISTED]:
            said = {name: str(value) for name, value in edge.properties}
            found.append(Role(edge.source, said.get("role"), said.get("since"), said.get("until")))
        return tuple(found)

    def _schemas(self, version: str) -> list[str]:
        return self._declared.targets(version, Rel.HAS_SCHEMA)

    def _versions(self, port: str) -> list[str]:
        return self._declared.targets(port, Rel.GOVERNED_BY)

    def _properties(self) -> dict[str, list[SchemaProperty]]:
        schemas = {
            schema for port in self._ports for v in self._versions(port) for schema in self._schemas(v)
        }
        return schema_properties(self._declared, self._first(sorted(schemas)))

    def _said(
        self,
        fields: Mapping[str, list[ObservedField]],
        properties: Mapping[str, list[SchemaProperty]],
    ) -> dict[str, list[Edge]]:
        """Classes and terms of fields and of properties of schemas: one question."""
        keys = {one.edge.target for found in fields.values() for one in found}
        keys |= {one.node.key for found in properties.values() for one in found}
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._mesh.reader.edges(keys, _SAID, Direction.OUT, self._mesh.at) if keys else ():
            found[edge.source].append(edge)
        return found

    def _concerns(self, one: Agreement, datasets: Collection[str]) -> bool:
        key = self._product.key
        covered = {key, *self._ports, *datasets}
        return not covered.isdisjoint(one.covers) or key in one.granted_to

    def _some(self, found: tuple[Consumer, ...]) -> tuple[Consumer, ...]:
        self._cut = self._cut or len(found) > MAX_LISTED
        return found[:MAX_LISTED]

    def _nodes(self, graph: ProductGraph, *keys: str) -> dict[str, Node]:
        """All that the page names: one question."""
        wanted = set(keys) | {end for edge in graph.edges for end in (edge.source, edge.target)}
        wanted |= {
            end for edge in graph.edges for route in edge.routes for end in (route.source, route.target)
        }
        wanted |= set(self._declared.owners(self._product.key))
        known = {key: self._declared.nodes[key] for key in wanted if key in self._declared.nodes}
        return {**self._mesh.reader.nodes(wanted - known.keys()), **known}

    def _port(
        self,
        port: str,
        properties: Mapping[str, list[SchemaProperty]],
        said: Mapping[str, list[Edge]],
        status: ProductStatus,
    ) -> PagePort:
        binding = self._mesh.bindings.get(port, Binding(port))
        return PagePort(
            node=self._declared.nodes[port],
            binding=binding,
            datasets=tuple(one.dataset for one in binding.bound),
            contracts=tuple(
                self._contract(self._declared.nodes[version], properties, said)
                for version in self._versions(port)
                if version in self._declared.nodes
            ),
            environments=tuple(self._declared.targets(port, Rel.IN_ENVIRONMENT)),
            status=next((one for one in status.ports if one.port == port), None),
        )

    def _contract(
        self,
        version: Node,
        properties: Mapping[str, list[SchemaProperty]],
        said: Mapping[str, list[Edge]],
    ) -> PageContract:
        contract = next(iter(self._known(self._declared.targets(version.key, Rel.VERSION_OF))), None)
        schemas = [
            PageSchema(
                node,
                tuple(_told(one.node, said) for one in properties.get(node.key, ())),
                self._mesh.bindings.get(node.key, Binding(node.key)),
            )
            for node in self._known(self._schemas(version.key))
        ]
        servers = self._known(self._declared.targets(version.key, Rel.HAS_SERVER))
        return PageContract(version, contract, tuple(schemas), tuple(servers))

    def _dataset(
        self,
        dataset: str,
        fields: list[ObservedField],
        said: Mapping[str, list[Edge]],
        nodes: Mapping[str, Node],
    ) -> PageDataset:
        known = [nodes[one.edge.target] for one in fields if one.edge.target in nodes]
        told = [_told(node, said) for node in known]
        told.sort(key=lambda one: (_ordinal(one.node), one.node.key))
        return PageDataset(dataset, nodes.get(dataset), tuple(told))


def _told(node: Node, said: Mapping[str, list[Edge]]) -> PageField:
    """A field or property with its classes and terms."""
    ends = [{edge.target for edge in said.get(node.key, ()) if edge.type == rel} for rel in _SAID]
    return PageField(node, *(tuple(sorted(found)) for found in ends))


def _ordinal(node: Node) -> int:
    found = node.properties.get("ordinal")
    return found if isinstance(found, int) else 1_000_000
