"""What a build of a project left: its events, and the jobs as their own SQL, so that they can be run again."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from catalog.identity import DatasetId, JobId

Relation = tuple[str, str, str]
"""Database, schema and name of a table or view, as DuckDB spells them."""


def quoted(relation: Relation) -> str:
    """The relation in SQL."""
    return ".".join(quote(part) for part in relation)


def quote(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class Job:
    """A model, a snapshot or a script. ``sql``: what it runs, statement for statement, as the producer ran it.

    ``reads`` and ``writes``: what it truly reads and writes, by the producer's own plan and not by its events.
    ``view``: it makes views. What it writes and
    does not read is dropped before it runs. ``told``: an event has named it.
    """

    name: str
    job: JobId
    sql: str
    reads: frozenset[Relation]
    writes: tuple[Relation, ...]
    view: bool = False
    told: bool = True

    @property
    def key(self) -> str:
        """The job's key in the graph."""
        return self.job.key


@dataclass(frozen=True, slots=True)
class Built:
    """A project after one build by its producer.

    ``databases``: file of each database by its name. ``events``: as they were sent, one JSON text each. ``jobs`` in an
    order in which they can run. ``known``: whether schemas were told. ``left_out``: what cannot be run again, and why.
    """

    name: str
    databases: Mapping[str, Path]
    events: Sequence[str]
    jobs: Sequence[Job]
    namespace: str
    known: bool
    left_out: Mapping[str, str]

    def dataset(self, relation: Relation) -> str:
        """The key that a relation has in the graph."""
        return DatasetId(self.namespace, ".".join(relation)).key


def part_of(built: Built, pattern: str) -> Built:
    """The jobs whose names a regular expression finds, with their own events alone."""
    jobs = [job for job in built.jobs if re.search(pattern, job.name)]
    keys = {job.key for job in jobs}
    return replace(built, jobs=jobs, events=[event for event in built.events if _job_of(event) in keys])


def _job_of(event: str) -> str:
    job = json.loads(event)["job"]
    return JobId(job["namespace"], job["name"]).key


def in_order(jobs: Collection[Job]) -> list[Job]:
    """The jobs so that each comes behind those whose outputs it reads; of equal rank as given.

    What is left of a circle comes last.
    """
    writers: dict[Relation, set[str]] = {}
    for job in jobs:
        for relation in job.writes:
            writers.setdefault(relation, set()).add(job.name)
    waiting = {job.name: job for job in jobs}
    needs = {
        job.name: {name for read in job.reads for name in writers.get(read, ())} - {job.name} for job in jobs
    }
    found: list[Job] = []
    while ready := [job for name, job in waiting.items() if not needs[name] & waiting.keys()]:
        found += ready
        for job in ready:
            del waiting[job.name]
    return [*found, *waiting.values()]
