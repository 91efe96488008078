"""A second model of design §4, by brute force: what a set of events means, whatever the order they came in.

Imports nothing of what it checks. Nothing is kept from one question to the next: each answer is computed from all the
events. Instants are nanoseconds; NOW is later than any.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, TypeAlias
from urllib.parse import quote

from tests.convergence import run_said, said
from tests.convergence.said import Column, Entity, Event

NOW = 2**63
TOLERANCE_NS = 5 * 60 * 10**9
COMPLETE, FAILED, ACTIVE = "COMPLETE", ("FAIL", "ABORT"), ("START", "RUNNING")
OF_LINEAGE = DEPENDENCIES, EXTRACTION_ERROR = "jobDependencies", "extractionError"

Told: TypeAlias = tuple[str, str, str, str, str, tuple[tuple[str, Any], ...]]
"""An edge without its validity: (type, source, target, via, origin, properties)."""
Stretch: TypeAlias = tuple[Any, str, str, int | None]
"""(value, order key of its first sight, of its last, instant at which another value ended it)."""

Links: TypeAlias = frozenset[tuple[Entity, Entity]]


def key(kind: str, *parts: str) -> str:
    """The key of a node."""
    return "/".join((kind, *(quote(part, safe="") for part in parts)))


@dataclass(frozen=True)
class Entry:
    """One event of the set: its order key and effective time."""

    at: str
    ns: int
    event: Event


@dataclass(frozen=True)
class Run:
    """One run, or what it did as one job (``whole`` is the run then): its events in order."""

    id: str
    entries: tuple[Entry, ...]
    whole: "Run | None" = None

    @property
    def first_ns(self) -> int:
        return self.entries[0].ns

    def _latest(self, *types: str) -> Entry | None:
        found = [entry for entry in self.entries if entry.event.get("eventType") in types]
        return found[-1] if found else None

    @property
    def terminal(self) -> Entry | None:
        own = self._latest(COMPLETE, *FAILED)
        return self.whole.terminal if own is None and self.whole is not None else own

    @property
    def state(self) -> str | None:
        decided = self.terminal or self._latest(*ACTIVE)
        return None if decided is None else decided.event["eventType"]

    @property
    def started_ns(self) -> int:
        starts = [entry.ns for entry in self.entries if entry.event.get("eventType") == "START"]
        return min(starts or [self.first_ns])

    @property
    def jobs(self) -> set[Entity]:
        return {said.entity("job", entry.event["job"]) for entry in self.entries}

    def of_job(self, job: Entity) -> list[Entry]:
        return [entry for entry in self.entries if said.entity("job", entry.event["job"]) == job]

    def side(self, job: Entity, side: str) -> set[Entity]:
        """All inputs, or outputs, of the run."""
        events = [entry.event for entry in self.of_job(job)]
        return {said.entity("dataset", holder) for event in events for holder in said.listed(event, side)}

    def columns(self, job: Entity) -> dict[Entity, set[Column]]:
        """All columns of each output."""
        found: dict[Entity, set[Column]] = {}
        for entry in self.of_job(job):
            for output, rows in said.output_columns(entry.event).items():
                found.setdefault(output, set()).update(rows)
        return found

    def facets(self) -> dict[str, tuple[str, str]]:
        """Facet key → (canonical text, order key) of the newest."""
        found = {}
        for entry in self.entries:
            for name, facet in (entry.event["run"].get("facets") or {}).items():
                found[name] = (said.canonical(facet), entry.at)
        return found

    def newest(self, key: str) -> Any:
        """The newest facet of a key as decoded; None when no event has it."""
        found = [
            entry.event["run"]["facets"][key]
            for entry in self.entries
            if key in (entry.event["run"].get("facets") or {})
        ]
        return found[-1] if found else None

    def parent(self) -> dict[str, Any] | None:
        """The newest parent facet that names a run, not this one."""
        for entry in reversed(self.entries):
            facets = entry.event["run"].get("facets") or {}
            facet = facets.get("parent") or facets.get("parentRun")
            if facet is not None and said.run_id(facet.get("run")) not in (None, self.id):
                return facet  # type: ignore[no-any-return]
        return None


@dataclass(frozen=True)
class World:
    """A set of events, all received at one time."""

    events: tuple[Event, ...]
    received_ns: int

    @cached_property
    def log(self) -> list[Entry]:
        """The distinct events in their order; those without a readable time order nothing."""
        found: dict[str, Entry] = {}
        for event in self.events:
            ns, digest = said.instant(event["eventTime"]), said.sha256_of(event)
            if ns is not None:
                ns = self.received_ns if ns > self.received_ns + TOLERANCE_NS else ns
                found[digest] = Entry(f"{ns + 2**63:016x}{said.rank(event):x}{digest[:32]}", ns, event)
        return sorted(found.values(), key=lambda entry: entry.at)

    @cached_property
    def instants(self) -> list[int]:
        return sorted({entry.ns for entry in self.log})

    @cached_property
    def sights(self) -> dict[Entity, list[tuple[Entry, said.Values]]]:
        """Each dataset and job with what each entry that names it says of it."""
        found: dict[Entity, list[tuple[Entry, said.Values]]] = {}
        for entry in self.log:
            for entity, values in said.values(entry.event).items():
                found.setdefault(entity, []).append((entry, values))
        return found

    @cached_property
    def runs(self) -> dict[str, Run]:
        found: dict[str, list[Entry]] = {}
        for entry in self.log:
            run = said.run_id(entry.event.get("run"))
            if run is not None:
                found.setdefault(run, []).append(entry)
        return {run: Run(run, tuple(entries)) for run, entries in found.items()}

    def runs_of(self, job: Entity) -> list[Run]:
        return [run for run in self.runs.values() if job in run.jobs]

    # Facts

    def value_keys(self, entity: Entity) -> set[str]:
        return {key for _, values in self.sights.get(entity, []) for key in values}

    def value(self, entity: Entity, key: str, at: int = NOW) -> Any:
        """The value with the largest order key at or before an instant; None when there is none, or "no longer"."""
        found = [
            values[key] for entry, values in self.sights.get(entity, []) if entry.ns <= at and key in values
        ]
        return found[-1] if found else None

    def is_said(self, entity: Entity, key: str, at: int = NOW) -> bool:
        """Whether any entry at or before an instant says something of the key, be it "no longer"."""
        return any(entry.ns <= at and key in values for entry, values in self.sights.get(entity, []))

    def timeline(self, entity: Entity, key: str) -> list[Stretch]:
        """The stretches of equal neighbours."""
        rows = [(values[key], entry) for entry, values in self.sights.get(entity, []) if key in values]
        groups = [list(group) for _, group in groupby(rows, key=lambda row: row[0])]
        ends: list[int | None] = [group[0][1].ns for group in groups[1:]]
        return [(g[0][0], g[0][1].at, g[-1][1].at, end) for g, end in zip(groups, [*ends, None], strict=True)]

    def last_sight(self, entity: Entity, at: int = NOW) -> str | None:
        found = [entry.at for entry, _ in self.sights.get(entity, []) if entry.ns <= at]
        return found[-1] if found else None

    # Lineage of jobs

    def lineage_runs(self, job: Entity, at: int = NOW) -> list[Run]:
        """The runs that make a job's lineage, in order: begun by ``at``, with any dataset, not failed.

        What a runId did as another job is another matter, but an end that this job's events do not tell is the run's.
        """
        parts = [Run(run.id, tuple(run.of_job(job)), run) for run in self.runs.values() if run.of_job(job)]
        found = [
            run
            for run in parts
            if run.first_ns <= at
            and run.state not in FAILED
            and (
                run.side(job, "inputs")
                or run.side(job, "outputs")
                or any(isinstance(run.newest(key), dict) for key in OF_LINEAGE)
            )
        ]
        return sorted(found, key=lambda run: (run.first_ns, run.id))

    def lineage(self, job: Entity, at: int = NOW) -> tuple[set[Entity], set[Entity], set[Column]]:
        """(inputs, outputs, columns) of a job as of an instant."""
        runs = self.lineage_runs(job, at)
        completed = [position for position, run in enumerate(runs) if run.state == COMPLETE]
        done = [runs[position] for position in completed]
        open_ = runs[completed[-1] + 1 :] if completed else runs
        inputs = _last(run.side(job, "inputs") for run in done)
        outputs = _last(run.side(job, "outputs") for run in done)
        columns: set[Column] = set()
        for output in {output for run in done for output in run.columns(job)}:
            columns |= _columns_left(output, [(run.columns(job), run.side(job, "outputs")) for run in done])
        for run in open_:
            inputs |= run.side(job, "inputs")
            outputs |= run.side(job, "outputs")
            columns |= {row for rows in run.columns(job).values() for row in rows}
        return inputs, outputs, columns

    def around(self, job: Entity, at: int = NOW) -> Iterator[Told]:
        """Which jobs come before and after a job, and what its own lineage lacks, as of an instant."""
        runs, via = self.lineage_runs(job, at), key(*job)
        done = [position for position, run in enumerate(runs) if run.state == COMPLETE]
        telling = [position for position in done if isinstance(runs[position].newest(DEPENDENCIES), dict)]
        open_ = runs[done[-1] + 1 :] if done else runs
        for run in (*open_, *(runs[position] for position in telling[-1:])):
            for other, waits, rules in run_said.dependencies(run.newest(DEPENDENCIES)):
                ends = (key("job", *other), via) if waits else (via, key("job", *other))
                if ends != (via, via):
                    yield "PRECEDES", *ends, via, "OBSERVED", rules
        for run in (*open_, *(runs[position] for position in done[-1:])):
            gap = run_said.gap(run.newest(EXTRACTION_ERROR))
            if gap is not None:
                yield "LINEAGE_GAP", via, via, via, "OBSERVED", gap

    # Edges that histories tell

    def told(self, at: int = NOW) -> set[Told]:
        """All edges of datasets and jobs that hold at an instant."""
        return {edge for entity in self.sights for edge in self.told_by(entity, at)}

    def told_by(self, entity: Entity, at: int) -> Iterator[Told]:
        """The edges that one dataset or job tells."""
        via = key(*entity)
        for kind, owner, type_ in self.value(entity, "owners", at) or ():
            yield "OWNED_BY", via, key(kind, owner), via, "DECLARED", _present(ownerType=type_)
        for tag, value, source, path in self.value(entity, "tags", at) or ():
            on = via if path is None or entity[0] == "job" else key("field", *entity[1:], path)
            yield "TAGGED", on, key("tag", tag), via, "DECLARED", _present(source=source, value=value)
        if entity[0] == "dataset":
            for path, type_, ordinal, text in self.value(entity, "fields", at) or ():
                named = _present(description=text, ordinal=ordinal, type=type_)
                yield "HAS_FIELD", via, key("field", *entity[1:], path), via, "OBSERVED", named
            for namespace, name, type_ in self.value(entity, "aliases", at) or ():
                if (namespace, name) != entity[1:]:
                    link = key("dataset", namespace, name)
                    yield "ALIAS_OF", link, via, via, "OBSERVED", (("aliasType", type_),)
            columns = self.value(entity, "columns", at) or ()
            yield from _column_edges(columns, via, "DECLARED")
            for source in {row[:2] for row in columns}:
                yield "HAD_DERIVATION", key("dataset", *source), via, via, "DECLARED", ()
            return
        yield from self.around(entity, at)
        stated = self.value(entity, "declared", at) or ((), (), ())
        for origin, (inputs, outputs, columns) in (
            ("OBSERVED", self.lineage(entity, at)),
            ("DECLARED", stated),
        ):
            for dataset in inputs:
                yield "CONSUMED_BY", key(*dataset), via, via, origin, ()
            for dataset in outputs:
                yield "PRODUCES", via, key(*dataset), via, origin, ()
            yield from _column_edges(columns, via, origin)

    # Aliases

    def alias_class(self, entity: Entity, at: int = NOW, spelled: Links = frozenset()) -> frozenset[Entity]:
        """The connected component of the links in force. ``spelled``: links of names to their normal forms."""
        links = spelled | {
            (dataset, ("dataset", *link[:2]))
            for dataset in self.sights
            if dataset[0] == "dataset"
            for link in self.value(dataset, "aliases", at) or ()
        }
        members, grown = {entity}, True
        while grown:
            more = {end for link in links if members & set(link) for end in link} - members
            members |= more
            grown = bool(more)
        return frozenset(members)

    def shown_name(self, entity: Entity, at: int = NOW, spelled: Links = frozenset()) -> Entity:
        """The member that events used most recently as a dataset; ties: one that events ever used, by name."""
        by_name = sorted(self.alias_class(entity, at, spelled))
        return max(by_name, key=lambda member: (self.last_sight(member, at) or "", member in self.sights))


def _last(sides: Iterable[set[Entity]]) -> set[Entity]:
    """The last that is not empty."""
    found = [side for side in sides if side]
    return set(found[-1]) if found else set()


def _columns_left(output: Entity, done: list[tuple[dict[Entity, set[Column]], set[Entity]]]) -> set[Column]:
    """The columns of one output behind completed runs, each (its columns, its outputs)."""
    telling = [position for position, (columns, _) in enumerate(done) if output in columns]
    later = [outputs for _, outputs in done[telling[-1] + 1 :]]
    ended = any(outputs and output not in outputs for outputs in later)
    return set() if ended else done[telling[-1]][0][output]


def _present(**values: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((name, value) for name, value in sorted(values.items()) if value is not None)


def _column_edges(columns: Iterable[Column], via: str, origin: str) -> Iterator[Told]:
    for namespace, name, field, out_namespace, out_name, target, kind, subtype, masking, text in columns:
        output = key("dataset", out_namespace, out_name)
        end = output if target is None else key("field", out_namespace, out_name, target)
        type_ = "FEEDS" if kind == "DIRECT" and target is not None else "INFLUENCES"
        how = _present(description=text, masking=masking or None, subtype=subtype)
        yield type_, key("field", namespace, name, field), end, via, origin, how
