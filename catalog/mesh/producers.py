"""What producers tell of the thing that a job makes: the unique id of a dbt model, in the job's ``dbt_node`` facet."""

from collections import defaultdict
from collections.abc import Collection
from copy import copy

from catalog import state
from catalog.canonical import plain
from catalog.facet_keys import having_facet
from catalog.fold.facet_places import partition
from catalog.graph import Direction, Edge
from catalog.identity import kind_of
from catalog.store.port import ALL_TIME, Reader, Space
from ontology.vocabulary import Rel

FACET = "dbt_node"
"""Job facet of openlineage-dbt (DbtNodeJobFacet): ``unique_id`` is that of the node in the manifest."""
MAX_JOBS = 50_000


class Producers:
    """Which jobs name which unique ids, until ``at``. It is read when the first id is asked for."""

    def __init__(self, at: int | None) -> None:
        self._at = at
        self._ids: dict[str, str] | None = None
        self._jobs: dict[str, set[str]] = defaultdict(set)
        self.is_cut = False

    def copied(self) -> "Producers":
        """The same, which goes on by itself."""
        same = copy(self)
        same._ids = None if self._ids is None else dict(self._ids)
        same._jobs = defaultdict(set, {uid: set(jobs) for uid, jobs in self._jobs.items()})
        return same

    def written(self, reader: Reader, ids: Collection[str]) -> dict[str, list[Edge]]:
        """The PRODUCES edges of the jobs that name each of these ids, also those that have ended: a build on a copy is
        a run of the very same job. A fixed number of questions, none where no id is asked for."""
        if not ids:
            return {}
        if self._ids is None:
            jobs = having_facet(reader, "job", FACET, None, None, MAX_JOBS)
            self._ids, self.is_cut = {}, len(jobs) == MAX_JOBS
            self._note(reader, jobs)
        by_job = {job: uid for uid in ids for job in self._jobs.get(uid, ())}
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in reader.edges(by_job, (Rel.PRODUCES,), Direction.OUT, ALL_TIME) if by_job else ():
            if self._at is None or edge.valid_from is None or edge.valid_from <= self._at:
                found[by_job[edge.source]].append(edge)
        return dict(found)

    def follow(self, reader: Reader, touched: Collection[str]) -> set[str]:
        """Read of touched jobs anew what they name; the ids of which the jobs, or what these write, may be others."""
        jobs = [key for key in touched if kind_of(key) == "job"]
        if self._ids is None or not jobs:
            return set()
        ids = {uid for job in jobs if (uid := self._ids.pop(job, None)) is not None}
        for uid in ids:
            self._jobs[uid].difference_update(jobs)
        place = partition("job", FACET)
        having = reader.records(Space.FACET, [(place, job) for job in jobs])
        self._note(reader, [job for _, job in having])
        return ids | {self._ids[job] for job in jobs if job in self._ids}

    def _note(self, reader: Reader, jobs: Collection[str]) -> None:
        assert self._ids is not None
        key = state.FACET + FACET
        for job, facts in state.facts(reader, jobs, self._at).items() if jobs else ():
            fact = facts.get(key)
            said = None if fact is None or fact.text is None else plain(fact.text)
            unique_id = said.get("unique_id") if isinstance(said, dict) else None
            if isinstance(unique_id, str):
                self._ids[job] = unique_id
                self._jobs[unique_id].add(job)


def written_by_id(reader: Reader, ids: Collection[str], at: int | None) -> dict[str, list[Edge]]:
    """The PRODUCES edges of the jobs that name each unique id, until ``at``."""
    return Producers(at).written(reader, ids)
