"""Models that a project has no more: their tables go, unless another model goes on making them."""

from collections.abc import Iterator

from catalog.coverage import spoken
from catalog.impact.change import Change, ChangeKind, Place
from ingest.descriptors.dbt_manifest import EPHEMERAL, Node
from ingest.proposals.bound import Bound
from ingest.proposals.gathered import Gathered
from ingest.proposals.manifest_side import MADE, Side, table_of
from ontology.vocabulary import Label

SAME_SQL = 0.9
"""How sure it is that a new model of the very same SQL is the old one under another name."""


def gone(found: Gathered, graph: Bound, base: Side | None, head: Side, file: str) -> None:
    """Adds what becomes of the tables of models that are no more."""
    kept = head.made()
    if base is not None:
        lost = {key: base.datasets(key) for key in base.made() if key not in kept}
    else:
        lost = dict(_lost_of_graph(graph, head))
    still = {subject for key in kept for subject in head.datasets(key)}
    for unique_id, datasets in sorted(lost.items()):
        if not datasets:
            found.unread.append(f"{file}: {unique_id}, which is no more, is no dataset that is known.")
        for subject in datasets:
            if subject not in still:
                found.changes.append(_change(subject, unique_id, base, head, file))


def _lost_of_graph(graph: Bound, head: Side) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The nodes of the project that an earlier manifest told the graph of, and this one does not have."""
    declared, kept = graph.declared, {*head.manifest.nodes}
    for node in declared.of(Label.SCHEMA):
        unique_id = declared.text(node.key, "uniqueId")
        parts = (unique_id or "").split(".")
        if unique_id is None or unique_id in kept or len(parts) < 3 or parts[1] != head.manifest.project:
            continue
        virtual = (declared.text(node.key, "objectType") or "").lower() == EPHEMERAL
        if parts[0] in MADE and not virtual and declared.is_described(node.key):
            yield unique_id, graph.datasets(node.key)


def _change(subject: str, unique_id: str, base: Side | None, head: Side, file: str) -> Change:
    """It moves where one new model has its SQL; else it goes."""
    old = base.manifest.nodes.get(unique_id) if base is not None else None
    heirs = (
        []
        if old is None or base is None
        else [
            node
            for key, node in head.made().items()
            if key not in base.manifest.nodes and _sql(node) is not None and _sql(node) == _sql(old)
        ]
    )
    place = Place(file)
    if len(heirs) == 1:
        note = f"{heirs[0].unique_id} has the very same SQL."
        to = table_of(subject, heirs[0])
        if to is not None:
            return Change(
                *(subject, ChangeKind.DATASET_MOVED, None, spoken(subject), to),
                SAME_SQL,
                place=place,
                note=note,
            )
    note = f"The project has no {unique_id} any more."
    return Change(subject, ChangeKind.DATASET_REMOVED, None, spoken(subject), place=place, note=note)


def _sql(node: Node) -> str | None:
    text = node.compiled or node.raw
    return None if text is None else " ".join(text.split())
