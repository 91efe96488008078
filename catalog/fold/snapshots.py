"""What a snapshot tells the folds: which things it sights and when, as the events behind it did."""

from collections.abc import Iterator

from catalog.fold.runs import RunState
from catalog.fold.sights import Sight
from catalog.identity import DatasetId, JobId, RunId
from catalog.statement import SnapshotStatement


def sights(said: SnapshotStatement) -> Iterator[Sight]:
    """The observations of facts: of the entity itself, or of all that a run names (every event of it sighted those)."""
    for at, values in said.observations.items():
        yield said.entity, at, values
    if said.run is not None:
        for entity, first, last in _named(said.run):
            yield entity, first, {}
            if last != first:
                yield entity, last, {}


def sighted(said: SnapshotStatement) -> list[DatasetId | JobId | RunId]:
    """Everything that it sights."""
    return [said.entity, *([] if said.run is None else [entity for entity, _, _ in _named(said.run)])]


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


def _named(run: RunState) -> Iterator[tuple[DatasetId | JobId, str, str]]:
    """The jobs and datasets of a run, with their first and last sight in it."""
    for part in run.parts.values():
        yield JobId(*part.job), part.first, part.last
        for member in (*part.inputs.values(), *part.outputs.values()):
            yield DatasetId(*member.id), member.first, member.last
