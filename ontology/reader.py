"""Reading single statements of an ontology graph, gathering what is wrong instead of stopping at it."""

import re
from collections.abc import Collection, Iterator, Mapping

from rdflib import RDFS, SH, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

MESH = Namespace("https://w3id.org/meshline/ns#")


class TermReader:
    """Reads one statement at a time; ``problems`` collects what is missing, doubled or of the wrong kind.

    A problem never stops the reading: the value is then empty, and the caller goes on to the next problem.
    ``origins``: the file of each term that is not ours, which the problem names.
    """

    def __init__(self, graph: Graph, origins: Mapping[Node, str]) -> None:
        self.graph = graph
        self.origins = origins
        self.problems: list[str] = []

    def name(self, term: Node) -> str:
        """The term as the Turtle writes it, with its prefix: how problems name it."""
        return term.n3(self.graph.namespace_manager)

    def report(self, subject: Node, problem: str) -> None:
        """Note a problem of a term."""
        origin = self.origins.get(subject)
        prefix = "" if origin is None else f"{origin}: "
        self.problems.append(f"{prefix}{self.name(subject)} {problem}")

    def text(self, subject: Node, predicate: URIRef) -> str:
        """The one text that the subject must have."""
        value = self.optional_text(subject, predicate)
        if not value and not any(self.graph.objects(subject, predicate)):
            self.report(subject, f"has no {self.name(predicate)}")
        return value

    def optional_text(self, subject: Node, predicate: URIRef) -> str:
        """The text that the subject may have, else the empty text."""
        values = list(self.graph.objects(subject, predicate))
        if len(values) > 1:
            self.report(subject, f"has {len(values)} values of {self.name(predicate)}, not one")
            return ""
        if not values:
            return ""
        if not isinstance(values[0], Literal) or not str(values[0]).strip():
            self.report(subject, f"has {self.name(values[0])} as {self.name(predicate)}, which is no text")
            return ""
        return str(values[0])

    def matching_text(self, subject: Node, predicate: URIRef, pattern: re.Pattern[str]) -> str:
        """The one text that the subject must have, in the given form."""
        value = self.text(subject, predicate)
        if value and not pattern.fullmatch(value):
            self.report(subject, f"has {value!r} as {self.name(predicate)}, which is not {pattern.pattern}")
        return value

    def choice(self, subject: Node, predicate: URIRef, known: Collection[str]) -> str:
        """The text that the subject may have out of a fixed set, else the empty text."""
        value = self.optional_text(subject, predicate)
        if value and value not in known:
            self.report(
                subject, f"has {value!r} as {self.name(predicate)}, which is none of {', '.join(known)}"
            )
            return ""
        return value

    def flag(self, subject: Node, predicate: URIRef) -> bool:
        """A boolean that is false where it is absent."""
        return self.choice(subject, predicate, ("true", "false")) == "true"

    def optional_iri(self, subject: Node, predicate: URIRef) -> URIRef | None:
        """The IRI that the subject may have."""
        iris = self.iris(subject, predicate)
        if len(iris) > 1:
            self.report(subject, f"has {len(iris)} values of {self.name(predicate)}, not one")
        return iris[0] if len(iris) == 1 else None

    def iris(self, subject: Node, predicate: URIRef) -> list[URIRef]:
        """The IRIs that the subject has for the predicate, sorted."""
        found: list[URIRef] = []
        for value in self.graph.objects(subject, predicate):
            if isinstance(value, URIRef):
                found.append(value)
            else:
                self.report(subject, f"has {self.name(value)} as {self.name(predicate)}, which is no IRI")
        return sorted(found)

    def definition(self, subject: Node) -> str:
        """The definition of a term, which must have a label too."""
        self.text(subject, RDFS.label)
        return self.text(subject, SKOS.definition)

    def order(self, subject: Node) -> int:
        """The place of a term among its neighbours (``sh:order``), 0 where it has none."""
        value = self.optional_text(subject, SH.order)
        if value and not value.isdecimal():
            self.report(subject, f"has {value!r} as {self.name(SH.order)}, which is no whole number")
            return 0
        return int(value or 0)

    def subjects(self, predicate: URIRef, object_: Node | None = None) -> Iterator[URIRef]:
        """The IRIs that have the predicate (with the object, where one is given), sorted, each once."""
        found = {s for s in self.graph.subjects(predicate, object_) if isinstance(s, URIRef)}
        yield from sorted(found)
