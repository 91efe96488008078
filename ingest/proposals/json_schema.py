"""A JSON Schema of the rows of a dataset as columns (drafts 4 to 2020-12, as far as they say what a column is).

Paths are as OpenLineage flattens nested fields: ``address.city``, ``lines._element.price``, ``marks.value``. What it
says otherwise than by ``properties`` (``anyOf``, ``patternProperties``, a reference elsewhere) is told as not
understood.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.impact.change import Place
from ingest.descriptors.place import ROOT, Path
from ingest.descriptors.text import Part
from ingest.proposals.shape import Column, Shape

ELEMENT, VALUE = "_element", "value"
MAX_COLUMNS = 100_000
"""And as many parts of ``allOf``."""
MAX_REFERENCES = 50
"""One within the other."""
_FORMATS = {
    "date": "date",
    "date-time": "timestamp with time zone",
    "time": "time",
    "duration": "interval",
    "uuid": "uuid",
    "byte": "binary",
    "binary": "binary",
    "int32": "int",
    "int64": "bigint",
    "float": "float4",
    "double": "double",
}
_TYPES = {
    "string": "string",
    "integer": "bigint",
    "number": "number",
    "boolean": "boolean",
    "object": "struct",
    "array": "array",
}
_TELLING = frozenset(("properties", "$defs", "definitions", "required"))


def matches(value: Any) -> bool:
    """Whether a value is a JSON Schema of objects."""
    if not isinstance(value, Mapping) or not isinstance(value.get("properties"), Mapping):
        return False
    return (
        "$schema" in value
        or value.get("type") == "object"
        or not _TELLING.isdisjoint(value.keys() - {"properties"})
    )


def read_json_schema(part: Part, file: str, unread: list[str]) -> Shape:
    """The columns; ``unread`` gets what was not understood."""
    reader = _Reader(part, file, unread)
    columns = tuple(reader.within(part.value, "", ROOT, ()))
    return Shape(columns, ordered=False, place=Place(file, part.line()))


class _Reader:
    def __init__(self, part: Part, file: str, unread: list[str]) -> None:
        self._part, self._file, self._unread = part, file, unread
        self._left = MAX_COLUMNS

    def within(
        self, schema: Mapping[str, Any], prefix: str, at: Path, seen: tuple[str, ...]
    ) -> Iterator[Column]:
        """The columns of an object, outer before inner."""
        properties = schema.get("properties")
        required = schema.get("required")
        named = (
            {one for one in required if isinstance(one, str)} if isinstance(required, list) else set[str]()
        )
        for key in ("anyOf", "oneOf", "patternProperties", "if"):
            if key in schema and not (key in ("anyOf", "oneOf") and prefix):
                self._say(at, f"{key!r} is not understood")
        for part in schema.get("allOf") or () if isinstance(schema.get("allOf"), list) else ():
            if not self._goes_on(at):
                return
            found, inner = self._resolved(part, seen, at)
            yield from self.within(found, prefix, at, inner)
        for name, told in properties.items() if isinstance(properties, Mapping) else ():
            if isinstance(told, Mapping):
                yield from self._column(
                    f"{prefix}{name}", told, name in named, (*at, "properties", name), seen
                )

    def _column(
        self, path: str, told: Mapping[str, Any], required: bool, at: Path, seen: tuple[str, ...]
    ) -> Iterator[Column]:
        if not self._goes_on(at):
            return
        schema, inner = self._resolved(told, seen, at)
        schema, nullable, inner = self._without_null(schema, inner, at)
        kind = _type(schema)
        description, default = told.get("description"), schema.get("default")
        yield Column(
            path,
            kind,
            required and not nullable,
            description if isinstance(description, str) else None,
            None if default is None else str(default),
            _values(schema),
            place=Place(self._file, self._part.line(at)),
        )
        yield from self.within(schema, f"{path}.", at, inner)
        for key, name in (("items", ELEMENT), ("additionalProperties", VALUE)):
            items = schema.get(key)
            if isinstance(items, Mapping) and (key == "items" or items):
                yield from self._column(f"{path}.{name}", items, False, (*at, key), inner)

    def _goes_on(self, at: Path) -> bool:
        """Count one part more; references can make any number of a few lines."""
        self._left -= 1
        if self._left == -1:
            self._say(at, f"there are more than {MAX_COLUMNS} columns")
        return self._left >= 0

    def _resolved(
        self, schema: Any, seen: tuple[str, ...], at: Path
    ) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        """A schema, or the one of this document that it refers to."""
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if not isinstance(reference, str):
            return schema if isinstance(schema, Mapping) else {}, seen
        if reference in seen or len(seen) >= MAX_REFERENCES:
            why = "refers to itself" if reference in seen else f"is behind {MAX_REFERENCES} others"
            self._say(at, f"{reference!r} {why}")
            return {}, seen
        found: Any = self._part.value if reference.startswith("#") else None
        for step in reference.removeprefix("#").strip("/").split("/") if found is not None else ():
            found = (
                found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, Mapping) else None
            )
        if not isinstance(found, Mapping):
            self._say(at, f"{reference!r} is not in the document")
            return {}, seen
        return self._resolved(found, (*seen, reference), at)

    def _without_null(
        self, schema: Mapping[str, Any], seen: tuple[str, ...], at: Path
    ) -> tuple[Mapping[str, Any], bool, tuple[str, ...]]:
        """Of ``anyOf`` with null and one other schema the other, whether null is allowed, and what was referred to."""
        types = schema.get("type")
        if isinstance(types, list) and "null" in types:
            rest = [one for one in types if one != "null"]
            return {**schema, "type": rest[0] if len(rest) == 1 else rest}, True, seen
        for key in ("anyOf", "oneOf"):
            options = schema.get(key)
            if not isinstance(options, list):
                continue
            others = [one for one in options if isinstance(one, Mapping) and one.get("type") != "null"]
            if len(others) == 1 and len(others) < len(options):
                other, inner = self._resolved(others[0], seen, at)
                return other, True, inner
            self._say(at, f"{key!r} is not understood")
        return schema, False, seen

    def _say(self, at: Path, why: str) -> None:
        line = self._part.line(at)
        where = "" if line is None else f" line {line}:"
        self._unread.append(f"{self._file}:{where} {why}.")


def _type(schema: Mapping[str, Any]) -> str | None:
    kind = schema.get("type")
    if isinstance(kind, list) or kind is None:
        return "struct" if "properties" in schema else None
    if (
        kind == "object"
        and isinstance(schema.get("additionalProperties"), Mapping)
        and "properties" not in schema
    ):
        return "map"
    form = schema.get("format")
    if isinstance(form, str) and form in _FORMATS:
        return _FORMATS[form]
    longest = schema.get("maxLength")
    if kind == "string" and isinstance(longest, int) and not isinstance(longest, bool):
        return f"varchar({longest})"
    return _TYPES.get(str(kind))


def _values(schema: Mapping[str, Any]) -> tuple[str, ...] | None:
    if "const" in schema:
        return (str(schema["const"]),)
    listed = schema.get("enum")
    return tuple(str(one) for one in listed if one is not None) if isinstance(listed, list) else None
