"""Restoring: a canonical export into a store, in batches of bounded size."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from catalog.entry import Receipt, Status
from catalog.projection import Said
from ingest.pipeline import Limits, Projects, apply_or_quarantine
from ingest.snapshot import snapshot_entries

Restored = Counter[Status]
"""How many of the things that the export tells of were applied, known already, or quarantined."""


def restore(
    target: Projects,
    file: BinaryIO,
    received_ns: int,
    actor: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Restored:
    """Read a canonical export (``file`` can be sought in) and apply what it tells; ``progress`` hears the count.

    Raises DamagedExport, and then nothing was applied; StoreUnavailable or NotKept: what was applied until then stays,
    and to restore the same again completes it.
    """
    counts: Restored = Counter()
    for batch in _batches(snapshot_entries(file, received_ns, actor), Limits()):
        for outcome in apply_or_quarantine(target, batch):
            if not isinstance(outcome, Receipt):
                raise outcome
            counts[outcome.status] += 1
        if progress is not None:
            progress(counts.total())
    return counts


def _batches(entries: Iterable[Said], limits: Limits) -> Iterator[list[Said]]:
    batch: list[Said] = []
    size = 0
    for entry, statements in entries:
        size += len(entry.body)
        if batch and (size > limits.batch_bytes or len(batch) == limits.batch_entries):
            yield batch
            batch, size = [], len(entry.body)
        batch.append((entry, statements))
    if batch:
        yield batch
