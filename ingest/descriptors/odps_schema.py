"""What a data product descriptor of Bitol's Open Data Product Standard (ODPS 1.0, and 0.9) may say, as JSON Schema.

Written from the standard's own description, for no package has it. As the standard has it, nothing beyond the named
keys is allowed, addresses and dates are text, and the words for status, kinds of ports and roles are free.
"""

from collections.abc import Mapping
from typing import Any

API_VERSIONS = ("v0.9.0", "v1.0.0")

_Schema = Mapping[str, Any]
_TEXT: _Schema = {"type": "string"}
_LINKS: _Schema = {"$ref": "#/$defs/Links"}
_CUSTOM: _Schema = {"$ref": "#/$defs/CustomProperties"}
_ANYWHERE: _Schema = {
    "tags": {"type": "array", "items": _TEXT},
    "customProperties": _CUSTOM,
    "authoritativeDefinitions": _LINKS,
}


def _object(*texts: str, required: tuple[str, ...] = (), **others: _Schema) -> dict[str, Any]:
    """An object with these texts and other keys, and no more."""
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": {**dict.fromkeys(texts, _TEXT), **others},
    }


def _list(of: _Schema) -> _Schema:
    return {"type": "array", "items": of}


_INPUT_PORT = _object(
    "name", "version", "contractId", required=("name", "version", "contractId"), **_ANYWHERE
)
_OUTPUT_PORT = _object(
    "name",
    "description",
    "type",
    "version",
    "contractId",
    required=("name", "version"),
    sbom=_list(_object("type", "url", required=("url",))),
    inputContracts=_list(_object("id", "version", required=("id", "version"))),
    **_ANYWHERE,
)
_MANAGEMENT_PORT = _object(
    "name", "content", "type", "url", "channel", "description", required=("name", "content"), **_ANYWHERE
)
_SUPPORT = _object(
    "channel",
    "url",
    "description",
    "tool",
    "scope",
    "invitationUrl",
    required=("channel", "url"),
    **_ANYWHERE,
)
_MEMBER = _object(
    "username",
    "name",
    "description",
    "role",
    "dateIn",
    "dateOut",
    "replacedByUsername",
    required=("username",),
    **_ANYWHERE,
)

SCHEMA: _Schema = {
    "$schema": "https://json-schema.org/draft/2019-09/schema",
    **_object(
        "id",
        "name",
        "version",
        "status",
        "domain",
        "tenant",
        "productCreatedTs",
        required=("apiVersion", "kind", "id", "status"),
        apiVersion={"type": "string", "enum": list(API_VERSIONS)},
        kind={"type": "string", "enum": ["DataProduct"]},
        description=_object(
            "purpose", "limitations", "usage", authoritativeDefinitions=_LINKS, customProperties=_CUSTOM
        ),
        inputPorts=_list(_INPUT_PORT),
        outputPorts=_list(_OUTPUT_PORT),
        managementPorts=_list(_MANAGEMENT_PORT),
        support=_list(_SUPPORT),
        team=_object("name", "description", members=_list(_MEMBER), **_ANYWHERE),
        **_ANYWHERE,
    ),
    "$defs": {
        "Links": _list(_object("type", "url", "description", required=("type", "url"))),
        "CustomProperties": _list(
            _object("property", "description", required=("property", "value"), value={})
        ),
    },
}
