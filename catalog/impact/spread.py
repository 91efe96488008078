"""How a change spreads: from fields and datasets through jobs, a set-wise question or two for each hop.

The graph that is walked has *states*: a field or dataset with what happened to it, a job with what it does.
Each state is reached once, by a shortest route; an item is then all the states of one name.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from catalog.aliases import is_dataset, is_job
from catalog.graph import Direction, Edge
from catalog.impact.rules import (
    DATASET_RULES,
    FIELD_RULES,
    JOB_RULES,
    NO_COLUMNS,
    NOT_NAMED,
    REASONS,
    Effect,
    Rule,
    use_of,
)
from catalog.impact.severity import Certainty, Severity
from catalog.lineage_steps import Kind, kind_of
from catalog.lineage_view import Column, View, is_explicit
from ontology.vocabulary import Rel

_WEAKNESS = {certainty: rank for rank, certainty in enumerate(Certainty)}
_OF_COLUMNS = (Effect.REMOVED, Effect.RETYPED, Effect.VALUES)


class State(NamedTuple):
    """A field or dataset and what happened to it, or a job and what it does."""

    name: str
    mark: Effect | Severity


class Arrival(NamedTuple):
    """How a state was first reached: from which, through which job, and how that uses it (None: not told)."""

    hops: int
    before: State | None
    job: str | None
    kind: Kind | None
    certainty: Certainty
    reason: str


Found: TypeAlias = dict[State, Arrival]


class Spread:
    """All that a change reaches. ``gaps``: jobs whose use is not known → outputs they told no columns for."""

    def __init__(self, view: View, max_nodes: int) -> None:
        self.arrivals: Found = {}
        self.gaps: dict[str, set[str]] = {}
        self.cut = False
        self._view = view
        self._max_nodes = max_nodes
        self._names: set[str] = set()
        self._columns: dict[str, list[Column]] = {}
        self._used: dict[str, dict[tuple[str | None, Kind], list[Column]]] = {}
        self._readers: dict[str, list[str]] = {}
        self._jobless: dict[str, set[str]] = {}
        self._outputs: dict[str, list[str]] = {}
        self._shared: dict[str, set[str]] = {}
        self._passed: dict[str, list[str]] = {}
        self._stated: dict[tuple[str, str], set[str]] = defaultdict(set)

    def follow(self, changed: Mapping[str, Effect]) -> None:
        """Spread from the changed fields and datasets to the end, or to the bound."""
        start = Arrival(0, None, None, None, Certainty.STRUCTURAL, "")
        frontier = [State(name, effect) for name, effect in sorted(changed.items())]
        self.arrivals.update(dict.fromkeys(frontier, start))
        while frontier and not self.cut:
            found: Found = {}
            fields = [state for state in frontier if not is_dataset(state.name) and not is_job(state.name)]
            self._spread_fields(fields, found)
            self._spread_datasets([state for state in frontier if is_dataset(state.name)], found)
            self._spread_readers(fields, found)
            self._spread_jobs([state for state in frontier if is_job(state.name)], found)
            frontier = self._settle(found)

    def columns_to(self, source: str, target: str, job: str | None, kind: Kind) -> list[Edge]:
        """The column edges of one hop of a route; ``target``: a field, the job, or a dataset it writes.

        A job that breaks by one output leaves its other outputs stale too: those have the edges of the
        whole job.
        """
        used = self._uses_of(source).get((job, kind), [])
        exact = [
            edge
            for _source, targets, edge in used
            if target in targets or (is_dataset(target) and self._view.home(edge.target) == target)
        ]
        return exact or [column.edge for column in used]

    def _uses_of(self, source: str) -> dict[tuple[str | None, Kind], list[Column]]:
        """The columns out of a field by (job, kind): sorted out once, for the few that routes go through."""
        if source not in self._used:
            uses: dict[tuple[str | None, Kind], list[Column]] = defaultdict(list)
            for column in self._columns[source]:
                uses[_job_of(column.edge), kind_of(column.edge)].append(column)
            self._used[source] = uses
        return self._used[source]

    def _settle(self, found: Found) -> list[State]:
        frontier: list[State] = []
        for state in sorted(found.keys() - self.arrivals.keys()):
            if state.name not in self._names and len(self._names) >= self._max_nodes:
                self.cut = True
                continue
            self._names.add(state.name)
            self.arrivals[state] = found[state]
            frontier.append(state)
        return frontier

    def _spread_fields(self, states: list[State], found: Found) -> None:
        """Through the column edges: each job answers by how it uses the field."""
        effects: dict[str, list[Effect]] = defaultdict(list)
        for name, mark in states:
            if isinstance(mark, Effect):
                effects[name].append(mark)
        columns = self._load_columns(effects)
        self._load_outputs({column.edge.via for column in columns if is_job(column.edge.via)})
        wide: set[tuple[tuple[str, ...], Effect, Rule, str]] = set()
        for column in columns:
            use = use_of(kind_of(column.edge), *_how(column.edge))
            for effect in effects[column.source]:
                rule = FIELD_RULES.get((effect, use)) or DATASET_RULES[effect]
                if (column.targets, effect, rule, column.edge.via) not in wide:
                    wide.add((column.targets, effect, rule, column.edge.via))
                    self._use_column(State(column.source, effect), column, rule, found)

    def _use_column(self, state: State, column: Column, rule: Rule, found: Found) -> None:
        job, kind = _job_of(column.edge), kind_of(column.edge)
        if job is not None:
            self._reach(found, State(job, rule.job), state, job, kind, rule)
            if rule.may_break:
                self._reach(found, State(job, Severity.UNKNOWN), state, job, kind, rule)
                self._reach_all(found, self._outputs[job], Effect.UNKNOWN, state, job, kind, rule)
            if rule.output is Effect.STALE:
                self._reach_all(found, self._outputs[job], rule.output, state, job, kind, rule)
            elif state.mark is Effect.ROWS:
                self._reach_all(
                    found, self._outputs_from(column.source, job), rule.output, state, job, kind, rule
                )
        self._reach_all(found, column.targets, rule.output, state, job, kind, rule)
        home = self._view.home(column.edge.target)
        if home is not None:
            self._reach(found, State(home, rule.output), state, job, kind, rule)
            if rule.may_break:
                self._reach(found, State(home, Effect.UNKNOWN), state, job, kind, rule)

    def _spread_readers(self, states: list[State], found: Found) -> None:
        """To the readers of a dataset of which a field changed that do not name it, or do not tell all."""
        changed: dict[str, State] = {}
        for state in states:
            home = self._view.home(state.name)
            if home is not None and state.mark in _OF_COLUMNS:
                changed.setdefault(home, state)
        self._load_readers(changed)
        left = {
            home: [job for job in self._readers[home] if not self._is_broken(job, found)] for home in changed
        }
        gaps = self._gaps_of(left)
        named = self._jobs_naming(states)
        for home, state in changed.items():
            for job in left[home]:
                fed = self._fed_from(home, job)
                blank = [output for output in fed if (job, output) in gaps]
                if blank or not fed:
                    self.gaps.setdefault(job, set()).update(blank)
                    self._reach(found, State(job, Severity.UNKNOWN), state, job, None, NO_COLUMNS)
                    self._reach_all(found, blank, Effect.UNKNOWN, state, job, None, NO_COLUMNS)
                elif (home, job) not in named:
                    self._reach(found, State(job, Severity.COMPATIBLE), state, job, None, NOT_NAMED)

    def _is_broken(self, job: str, found: Found) -> bool:
        broken = State(job, Severity.BREAKS)
        return broken in found or broken in self.arrivals

    def _gaps_of(self, readers: Mapping[str, list[str]]) -> set[tuple[str, str]]:
        """The (job, output) for which readers of datasets told no columns."""
        jobs = {job for home in readers for job in readers[home]}
        self._load_outputs(jobs)
        known = self._view.fields(readers)
        columns = (column for home in readers for field in known[home] for column in self._columns[field])
        pairs = {
            (job, output)
            for home, found in readers.items()
            for job in found
            for output in self._fed_from(home, job)
        }
        return self._view.without_columns(pairs, (column.edge for column in columns))

    def _jobs_naming(self, states: Iterable[State]) -> set[tuple[str | None, str]]:
        return {
            (self._view.home(column.source), column.edge.via)
            for state in states
            for column in self._columns[state.name]
        }

    def _spread_datasets(self, states: list[State], found: Found) -> None:
        """Through every job that reads a dataset of which all is stale, gone, in other rows or not known."""
        answered = [
            (state, DATASET_RULES[state.mark])
            for state in states
            if isinstance(state.mark, Effect) and state.mark in DATASET_RULES
        ]
        self._load_readers({state.name for state, _rule in answered})
        self._load_outputs({job for state, _rule in answered for job in self._readers[state.name]})
        for state, rule in answered:
            for job in self._readers[state.name]:
                self._reach(found, State(job, rule.job), state, job, None, rule)
                stops = rule.output is Effect.STALE
                outputs = self._outputs[job] if stops else self._fed_from(state.name, job)
                self._reach_all(found, outputs, rule.output, state, job, None, rule)
            self._reach_all(found, sorted(self._jobless[state.name]), rule.output, state, None, None, rule)

    def _spread_jobs(self, states: list[State], found: Found) -> None:
        """To the jobs that get data from a job without a dataset between."""
        passing = [
            (state, JOB_RULES[state.mark])
            for state in states
            if isinstance(state.mark, Severity) and state.mark in JOB_RULES and self._passed[state.name]
        ]
        self._load_outputs({job for state, _rule in passing for job in self._passed[state.name]})
        for state, rule in passing:
            for job in self._passed[state.name]:
                self._reach(found, State(job, rule.job), state, job, None, rule)
                outputs = self._outputs[job] if rule.output is Effect.STALE else sorted(self._shared[job])
                self._reach_all(found, outputs, rule.output, state, job, None, rule)

    def _reach_all(
        self,
        found: Found,
        names: Iterable[str],
        effect: Effect,
        before: State,
        job: str | None,
        kind: Kind | None,
        rule: Rule,
    ) -> None:
        for name in names:
            self._reach(found, State(name, effect), before, job, kind, rule)

    def _reach(
        self, found: Found, state: State, before: State, job: str | None, kind: Kind | None, rule: Rule
    ) -> None:
        if state in found or state in self.arrivals:
            return
        behind = self.arrivals[before]
        certainty = max(behind.certainty, rule.certainty, key=_WEAKNESS.__getitem__)
        reason = rule.reason if isinstance(state.mark, Severity) else REASONS[state.mark]
        found[state] = Arrival(behind.hops + 1, before, job, kind, certainty, reason)

    def _outputs_from(self, field: str, job: str) -> list[str]:
        """What a job writes that a field's dataset feeds, as far as that is told."""
        home = self._view.home(field)
        return self._outputs[job] if home is None else self._fed_from(home, job)

    def _fed_from(self, dataset: str, job: str) -> list[str]:
        """What a job writes that a dataset feeds: not the outputs of which it states that they come from others."""
        stated = self._stated.get((dataset, job), set())
        return [output for output in self._outputs[job] if output in self._shared[job] or output in stated]

    def _load_columns(self, fields: Collection[str]) -> list[Column]:
        fresh = [field for field in fields if field not in self._columns]
        self._columns.update({field: [] for field in fresh})
        for column in self._view.columns(fresh, Direction.OUT):
            self._columns[column.source].append(column)
        return [column for field in fields for column in self._columns[field]]

    def _load_readers(self, datasets: Collection[str]) -> None:
        """The jobs that read each dataset, by edges of it or of its fields; what follows without a job."""
        fresh = [dataset for dataset in datasets if dataset not in self._readers]
        if not fresh:
            return
        name = self._view.classes.name
        readers: dict[str, set[str]] = {dataset: set() for dataset in fresh}
        self._jobless.update({dataset: set() for dataset in fresh})
        for edge in self._view.beside(fresh, Direction.OUT):
            source, target = name(edge.source), name(edge.target)
            if edge.type == Rel.HAD_DERIVATION and is_job(edge.via):
                self._stated[source, edge.via].add(target)
                continue
            found = readers if edge.type == Rel.CONSUMED_BY else self._jobless
            found[source].add(target)
        known = self._view.fields(fresh)
        self._load_columns([field for fields in known.values() for field in fields])
        for dataset, fields in known.items():
            told_by = {column.edge.via for field in fields for column in self._columns[field]}
            readers[dataset].update(filter(is_job, told_by))
        self._readers.update({dataset: sorted(jobs) for dataset, jobs in readers.items()})

    def _load_outputs(self, jobs: Collection[str]) -> None:
        fresh = [job for job in jobs if job not in self._outputs]
        outputs: dict[str, set[str]] = {job: set() for job in fresh}
        self._shared.update({job: set() for job in fresh})
        passed: dict[str, set[str]] = {job: set() for job in fresh}
        for edge in self._view.onwards(fresh, Direction.OUT):
            if edge.type == Rel.PASSES_DATA_TO:
                passed[edge.source].add(edge.target)
                continue
            target = self._view.classes.name(edge.target)
            outputs[edge.source].add(target)
            if not is_explicit(edge):
                self._shared[edge.source].add(target)
        self._passed.update({job: sorted(jobs) for job, jobs in passed.items()})
        self._outputs.update({job: sorted(datasets) for job, datasets in outputs.items()})


def _job_of(edge: Edge) -> str | None:
    return edge.via if is_job(edge.via) else None


def _how(edge: Edge) -> tuple[str, bool]:
    said = dict(edge.properties)
    return str(said.get("subtype", "")), said.get("masking") is True
