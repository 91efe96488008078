"""Jobs that get other SQL: the old text before all changes and the new one after them, bound and compared."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from catalog.graph import Direction
from catalog.identity import DatasetId
from catalog.impact import rules
from catalog.impact.binding import Bindings
from catalog.impact.bound import Bound, Difference
from catalog.impact.change import Change, ChangeKind
from catalog.impact.delta import Delta, FieldDelta, Mark
from catalog.impact.job_binder import BindStatus, JobBinder, JobText
from catalog.impact.knowledge import Knowledge
from catalog.impact.links import Link, Outcome, State
from catalog.impact.proposed import OF_ROWS, REVALUES, Start
from catalog.impact.severity import Certainty, Severity
from catalog.impact.texts import Text, Texts
from catalog.lineage_view import View
from catalog.names import name_parts

NEW_REFUSED = "has new SQL that its database does not take"
NEW_SCHEMA = "has new SQL, which writes other columns or types"
NEW_ROWS = "has new SQL, which writes the same columns, and maybe other rows"
NEW_NOT_KNOWN = "has new SQL, and what that writes is not known"
MADE_NEW = "is made by SQL that changes, and may hold other rows"
MADE_OTHER = "is made by SQL that changes, which gives other columns or types"
MADE_UNKNOWN = "is made by SQL that changes, and it is not known what that gives"
NEW_GONE = "is not given by the new SQL that makes its dataset"
NEW_TYPE = "gets another type from the new SQL that makes its dataset"


@dataclass(frozen=True, slots=True)
class Renewed:
    """A job whose SQL becomes another. ``output``: the dataset of the change; ``new`` None: the new text was not told,
    or names tables that are not known."""

    job: str
    output: str
    old: Text
    new: Text | None

    @property
    def inputs(self) -> frozenset[str]:
        """The datasets that the text reads, as it will be."""
        text = self.old if self.new is None else self.new
        return frozenset(dataset for _, dataset in text.tables) - {self.output}

    @property
    def cause(self) -> State:
        """What begins it."""
        return State(self.output, Mark.QUERY)


@dataclass(frozen=True, slots=True)
class Renewals:
    """All of a proposal, by job. ``deltas``: those that the proposal begins with, but for what these jobs make."""

    jobs: Mapping[str, Renewed]
    deltas: Mapping[str, Delta]
    known: Knowledge
    bindings: Bindings

    @property
    def causes(self) -> list[State]:
        """What the changes of SQL are, as states."""
        return [one.cause for _, one in sorted(self.jobs.items())]

    def reading(self, names: Collection[str]) -> set[str]:
        """The jobs whose new text reads one of these datasets."""
        return {job for job, one in self.jobs.items() if not one.inputs.isdisjoint(names)}

    def outcomes(
        self, inputs: Mapping[str, Mapping[str, Delta]], paths: Mapping[str, str]
    ) -> dict[str, Outcome]:
        """What each of these jobs makes with its new text, by its changed inputs."""
        asked = {
            job: (self.jobs[job].old, new, deltas)
            for job, deltas in inputs.items()
            if (new := self.jobs[job].new) is not None
        }
        bound = self.bindings.renewed(asked, paths)
        return {
            job: _Making(self.known, self.jobs[job], deltas, bound.get(job)).outcome()
            for job, deltas in inputs.items()
        }


def renewals(
    known: Knowledge, texts: Texts, bindings: Bindings, binder: JobBinder | None, begin: Start
) -> Renewals:
    """The jobs that make what is said to get other SQL, where there is one of each whose SQL is known."""
    view = known.view
    told: defaultdict[str, list[Change]] = defaultdict(list)
    for change in begin.proposal.changes:
        told[view.classes.name(change.subject)].append(change)
    said = {
        name: one
        for name, changes in told.items()
        if len(queries := [c for c in changes if c.kind is ChangeKind.QUERY_CHANGED]) == 1
        for one in queries
    }
    if not said or binder is None:
        return Renewals({}, begin.deltas, known, bindings)
    makers: defaultdict[str, set[str]] = defaultdict(set)
    for edge in view.writes(said.keys(), Direction.IN):
        makers[view.classes.name(edge.target)].add(edge.source)
    single = {min(jobs): name for name, jobs in makers.items() if len(jobs) == 1 and name in said}
    held = texts.of(single)
    known.learn(sorted(held))
    found, deltas = {}, dict(begin.deltas)
    for job, text in sorted(held.items()):
        name = single[job]
        query = said[name].after
        new = None if query is None else _renewed(view, binder, name, text, query)
        found[job] = Renewed(job, name, text, new)
        deltas[name] = _without_query(deltas.get(name, Delta()), told[name])
    return Renewals(found, deltas, known, bindings)


def _without_query(delta: Delta, changes: Iterable[Change]) -> Delta:
    others = any(c.kind in OF_ROWS or (c.kind in REVALUES and c.path is None) for c in changes)
    return replace(delta, whole=delta.whole - {Mark.UNKNOWN, *(() if others else (Mark.ROWS,))})


def _renewed(view: View, binder: JobBinder, name: str, old: Text, query: str) -> Text | None:
    """The new text with its tables; None: one of them is not known."""
    asked = JobText(query, old.dialect, ())
    known = {tuple(part.casefold() for part in parts): dataset for parts, dataset in old.tables}
    tables = {}
    for parts in binder.tables([asked])[0]:
        folded = tuple(part.casefold() for part in parts)
        dataset = known.get(folded) or _beside(view, name, parts)
        if dataset is None:
            return None
        tables[parts] = dataset
    folded_names = {tuple(part.casefold() for part in parts): dataset for parts, dataset in tables.items()}
    filled = {fill.table for fill in binder.fills([asked])[0]}
    writes = {parts: dataset for parts, dataset in folded_names.items() if parts in filled}
    return Text(query, old.dialect, tuple(sorted(tables.items())), writes, None if writes else name)


def _beside(view: View, name: str, parts: tuple[str, ...]) -> str | None:
    """The dataset that a table's name means where the dataset of that name is: what it leaves out is taken from it."""
    node = next(iter(view.reader.nodes(view.classes.keys([name])).values()), None)
    if node is None:
        return None
    own = name_parts(str(node.properties["name"]))
    whole = (*own[: max(0, len(own) - len(parts))], *parts)
    key = DatasetId(str(node.properties["namespace"]), ".".join(whole)).key
    if key not in view.reader.nodes([key]):
        return None
    view.classes.close_datasets([key])
    return view.classes.name(key)


