"""Operators' commands as the command line shows them."""

from collections.abc import Mapping
from typing import Any

from api.answers import CommandAnswer
from catalog.alias_rulings import Pair, Ruling
from catalog.forget import FORGET, Scope
from catalog.instant import format_instant
from catalog.retention import RETAIN

_OWN = ("command", "at", "by", "why")


def spoken_command(
    hash_: str, at_ns: int, terms: Mapping[str, Any], superseded_by: str | None = None
) -> CommandAnswer:
    """A command in words."""
    return CommandAnswer(
        at=format_instant(at_ns),
        command=str(terms["command"]),
        about=_about(terms),
        hash=hash_,
        by=terms.get("by"),
        why=terms.get("why"),
        superseded_by=superseded_by,
    )


def _about(terms: Mapping[str, Any]) -> str:
    if terms["command"] == FORGET:
        return str(Scope.of(terms))
    if terms["command"] in tuple(Ruling):
        pair = Pair.of(terms)
        return f"{pair.one} and {pair.other}"
    if terms["command"] == RETAIN:
        return f"before {terms['before']}, {terms.get('keepRuns', 0)} runs of each job"
    return ", ".join(f"{key} {value}" for key, value in terms.items() if key not in _OWN)
