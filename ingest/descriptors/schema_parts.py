"""Parts that the JSON Schema of our descriptors is made of."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from ontology.compiler import load_model
from ontology.vocabulary import Label

Schema: TypeAlias = Mapping[str, Any]


def text(description: str = "") -> Schema:
    """Text that is not empty."""
    return {"type": "string", "minLength": 1, **({"description": description} if description else {})}


def list_of(items: Schema, description: str = "") -> Schema:
    """A list of such."""
    return {"type": "array", "items": items, **({"description": description} if description else {})}


def ref(name: str, description: str = "") -> Schema:
    """What is defined under a name."""
    return {"$ref": f"#/$defs/{name}", **({"description": description} if description else {})}


def words(label: Label, name: str) -> Schema:
    """One of the words that the ontology lists for a property."""
    property_ = load_model().node(label).property_type(name)
    return {"enum": list(property_.closed_list), "description": property_.definition}


def object_of(needed: tuple[str, ...], /, **properties: Schema) -> dict[str, Any]:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "required": list(needed),
        "additionalProperties": False,
        "properties": properties,
    }
