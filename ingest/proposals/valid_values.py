"""The values that rules of quality of a contract allow: ``arguments.validValues`` of ``invalidValues`` (ODCS).

The graph keeps a rule by what it compares; which values it allows, only the contract itself says.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from catalog.identity import ResourceId
from ingest.descriptors import odcs
from ingest.descriptors.odcs_objects import ELEMENT
from ingest.descriptors.text import Part
from ontology.compiler import load_model
from ontology.vocabulary import Label

VALID_VALUES = "validValues"


def valid_values(parts: Iterable[Part]) -> dict[str, tuple[str, ...]]:
    """Schema property (key) → the values that it may have, of those whose contract says so."""
    found: dict[str, tuple[str, ...]] = {}
    kind = str(load_model().node(Label.SCHEMA_PROPERTY).kind)
    for part in parts:
        if not odcs.matches(part.value):
            continue
        of = (str(part.value.get("id")), str(part.value.get("version")))
        for one in _mappings(part.value.get("schema")):
            for path, property_ in _within(one, ""):
                values = _values(property_)
                if values is not None:
                    found[ResourceId(kind, (*of, str(one.get("name")), path)).key] = values
    return found


def _within(holder: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in _mappings(holder.get("properties")):
        path = f"{prefix}{one.get('name')}"
        yield path, one
        yield from _within(one, f"{path}.")
        items = one.get("items")
        if isinstance(items, Mapping):
            yield f"{path}.{ELEMENT}", items
            yield from _within(items, f"{path}.{ELEMENT}.")


def _values(property_: Mapping[str, Any]) -> tuple[str, ...] | None:
    for rule in _mappings(property_.get("quality")):
        arguments = rule.get("arguments")
        listed = arguments.get(VALID_VALUES) if isinstance(arguments, Mapping) else rule.get(VALID_VALUES)
        if isinstance(listed, list):
            return tuple(str(one) for one in listed)
    return None


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
