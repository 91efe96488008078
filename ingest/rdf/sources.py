"""Where a document comes from: its identity, by which a later version replaces it."""

from collections.abc import Iterable

from ingest.rdf.standards import iri, normal
from ontology.rdf import NS, TYPE, Iri
from ontology.rdf_reading import Statement

_RANKS = tuple(
    frozenset(classes)
    for classes in (
        {iri("dcat:Catalog")},
        {iri("dprod:DataProduct"), Iri(f"{NS}DataProduct")},
        {Iri(f"{NS}DataContract"), iri("dprod:DataOffer")},
        {iri("dcat:DatasetSeries")},
        {iri("dcat:Dataset"), Iri(f"{NS}Dataset")},
    )
)


def own_source(statements: Iterable[Statement]) -> str | None:
    """The IRI that a document is about: the only catalog in it; where there is none the only data product; else the
    only data contract, the only dataset series, the only dataset. None where that is nothing, or several."""
    found: list[set[str]] = [set() for _ in _RANKS]
    for statement in statements:
        if (
            statement.predicate == TYPE
            and isinstance(statement.subject, Iri)
            and isinstance(statement.object, Iri)
        ):
            for things, classes in zip(found, _RANKS, strict=True):
                if normal(statement.object) in classes:
                    things.add(str(statement.subject))
    first = next((things for things in found if things), set())
    return first.pop() if len(first) == 1 else None
