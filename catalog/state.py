"""What histories say at a time: the facts of datasets and jobs now or as of an instant, their timelines, the runs.

Reads what the folds keep; every question is set-wise.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from catalog import values
from catalog.canonical import plain
from catalog.coverage import spoken
from catalog.errors import UnknownNode
from catalog.fold.dataset_nodes import HIERARCHY
from catalog.fold.edges import FIELDS, decode_datasets
from catalog.fold.history import DELETED, OUTPUTS, Fold, History, Stretch, load_closed, load_history
from catalog.fold.ledger import FACTS, RUNS, Address
from catalog.fold.runs import RunState, load_run
from catalog.instant import instant_of, sortable
from catalog.statement import FieldSpec, Level
from catalog.store.port import Range, Reader, Space

FACET = "facet:"


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one key of a dataset or job: its text (None: deleted), and the order keys of the first and the last
    observation of it in a row. ``until``: the instant at which another value ended it, None while it holds."""

    key: str
    text: str | None
    first: str
    last: str
    until: int | None = None

    @property
    def since(self) -> int:
        """The instant from which it holds, nanoseconds."""
        return instant_of(self.first)


def histories(reader: Reader, keys: Collection[str]) -> dict[str, History]:
    """The histories of facts of the datasets and jobs that were sighted."""
    stored = reader.records(Space.STATE, [(key, FACTS) for key in keys])
    return {key: load_history(text) for (key, _), text in stored.items()}


def last_sight(reader: Reader, keys: Collection[str], at: int | None = None) -> dict[str, str]:
    """The order key of the latest entry that names each dataset or job, at or before ``at`` (None: ever)."""
    found = {
        key: history.last.at for key, history in histories(reader, keys).items() if history.last is not None
    }
    if at is None:
        return found
    later = [key for key, last in found.items() if instant_of(last) > at]
    before = [Range(key, high=sortable(at + 1)) for key in later]
    rows = reader.scan(Space.SIGHTING, before, reverse=True, limit=1) if before else []
    seen = {row.partition: row.sort for row in rows}
    return {key: last for key, last in {**found, **dict.fromkeys(later, ""), **seen}.items() if last}


def first_sights(reader: Reader, keys: Collection[str]) -> dict[str, str]:
    """The order key of the earliest entry that names each dataset, job or document."""
    rows = reader.scan(Space.SIGHTING, [Range(key) for key in keys], limit=1) if keys else []
    return {row.partition: row.sort for row in rows}


