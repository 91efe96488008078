"""Which entities a batch may read and write: what is locked before anything is read."""

from collections.abc import Iterator, Sequence

from catalog.fold import documents, snapshots
from catalog.fold.dataset_nodes import normal_forms
from catalog.fold.known import Said
from catalog.statement import DEPENDENCIES, NOTHING, RunStatement, StatedLineage
from catalog.values import decode_dependencies


def touched(batch: Sequence[Said]) -> set[str]:
    """The keys that a batch may read and write, as far as it tells them itself; of an entry that says nothing, the
    entry itself."""
    keys: set[str] = set()
    for entry, said in batch:
        if said == NOTHING:
            keys.add(f"entry/{entry.hash}")
        keys.update(sighting.dataset.key for sighting in said.datasets)
        if said.job is not None:
            keys.add(said.job.job.key)
        if said.run is not None:
            keys.update(_touched_by_run(said.run))
        if said.document is not None:
            keys |= documents.touched(said.document)
        if said.command is not None:
            keys.add(said.command.key)
        if said.snapshot is not None:
            keys.update(snapshots.touched(said.snapshot))
    return keys | normal_forms(keys)


def _touched_by_run(said: RunStatement) -> set[str]:
    keys = {said.run.key, said.job.key}
    for ref in (said.parent, said.root):
        if ref is not None:
            keys.add(ref.run.key)
            if ref.job is not None:
                keys.add(ref.job.key)
    if DEPENDENCIES in said.values:
        keys.update(one.job.key for one in decode_dependencies(said.values[DEPENDENCIES]))
    keys.update(column.source.key for columns in said.columns.values() for column in columns)
    if said.stated is not None:
        keys.update(_touched_by_stated(said.stated))
    return keys


def _touched_by_stated(stated: StatedLineage) -> Iterator[str]:
    for output in stated.outputs:
        yield output.dataset.key
        yield from (source.key for source in output.sources)
        yield from (job.key for job in output.jobs)
        yield from (column.source.key for column in output.columns)
    for flow in stated.flows:
        yield from (flow.source.key, flow.job.key)
