"""The tables of docs/facets.md, from the registry of facets."""

from collections.abc import Iterable, Iterator

from ingest.facets.facet_type import Entity, FacetType
from ingest.facets.registry import ELSEWHERE, FACETS
from tests.docs.markdown import ROOT

FACETS_PAGE = ROOT / "docs" / "facets.md"
BEGIN = "<!-- Written by python -m tests.docs.write from ingest/facets/registry.py. -->"
END = "<!-- End of what is written. -->"

_OWNERS = {
    Entity.RUN: "Facets of a run",
    Entity.JOB: "Facets of a job",
    Entity.DATASET: "Facets of a dataset",
    Entity.INPUT: "Facets of an input of a run",
    Entity.OUTPUT: "Facets of an output of a run",
}


def page_with_tables(page: str) -> str:
    """The page, with the tables written anew between the two marks."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{after}"


def tables() -> str:
    """A table for each entity, and one of the facets in places that the specification does not have."""
    parts = [
        _table(heading, (one for one in FACETS if one.entity is entity))
        for entity, heading in _OWNERS.items()
    ]
    return "\n".join([*parts, _table("Elsewhere", ELSEWHERE)])


def _table(heading: str, types: Iterable[FacetType]) -> str:
    return "\n".join([f"## {heading}", "", *_rows(types), ""])


def _rows(types: Iterable[FacetType]) -> Iterator[str]:
    yield "| facet | version | level | becomes |"
    yield "| --- | --- | --- | --- |"
    for one in types:
        where = one.version or f"of a {one.entity}"
        yield f"| `{one.key}` | {where} | {one.level} | {one.becomes} |"
