"""Members of one JSON object of a facet, read by the type that the specification gives them.

What is of another type is left out with a problem; what is missing though required is told, and left out.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from catalog.canonical import encode
from catalog.instant import InvalidInstant, format_instant, parse_instant
from ingest.problems import Code, Problems, member, shown


@dataclass(frozen=True, slots=True)
class Members:
    """An object and where it stands in the event."""

    owner: dict[str, Any]
    path: str
    problems: Problems

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Text. A number or truth value is taken as its JSON text, and noted."""
        value = self._value(key, required)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool | int | float):
            self._note(key, f"Expected text; {encode(value)} is taken as text.")
            return encode(value)
        self._lose(key, "text", value)
        return None

    def whole(self, key: str, *, required: bool = False) -> int | None:
        """A whole number; text of one is taken as the number, and noted."""
        found = self.number(key, required=required)
        if found is None or isinstance(found, int):
            return found
        if found.is_integer():
            return int(found)
        self._lose(key, "a whole number", found)
        return None

    def number(self, key: str, *, required: bool = False) -> int | float | None:
        """A number; text of one is taken as the number, and noted."""
        value = self._value(key, required)
        if isinstance(value, str):
            number = _number(value)
            if number is not None:
                self._note(key, f"Expected a number; {shown(value)} is taken as one.")
                return number
        elif isinstance(value, int | float) and not isinstance(value, bool):
            return value
        if value is not None:
            self._lose(key, "a number", value)
        return None

    def truth(self, key: str, *, required: bool = False) -> bool | None:
        """True or false."""
        value = self._value(key, required)
        if value is None or isinstance(value, bool):
            return value
        self._lose(key, "true or false", value)
        return None

    def instant(self, key: str, *, required: bool = False) -> str | None:
        """A time, in UTC as ``format_instant`` writes it. Without a zone it counts as UTC, and is noted."""
        text = self.text(key, required=required)
        if text is None:
            return None
        try:
            parsed = parse_instant(text)
        except InvalidInstant:
            self._lose(key, "a date-time", text)
            return None
        if not parsed.zoned:
            self._note(key, "A time without a zone counts as UTC.")
        return format_instant(parsed.ns)

    def object(self, key: str, *, required: bool = False) -> "Members | None":
        """An object."""
        value = self._value(key, required)
        if isinstance(value, dict):
            return Members(value, member(self.path, key), self.problems)
        if value is not None:
            self._lose(key, "an object", value)
        return None

    def objects(self, key: str, *, required: bool = False) -> Iterator["Members"]:
        """The objects of a list; none when there is no list."""
        for path, item in self.items(key, required=required):
            if isinstance(item, dict):
                yield Members(item, path, self.problems)
            else:
                self.problems.lose(Code.FACET_CONTENT, path, f"Expected an object; this is {shown(item)}.")

    def texts(self, key: str, *, required: bool = False) -> Iterator[str]:
        """The texts of a list; none when there is no list."""
        for path, item in self.items(key, required=required):
            if isinstance(item, str):
                yield item
            else:
                self.problems.lose(Code.FACET_CONTENT, path, f"Expected text; this is {shown(item)}.")

    def items(self, key: str, *, required: bool = False) -> Iterator[tuple[str, Any]]:
        """(path, item) of a list; none when there is no list."""
        value = self._value(key, required)
        if isinstance(value, list):
            yield from ((f"{member(self.path, key)}[{index}]", item) for index, item in enumerate(value))
        elif value is not None:
            self._lose(key, "a list", value)

    def _value(self, key: str, required: bool) -> Any:
        value = self.owner.get(key)
        if value is None and required:
            self._note(key, "The facet's schema requires this; it is missing or null.")
        return float(bytes(value)) if isinstance(value, msgspec.Raw) else value

    def _note(self, key: str, message: str) -> None:
        self.problems.note(Code.FACET_ASSUMED, member(self.path, key), message)

    def _lose(self, key: str, expected: str, value: Any) -> None:
        message = f"Expected {expected}; this is {shown(value)}."
        self.problems.lose(Code.FACET_CONTENT, member(self.path, key), message)


def _number(text: str) -> int | float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
