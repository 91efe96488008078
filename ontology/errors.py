"""Errors of the ontology.

    ModelError
    ├── OntologyError   the Turtle of the ontology is wrong; ``problems`` lists everything that is
    ├── UnknownTerm     a label, relationship type or property that the ontology does not have
    ├── QueryError      a SPARQL query that is not answered
    │   ├── MalformedQuery  it is no SPARQL
    │   ├── QueryRefused    it would change the graph or ask another service
    │   └── ResultTooLarge  the answer is larger than the bound
    └── RdfError        a document that is handed to us cannot be read as RDF
        ├── MalformedRdf    it breaks the rules of its syntax, at ``line`` and ``column`` where these are known
        ├── RemoteContext   JSON-LD whose context would have to be fetched
        ├── RdfTooLarge     more bytes or statements than the bound
        ├── UnsupportedRdf  a construct that is not read here
        └── TangledRdf      blank nodes that cannot be told apart in bounded time

Each has a ``code``, a message and a ``hint`` that says what to do.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class ModelError(Exception):
    """Base of all errors of the ontology."""

    code = "model"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class OntologyError(ModelError):
    """The ontology cannot be compiled. ``problems`` has one line for each thing that is wrong, sorted; ``summary`` is
    the message without them."""

    code = "ontology-invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n  - {problem}" for problem in problems)
        super().__init__(f"The ontology has {count}:{lines}\n", "Correct the Turtle file and start again.")
        self.summary = f"The ontology has {count}."
        self.problems = tuple(problems)


class UnknownTerm(ModelError):
    """A name that is no term of the ontology. The hint gives the near names, else all of them."""

    code = "unknown-term"

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"The ontology has no {kind} {name!r}.", _hint(name, list(known)))
        self.name = name


class QueryError(ModelError):
    """A SPARQL query that is not answered."""

    code = "sparql"


class MalformedQuery(QueryError):
    code = "malformed-query"


class QueryRefused(QueryError):
    code = "query-refused"


class ResultTooLarge(QueryError):
    code = "result-too-large"


class RdfError(ModelError):
    """A document that cannot be read as RDF; nothing of it is kept."""

    code = "rdf"
    default_hint = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, self.default_hint if hint is None else hint)


class MalformedRdf(RdfError):
    """``line`` and ``column`` count from 1; None where the reader cannot tell the place."""

    code = "malformed-rdf"
    default_hint = "Correct it there; a document is applied whole or not at all."

    def __init__(
        self, message: str, hint: str | None = None, *, line: int | None = None, column: int | None = None
    ) -> None:
        place = (
            "" if line is None else f"Line {line}: " if column is None else f"Line {line}, column {column}: "
        )
        super().__init__(f"{place}{message}", hint)
        self.line = line
        self.column = column


class RemoteContext(RdfError):
    code = "remote-context"


class RdfTooLarge(RdfError):
    code = "document-too-large"
    default_hint = "Split it into documents with sources of their own, or raise the bound."


class UnsupportedRdf(RdfError):
    code = "unsupported-rdf"
    default_hint = "Write it with IRIs, blank nodes and literals alone."


class TangledRdf(RdfError):
    code = "tangled-rdf"
    default_hint = "Give them IRIs, or say something of each that tells it from the others."


def _hint(name: str, known: list[str]) -> str:
    folded = {term.casefold(): term for term in known}
    near = get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(folded[term] for term in near)}?"
    return f"It has {', '.join(known)}." if known else "It has none."