def sights(reader: Reader, keys: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The order keys of all entries that name each dataset, job or document, sorted."""
    found: dict[str, list[str]] = {key: [] for key in keys}
    for row in reader.scan(Space.SIGHTING, [Range(key) for key in keys]) if keys else []:
        found[row.partition].append(row.sort)
    return {key: tuple(sorted(orders)) for key, orders in found.items()}


def facts(reader: Reader, keys: Collection[str], at: int | None = None) -> dict[str, dict[str, Fact]]:
    """The facts of datasets and jobs that hold now or as of ``at``, by key and value key."""
    held: dict[str, dict[str, tuple[Stretch, int | None]]] = {}
    known = histories(reader, keys)
    for key, history in known.items():
        current = history.stretches
        held[key] = {k: (s, None) for k, s in current.items() if at is None or instant_of(s.first) <= at}
    if at is not None:
        _add_ended(reader, held, at)
    digests = {stretch.value for found in held.values() for stretch, _ in found.values()}
    texts = blobs(reader, digests)
    return {
        key: {
            k: Fact(k, texts.get(stretch.value), stretch.first, stretch.last, until)
            for k, (stretch, until) in found.items()
        }
        for key, found in held.items()
    }


def _add_ended(reader: Reader, held: dict[str, dict[str, tuple[Stretch, int | None]]], at: int) -> None:
    """Add the stretches that held at ``at`` and were ended since."""
    partitions = {Address(key).stretches: key for key in held}
    ranges = [Range(partition, low=sortable(at + 1)) for partition in partitions]
    for row in reader.scan(Space.STRETCH, ranges):
        closed = load_closed(row.value)
        if instant_of(closed.stretch.first) <= at:
            held[partitions[row.partition]][closed.key] = (closed.stretch, instant_of(closed.at))


def timelines(reader: Reader, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[Fact]]:
    """All values over time, oldest first. ``wanted``: (key of a dataset or job, value key)."""
    held: dict[tuple[str, str], list[tuple[Stretch, int | None]]] = {pair: [] for pair in wanted}
    keys = {key for key, _ in wanted}
    partitions = {Address(key).stretches: key for key in keys}
    for row in reader.scan(Space.STRETCH, [Range(partition) for partition in partitions]):
        closed = load_closed(row.value)
        pair = (partitions[row.partition], closed.key)
        if pair in held:
            held[pair].append((closed.stretch, instant_of(closed.at)))
    current = {key: history.stretches for key, history in histories(reader, keys).items()}
    for key, value_key in held:
        stretch = current.get(key, {}).get(value_key)
        if stretch is not None:
            held[key, value_key].append((stretch, None))
    texts = blobs(reader, {stretch.value for found in held.values() for stretch, _ in found})
    return {
        (key, value_key): [
            Fact(value_key, texts.get(stretch.value), stretch.first, stretch.last, until)
            for stretch, until in sorted(found, key=lambda one: one[0].first)
        ]
        for (key, value_key), found in held.items()
    }


def schemas(reader: Reader, datasets: Collection[str]) -> dict[str, list[Fact]]:
    """All schemas that datasets have had, oldest first; ``fields`` reads one."""
    return {key: found for (key, _), found in timelines(reader, [(key, FIELDS) for key in datasets]).items()}


def blobs(reader: Reader, digests: Collection[str]) -> dict[str, str]:
    """The texts of interned values; a deleted value has none."""
    wanted = [(digest, "") for digest in digests if digest != DELETED]
    return (
        {digest: text for (digest, _), text in reader.records(Space.BLOB, wanted).items()} if wanted else {}
    )


def fields(schema: Fact) -> list[FieldSpec]:
    """The fields of one schema, by path; none where the producer took it back."""
    return [] if schema.text is None else values.decode_fields(schema.text)


def scalar(found: Mapping[str, Fact], name: str) -> str | None:
    """A text property among the facts, for example ``description``."""
    fact = found.get(name)
    value = None if fact is None or fact.text is None else plain(fact.text)
    return value if isinstance(value, str) else None


def number(found: Mapping[str, Fact], name: str) -> int | None:
    """A whole number among the facts, for example ``windowDuration``."""
    fact = found.get(name)
    value = None if fact is None or fact.text is None else plain(fact.text)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def hierarchy(found: Mapping[str, Fact]) -> list[Level]:
    """Where a dataset lies in its platform, the highest level first."""
    fact = found.get(HIERARCHY)
    return [] if fact is None or fact.text is None else values.decode_hierarchy(fact.text)


def facets(found: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facets among the facts that are not deleted, by facet key."""
    return {k.removeprefix(FACET): f for k, f in found.items() if k.startswith(FACET) and f.text is not None}


def run_states(reader: Reader, keys: Collection[str]) -> dict[str, RunState]:
    """The states of runs that have events of their own."""
    stored = reader.records(Space.STATE, [(key, FACTS) for key in keys])
    return {key: load_run(text) for (key, _), text in stored.items()}


def run_state(reader: Reader, key: str) -> RunState:
    """The state of one run. Raises UnknownNode where no event of its own is known."""
    found = run_states(reader, (key,)).get(key)
    if found is None:
        raise UnknownNode(f"No event of {spoken(key)} is known.", "Look at the runs of its job.")
    return found


def runs_of(
    reader: Reader,
    job_keys: Collection[str],
    *,
    limit: int,
    before: str | None = None,
    at: int | None = None,
) -> dict[str, list[tuple[str, str]]]:
    """The runs of jobs, latest begin first: (position, run key). ``before``: continue behind that position;
    ``at``: only those begun at or before that instant."""
    bounds = [bound for bound in (before, None if at is None else sortable(at + 1)) if bound is not None]
    ranges = [Range(key, high=min(bounds, default=None)) for key in job_keys]
    found: dict[str, list[tuple[str, str]]] = {key: [] for key in job_keys}
    for row in reader.scan(Space.RUN_ORDER, ranges, reverse=True, limit=limit):
        found[row.partition].append((row.sort, row.value))
    return {key: sorted(rows, reverse=True) for key, rows in found.items()}


def lineage_folds(reader: Reader, job_keys: Collection[str]) -> dict[str, Fold]:
    """The lineage of jobs at the end of what their runs made: the latest stretches, and what open runs add."""
    stored = reader.records(Space.STATE, [(key, RUNS) for key in job_keys])
    histories = {key: load_history(text) for (key, _), text in stored.items()}
    outputs = _outputs(reader, histories.values())
    return {key: history.fold(outputs.__getitem__) for key, history in histories.items()}


def _outputs(reader: Reader, histories: Iterable[History]) -> dict[str, frozenset[str]]:
    """The datasets of every ``outputs`` value of these histories, by digest."""
    digests: set[str] = set()
    for history in histories:
        stretch = history.before.stretches.get(OUTPUTS)
        observed = (*history.before.open, *([history.last] if history.last else []))
        found = [one.values.get(OUTPUTS) for one in observed] + [stretch.value if stretch else None]
        digests |= {digest for digest in found if digest}
    texts = blobs(reader, digests)
    return {digest: frozenset(one.key for one in decode_datasets(text)) for digest, text in texts.items()}
