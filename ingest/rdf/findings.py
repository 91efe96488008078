"""What came of reading one document: what was understood, what was not, what was assumed, what is wrong."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from catalog.entry import Problem
from ingest.problems import MAX_PROBLEMS, Code
from ingest.rdf.graph import Fact, Thing
from ontology.rdf import NS, TYPE, Iri
from ontology.rdf_reading import Blank
from ontology.validation import Violation

SHACL = "http://www.w3.org/ns/shacl#"
ANY_SHAPE = "https://w3id.org/meshline/shapes#ResourceShape"
"""The shape of everything, which stands for the rules that SHACL has no shape for."""


class Component(StrEnum):
    """Why something is a violation, by SHACL's constraint component."""

    CLOSED = f"{SHACL}ClosedConstraintComponent"
    CLASS = f"{SHACL}ClassConstraintComponent"
    NODE_KIND = f"{SHACL}NodeKindConstraintComponent"
    IN = f"{SHACL}InConstraintComponent"
    PATTERN = f"{SHACL}PatternConstraintComponent"
    MIN_COUNT = f"{SHACL}MinCountConstraintComponent"
    DATATYPE = f"{SHACL}DatatypeConstraintComponent"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was left out or assumed: ``term`` says of what, ``example`` names the first subject, or
    the first path, which stands on ``line``."""

    code: Code
    term: str
    count: int
    example: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A violation, before the key of its subject is known."""

    subject: Thing
    component: Component
    path: str
    value: str | None
    message: str

    def violation(self, focus: str) -> Violation:
        """The violation, of the node with that key."""
        return Violation(focus, ANY_SHAPE, self.component, str(self.path), self.value, self.message)


@dataclass(slots=True)
class Findings:
    """Gathered while a document is read."""

    understood: set[Fact] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    _counts: Counter[tuple[Code, str]] = field(default_factory=Counter)
    _examples: dict[tuple[Code, str], str] = field(default_factory=dict)

    def understand(self, facts: Iterable[Fact]) -> None:
        self.understood.update(facts)

    def note(self, code: Code, term: str, subject: str, count: int = 1) -> None:
        """Something of a subject was left out or assumed."""
        self._counts[code, term] += count
        self._examples.setdefault((code, term), subject)

    def violate(
        self, subject: Thing, component: Component, path: str, value: str | None, message: str
    ) -> None:
        """The document breaks a rule that no shape of a node can say."""
        self.faults.append(Fault(subject, component, path, value, f"{shown(subject)}: {message}"))

    def leave(self, facts: Iterable[Fact]) -> None:
        """Count what was not understood. A term of ours that nobody understood was told as a violation already."""
        for fact in facts:
            term = str(fact.object if fact.predicate == TYPE else fact.said)
            if fact not in self.understood and not term.startswith(NS):
                self.note(Code.NOT_UNDERSTOOD, term, shown(fact.subject))

    def notes(self) -> tuple[Note, ...]:
        """All notes, the most frequent first within each code."""
        rows = sorted(self._counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
        return tuple(
            Note(code, term, count, self._examples[code, term], sentence(code, term, count))
            for (code, term), count in rows
        )


_SENTENCES: Mapping[Code, str] = {
    Code.NOT_UNDERSTOOD: "{count} with {term} are not understood; they stay in the document.",
    Code.LANGUAGE: "{count} of {term} in other languages are not in the graph; they stay in the document.",
    Code.VALUE_LEFT_OUT: "{count} further values of {term} are not in the graph; they stay in the document.",
    Code.KIND_ASSUMED: "{count} named without a class are taken for {term}.",
    Code.UNDEFINED_KEY: "{count} with the key {term}, which no context defines, say nothing in RDF.",
}


def sentence(code: Code, term: str, count: int) -> str:
    """A note for people."""
    return _SENTENCES[code].format(count="1 statement" if count == 1 else f"{count} statements", term=term)


def problems(notes: Iterable[Note]) -> tuple[Problem, ...]:
    """The notes as a receipt has them; nothing of the document itself is lost, for it is kept whole."""
    found = [
        Problem(note.code, note.term, f"{note.message} First: {note.example}.", lost=False) for note in notes
    ]
    if len(found) <= MAX_PROBLEMS:
        return tuple(found)
    more = Problem(Code.MORE, "$", f"{len(found) - MAX_PROBLEMS} more problems are not listed.", lost=False)
    return (*found[:MAX_PROBLEMS], more)


def shown(thing: Thing) -> str:
    """A thing as messages name it."""
    return f"_:{thing}" if isinstance(thing, Blank) else str(thing)


def near(term: str, known: Iterable[str]) -> str:
    """`` Did you mean …?`` with the terms of ours that are spelled nearly so; empty without any."""
    names = {one[len(NS) :].casefold(): one for one in known if one.startswith(NS)}
    found = get_close_matches(term[len(NS) :].casefold(), names, n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(local(names[one]) for one in found)}?" if found else ""


def local(term: str | Iri) -> str:
    """A term of ours with its prefix, any other as it is."""
    return f"mesh:{term[len(NS) :]}" if term.startswith(NS) else str(term)
