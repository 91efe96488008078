"""Marks: which jobs have derived lineage that is to be computed anew.

Each cause adds a mark of its own, so that a mark which was read can be deleted without losing a later one. What a job
depends on, beside its own history, is registered before it is read: the datasets whose schema and aliases count, and
the names that a dataset may yet get. So whichever of a cause and a computation comes second sees the first.
"""

import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from catalog.canonical import sha256
from catalog.graph import Node
from catalog.identity import DatasetId, is_hashed, kind_of
from catalog.instant import sortable
from catalog.names import last_part
from catalog.store.port import Range, Reader, Space
from ontology.vocabulary import Label

MARKS = "marks"
"""Partition of the marks: sort is the job's key, a blank and a token."""

_NO_TABLES = (Label.ALIAS, Label.DATASET_REFERENCE)
_PAGE = 500

Records: TypeAlias = dict[tuple[Space, str, str], str | None]


def mark(jobs: Iterable[str]) -> Records:
    """The records that mark jobs."""
    return {(Space.DERIVE, MARKS, f"{job} {secrets.token_hex(6)}"): "" for job in jobs}


def marks_of(reader: Reader, jobs: Collection[str]) -> dict[str, set[str]]:
    """The marks of jobs, as they are addressed in ``MARKS``."""
    # A blank sorts before whatever else follows the key of a job in the key of another one.
    found: dict[str, set[str]] = {job: set() for job in jobs}
    ranges = [Range(MARKS, low=f"{job} ", high=f"{job}!") for job in sorted(jobs)]
    for row in reader.scan(Space.DERIVE, ranges) if ranges else ():
        found[_job(row.sort)].add(row.sort)
    return found


def waiting_jobs(reader: Reader) -> frozenset[str] | None:
    """All jobs that have marks, in one question; None where there are more marks than it reads."""
    rows = reader.scan(Space.DERIVE, [Range(MARKS)], limit=_PAGE)
    return frozenset(_job(row.sort) for row in rows) if len(rows) < _PAGE else None


def marked(reader: Reader, limit: int) -> list[str]:
    """Jobs that have marks, at most ``limit`` of them, in key order."""
    found: dict[str, None] = {}
    low: str | None = None
    while len(found) < limit:
        rows = reader.scan(Space.DERIVE, [Range(MARKS, low=low)], limit=limit)
        found.update(dict.fromkeys(_job(row.sort) for row in rows))
        if len(rows) < limit:
            break
        low = f"{_job(rows[-1].sort)}!"
    return list(found)[:limit]


def is_settled(reader: Reader) -> bool:
    """Whether nothing waits to be derived."""
    return not reader.scan(Space.DERIVE, [Range(MARKS)], limit=1)


def _job(sort: str) -> str:
    return sort.partition(" ")[0]


def uses(dataset: str) -> str:
    """Partition of the jobs that depend on a dataset: on its schema, its aliases, what defines it."""
    return f"uses {dataset}"


def bears(namespace: str, last: str) -> str:
    """Partition of the datasets (``is_table``) of a namespace whose names end in this part, in any case."""
    return f"bears {namespace}\n{last.casefold()}"


def awaits(namespace: str, last: str) -> str:
    """Partition of the jobs that depend on which datasets there are under such a name."""
    return f"awaits {namespace}\n{last.casefold()}"


def defines(dataset: str) -> str:
    """Partition of the jobs whose SQL makes a dataset, with all its columns."""
    return f"defines {dataset}"


def retells(job: str) -> str:
    """Partition of a job whose SQL names what is forgotten: to tell the SQL again makes it another."""
    return f"retells {job}"


def name_lock(namespace: str, last: str) -> str:
    """What is locked before the datasets of a name are asked for or become others; a few locks are shared by all."""
    return f"~name/{sha256(bears(namespace, last))[:2]}"


NAME_LOCKS = frozenset(f"~name/{number:02x}" for number in range(256))
"""All that ``name_lock`` gives."""


def awaited_in(reader: Reader, namespace: str) -> set[str]:
    """The partitions of the jobs that depend on which datasets there are under any name of a namespace."""
    prefix = awaits(namespace, "")
    found: set[str] = set()
    after = (prefix, "")
    while page := reader.walk(Space.DERIVE, after, _PAGE):
        found.update(row.partition for row in page if row.partition.startswith(prefix))
        after = (page[-1].partition, page[-1].sort)
        if not after[0].startswith(prefix):
            break
    return found


def is_table(node: Node) -> bool:
    """Whether a name in SQL may mean a node of a dataset: an event or a document is about it."""
    return node.label not in _NO_TABLES and not node.properties.get("gone")


def named(dataset: str) -> tuple[str, str] | None:
    """The namespace and the last part of the name of a dataset; None for a key that does not spell its name."""
    if kind_of(dataset) != "dataset" or is_hashed(dataset):
        return None
    identity = DatasetId.parse(dataset)
    return identity.namespace, last_part(identity.name)


def defined_in(places: Iterable[str]) -> set[str]:
    """The datasets that a job registered at these places defines."""
    prefix = defines("")
    return {place.removeprefix(prefix) for place in places if place.startswith(prefix)}


def users(reader: Reader, partitions: Collection[str]) -> set[str]:
    """The jobs registered under any of the partitions."""
    ranges = [Range(partition) for partition in sorted(partitions)]
    return {row.sort for row in reader.scan(Space.DERIVE, ranges)} if ranges else set()


def registered(reader: Reader, jobs: Collection[str]) -> dict[str, frozenset[str]]:
    """The partitions that jobs are registered under."""
    stored = reader.records(Space.DERIVE, [(job, _PLACES) for job in jobs]) if jobs else {}
    return {job: frozenset(json.loads(text)) for (job, _), text in stored.items()}


def register(job: str, known: frozenset[str], wanted: Mapping[str, str]) -> Records:
    """The records that make ``wanted`` (partition → value) the places of a job, in stead of the known ones."""
    records: Records = {(Space.DERIVE, place, job): None for place in known - wanted.keys()}
    records.update({(Space.DERIVE, place, job): value for place, value in wanted.items()})
    records[Space.DERIVE, job, _PLACES] = json.dumps(sorted(wanted)) if wanted else None
    return records


def register_also(job: str, known: frozenset[str], wanted: Collection[str]) -> Records:
    """The records that add places, without a value, to the known ones of a job."""
    fresh = set(wanted) - known
    records: Records = {(Space.DERIVE, place, job): "" for place in fresh}
    if fresh:
        records[Space.DERIVE, job, _PLACES] = json.dumps(sorted(known | fresh))
    return records


_PLACES = "places"

REPORT = "report"
"""Sort of the record with what is told of a job's SQL beside its edges; its partition is the job's key."""


def past_report(start: int) -> str:
    """Sort of the record with the same of SQL that held from an instant until before another."""
    return f"{REPORT} {sortable(start)}"


def past_reports(jobs: Iterable[str], until: int | None = None) -> list[Range]:
    """Where these records are: of all times, or begun at or before an instant."""
    high = f"{REPORT}!" if until is None else past_report(until + 1)
    return [Range(job, low=f"{REPORT} ", high=high) for job in jobs]
