"""Structs taken apart where the other side has their fields apart: one source writes ``STRUCT(city TEXT)``, another
tells the field ``address.city``."""

from collections.abc import Iterator
from dataclasses import replace

from catalog.data_types.reading import read_type
from catalog.data_types.words import Kind
from ingest.proposals.shape import Column, Shape, tree

ELEMENT = "_element"
"""What is in a list, as Spark names it; what is in a map are ``key`` and ``value``."""


def expanded(shape: Shape, other: Shape, *, fold: bool) -> Shape:
    """A shape with the fields within each type of which the other shape has some, and this one has none."""
    own, far = tree(shape.columns).children, tree(other.columns).children
    outer = {_spelled(path, fold) for path in far if path is not None}
    if not outer:
        return shape
    found: list[Column] = []
    for column in shape.columns:
        found.append(column)
        if column.path not in own and column.type is not None:
            found += _within(column, column.type, outer, fold)
    return replace(shape, columns=tuple(found))


def _within(column: Column, type_: str, outer: set[str], fold: bool) -> Iterator[Column]:
    if _spelled(column.path, fold) not in outer:
        return
    for name, text in _members(type_):
        inner = Column(f"{column.path}.{name}", text, place=column.place)
        yield inner
        if text is not None:
            yield from _within(inner, text, outer, fold)


def _members(type_: str) -> list[tuple[str, str | None]]:
    read = read_type(type_)
    if read is None or read.kind not in (Kind.STRUCT, Kind.LIST, Kind.MAP):
        return []
    return [(name or ELEMENT, None if inner is None else inner.text) for name, inner in read.members]


def _spelled(path: str, fold: bool) -> str:
    return path.casefold() if fold else path
