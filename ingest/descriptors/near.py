"""What is no descriptor and seems to be meant as one: a header with a typing error, or without it."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ingest.descriptors import meshline, odcs, odps
from ingest.descriptors.text import read_parts
from ingest.errors import Rejected

MAX_BYTES = 64 * 1024
"""Longer texts are not looked at: people wrote none of them, and a folder may have many."""
_CUTOFF = 0.8
_KINDS = {odcs.KIND: "an ODCS data contract", odps.KIND: "an ODPS data product"}
_BACKSTAGE = "backstage.io"


def seems_in(data: bytes) -> str | None:
    """What a text seems to be meant as, and what is wrong with it; None for what is simply something else."""
    if len(data) > MAX_BYTES:
        return None
    try:
        parts = read_parts(data)
    except Rejected:
        return None
    return next((said for part in parts if (said := seems(part.value)) is not None), None)


def seems(value: Any) -> str | None:
    """The same of one part."""
    return (_ours(value) or _of_a_kind(value)) if isinstance(value, Mapping) else None


def _ours(value: Mapping[str, Any]) -> str | None:
    for key in map(str, value):
        if get_close_matches(key.casefold(), ["meshline"], cutoff=_CUTOFF):
            return f"It seems to be Meshline's own: write 'meshline: 1' in place of {key!r}."
    if any(_has_things(value.get(section)) for section in meshline.SECTIONS):
        return "It seems to be Meshline's own: the line 'meshline: 1' is missing."
    return None


def _has_things(listed: Any) -> bool:
    return isinstance(listed, list) and any(isinstance(one, Mapping) and "id" in one for one in listed)


def _of_a_kind(value: Mapping[str, Any]) -> str | None:
    kind, version = value.get("kind"), value.get("apiVersion")
    meant = get_close_matches(kind, _KINDS, n=1, cutoff=_CUTOFF) if isinstance(kind, str) else []
    if meant:
        return f"It seems to be {_KINDS[meant[0]]}: write 'kind: {meant[0]}' in place of {kind!r}."
    group = version.partition("/")[0] if isinstance(version, str) else ""
    if get_close_matches(group, [_BACKSTAGE], cutoff=_CUTOFF) and group != _BACKSTAGE:
        return f"It seems to be an entity of Backstage: its apiVersion begins with '{_BACKSTAGE}/', not {group!r}."
    return None
