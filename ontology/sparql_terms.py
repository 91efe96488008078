"""Which predicates a SPARQL query asks for: what a change of other statements cannot change the answer of."""

from collections.abc import Iterator
from typing import Any

from pyparsing.exceptions import ParseBaseException
from rdflib.paths import NegatedPath, Path
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import URIRef

from ontology.sparql_text import has_undeclared_prefix


def predicates_of(text: str) -> frozenset[str] | None:
    """The IRIs of all predicates that a query names; None where it may ask for any, or is not understood."""
    if has_undeclared_prefix(text):
        return None
    try:
        algebra = translateQuery(parseQuery(text)).algebra
    except (ParseBaseException, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None
    found: set[str] = set()
    for predicate in _predicates(algebra):
        named = _named(predicate)
        if named is None:
            return None
        found |= named
    return frozenset(found)


def _predicates(part: Any) -> Iterator[Any]:
    """The second of three, of all triples."""
    if isinstance(part, CompValue):
        for name, value in part.items():
            if name == "triples":
                yield from (triple[1] for triple in value)
            else:
                yield from _predicates(value)
    elif isinstance(part, list | tuple | set):
        for one in part:
            yield from _predicates(one)


def _named(predicate: Any) -> set[str] | None:
    if isinstance(predicate, URIRef):
        return {str(predicate)}
    if isinstance(predicate, NegatedPath) or not isinstance(predicate, Path):
        return None
    found: set[str] = set()
    for part in getattr(predicate, "args", None) or [
        getattr(predicate, "arg", None),
        getattr(predicate, "path", None),
    ]:
        if part is None:
            continue
        named = _named(part)
        if named is None:
            return None
        found |= named
    return found or None


def _parts(path: Path) -> list[Any]:
    """What a path is made of."""
    args = getattr(path, "args", None)
    return list(args) if args else [getattr(path, "arg", None) or getattr(path, "path", None)]
