"""A store of RDF that answers SPARQL 1.1, by pyoxigraph: on disk or in memory, a named graph for each node.

The default graph of a query is the union of all graphs, unless the query or its dataset names others.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from ontology.errors import MalformedQuery, QueryRefused, ResultTooLarge
from ontology.rdf import Syntax, Triple, built, is_iri
from ontology.sparql_text import has_dataset, prefixes_of, query_form

_TABLES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
_GRAPHS = {
    Syntax.TURTLE.value: RdfFormat.TURTLE,
    Syntax.N_TRIPLES.value: RdfFormat.N_TRIPLES,
    Syntax.JSON_LD.value: RdfFormat.JSON_LD,
}
TABLE_TYPES = tuple(_TABLES)
"""Media types of the answers of SELECT and ASK."""
GRAPH_TYPES = tuple(_GRAPHS)
"""Media types of the answers of CONSTRUCT and DESCRIBE."""

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_MOST_SHOWN = 40
_STATE = "urn:meshline:state:"


@dataclass(frozen=True, slots=True)
class Question:
    """A query, the media type of its answer and the most bytes that this may have.

    ``default_graphs`` and ``named_graphs`` are the dataset that a SPARQL request names; it wins over FROM.
    """

    text: str
    media_type: str
    max_bytes: int
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def named_graph(graph: str, triples: Iterable[Triple]) -> str:
    """N-Quads of one named graph."""
    name = f"<{graph}>"
    return "".join(f"{triple} {name} .\n" for triple in built(triples))


class RdfStore:
    """Quads in a folder that this process alone may open, or in memory.

    Raises OSError throughout where the folder cannot be used or what is in it is damaged.
    """

    def __init__(self, folder: str | None) -> None:
        with _damage_told():
            self._store = Store() if folder is None else Store(folder)

    def load(self, nquads: bytes) -> None:
        """Add very many quads; not in one transaction."""
        with _damage_told():
            self._store.bulk_load(nquads, RdfFormat.N_QUADS)

    def replace(self, graphs: Iterable[str], nquads: bytes) -> None:
        """Give these graphs other quads; not in one transaction."""
        with _damage_told():
            for graph in graphs:
                self._store.remove_graph(NamedNode(graph))
            self._store.load(nquads, RdfFormat.N_QUADS)

    def set_state(self, name: str, before: Iterable[str] = ()) -> None:
        """Say what the store holds, behind all that was written before; ``before``: the names that this one replaces.

        The name is kept as an empty graph: no triple pattern sees it, and what is lost with the power is lost from the
        end, so that the name is never there without what it stands for.
        """
        with _damage_told():
            self._store.add_graph(NamedNode(_STATE + name))
            for old in before:
                if old != name:
                    self._store.remove_graph(NamedNode(_STATE + old))

    def states(self) -> list[str]:
        """The names that were set: one, unless the process ended within ``set_state``. Looks at all graphs."""
        with _damage_told():
            names = (graph.value for graph in self._store.named_graphs() if isinstance(graph, NamedNode))
            return [name.removeprefix(_STATE) for name in names if name.startswith(_STATE)]

    def flush(self) -> None:
        """Write everything to the disk."""
        with _damage_told():
            self._store.flush()

    def answer(self, question: Question) -> bytes:
        """The answer to a query. Raises MalformedQuery, QueryRefused and ResultTooLarge."""
        query_form(question.text)
        output = _Bounded(question.max_bytes)
        with _damage_told():
            results = self._results(question)
            if isinstance(results, QueryTriples):
                known = {name: iri for name, iri in prefixes_of(question.text).items() if is_iri(iri)}
                serialize(results, cast(BinaryIO, output), _GRAPHS[question.media_type], prefixes=known)
            else:
                results.serialize(cast(BinaryIO, output), _TABLES[question.media_type])
        return bytes(output.held)

    def _results(self, question: Question) -> QuerySolutions | QueryBoolean | QueryTriples:
        default = [_graph(iri) for iri in question.default_graphs]
        named = [_graph(iri) for iri in question.named_graphs]
        try:
            if default or named:
                return self._store.query(question.text, default_graph=list(default), named_graphs=list(named))
            # Asked for the union, the engine would not heed FROM.
            union = not has_dataset(question.text)
            return self._store.query(question.text, use_default_graph_as_union=union)
        except SyntaxError as error:
            raise _malformed(question.text, str(error)) from error


@contextmanager
def _damage_told() -> Iterator[None]:
    """The engine says damage as RuntimeError, and so it does what it cannot evaluate."""
    try:
        yield
    except RuntimeError as error:
        if "Corruption" in str(error):
            raise OSError(str(error)) from error
        raise QueryRefused(f"The query cannot be evaluated: {error}.", "Write it in another way.") from error


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise QueryRefused(
            f"The graph {iri[:_MOST_SHOWN]!r} is no IRI.", "Name graphs by whole IRIs."
        ) from error


class _Bounded:
    """A file of at most so many bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self.held = bytearray()

    def write(self, piece: bytes) -> int:
        if len(self.held) + len(piece) > self._max_bytes:
            message = f"The answer has more than {self._max_bytes} bytes."
            raise ResultTooLarge(message, "Ask for less, or in parts with ORDER BY, LIMIT and OFFSET.")
        self.held += piece
        return len(piece)

    def flush(self) -> None:
        """There is nothing behind it."""


def _malformed(text: str, said: str) -> MalformedQuery:
    """Where the parser stopped, and what stands there: what it says it expected is a list of letters."""
    match = _PLACE.fullmatch(said)
    if match is None:
        return MalformedQuery(f"This is no SPARQL query: {said[:_MOST_SHOWN]}.")
    line, column = int(match[1]), int(match[2])
    place = f"This is no SPARQL query at line {line}, column {column}"
    if "Prefix not found" in match[3]:
        return MalformedQuery(
            f"{place}: the prefix is not declared.", "Declare it with PREFIX; none is built in."
        )
    rest = "\n".join(text.split("\n")[line - 1 :])[column - 1 :].strip()
    if not rest:
        return MalformedQuery(f"{place}: it ends too early.", "A brace may be missing.")
    return MalformedQuery(
        f"{place}: {rest[:_MOST_SHOWN]!r} cannot be read.", "Look at what comes just before too."
    )
