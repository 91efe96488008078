"""A dbt manifest as one side of a comparison: its nodes, what it tells of them, and which datasets they are."""

from dataclasses import dataclass

from catalog.identity import DatasetId
from catalog.names import name_parts
from ingest.descriptors.dbt_manifest import EPHEMERAL, Manifest, Node, read_manifest
from ingest.descriptors.draft import Draft
from ingest.descriptors.text import Part
from ingest.proposals.bound import Bound
from ingest.proposals.told import Told
from ontology.vocabulary import Label

MADE = frozenset(("model", "seed", "snapshot"))
"""What a project makes itself; a source that is named otherwise stays where it is."""


@dataclass(frozen=True, slots=True)
class Side:
    """A manifest, as its nodes and as what it tells of them; ``bound``: which datasets they are."""

    manifest: Manifest
    told: Told
    bound: Bound

    def made(self) -> dict[str, Node]:
        """The nodes that the project makes, which have a table."""
        return {
            key: node
            for key, node in self.manifest.nodes.items()
            if node.kind in MADE and node.materialized != EPHEMERAL and node.identifier
        }

    def datasets(self, unique_id: str) -> tuple[str, ...]:
        """The datasets that a node is."""
        return self.bound.datasets(schema_of(unique_id))


def schema_of(unique_id: str) -> str:
    """The key of the schema of a node."""
    return Draft("").thing(Label.SCHEMA, "dbt", unique_id)


def manifest_in(part: Part, file: str) -> Manifest:
    """The manifest in a document that is one."""
    return read_manifest(part.value, Draft(file))


def table_of(subject: str, node: Node, other_target: bool = False) -> str | None:
    """The key of the dataset where a node lies now, where its name is another; None where it is the same."""
    try:
        known = DatasetId.parse(subject)
    except ValueError:
        return None
    before = name_parts(known.name)
    told = [part for part in (node.database, node.schema, node.identifier) if part]
    after = tuple(told[-len(before) :]) if len(told) >= len(before) else (*before[: -len(told)], *told)
    if other_target:
        after = (*before[:-1], after[-1])
    if tuple(part.casefold() for part in after) == tuple(part.casefold() for part in before):
        return None
    return DatasetId(known.namespace, ".".join(after)).key


def relation(subjects: tuple[str, ...], node: Node) -> str | None:
    """The table of a dataset as the SQL of a manifest names it: its own parts in the quotes of the new one."""
    if not subjects or node.relation is None:
        return None
    try:
        parts = name_parts(DatasetId.parse(subjects[0]).name)
    except ValueError:
        return None
    quote = node.relation[:1] if node.relation[:1] in '"`' else ""
    return ".".join(f"{quote}{part}{quote}" for part in parts)
