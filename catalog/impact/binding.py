"""Which jobs are bound before and after a change, and what is asked of the binder: all jobs of a level at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from catalog.aliases import is_job
from catalog.impact.bound import Bound
from catalog.impact.delta import Delta, Mark
from catalog.impact.ground import Asked
from catalog.impact.hints import NO_HINTS, HintsOfTexts
from catalog.impact.job_binder import Binding, BindStatus, JobBinder, JobText
from catalog.impact.knowledge import Knowledge
from catalog.impact.likely import LikelyTypes
from catalog.impact.texts import TARGET, Table, Text, Texts, job_text
from catalog.sql_report import SqlStatus

MAX_CHECKED = 300
"""Jobs of a level for which names are looked at that another column may take the place of."""
_WAYS = ((False, None), (True, None), *((True, type_) for type_ in ("VARCHAR", "BIGINT", "DATE", "BOOLEAN")))
"""How types are guessed until the text binds as it is: of all columns, or of those of the kind of what changes alone,
as they are used or as one of these."""
Pair = tuple[JobText, JobText]
"""Before a change, and after it."""
_READ = (SqlStatus.COMPLETE, SqlStatus.PARTIAL)


class Bindings:
    """Reads texts and binds them, as far as that decides something. ``binder`` None: nothing is bound."""

    def __init__(self, known: Knowledge, texts: Texts, binder: JobBinder | None) -> None:
        self._known = known
        self._texts = texts
        self._binder = binder
        self._bound: dict[JobText, Binding] = {}
        self._likely = None if binder is None else LikelyTypes(known.view, texts, binder)
        self._hints = None if binder is None else HintsOfTexts(known, texts, binder)

    def with_texts(self, asked: Sequence[Asked]) -> list[Asked]:
        """The same, with texts and bindings where they matter."""
        wanted = [one for one in asked if is_job(one.unit) and self._wants_text(one)]
        if not wanted:
            return list(asked)
        sure = [one for one in wanted if self._is_decided(one)]
        left = set() if len(sure) <= MAX_CHECKED else {one.unit for one in sure}
        texts = self._texts.of(one.unit for one in wanted if one.unit not in left)
        told = [replace(one, text=texts.get(one.unit)) for one in asked]
        if self._hints is None:
            return told
        losing = {one.unit for one in told if any(delta.loses for delta in one.inputs.values())}
        hints = self._hints.of({one.unit: one.text for one in told if one.text is not None}, losing)
        told = [replace(one, hints=hints.get(one.unit, NO_HINTS)) for one in told]
        bind = {one.unit: one for one in told if one.text is not None and self._wants_binding(one, one.text)}
        bound = self._bind(list(bind.values()))
        return [replace(one, bound=bound.get(one.unit)) for one in told]

    def bound(self, asked: Sequence[Asked]) -> dict[str, Bound]:
        """The texts of these before and after what has changed, by unit; nothing without a binder."""
        return {} if self._binder is None or not asked else self._bind(asked)

    def renewed(
        self, asked: Mapping[str, tuple[Text, Text, Mapping[str, Delta]]], paths: Mapping[str, str]
    ) -> dict[str, Bound]:
        """An old text before what has changed, and a new one after it, by job."""
        if self._binder is None or not asked:
            return {}
        names = {name for old, new, _ in asked.values() for text in (old, new) for _, name in text.tables}
        tables = self._texts.tables(names)
        pairs = {
            job: (
                job_text(old, tables, {}, paths, after_change=False),
                job_text(
                    new, tables, {n: d for n, d in deltas.items() if d.reshaped}, paths, after_change=True
                ),
            )
            for job, (old, new, deltas) in asked.items()
        }
        self._ask(pairs.values())
        return {job: self._compared(pairs[job], old, new) for job, (old, new, _) in asked.items()}

    def _compared(self, pair: Pair, old: Text, new: Text) -> Bound:
        """Both, with what the new text writes under the names that the old one has for it."""
        before, after = (self._bound[text] for text in pair)
        was, now = _written(old), _written(new)
        writes = {was[name]: after.writes[now[name]] for name in was if now.get(name) in after.writes}
        whole = all(table.whole for text in pair for table in text.tables)
        return Bound(before, replace(after, writes=writes, some={}), was, whole)

    def _wants_text(self, asked: Asked) -> bool:
        report = self._known.sql(asked.unit)
        if report is None or report.status not in _READ or self._stops(asked):
            return False
        complete = report.status is SqlStatus.COMPLETE
        for delta in asked.inputs.values():
            if delta.added or Mark.MOVED in delta.whole:
                return True
            for field, one in delta.fields.items():
                if one.marks & {Mark.REMOVED, Mark.RETYPED, Mark.VALUES}:
                    used = (field, asked.unit) in self._known.uses
                    shape = one.marks & {Mark.REMOVED, Mark.RETYPED}
                    if (used and shape) or not (used or complete):
                        return True
        return False

    def _stops(self, asked: Asked) -> bool:
        """Whether the job does not run, whatever its SQL says. One that would be stale is looked at where it is said to
        break as well: columns that it only takes by position may be there still; and where what it reads may be built
        yet, with other types."""
        deltas = asked.inputs.values()
        marks = {mark for delta in deltas for mark in delta.whole}
        if Mark.GONE in marks or Mark.STALE not in marks or self._is_decided(asked):
            return Mark.GONE in marks
        return not any(Mark.STALE in delta.whole and _is_retyped(delta) for delta in deltas)

    def _is_decided(self, asked: Asked) -> bool:
        """Whether what is stored says that it breaks."""
        return any(
            Mark.REMOVED in one.marks and use is not None and use.needed
            for delta in asked.inputs.values()
            for field, one in delta.fields.items()
            for use in (self._known.uses.get((field, asked.unit)),)
        )

    def _wants_binding(self, asked: Asked, text: Text) -> bool:
        complete = (report := self._known.sql(asked.unit)) is not None and report.status is SqlStatus.COMPLETE
        return any(self._matters(asked, delta, text, complete) for delta in asked.inputs.values())

    def _matters(self, asked: Asked, delta: Delta, text: Text, complete: bool) -> bool:
        if any(text.has_star or text.names(name) for name in delta.added):
            return True
        for field, one in delta.fields.items():
            use = self._known.uses.get((field, asked.unit))
            if not one.marks & {Mark.REMOVED, Mark.RETYPED} or (use is None and complete):
                continue
            if Mark.RETYPED in one.marks or use is None or not use.needed:
                return True
            if self._may_be_replaced(asked, field, text):
                return True
        return False

    def _may_be_replaced(self, asked: Asked, field: str, text: Text) -> bool:
        """Whether the name of a removed field may mean something else in a text, once the field is gone."""
        name = asked.paths[field].split(".")[0]
        if text.gives_name(name):
            return True
        others = {dataset for _, dataset in text.tables if dataset != self._known.view.home(field)}
        tables = self._texts.tables(others)
        return any(c.name.casefold() == name.casefold() for table in tables.values() for c in table.columns)

    def _bind(self, asked: Sequence[Asked]) -> dict[str, Bound]:
        texts = {one.unit: one.text for one in asked if one.text is not None}
        tables = self._texts.tables(dataset for text in texts.values() for _, dataset in text.tables)
        pared = {one.unit: _pared(texts[one.unit], tables, one) for one in asked}
        plain = {one.unit: _pair(texts[one.unit], pared[one.unit], one) for one in asked}
        self._ask(plain.values())
        for one in asked:
            if not self._bound[plain[one.unit][0]].runs:
                pared[one.unit], plain[one.unit] = tables, _pair(texts[one.unit], tables, one)
        self._ask(plain.values())
        guessed = self._guessed(asked, texts, pared, plain)
        found = {}
        for unit, pair in plain.items():
            writes = _written(texts[unit])
            whole = all(table.whole for table in pair[0].tables)
            before, after = guessed.get(unit, pair)
            found[unit] = Bound(self._bound[before], self._bound[after], writes, whole, unit in guessed)
        return found

    def _may_find_another(self, asked: Asked, pair: Pair) -> bool:
        """Whether another column may take the place of one that is gone, as far as is known without guessing."""
        if self._is_refused(pair):
            return self._is_decided(asked)
        after = self._bound[pair[1]].status
        return after is BindStatus.BOUND and any(one.loses for one in asked.inputs.values())

    def _is_refused(self, pair: Pair) -> bool:
        return self._bound[pair[0]].status is BindStatus.REFUSED

    def _ask(self, pairs: Iterable[Pair]) -> None:
        assert self._binder is not None
        fresh = list(dict.fromkeys(text for pair in pairs for text in pair if text not in self._bound))
        if fresh:
            self._bound.update(zip(fresh, self._binder.bind(fresh), strict=True))

    def _guessed(
        self,
        asked: Sequence[Asked],
        texts: Mapping[str, Text],
        tables: Mapping[str, Mapping[str, Table]],
        plain: Mapping[str, Pair],
    ) -> dict[str, Pair]:
        """The same questions with types that nobody has told, where a changed type meets them, or where the text is
        refused for want of them, so that it cannot be seen what takes the place of a column that is gone: of all
        columns, or, if the text as it is does not bind with these, of those of the kind of what changes. ``tables``: of
        each unit."""
        wanted = [
            one
            for one in asked
            if _is_open(plain[one.unit][0])
            and (_retypes(one) or self._may_find_another(one, plain[one.unit]))
        ]
        if self._likely is None or not wanted:
            return {}
        self._likely.learn([texts[one.unit] for one in wanted])
        found: dict[str, Pair] = {}
        for near, old in _WAYS:
            pairs: dict[str, Pair] = {}
            for one in wanted:
                if one.unit not in found:
                    text = texts[one.unit]
                    names = sorted({dataset for _, dataset in text.tables})
                    known = {name: tables[one.unit][name] for name in names}
                    guess = self._likely.tables(known, one.inputs, near=near, old=old)
                    pairs[one.unit] = _pair(text, guess, one)
            pairs = {unit: pair for unit, pair in pairs.items() if pair != plain[unit]}
            self._ask(pairs.values())
            found |= {unit: pair for unit, pair in pairs.items() if self._bound[pair[0]].runs}
        return found


def _pared(text: Text, tables: Mapping[str, Table], asked: Asked) -> Mapping[str, Table]:
    """The tables of a text without the columns that only lineage names and whose names the text gives itself: it mostly
    means its own. Those that change stay."""
    found = {}
    for name in {dataset for _, dataset in text.tables}:
        changed = asked.inputs[name].fields if name in asked.inputs else ()
        kept = {asked.paths[field].casefold() for field in changed}
        own = {one for one in tables[name].by_lineage if one not in kept and text.gives_name(one)}
        found[name] = tables[name].without(own) if own else tables[name]
    return found


def _retypes(asked: Asked) -> bool:
    return any(map(_is_retyped, asked.inputs.values()))


def _is_retyped(delta: Delta) -> bool:
    return any(Mark.RETYPED in one.marks for one in delta.fields.values())


def _is_open(text: JobText) -> bool:
    """Whether it names columns of which a type is not known, or that are not known at all."""
    return any(not table.whole or any(c.type is None for c in table.columns) for table in text.tables)


def _pair(text: Text, tables: Mapping[str, Table], asked: Asked) -> Pair:
    """The text over its tables before and after what has changed."""
    deltas = {name: delta for name, delta in asked.inputs.items() if delta.reshaped}
    return (
        job_text(text, tables, deltas, asked.paths, after_change=False),
        job_text(text, tables, deltas, asked.paths, after_change=True),
    )


def _written(text: Text) -> dict[str, tuple[str, ...]]:
    """The name that each dataset has in a binding that a text writes."""
    found = {dataset: parts for parts, dataset in text.writes.items()}
    return found if text.target is None else {**found, text.target: TARGET}
