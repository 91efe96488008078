"""What a snapshot tells the folds: which things it sights and when, as the events behind it did."""

from collections.abc import Iterator

from catalog import values
from catalog.fold.edges import DECLARED, Entity
from catalog.identity import CurationId, DatasetId, DocumentId, JobId, RunId
from catalog.statement import SnapshotStatement, Values

Sight = tuple[Entity, str, Values]
"""A dataset, job or document, an order key, and the values given to it there."""


def snapshot_sights(said: SnapshotStatement) -> Iterator[Sight]:
    """The observations of facts: of the entity itself, and of all that it names as its events did, and so sighted."""
    for at, observed in said.observations.items():
        yield said.entity, at, observed
    for entity, at in _named(said):
        yield entity, at, {}


def sighted(said: SnapshotStatement) -> list[DatasetId | JobId | DocumentId | CurationId | RunId]:
    """Everything that it sights."""
    return [said.entity, *(entity for entity, _ in _named(said))]


def touched(said: SnapshotStatement) -> set[str]:
    """The keys that folding it may read and write."""
    keys = {entity.key for entity in sighted(said)}
    if said.run is not None and said.run.parent is not None:
        parent, root, _ = said.run.parent
        for ref in (parent, root):
            if ref is not None:
                keys.add(RunId(ref.run).key)
                keys |= set() if ref.job is None else {JobId(*ref.job).key}
    return keys


def _named(said: SnapshotStatement) -> Iterator[tuple[DatasetId | JobId, str]]:
    """The datasets that a job declared, the jobs and datasets of a run; each with order keys at which it was named."""
    for at, observed in said.observations.items():
        text = observed.get(DECLARED)
        if text is not None:
            declared = values.decode_declared(text)
            yield from ((dataset, at) for dataset in (*declared.inputs, *declared.outputs))
    for part in () if said.run is None else said.run.parts.values():
        yield from ((JobId(*part.job), at) for at in {part.first, part.last})
        for member in (*part.inputs.values(), *part.outputs.values()):
            yield from ((DatasetId(*member.id), at) for at in {member.first, member.last})
