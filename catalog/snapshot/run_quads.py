"""The state of a run as an export tells it: written from ``RunState``, and read back to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.canonical import encode
from catalog.fold.runs import Latest, Member, Parent, Part, RunState
from catalog.identity import DatasetId, JobId
from catalog.snapshot import terms
from catalog.snapshot.quads import named, part_of, sight, value
from ontology.rdf import JSON, Iri, Typed, quad


@dataclass(frozen=True, slots=True)
class RunWriter:
    """Writes the state of one run. ``texts``: the values behind the digests in it."""

    run: RunState
    texts: Mapping[str, str]
    base: str

    def quads(self) -> Iterator[str]:
        run, subject = self.run, self.base + self.run.id.key
        yield from sight(subject, "first", run.first)
        yield from sight(subject, "last", run.last)
        if run.started is not None:
            yield from sight(subject, "started", run.started)
        yield from _latest(subject, "terminal", run.terminal)
        yield from _latest(subject, "active", run.active)
        if run.parent is not None:
            parent, root, at = run.parent
            text = encode({"parent": _named(parent), "root": None if root is None else _named(root)})
            yield quad(subject, terms.PARENT, Typed((text, JSON)))
            yield from sight(subject, "parent", at)
        yield from self._facets(run.id.key, run.facets)
        for facet, (text, at) in run.told.items():
            name = self.base + part_of("told", run.id.key, facet)
            yield quad(subject, terms.TOLD_PROPERTIES, Iri(name))
            yield quad(name, terms.VALUE_KEY, facet)
            yield from sight(name, "", at)
            yield from value(name, text)
        for job, part in run.parts.items():
            yield from self._part(part_of("part", run.id.key, job), part)

    def _part(self, key: str, part: Part) -> Iterator[str]:
        name = self.base + key
        yield quad(self.base + self.run.id.key, terms.PART, Iri(name))
        yield from named(name, terms.JOB, JobId(*part.job), self.base)
        yield from sight(name, "first", part.first)
        yield from sight(name, "last", part.last)
        yield from _latest(name, "terminal", part.terminal)
        for term, members in ((terms.INPUT, part.inputs), (terms.OUTPUT, part.outputs)):
            for dataset, member in members.items():
                member_key = part_of("member", key, term, dataset)
                yield quad(name, term, Iri(self.base + member_key))
                yield from self._member(member_key, member)
        for output, digest in part.columns.items():
            columns = self.base + part_of("columns", key, output)
            yield quad(name, terms.COLUMNS, Iri(columns))
            yield from named(columns, terms.DATASET, DatasetId(*part.outputs[output].id), self.base)
            yield from value(columns, self.texts[digest])
        yield from self._facets(key, part.values, terms.NEWEST)
        if part.stated:
            yield quad(name, terms.STATED, Typed((self.texts[part.stated], JSON)))

    def _member(self, key: str, member: Member) -> Iterator[str]:
        name = self.base + key
        yield from named(name, terms.DATASET, DatasetId(*member.id), self.base)
        yield from sight(name, "first", member.first)
        yield from sight(name, "last", member.last)
        yield from self._facets(key, member.facets)

    def _facets(self, key: str, facets: Mapping[str, Latest], term: str = terms.FACET) -> Iterator[str]:
        for facet, (digest, at) in facets.items():
            name = self.base + part_of("facet", key, facet)
            yield quad(self.base + key, term, Iri(name))
            yield quad(name, terms.VALUE_KEY, facet)
            yield from sight(name, "", at)
            yield from value(name, self.texts[digest])


def _latest(subject: str, name: str, latest: Latest | None) -> Iterator[str]:
    if latest is not None:
        yield quad(subject, terms.TERMINAL if name == "terminal" else terms.ACTIVE, latest[0])
        yield from sight(subject, name, latest[1])


def _named(ref: Parent) -> dict[str, object]:
    return {"job": ref.job, "run": ref.run}
