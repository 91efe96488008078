"""The events of one run, found in the histories of its jobs."""

from catalog.entry import LogEntry
from catalog.fold.runs import RunState
from catalog.store.port import Range, Reader, Space
from ingest.explain import MAX_EVENTS
from ingest.replay import interpret_again


def events_of_run(reader: Reader, run: RunState) -> list[LogEntry]:
    """The entries that tell of a run, the latest first; of each of its jobs at most MAX_EVENTS are looked through."""
    ranges = [Range(job, low=run.first, high=f"{run.last}\0") for job in sorted(run.parts)]
    rows = reader.scan(Space.SIGHTING, ranges, reverse=True, limit=MAX_EVENTS) if ranges else []
    found = reader.entries_at({row.sort for row in rows})
    return [found[at] for at in sorted(found, reverse=True) if _tells(found[at], run)]


def _tells(entry: LogEntry, run: RunState) -> bool:
    said = interpret_again(entry)[1].run
    return said is not None and said.run == run.id
