"""The statements of one document, by subject and by object, without their graphs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple, TypeAlias

from catalog.canonical import digest, encode
from ingest.rdf.standards import normal
from ontology.rdf import TYPE, Iri
from ontology.rdf_reading import Blank, Object, Statement, Subject, Text

Thing: TypeAlias = Iri | Blank


class Fact(NamedTuple):
    """One statement; ``predicate`` in one of DPROD's namespaces, ``said`` as the document has it."""

    subject: Subject
    predicate: Iri
    object: Object
    said: Iri


def _unlabelled(term: Object) -> list[str]:
    return list(term) if isinstance(term, Text) else ["_:" if isinstance(term, Blank) else str(term)]


class Graph:
    """What a document says, once, in a fixed order."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.facts: tuple[Fact, ...] = tuple(
            dict.fromkeys(
                Fact(statement.subject, normal(statement.predicate), statement.object, statement.predicate)
                for statement in statements
            )
        )
        self._of: dict[Subject, list[Fact]] = defaultdict(list)
        self._to: dict[Subject, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            self._of[fact.subject].append(fact)
            if not isinstance(fact.object, Text):
                self._to[fact.object].append(fact)

    def name_of_blank(self, blank: Blank) -> str:
        """A name by what is said of a blank node and what leads to it: the same whatever else the document says.

        Where several look alike by that, each has its place among them too.
        """
        return self._blank_names[blank]

    @cached_property
    def _blank_names(self) -> dict[Blank, str]:
        alike: dict[str, list[Blank]] = defaultdict(list)
        blanks = {
            thing for fact in self.facts for thing in (fact.subject, fact.object) if isinstance(thing, Blank)
        }
        for blank in sorted(blanks, key=lambda label: (len(label), label)):
            alike[self._look(blank)].append(blank)
        return {
            blank: look if len(found) == 1 else f"{look}.{place}"
            for look, found in alike.items()
            for place, blank in enumerate(found, 1)
        }

    def _look(self, blank: Blank) -> str:
        """A digest of what is said of a blank node and what leads to it, without the labels of others."""
        facts = {*self.of(blank), *self.to(blank)}
        lines = sorted(
            encode([_unlabelled(term) for term in (fact.subject, fact.said, fact.object)]) for fact in facts
        )
        return digest("\n".join(lines))

    @property
    def subjects(self) -> Iterable[Subject]:
        """Everything of which something is said."""
        return self._of.keys()

    def of(self, subject: Subject, predicate: Iri | None = None) -> list[Fact]:
        """What is said of a thing."""
        found = self._of.get(subject, [])
        return found if predicate is None else [fact for fact in found if fact.predicate == predicate]

    def to(self, thing: Subject, predicate: Iri | None = None) -> list[Fact]:
        """What names a thing."""
        found = self._to.get(thing, [])
        return found if predicate is None else [fact for fact in found if fact.predicate == predicate]

    def things(self, subject: Subject, predicate: Iri) -> Iterator[Thing]:
        """The things that a predicate leads to."""
        for fact in self.of(subject, predicate):
            if not isinstance(fact.object, Text):
                yield fact.object

    def text(self, subject: Subject, predicate: Iri) -> str | None:
        """The first text that a predicate leads to."""
        found = (fact.object for fact in self.of(subject, predicate) if isinstance(fact.object, Text))
        return next((text.value for text in found), None)

    def types(self, subject: Subject) -> list[Iri]:
        """The classes of a thing."""
        return [normal(one) for one in self.things(subject, Iri(TYPE)) if isinstance(one, Iri)]
