"""Contracts of dbt models: one for each model whose shape is enforced or that comes in versions."""

import re

from ingest.descriptors.dbt_manifest import Manifest, Node
from ingest.descriptors.dbt_schemas import DBT, schema_key
from ingest.descriptors.draft import Draft
from ontology.vocabulary import Label, Rel

FIRST = "1.0.0"
"""The version of the contract of a model that has none."""
_SHORT = re.compile(r"(\d+)(\.\d+)?")


def draw_contracts(manifest: Manifest, products: dict[str, tuple[str, str]], draft: Draft) -> None:
    """A contract with its versions for each model that has one. ``products``: unique_id → id of product, domain."""
    versions: dict[str, list[Node]] = {}
    for node in manifest.nodes.values():
        if node.promised:
            versions.setdefault(node.unversioned, []).append(node)
    for nodes in versions.values():
        ordered = sorted(nodes, key=_order)
        _draw(ordered, manifest, products, draft)


def version_key(node: Node, draft: Draft) -> str:
    """The key of the version of a contract that a model keeps to."""
    return draft.thing(Label.CONTRACT_VERSION, DBT, node.unversioned, semantic(node.version), at=node.at)


def semantic(version: str | None) -> str:
    """A version of dbt as a semantic one: 2 is 2.0.0, 1.1 is 1.1.0; other words stay as they are."""
    if version is None:
        return FIRST
    found = _SHORT.fullmatch(version)
    return version if found is None else f"{found[1]}{found[2] or '.0'}.0"


def _order(node: Node) -> tuple[tuple[tuple[int, str], ...], str]:
    """By the numbers in it, however long: the one with more digits is the greater."""
    version = semantic(node.version)
    numbers = [number.lstrip("0") for number in re.findall(r"[0-9]+", version)]
    return tuple((len(number), number) for number in numbers), version


def _draw(nodes: list[Node], manifest: Manifest, products: dict[str, tuple[str, str]], draft: Draft) -> None:
    latest = next((node for node in nodes if node.version == node.latest_version), nodes[-1])
    product, domain = products.get(latest.unique_id, (None, None))
    contract = draft.thing(Label.DATA_CONTRACT, DBT, latest.unversioned, at=latest.at)
    draft.say(
        contract,
        latest.at,
        name=latest.name,
        description=latest.description,
        status="deprecated" if all(node.deprecation_date for node in nodes) else "active",
        dataProductName=product,
        tags=latest.tags,
    )
    group = manifest.group_of(latest)
    if group is not None:
        draft.link(Rel.OWNED_BY, contract, draft.thing(Label.TEAM, group.name, at=group.at), latest.at)
    if domain is not None:
        draft.link(Rel.IN_DOMAIN, contract, draft.thing(Label.DOMAIN, domain, at=latest.at), latest.at)
    before: str | None = None
    for node in nodes:
        version = _draw_version(node, latest, product, contract, draft)
        if before is not None:
            draft.link(Rel.PREVIOUS_VERSION, version, before, node.at)
        before = version


def _draw_version(node: Node, latest: Node, product: str | None, contract: str, draft: Draft) -> str:
    version = version_key(node, draft)
    draft.say(
        version,
        node.at,
        name=node.title,
        description=node.description,
        version=semantic(node.version),
        status=_status(node, latest),
        endOfLife=node.deprecation_date,
        dataProductName=product,
        tags=node.tags,
    )
    draft.link(Rel.VERSION_OF, version, contract, node.at)
    draft.link(Rel.HAS_SCHEMA, version, schema_key(draft, node.unique_id, node), node.at)
    return version


def _status(node: Node, latest: Node) -> str:
    """A version with a date of deprecation is announced to end; one above the latest is not yet for use."""
    if node.deprecation_date is not None:
        return "deprecated"
    return "draft" if _order(node) > _order(latest) else "active"
