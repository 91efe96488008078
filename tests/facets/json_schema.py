"""As much of JSON Schema (2020-12) as the facets of the specification use: what a value violates, and samples.

References into the core specification mean its base facets, whose members every facet has; they are not followed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

Schema = Mapping[str, Any]

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


WORDS = {"type": "INDIRECT", "transformationType": "IDENTITY"}
"""What the specification says in words alone: the values of texts by the name of their member."""


class Document:
    """One file of the specification."""

    def __init__(self, root: Schema) -> None:
        self._definitions = root["$defs"]

    def violations(self, schema: Schema, value: Any, path: str = "$") -> Iterator[str]:
        """The paths at which a value is not what the schema allows."""
        schema = self._resolved(schema)
        if "const" in schema and value != schema["const"]:
            yield path
        for one in schema.get("allOf", ()):
            yield from self.violations(one, value, path)
        for several in ("oneOf", "anyOf"):
            if several in schema and not any(self.allows(one, value) for one in schema[several]):
                yield path
        if "type" in schema and not _is(schema["type"], value):
            yield path
            return
        if schema.get("format") == "date-time" and isinstance(value, str) and not _is_time(value):
            yield path
        if isinstance(value, dict):
            yield from self._object(schema, value, path)
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from self.violations(schema.get("items", {}), item, f"{path}[{index}]")

    def allows(self, schema: Schema, value: Any) -> bool:
        return not any(True for _ in self.violations(schema, value))

    def _object(self, schema: Schema, value: dict[str, Any], path: str) -> Iterator[str]:
        properties = schema.get("properties", {})
        yield from (f"{path}.{name}" for name in schema.get("required", ()) if name not in value)
        for name, member in value.items():
            more = properties.get(name, schema.get("additionalProperties", {}))
            if isinstance(more, dict):
                yield from self.violations(more, member, f"{path}.{name}")

    def sample(self, schema: Schema, *, full: bool, depth: int = 0) -> Any:
        """A value that the schema allows: with all members (``full``), or only the required ones."""
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        for several in ("oneOf", "anyOf"):
            if several in schema:
                return self.sample(schema[several][0], full=full, depth=depth)
        if "allOf" in schema:
            return {k: v for one in schema["allOf"] for k, v in self._part(one, full, depth).items()}
        return self._of_type(schema, full, depth)

    def _part(self, schema: Schema, full: bool, depth: int) -> dict[str, Any]:
        found = self.sample(schema, full=full, depth=depth)
        return found if isinstance(found, dict) else {}

    def _of_type(self, schema: Schema, full: bool, depth: int) -> Any:
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if kind == "array":
            deeper = depth > 6
            return [] if deeper else [self.sample(schema.get("items", {}), full=full, depth=depth + 1)]
        if kind == "object":
            required = schema.get("required", ())
            found = {
                name: WORDS.get(name, "text")
                if self._is_free(member)
                else self.sample(member, full=full, depth=depth + 1)
                for name, member in schema.get("properties", {}).items()
                if name in required or (full and depth < 6 and name != "_deleted")
            }
            more = schema.get("additionalProperties")
            if full and isinstance(more, dict) and not found:
                found["a"] = self.sample(more, full=full, depth=depth + 1)
            return found
        if kind == "string":
            return _text(schema)
        return {"integer": 3, "number": 1.5, "boolean": True}[kind]

    def _is_free(self, schema: Schema) -> bool:
        """Whether any text may stand here."""
        schema = self._resolved(schema)
        return schema.get("type") == "string" and not schema.keys() & {"const", "enum", "format"}

    def _resolved(self, schema: Schema) -> Schema:
        reference = schema.get("$ref")
        if reference is None:
            return schema
        if not reference.startswith("#/$defs/"):
            return {}
        found: Schema = self._definitions[reference.removeprefix("#/$defs/")]
        return found


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES[kind])


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _text(schema: Schema) -> str:
    if "enum" in schema:
        return str(schema["enum"][0])
    known = {"date-time": "2026-01-01T00:00:00Z", "uuid": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"}
    known["uri"] = "https://example.org/x"
    return known.get(str(schema.get("format")), "text")