@dataclass(slots=True)
class _Making:
    """What one job makes with its new text."""

    known: Knowledge
    renewed: Renewed
    inputs: Mapping[str, Delta]
    bound: Bound | None
    links: dict[Link, None] = field(default_factory=dict)

    def outcome(self) -> Outcome:
        stops = self._stops()
        if stops is not None:
            return self._stopped(*stops)
        difference = None if self.bound is None else self.bound.difference(self.renewed.output)
        return self._not_known() if difference is None else self._made(difference)

    def _stops(self) -> tuple[Severity, Certainty, str, str | None] | None:
        marks = {mark for delta in self.inputs.values() for mark in delta.whole}
        if Mark.GONE in marks:
            return Severity.BREAKS, Certainty.PROVEN, rules.READS_GONE, None
        bound = self.bound
        if bound is not None and bound.after.status is BindStatus.REFUSED:
            if bound.whole and bound.after.exact:
                return Severity.BREAKS, Certainty.PROVEN, NEW_REFUSED, bound.after.message
            if bound.refused:
                return Severity.BREAKS, Certainty.STRUCTURAL, NEW_REFUSED, bound.after.message
        if Mark.STALE in marks:
            return Severity.STALE, Certainty.STRUCTURAL, rules.READS_STALE, None
        return None

    def _stopped(self, severity: Severity, sure: Certainty, reason: str, message: str | None) -> Outcome:
        for cause in self._causes():
            self._link(cause, State(self.renewed.job, severity), sure, reason, message)
            for output in self._outputs():
                stale = State(output, Mark.STALE)
                self._link(cause, stale, Certainty.STRUCTURAL, rules.REASONS[Mark.STALE])
        stale_delta = Delta(frozenset((Mark.STALE,)))
        return self._told(dict.fromkeys((*self._outputs(), self.renewed.job), stale_delta))

    def _causes(self) -> Iterator[State]:
        """Its own change, and those of its inputs that may be why it stops."""
        yield self.renewed.cause
        for name, delta in sorted(self.inputs.items()):
            for mark in sorted(delta.whole & {Mark.GONE, Mark.STALE}):
                yield State(name, mark)

    def _not_known(self) -> Outcome:
        cause, unknown = self.renewed.cause, Certainty.UNKNOWN
        self._link(cause, State(self.renewed.job, Severity.UNKNOWN), unknown, NEW_NOT_KNOWN)
        for output in self._outputs():
            self._link(cause, State(output, Mark.ROWS), Certainty.HEURISTIC, MADE_NEW)
            self._link(cause, State(output, Mark.UNKNOWN), unknown, MADE_UNKNOWN)
        delta = Delta(frozenset((Mark.ROWS, Mark.UNKNOWN)))
        marked = Delta(frozenset((Mark.UNKNOWN,)))
        return self._told({**dict.fromkeys(self._outputs(), delta), self.renewed.job: marked})

    def _made(self, difference: Difference) -> Outcome:
        cause, output = self.renewed.cause, self.renewed.output
        final = self.bound is not None and self.bound.is_final
        sure = Certainty.PROVEN if final else Certainty.STRUCTURAL
        fields = {
            **{self._field(name): FieldDelta(frozenset((Mark.REMOVED,))) for name in difference.removed},
            **{
                self._field(name): FieldDelta(frozenset((Mark.RETYPED,)), type=type_)
                for name, type_ in difference.retyped.items()
            },
        }
        whole = {Mark.ROWS, *((Mark.MOVED,) if difference.moved else ())}
        job = State(self.renewed.job, Severity.CHANGES_SCHEMA if difference else Severity.CHANGES_ROWS)
        self._link(cause, job, sure if difference else Certainty.HEURISTIC, _why(difference))
        self._link(cause, State(output, Mark.ROWS), Certainty.HEURISTIC, MADE_NEW)
        for name, one in sorted(fields.items()):
            mark = next(iter(one.marks))
            reason = NEW_GONE if mark is Mark.REMOVED else NEW_TYPE
            self._link(cause, State(name, mark), sure, reason)
        if fields or difference.added:
            self._link(cause, State(output, Mark.SCHEMA), sure, MADE_OTHER)
        if difference.added:
            self._link(cause, State(output, Mark.ADDED), sure, rules.REASONS[Mark.SCHEMA])
        if difference.moved:
            self._link(cause, State(output, Mark.MOVED), sure, rules.REASONS[Mark.MOVED])
        return self._told({output: Delta(frozenset(whole), fields, dict(difference.added))})

    def _field(self, column: str) -> str:
        return self.known.field_of(self.renewed.output, column)

    def _outputs(self) -> tuple[str, ...]:
        return tuple(sorted({self.renewed.output, *self.known.outputs(self.renewed.job)}))

    def _link(
        self, cause: State, after: State, sure: Certainty, reason: str, message: str | None = None
    ) -> None:
        self.links[Link(cause, after, self.renewed.job, None, sure, reason, message)] = None

    def _told(self, deltas: Mapping[str, Delta]) -> Outcome:
        return Outcome(dict(deltas), tuple(self.links))


def _why(difference: Difference) -> str:
    return NEW_SCHEMA if difference else NEW_ROWS
