"""What makes a dataset: the jobs whose SQL gives it all its columns, and since when each does."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from catalog.derivation.intervals import Held, Interval, in_force, joined
from catalog.derivation.marks import defines
from catalog.store.port import Range, Reader, Space

Definers = Mapping[str, tuple[Held[str], ...]]
"""Dataset key → the jobs that define it, each while it does."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the inferred schema of a dataset is to be taken from: a job, and at which instant of it."""

    job: str
    at: int


def stored_definers(reader: Reader, datasets: Collection[str]) -> dict[str, tuple[Held[str], ...]]:
    """The definers that are registered."""
    partitions = {defines(dataset): dataset for dataset in datasets}
    found: defaultdict[str, list[Held[str]]] = defaultdict(list)
    for row in reader.scan(Space.DERIVE, [Range(one) for one in partitions]) if partitions else ():
        held = [Held(row.sort, start, end) for start, end in json.loads(row.value)]
        found[partitions[row.partition]] += held
    return {dataset: tuple(held) for dataset, held in found.items()}


def intervals_text(held: Iterable[Interval]) -> str:
    """The value of a registration."""
    return json.dumps(joined(held))


def source_at(definers: Iterable[Held[str]], instant: int) -> Source | None:
    """The definer that counts at an instant: of those then in force the one that began last, ties by the greater key;
    before any the first, behind all the last."""
    found = in_force(definers, instant, lambda held: (held.start or 0, held.value))
    if found is None or found.start is None:
        return None
    if found.at(instant):
        return Source(found.value, instant)
    return Source(found.value, found.start)
