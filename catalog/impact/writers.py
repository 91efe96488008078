"""The jobs that write what is changed: who makes a table makes it anew, who fills one that is there may not fit it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from catalog.aliases import is_dataset
from catalog.coverage import Reason, writer_not_judged
from catalog.graph import Direction
from catalog.impact.binding import Bindings
from catalog.impact.bound import Bound
from catalog.impact.change import Change
from catalog.impact.delta import Delta, Mark
from catalog.impact.filled import MAKING, Filled, Found, Table
from catalog.impact.ground import Asked
from catalog.impact.job_binder import Fill, JobBinder, JobText
from catalog.impact.knowledge import Knowledge
from catalog.impact.links import Link, Outcome, State
from catalog.impact.proposed import Start
from catalog.impact.severity import Certainty, Severity
from catalog.impact.texts import Text, Texts
from catalog.sql_report import SqlReport

INTO = ("INSERT", "MERGE", "UPDATE", "COPY")
"""Statements that fill a table which is there already, by the first word of how they are told."""
_MAKES = ("CREATE TABLE", "CREATE VIEW", "SELECT")
MAX_WRITERS = 500
"""Jobs whose writing is looked at for one answer."""


@dataclass(frozen=True, slots=True)
class Writing:
    """``outcomes``: of the jobs that fill what is changed; ``causes``: the states that these begin with; ``reasons``:
    of those that are not judged."""

    outcomes: Mapping[str, Outcome]
    causes: tuple[State, ...]
    reasons: tuple[Reason, ...]


class Writers:
    """Judges those who write the datasets of a proposal. ``binder`` None: none of them."""

    def __init__(self, known: Knowledge, texts: Texts, bindings: Bindings, binder: JobBinder | None) -> None:
        self._known = known
        self._texts = texts
        self._bindings = bindings
        self._binder = binder

    def of(self, begin: Start, renewed: Collection[str]) -> Writing:
        """What the changes of a proposal are to who writes what is changed, but for jobs that get new SQL with it."""
        view = self._known.view
        changes: defaultdict[str, list[Change]] = defaultdict(list)
        for change in begin.proposal.changes:
            if is_dataset(change.subject) and Filled.matters(change):
                changes[view.classes.name(change.subject)].append(change)
        edges = view.writes(changes.keys(), Direction.IN) if changes else []
        pairs = sorted({(edge.source, view.classes.name(edge.target)) for edge in edges})
        pairs = [(job, dataset) for job, dataset in pairs if dataset in changes and job not in renewed]
        jobs = sorted({job for job, _ in pairs})
        self._known.learn(jobs)
        filling = self._filling(jobs[:MAX_WRITERS])
        bound = self._bound({job for job, dataset in pairs if (job, dataset) in filling}, begin)
        outcomes: defaultdict[str, list[Outcome]] = defaultdict(list)
        reasons = []
        for job, dataset in pairs:
            fills = filling.get((job, dataset))
            if fills is None:
                how = _into(view.sql_of(()).get(job))
                reasons += [] if how is None else [writer_not_judged(job, dataset, how)]
            else:
                judged = self._judged(job, dataset, fills, changes[dataset], begin, bound.get(job))
                outcomes[job].append(judged)
        together = {job: _together(found) for job, found in outcomes.items()}
        causes = dict.fromkeys(link.before for one in together.values() for link in one.links)
        return Writing(together, tuple(causes), tuple(reasons))

    def _filling(self, jobs: Sequence[str]) -> dict[tuple[str, str], list[Fill]]:
        """(job, dataset) → how it fills it, or that it makes it; nothing where its text does not say."""
        if self._binder is None or not jobs:
            return {}
        texts = self._texts.of(jobs)
        told = self._binder.fills([_plain(text) for text in texts.values()])
        found: dict[tuple[str, str], list[Fill]] = {}
        for (job, text), fills in zip(texts.items(), told, strict=True):
            of_table: defaultdict[str, list[Fill]] = defaultdict(list)
            for fill in fills:
                if fill.table in text.writes:
                    of_table[text.writes[fill.table]].append(fill)
            for dataset, listed in of_table.items():
                found[job, dataset] = [fill for fill in listed if fill.how == MAKING][:1] or listed
        return found

    def _bound(self, jobs: set[str], begin: Start) -> dict[str, Bound]:
        """The SQL of those who fill, over all that changes."""
        texts = self._texts.of(jobs)
        fields = {field for delta in begin.deltas.values() for field in delta.fields}
        paths = self._known.view.classes.paths(fields)
        asked = []
        for job, text in texts.items():
            named = {dataset for _, dataset in text.tables}
            inputs = {name: delta for name, delta in begin.deltas.items() if name in named and delta.reshaped}
            if inputs:
                asked.append(Asked(job, inputs, {}, paths, text))
        return self._bindings.bound(asked)

    def _judged(
        self,
        job: str,
        dataset: str,
        fills: Sequence[Fill],
        changes: Sequence[Change],
        begin: Start,
        bound: Bound | None,
    ) -> Outcome:
        text = self._texts.of([job])[job]
        told = self._texts.tables([dataset])[dataset]
        table = Table(tuple(column.name.casefold() for column in told.columns), told.whole, text.dialect)
        links: dict[Link, None] = {}
        for fill in fills:
            for change, found in Filled(fill, table, changes, bound).judged():
                cause = self._cause(dataset, change, begin)
                links[_link(cause, job, found)] = None
        breaks = [link for link in links if link.after.mark is Severity.BREAKS]
        deltas = self._stop(job, breaks, links)
        return Outcome(deltas, tuple(links))

    def _stop(self, job: str, breaks: Sequence[Link], links: dict[Link, None]) -> dict[str, Delta]:
        """What a job writes that breaks is not rebuilt."""
        stale = Delta(frozenset((Mark.STALE,)))
        outputs = self._known.outputs(job) if breaks else ()
        for link in breaks:
            for output in outputs:
                reason = "is filled by a job that breaks, so it gets no new data"
                after = State(output, Mark.STALE)
                links[Link(link.before, after, job, None, Certainty.STRUCTURAL, reason)] = None
        return dict.fromkeys((*outputs, job) if breaks else (), stale)

    def _cause(self, dataset: str, change: Change, begin: Start) -> State:
        """The state that a change is, as the walk begins with it."""
        mark = Filled.mark(change)
        if change.path is None or mark in (Mark.ADDED, Mark.MOVED):
            return State(dataset, mark)
        field = self._known.field_of(dataset, change.path)
        return State(field, mark)


def _link(cause: State, job: str, found: Found) -> Link:
    after = State(job, found.severity)
    return Link(cause, after, job, None, found.certainty, found.reason, found.message)


def _plain(text: Text) -> JobText:
    return JobText(text.query, text.dialect, ())


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    deltas = {name: delta for one in outcomes for name, delta in one.deltas.items()}
    return Outcome(deltas, tuple(dict.fromkeys(link for one in outcomes for link in one.links)))


def _into(report: SqlReport | None) -> str | None:
    """How a text fills what it writes; None where it makes that itself, or does not say."""
    kinds = [] if report is None else [statement.kind for statement in report.statements]
    if any(kind.startswith(_MAKES) for kind in kinds):
        return None
    return next((word for kind in kinds for word in INTO if kind.startswith(word)), None)
