"""The typed changes of a proposal as JSON, as a curation keeps them: what says nothing is left out."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

import msgspec

from catalog.canonical import encode
from catalog.impact.change import Change, ChangeKind, Place, Proposal

MAX_CHANGES = 2_000
"""Changes that one stored proposal may have: as many as a large contract has columns."""
MAX_TEXT = 20_000
"""Characters of one text of a change: the SQL that makes a dataset may be long."""

_TEXTS = ("path", "before", "after", "note")


class InvalidChanges(ValueError):
    """Changes that cannot be read. The message is for people."""


def said_changes(proposal: Proposal) -> dict[str, Any]:
    """A proposal as JSON values; ``read_changes`` gives it back."""
    found: dict[str, Any] = {"changes": [_said(one) for one in proposal.changes]}
    lists = {"unread": list(proposal.unread), "contracts": list(proposal.contracts)}
    found |= {name: said for name, said in lists.items() if said}
    return found | ({"source": proposal.source} if proposal.source else {})


def read_changes(said: Mapping[str, Any]) -> Proposal:
    """A proposal of JSON values. Raises InvalidChanges."""
    changes = said.get("changes")
    if not _is_list(changes) or not changes:
        raise InvalidChanges("it proposes no change")
    if len(changes) > MAX_CHANGES:
        raise InvalidChanges(f"it has more than {MAX_CHANGES} changes")
    read = tuple(_read(one) for one in changes)
    unread, contracts = (_texts(name, said.get(name, [])) for name in ("unread", "contracts"))
    return Proposal(read, _text("source", said.get("source", "")), unread, contracts)


def kept_changes(said: Mapping[str, Any]) -> dict[str, Any]:
    """The same values in the one form in which they are kept: changes sorted, each once. Raises InvalidChanges."""
    found = said_changes(read_changes(said))
    once = {encode(one): one for one in found["changes"]}
    return {**found, "changes": [once[text] for text in sorted(once)]}


def _said(one: Change) -> dict[str, Any]:
    found: dict[str, Any] = {"subject": one.subject, "kind": one.kind.value}
    found |= {name: value for name in _TEXTS if (value := getattr(one, name)) is not None}
    if one.confidence < 1:
        found["confidence"] = one.confidence
    if one.ordinal is not None:
        found["ordinal"] = one.ordinal
    if one.place is not None:
        found["file"] = one.place.file
        found |= {} if one.place.line is None else {"line": one.place.line}
    return found


_KNOWN = frozenset(("subject", "kind", *_TEXTS, "confidence", "ordinal", "file", "line"))


def _read(said: object) -> Change:
    if not isinstance(said, Mapping):
        raise InvalidChanges("a change is no JSON object")
    if unknown := sorted(said.keys() - _KNOWN):
        raise InvalidChanges(
            f"{unknown[0]!r:.60} is no part of a change; there are: {', '.join(sorted(_KNOWN))}"
        )
    try:
        kind = ChangeKind(str(said.get("kind")))
    except ValueError as error:
        raise InvalidChanges(f"{said.get('kind')!r:.60} is no kind of change") from error
    texts = {name: _text(name, said[name]) for name in _TEXTS if said.get(name) is not None}
    file = said.get("file")
    return Change(
        subject=_text("subject", said.get("subject")),
        kind=kind,
        confidence=_confidence(said.get("confidence")),
        ordinal=_number("ordinal", said.get("ordinal")),
        place=None if file is None else Place(_text("file", file), _number("line", said.get("line"))),
        **texts,
    )


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise InvalidChanges(f"{name} of a change has to be text of at most {MAX_TEXT} characters")
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    if not _is_list(value) or len(value) > MAX_CHANGES:
        raise InvalidChanges(f"{name} is no list of at most {MAX_CHANGES} texts")
    return tuple(_text(name, one) for one in value)


def _number(name: str, value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31):
        return value
    raise InvalidChanges(f"{name} of a change has to be a whole number")


def _confidence(value: object) -> float:
    """``value``: in a body of canonical JSON a number with a fraction is raw."""
    if isinstance(value, msgspec.Raw):
        value = float(bytes(value))
    if value is None:
        return 1.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise InvalidChanges("the confidence of a change is a number above 0, at most 1")
    return float(value)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str)
