"""The state of a run, read back from what an export tells of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog import values
from catalog.canonical import digest, plain
from catalog.fold.runs import ACTIVE, TERMINAL, Latest, Member, Parent, ParentFacet, Part, RunState
from catalog.identity import DatasetId, JobId, RunId
from catalog.snapshot import terms
from catalog.snapshot.sheet import Inconsistent, Sheet


@dataclass(frozen=True, slots=True)
class RunReader:
    """Reads the state of one run; raises Inconsistent. ``texts`` collects the values behind the digests in it."""

    sheet: Sheet
    run: RunId
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def _subject(self) -> str:
        return self.sheet.base + self.run.key

    def state(self) -> RunState:
        """The state that the block tells."""
        sheet, subject = self.sheet, self._subject
        started = sheet.has(subject, terms.seen_terms("started")[0])
        return RunState(
            self.run.value,
            sheet.sight(subject, "first"),
            sheet.sight(subject, "last"),
            sheet.sight(subject, "started") if started else None,
            self._latest(subject, "terminal"),
            self._latest(subject, "active"),
            self._parent(),
            self._facets(subject),
            dict(self._parts()),
            dict(self._told(subject)),
        )

    def _told(self, subject: str) -> Iterator[tuple[str, Latest]]:
        for name in self.sheet.iris(subject, terms.TOLD_PROPERTIES):
            text = self.sheet.json(name, terms.VALUE_TEXT)
            found = plain(text)
            if not (isinstance(found, dict) and all(isinstance(one, str | int) for one in found.values())):
                raise Inconsistent(name, "its value is no object of properties")
            yield self.sheet.text(name, terms.VALUE_KEY), (text, self.sheet.sight(name, ""))

    def _latest(self, subject: str, name: str) -> Latest | None:
        term, types = (terms.TERMINAL, TERMINAL) if name == "terminal" else (terms.ACTIVE, ACTIVE)
        if not self.sheet.has(subject, term):
            return None
        decided = self.sheet.text(subject, term)
        if decided not in types:
            raise Inconsistent(subject, f"{decided[:80]!r} is no {name} type of event")
        return decided, self.sheet.sight(subject, name)

    def _parent(self) -> ParentFacet | None:
        if not self.sheet.has(self._subject, terms.PARENT):
            return None
        text = self.sheet.json(self._subject, terms.PARENT)
        try:
            found = plain(text)
            parent, root = _named(found["parent"]), found["root"] and _named(found["root"])
        except (ValueError, TypeError, KeyError) as error:
            raise Inconsistent(self._subject, f"no parent run can be read from {text[:200]}") from error
        return parent, root, self.sheet.sight(self._subject, "parent")

    def _parts(self) -> Iterator[tuple[str, Part]]:
        for name in self.sheet.iris(self._subject, terms.PART):
            job = self.sheet.identity(name, terms.JOB, JobId)
            outputs = self._members(name, terms.OUTPUT)
            yield (
                job.key,
                Part(
                    (job.namespace, job.name),
                    self.sheet.sight(name, "first"),
                    self.sheet.sight(name, "last"),
                    self._latest(name, "terminal"),
                    self._members(name, terms.INPUT),
                    outputs,
                    dict(self._columns(name, outputs)),
                    values=self._facets(name, terms.NEWEST),
                    stated=self._stated(name),
                ),
            )

    def _members(self, part: str, term: str) -> dict[str, Member]:
        found = {}
        for name in self.sheet.iris(part, term):
            dataset = self.sheet.identity(name, terms.DATASET, DatasetId)
            found[dataset.key] = Member(
                (dataset.namespace, dataset.name),
                self.sheet.sight(name, "first"),
                self.sheet.sight(name, "last"),
                self._facets(name),
            )
        return found

    def _columns(self, part: str, outputs: dict[str, Member]) -> Iterator[tuple[str, str]]:
        for name in self.sheet.iris(part, terms.COLUMNS):
            output = self.sheet.identity(name, terms.DATASET, DatasetId).key
            text = self.sheet.json(name, terms.VALUE_TEXT)
            try:
                of = {edge.output.key for edge in values.decode_columns(text)}
            except (ValueError, TypeError) as error:
                raise Inconsistent(name, "no columns can be read from its value") from error
            if of != {output} or output not in outputs:
                raise Inconsistent(name, "its columns are not those of an output")
            yield output, self._kept(text)

    def _stated(self, part: str) -> str:
        """The digest of what lineage facets state; empty where none does."""
        if not self.sheet.has(part, terms.STATED):
            return ""
        text = self.sheet.json(part, terms.STATED)
        try:
            values.decode_lineage(text)
        except (ValueError, TypeError, KeyError) as error:
            raise Inconsistent(part, "no stated lineage can be read from its value") from error
        return self._kept(text)

    def _facets(self, subject: str, term: str = terms.FACET) -> dict[str, Latest]:
        return {
            self.sheet.text(name, terms.VALUE_KEY): (
                self._kept(self.sheet.json(name, terms.VALUE_TEXT)),
                self.sheet.sight(name, ""),
            )
            for name in self.sheet.iris(subject, term)
        }

    def _kept(self, text: str) -> str:
        address = digest(text)
        self.texts[address] = text
        return address


def _named(value: dict[str, object]) -> Parent:
    run, job = value["run"], value["job"]
    if not isinstance(run, str):
        raise TypeError("a run has a name")
    if job is None:
        return Parent(run, None)
    if not (isinstance(job, list) and len(job) == 2 and all(isinstance(name, str) for name in job)):
        raise TypeError("a job has a namespace and a name")
    return Parent(run, (job[0], job[1]))
