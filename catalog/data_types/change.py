"""What a change of type is: every value still fits, not every value may, or it is something else.

``INT`` to ``BIGINT`` widens, ``DECIMAL(10,2)`` to ``DECIMAL(8,2)`` narrows, text to a number is incompatible. It
is about values, not about SQL: whether a query still runs, its database says.
"""

from collections.abc import Callable
from enum import IntEnum

from catalog.data_types.reading import DataType, read_type
from catalog.data_types.words import Kind


class TypeChange(IntEnum):
    """From the mildest on: what several do together is the largest of them."""

    SAME = 0
    WIDENED = 1
    NARROWED = 2
    INCOMPATIBLE = 3


def type_change(before: str, after: str) -> TypeChange:
    """What becomes of values. Of types that are not understood, other words are INCOMPATIBLE."""
    if _plain(before) == _plain(after):
        return TypeChange.SAME
    one, other = read_type(before), read_type(after)
    if one is None or other is None:
        return TypeChange.INCOMPATIBLE
    return _between(one, other)


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def _between(one: DataType | None, other: DataType | None) -> TypeChange:
    if one is None or other is None:
        return TypeChange.SAME if one is other else TypeChange.INCOMPATIBLE
    if one.kind in _NUMBERS and other.kind in _NUMBERS:
        return _numbers(one, other)
    if one.kind is other.kind:
        return _LIKE[one.kind](one, other) if one.kind in _LIKE else TypeChange.SAME
    return _CROSSED.get((one.kind, other.kind), TypeChange.INCOMPATIBLE)


def _by(fits: bool, back: bool) -> TypeChange:
    """``fits``: all values of the old are of the new; ``back``: the other way round."""
    if fits:
        return TypeChange.SAME if back else TypeChange.WIDENED
    return TypeChange.NARROWED


def _within(one: int | None, other: int | None) -> bool:
    """Whether a bound is within another; None is no bound."""
    return other is None or (one is not None and one <= other)


def _sized(one: DataType, other: DataType) -> TypeChange:
    fits, back = _within(one.size, other.size), _within(other.size, one.size)
    if one.word.fixed != other.word.fixed:
        return TypeChange.NARROWED if other.word.fixed or not fits else TypeChange.WIDENED
    return _by(fits, back)


def _instants(one: DataType, other: DataType) -> TypeChange:
    """A value with a zone is another thing than one without. A precision that is not told is that of the engine."""
    if one.word.zoned != other.word.zoned:
        return TypeChange.INCOMPATIBLE
    if one.size is None or other.size is None:
        return TypeChange.SAME
    return _by(one.size <= other.size, other.size <= one.size)


_DIGITS = {8: 3, 16: 5, 24: 8, 32: 10, 64: 19, 128: 39}
_EXACT = {32: 24, 64: 53}
"""Bits of whole numbers that a fraction of so many bits holds exactly."""


def _numbers(one: DataType, other: DataType) -> TypeChange:
    return _by(_holds(one, other), _holds(other, one))


def _holds(one: DataType, other: DataType) -> bool:
    """Whether each value of one is exactly one of the other."""
    match one.kind, other.kind:
        case Kind.INTEGER, Kind.INTEGER:
            return _low(one) >= _low(other) and _high(one) <= _high(other)
        case Kind.INTEGER, Kind.DECIMAL:
            return other.size is None or _DIGITS[_bits(one)] <= other.size - (other.scale or 0)
        case Kind.INTEGER, Kind.FLOAT:
            return _bits(one) <= _EXACT[_bits(other)]
        case Kind.DECIMAL, Kind.INTEGER:
            return one.size is not None and not one.scale and one.size < _DIGITS[_bits(other)]
        case Kind.DECIMAL, Kind.DECIMAL:
            return other.size is None or (one.size is not None and _digits_within(one, other))
        case Kind.FLOAT, Kind.FLOAT:
            return _bits(one) <= _bits(other)
        case _:
            return False


def _digits_within(one: DataType, other: DataType) -> bool:
    scale, room = one.scale or 0, other.scale or 0
    return scale <= room and (one.size or 0) - scale <= (other.size or 0) - room


def _bits(type_: DataType) -> int:
    return type_.word.bits or 64


def _low(type_: DataType) -> int:
    return -(1 << (_bits(type_) - 1)) if type_.word.signed else 0


def _high(type_: DataType) -> int:
    return (1 << (_bits(type_) - int(type_.word.signed))) - 1


def _structs(one: DataType, other: DataType) -> TypeChange:
    """By the names of members. A struct of which no members are told may have any."""
    if not one.members or not other.members:
        return TypeChange.SAME
    before = {name.casefold(): inner for name, inner in one.members}
    after = {name.casefold(): inner for name, inner in other.members}
    if before.keys() - after.keys():
        return TypeChange.INCOMPATIBLE
    found = [_between(inner, after[name]) for name, inner in before.items()]
    found.append(TypeChange.WIDENED if after.keys() - before.keys() else TypeChange.SAME)
    return max(found)


def _parts(one: DataType, other: DataType) -> TypeChange:
    """Lists by their elements, maps by keys and values; what is not told of either may be the same."""
    pairs = zip(one.members, other.members, strict=False)
    return max((_between(first, second) for (_, first), (_, second) in pairs), default=TypeChange.SAME)


def _values(one: DataType, other: DataType) -> TypeChange:
    if not one.values or not other.values:
        return TypeChange.SAME
    return _by({*one.values} <= {*other.values}, {*other.values} <= {*one.values})


_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)
_LIKE: dict[Kind, Callable[[DataType, DataType], TypeChange]] = {
    Kind.TEXT: _sized,
    Kind.BINARY: _sized,
    Kind.TIME: _instants,
    Kind.TIMESTAMP: _instants,
    Kind.STRUCT: _structs,
    Kind.LIST: _parts,
    Kind.MAP: _parts,
    Kind.ENUM: _values,
}
_CROSSED = {
    (Kind.UUID, Kind.TEXT): TypeChange.WIDENED,
    (Kind.TEXT, Kind.UUID): TypeChange.NARROWED,
    (Kind.ENUM, Kind.TEXT): TypeChange.WIDENED,
    (Kind.TEXT, Kind.ENUM): TypeChange.NARROWED,
    (Kind.DATE, Kind.TIMESTAMP): TypeChange.WIDENED,
    (Kind.TIMESTAMP, Kind.DATE): TypeChange.NARROWED,
}
