"""A schema facet of OpenLineage as columns: alone in a document, or of a dataset of an event."""

from collections.abc import Mapping
from typing import Any

from catalog.impact.change import Place
from catalog.values import decode_fields
from ingest.errors import BrokenDocument
from ingest.facets.schema import read_schema
from ingest.problems import Problems
from ingest.proposals.shape import Column, Shape


def matches(value: Any) -> bool:
    """Whether a value is a schema facet, or has one and nothing else that counts."""
    return _facet(value) is not None


def read_facet(value: Any, file: str, line: int | None = None) -> Shape:
    """The columns of a facet. Raises BrokenDocument where fields are wrong: none is left out unseen."""
    facet = _facet(value)
    assert facet is not None
    shape = shape_of(facet, Place(file, line))
    if shape is None:
        raise BrokenDocument(f"{file}: The facet has no fields.")
    return shape


def shape_of(facet: Mapping[str, Any], place: Place) -> Shape | None:
    """The columns of a facet, which has none where its fields are absent or null. Raises BrokenDocument."""
    problems = Problems()
    text = read_schema(dict(facet), "$", problems).get("fields")
    wrong = [f"{problem.path}: {problem.message}" for problem in problems.listed()]
    if wrong:
        raise BrokenDocument(f"{place.file}: {' '.join(wrong[:10])}")
    if text is None:
        return None
    fields = sorted(decode_fields(text), key=lambda one: (one.ordinal or 0, one.path))
    columns = tuple(
        Column(field.path, field.type, description=field.description, place=place) for field in fields
    )
    return Shape(columns, place=place)


def _facet(value: Any) -> Mapping[str, Any] | None:
    for one in (value, value.get("schema") if isinstance(value, Mapping) else None):
        fields = one.get("fields") if isinstance(one, Mapping) else None
        if isinstance(fields, list) and all(
            isinstance(field, Mapping) and "name" in field for field in fields
        ):
            return dict(one) if isinstance(one, Mapping) else None
    return None
