"""SPARQL over a store, for the length of a test, and what it answers as Python values."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from api.sparql.answers import Bounds, Sparql
from catalog.identity import DEFAULT_BASE
from catalog.rdf.graphs import all_graphs
from catalog.store.port import Store
from ontology.sparql import Question, RdfStore

JSON = "application/sparql-results+json"
TSV = "text/tab-separated-values"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
EVERYTHING = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o FILTER(?c < ?l) }"
"""Takes hours on any graph, and little memory."""
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o } ORDER BY ?a ?d ?j"
"""Wants more memory than there is."""
MIB = 1024**2

Row: TypeAlias = tuple[str, ...]


@contextmanager
def asking(
    store: Store, root: Path | None = None, base: str = DEFAULT_BASE, **bounds: Any
) -> Iterator[Sparql]:
    """Answers queries over the store; the copy is in memory unless it is given a folder."""
    sparql = Sparql(store, base, root, Bounds(**{"query_s": 20, "wait_s": 20, **bounds}))
    try:
        yield sparql
    finally:
        sparql.close()


def asked(text: str, media_type: str = JSON, max_bytes: int = 64 * MIB) -> Question:
    return Question(text, media_type, max_bytes)


def rows(sparql: Sparql, text: str) -> list[Row]:
    """The rows of a SELECT, each value as its text; in the order of the answer."""
    found = json.loads(sparql.answer(asked(text)).body)
    names = found["head"]["vars"]
    return [
        tuple(row[name]["value"] if name in row else "" for name in names)
        for row in found["results"]["bindings"]
    ]


def count(sparql: Sparql) -> int:
    """How many triples there are."""
    return int(rows(sparql, COUNT)[0][0])


def held(sparql: Sparql) -> set[bytes]:
    """All quads of the copy."""
    return set(sparql.answer(asked(EVERYTHING, TSV)).body.splitlines())


def fresh(store: Store, base: str = DEFAULT_BASE) -> set[bytes]:
    """All quads of a copy that is made anew."""
    new = RdfStore(None)
    for page in all_graphs(store, base):
        new.load(page)
    return set(new.answer(asked(EVERYTHING, TSV)).splitlines())
