"""Families of data types: what a contract calls a type and what a platform calls it mean the same family, or not.

A type is compared by its word, without what stands in brackets; only a scale tells something: ``decimal(10,2)`` is no
whole number, ``decimal`` and ``number`` of Snowflake may be one. Two types differ where they have no family in common;
a word that is not known is never said to differ.
"""

from catalog.data_types.reading import read_type
from catalog.data_types.words import Kind

_FAMILIES: dict[Kind, frozenset[str]] = {
    **{kind: frozenset((kind.value,)) for kind in Kind},
    **dict.fromkeys((Kind.UUID, Kind.ENUM), frozenset(("text",))),
    Kind.DECIMAL: frozenset(("integer", "fraction")),
    Kind.FLOAT: frozenset(("fraction",)),
    Kind.STRUCT: frozenset(("object",)),
    Kind.MAP: frozenset(("object",)),
    Kind.LIST: frozenset(("array",)),
    Kind.JSON: frozenset(("object", "array")),
    # Contracts have no words of their own for these, and write them as text or objects.
    **dict.fromkeys((Kind.SHAPE, Kind.INTERVAL), frozenset()),
}


def families(type_: str) -> frozenset[str]:
    """The families of a type; none for a word that is not known."""
    found = read_type(type_)
    if found is None:
        return frozenset()
    if found.kind is Kind.DECIMAL and found.scale:
        return frozenset(("fraction",))
    return _FAMILIES[found.kind]


def differ(one: str, other: str) -> bool:
    """Whether two types are surely of different families."""
    first, second = families(one), families(other)
    return bool(first) and bool(second) and first.isdisjoint(second)
