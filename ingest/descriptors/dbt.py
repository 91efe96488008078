"""The manifest of dbt (``target/manifest.json``): groups, models, contracts, tests and exposures of a project.

A manifest has the database, schema and name of a table, and not the address at which the adapter finds it. So nothing
here says which dataset a model is: ``catalog.mesh`` finds that from what jobs tell.
"""

import re
from collections.abc import Mapping
from typing import Any

from ingest.descriptors.dbt_contracts import draw_contracts
from ingest.descriptors.dbt_exposures import draw_exposures
from ingest.descriptors.dbt_manifest import NO_PLACE, read_manifest
from ingest.descriptors.dbt_products import draw_products, products
from ingest.descriptors.dbt_schemas import draw_schemas
from ingest.descriptors.draft import Draft
from ingest.descriptors.text import Part
from ingest.descriptors.typed import Typed

_SCHEMA = re.compile(r".*/dbt/manifest/v([0-9]{1,4})\.json")
NEWEST = 12
"""The newest version of the manifest that was looked at."""


def matches(value: Mapping[str, Any]) -> bool:
    """Whether it is a manifest of dbt, by the schema that it names."""
    return _version(value) is not None


def read(part: Part, draft: Draft) -> None:
    """All that a manifest says."""
    value = part.value
    version = _version(value)
    if version is not None and version > NEWEST:
        draft.warn(
            ("metadata", "dbt_schema_version"),
            f"Manifests are known up to v{NEWEST}: what is new is not read.",
        )
    manifest = read_manifest(value, draft)
    found = products(manifest)
    draw_schemas(manifest, draft)
    of_nodes = {
        node.unique_id: (product.id, product.domain) for product in found.values() for node in product.nodes
    }
    draw_contracts(manifest, of_nodes, draft)
    draw_products(manifest, found, draft)
    draw_exposures(manifest, draft)
    for section in NO_PLACE:
        for _, at in Typed(draft).mappings(value, (), section):
            draft.unmapped(at, like=(section, "*"))


def _version(value: Mapping[str, Any]) -> int | None:
    metadata = value.get("metadata")
    schema = metadata.get("dbt_schema_version") if isinstance(metadata, dict) else None
    found = _SCHEMA.fullmatch(schema) if isinstance(schema, str) else None
    return None if found is None else int(found[1])
