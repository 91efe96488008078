"""What texts hint at, where columns are put together by names that nobody tells: a guess, and told as one.

A natural join compares what its tables have in common, and a union by name takes a column from each table that has
it. Which columns these are its text does not say, if no event does.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from catalog.graph import Direction
from catalog.impact.job_binder import JobBinder, Kindred
from catalog.impact.knowledge import Knowledge
from catalog.impact.texts import Text, Texts, job_text, listed

MAX_READERS = 100
"""Jobs that read a dataset that is put together, of which the texts are looked at."""


@dataclass(frozen=True, slots=True)
class Hints:
    """Of one text. ``joined_by``: the names of tables by whose keys its natural joins are likely to compare; empty: by
    those of any. ``defaulted``: the columns, folded, of what it puts together by name that a reader takes with a
    constant for where they are null, as one does of columns that not all tables have."""

    joined_by: frozenset[str] = frozenset()
    defaulted: frozenset[str] = frozenset()


NO_HINTS = Hints()


def tables_joined_by(text: Text, kin: Kindred) -> Iterable[str]:
    """The names of tables by whose keys the natural joins of a text are likely to compare."""
    every = text.named.keys()
    return (".".join(parts) for parts in (every if kin.joined_by is None else every & kin.joined_by))


class HintsOfTexts:
    """Reads the hints that a binder sees."""

    def __init__(self, known: Knowledge, texts: Texts, binder: JobBinder) -> None:
        self._known = known
        self._texts = texts
        self._binder = binder

    def of(self, texts: Mapping[str, Text], losing: Collection[str]) -> dict[str, Hints]:
        """By job; of texts that put tables together by names. ``losing``: the jobs that lose a column that they read:
        of others what readers do with their columns is not asked."""
        natural = {job: text for job, text in texts.items() if text.is_natural}
        kin = self._kin(natural)
        joined = {job: frozenset(tables_joined_by(natural[job], one)) for job, one in kin.items()}
        defaulted = self._defaulted(job for job in losing if job in texts and texts[job].puts_by_name)
        return {
            job: Hints(joined.get(job, frozenset()), defaulted.get(job, frozenset()))
            for job in joined.keys() | defaulted.keys()
        }

    def _kin(self, texts: Mapping[str, Text]) -> dict[str, Kindred]:
        if not texts:
            return {}
        tables = self._texts.tables(dataset for text in texts.values() for _, dataset in text.tables)
        known = {name: listed(table) for name, table in tables.items()}
        asked = [job_text(text, known, {}, {}, after_change=False) for text in texts.values()]
        return dict(zip(texts, self._binder.kin(asked), strict=True))

    def _defaulted(self, jobs: Iterable[str]) -> dict[str, frozenset[str]]:
        """By job: the columns of what it writes that readers of it take with a constant."""
        outputs = {job: frozenset(self._known.outputs(job)) for job in jobs}
        if not outputs:
            return {}
        readers = self._readers(frozenset[str]().union(*outputs.values()))
        texts = self._texts.of(set().union(*readers.values()))
        found: defaultdict[str, set[str]] = defaultdict(set)
        for reader, kin in self._kin(texts).items():
            for table, column in kin.defaulted:
                found[texts[reader].named.get(table, "")].add(column)
        return {
            job: frozenset(column for output in written for column in found[output])
            for job, written in outputs.items()
        }

    def _readers(self, datasets: Collection[str]) -> dict[str, list[str]]:
        """The first jobs that read each of these, by dataset."""
        view = self._known.view
        found: defaultdict[str, set[str]] = defaultdict(set)
        for edge in view.reads(view.classes.keys(datasets), Direction.OUT):
            found[view.classes.name(edge.source)].add(edge.target)
        return {name: sorted(jobs)[:MAX_READERS] for name, jobs in found.items()}
