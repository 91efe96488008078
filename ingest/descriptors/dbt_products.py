"""Groups of a dbt project as teams and data products: what is public is offered at a port, the rest lies inside.

A group is a product of its own, ``<project>.<group>``, unless ``meta`` names another. What a product reads of others
and of sources it takes at input ports.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.descriptors.dbt_contracts import version_key
from ingest.descriptors.dbt_manifest import PUBLIC, Group, Manifest, Node
from ingest.descriptors.dbt_meta import meant
from ingest.descriptors.dbt_people import draw_team
from ingest.descriptors.dbt_schemas import schema_key
from ingest.descriptors.draft import Draft
from ontology.vocabulary import Label, Rel


@dataclass(frozen=True, slots=True)
class Product:
    """A data product of the project: its models and the groups they are of, its own first."""

    id: str
    name: str
    domain: str
    groups: tuple[Group, ...]
    nodes: tuple[Node, ...]


def products(manifest: Manifest) -> dict[str, Product]:
    """By its id. A group without models is one too; what is of no group and names no product is of none."""
    groups: dict[str, list[Group]] = {}
    nodes: dict[str, list[Node]] = {}
    for group in manifest.groups.values():
        groups.setdefault(_product_of(group), []).append(group)
    for node in manifest.nodes.values():
        product = product_of(node, manifest)
        if product is None or node.kind == "source":
            continue
        nodes.setdefault(product, []).append(node)
        own = manifest.group_of(node)
        if own is not None and own not in groups.setdefault(product, []):
            groups[product].append(own)
    return {
        product: Product(
            id=product,
            name=next(
                (group.name for group in groups[product] if product == f"{group.package}.{group.name}"),
                product,
            ),
            domain=_domain(groups[product], nodes.get(product, []), manifest),
            groups=tuple(groups[product]),
            nodes=tuple(nodes.get(product, ())),
        )
        for product in groups
    }


def product_of(node: Node, manifest: Manifest) -> str | None:
    """The id of the product that a node is of; of a source that which it comes from, where ``meta`` says so."""
    group = manifest.group_of(node)
    return meant(node.meta).product or (None if group is None else _product_of(group))


def draw_products(manifest: Manifest, found: dict[str, Product], draft: Draft) -> None:
    """Teams, products, ports."""
    _warn_of_homeless(manifest, draft)
    for group in manifest.groups.values():
        draw_team(group, draft)
    for product in found.values():
        key = _draw(product, draft)
        for node in product.nodes:
            if node.access == PUBLIC:
                _draw_output(node, key, product, draft)
            else:
                draft.link(Rel.CONTAINS, key, schema_key(draft, node.unique_id, node), node.at)
        for read, reader in _reads(product, manifest):
            _draw_input(read, reader, key, product, manifest, draft)


def _warn_of_homeless(manifest: Manifest, draft: Draft) -> None:
    """Models of this project that are in no product: people would look for them there."""
    models = [node for node in manifest.nodes.values() if node.kind == "model"]
    lost = [n for n in models if n.package == manifest.project and product_of(n, manifest) is None]
    if lost:
        many = "1 model is" if len(lost) == 1 else f"{len(lost)} models are"
        first = lost[0].title
        message = (
            f"{many} in no data product, first {first}: a group, or data_product in meta, would give one."
        )
        draft.warn(lost[0].at, message)


def _draw(product: Product, draft: Draft) -> str:
    at = (product.groups or product.nodes)[0].at
    key = draft.thing(Label.DATA_PRODUCT, product.id, at=at)
    first = next(iter(product.groups), None)
    draft.say(key, at, name=product.name, description=None if first is None else first.description)
    draft.link(Rel.IN_DOMAIN, key, draft.thing(Label.DOMAIN, product.domain, at=at), at)
    for group in product.groups:
        team = draft.thing(Label.TEAM, group.name, at=group.at)
        if group is first:
            draft.link(Rel.OWNED_BY, key, team, group.at)
        else:
            draft.link(Rel.HAS_ROLE, team, key, group.at, role="contributor")
    return key


def _draw_output(node: Node, key: str, product: Product, draft: Draft) -> None:
    port = port_key(node, product.id, draft)
    draft.say(
        port,
        node.at,
        name=node.title,
        description=node.description,
        version=node.version,
        protocol="SQL",
        visibility="unrestricted",
    )
    draft.link(Rel.HAS_OUTPUT_PORT, key, port, node.at)
    draft.link(Rel.OFFERS, port, schema_key(draft, node.unique_id, node), node.at)
    if node.promised:
        draft.link(Rel.GOVERNED_BY, port, version_key(node, draft), node.at)
    named = meant(node.meta).contract
    if named is not None:
        draft.link(Rel.GOVERNED_BY, port, draft.thing(Label.DATA_CONTRACT, named, at=node.at), node.at)


def port_key(node: Node, product: str, draft: Draft) -> str:
    """The output port at which a product offers a model: one for each version."""
    parts = (product, node.name) if node.version is None else (product, node.name, node.version)
    return draft.thing(Label.OUTPUT_PORT, *parts, at=node.at)


def _draw_input(
    read: Node, reader: Node, key: str, product: Product, manifest: Manifest, draft: Draft
) -> None:
    port = draft.thing(Label.INPUT_PORT, product.id, read.unique_id, at=reader.at)
    draft.say(port, reader.at, name=read.title)
    draft.link(Rel.HAS_INPUT_PORT, key, port, reader.at)
    upstream = product_of(read, manifest)
    if read.kind != "source" and read.access == PUBLIC and upstream is not None:
        draft.link(Rel.RECEIVES, port, port_key(read, upstream, draft), reader.at)
        if read.promised:
            draft.link(Rel.GOVERNED_BY, port, version_key(read, draft), reader.at)
        return
    schema = schema_key(draft, read.unique_id, reader)
    draft.link(Rel.DEPENDS_ON, port, schema, reader.at, dependencyType=read.kind)
    if read.kind == "source" and upstream is not None:
        other = draft.thing(Label.DATA_PRODUCT, upstream, at=read.at)
        draft.link(Rel.DEPENDS_ON, port, other, read.at, dependencyType=read.kind)


def _reads(product: Product, manifest: Manifest) -> Iterator[tuple[Node, Node]]:
    """What the product reads of others and of sources, each once, with the first of its models that does."""
    found: dict[str, tuple[Node, Node]] = {}
    for reader in product.nodes:
        for unique_id in reader.depends_on:
            read = manifest.nodes.get(unique_id)
            if read is None or unique_id in found:
                continue
            upstream = product_of(read, manifest)
            if read.kind == "source" or upstream not in (None, product.id):
                found[unique_id] = (read, reader)
    yield from found.values()


def _product_of(group: Group) -> str:
    return meant(group.meta).product or f"{group.package}.{group.name}"


def _domain(groups: list[Group], nodes: list[Node], manifest: Manifest) -> str:
    """What the groups say, else what all models say that say one, else the project."""
    told = [*filter(None, (meant(group.meta).domain for group in groups))]
    if told:
        return told[0]
    of_nodes = {domain for node in nodes if (domain := meant(node.meta).domain) is not None}
    return of_nodes.pop() if len(of_nodes) == 1 else manifest.project
