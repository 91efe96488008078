"""Facets of which single members become properties: text, or whole numbers."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from catalog.canonical import encode
from ingest.facets.facet_type import Read
from ingest.facets.text import text_or_none
from ingest.problems import Code, Problems, member, shown

Wanted: TypeAlias = Mapping[str, str]
"""Member of a facet → property."""

MAX_INTEGER = 2**63
"""Stores keep whole numbers in 64 bits."""


def read_properties(texts: Wanted) -> Read:
    """A reader that gives a value for each wanted member, and None for one that a facet does not have: a facet replaces
    the one before it whole. One of another type is a problem, and says nothing."""

    def read(facet: dict[str, Any], path: str, problems: Problems) -> Mapping[str, str | None]:
        return read_members(facet, path, problems, texts, {})

    return read


def read_members(
    facet: dict[str, Any], path: str, problems: Problems, texts: Wanted, numbers: Wanted
) -> dict[str, str | None]:
    """The values of the wanted members, by property."""
    values: dict[str, str | None] = {}
    for names, reader in ((texts, text_or_none), (numbers, _number_or_none)):
        for name, property_ in names.items():
            value = reader(facet, name, path, problems)
            if value is not None:
                values[property_] = encode(value)
            elif facet.get(name) is None:
                values[property_] = None
    return values


def _number_or_none(owner: dict[str, Any], key: str, path: str, problems: Problems) -> int | None:
    value = owner.get(key)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and -MAX_INTEGER <= value < MAX_INTEGER:
        return value
    message = f"Expected a whole number of at most 64 bits; this is {shown(value)}."
    problems.lose(Code.FACET_CONTENT, member(path, key), message)
    return None
