"""A given proposal as JSON: what ``POST /api/v1/impact`` takes, and what a client sends there.

    {"changes": [{"dataset"?, "kind", "path"?, "before"?, "after"?, "note"?}], "documents": [{"name", "text", "base"?,
     "wanted"?}], "dataset"?, "dialect"?, "otherTarget"?}

Members beside these are for who reads the rest of the body; within a change or a document there are no others.
"""

from collections.abc import Mapping
from typing import Any

from catalog.impact.change import Change
from ingest.errors import ImproperProposal
from ingest.proposals.documents import Given, GivenDocument, Wanted
from ingest.proposals.gathered import KINDS

_CHANGE = ("dataset", "kind", "path", "before", "after", "note")
_DOCUMENT = ("name", "text", "base", "wanted")


def given_of(body: Mapping[str, Any]) -> Given:
    """What a body gives. Raises ImproperProposal, with all that is wrong."""
    wrong: list[str] = []
    changes = [_change(one, at, wrong) for one, at in _each(body, "changes", wrong)]
    documents = [_document(one, at, wrong) for one, at in _each(body, "documents", wrong)]
    dataset, dialect = (_text(body, name, name, wrong) for name in ("dataset", "dialect"))
    other = _flag(body, "otherTarget", "otherTarget", wrong)
    if wrong:
        raise ImproperProposal(" ".join(wrong[:20]))
    return Given(
        tuple(one for one in changes if one is not None),
        tuple(one for one in documents if one is not None),
        *(dataset, dialect, other),
    )


def body_of(given: Given) -> dict[str, Any]:
    """The body that gives it; ``given_of`` reads it back."""
    changes = [
        _present(
            {
                "dataset": one.subject or None,
                "kind": str(one.kind),
                "path": one.path,
                "before": one.before,
                "after": one.after,
                "note": one.note,
            }
        )
        for one in given.changes
    ]
    documents = [
        _present({"name": one.name, "text": one.text, "base": one.base or None, "wanted": one.wanted})
        for one in given.documents
    ]
    rest = {"dataset": given.dataset, "dialect": given.dialect, "otherTarget": given.other_target or None}
    return {"changes": changes, "documents": documents, **_present(rest)}


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _each(body: Mapping[str, Any], name: str, wrong: list[str]) -> list[tuple[Mapping[str, Any], str]]:
    listed = body.get(name)
    if listed is None:
        return []
    if not isinstance(listed, list):
        wrong.append(f"{name} is to be a list.")
        return []
    found = []
    for number, one in enumerate(listed):
        if isinstance(one, Mapping):
            found.append((one, f"{name}[{number}]"))
        else:
            wrong.append(f"{name}[{number}] is to be an object.")
    return found


def _change(one: Mapping[str, Any], at: str, wrong: list[str]) -> Change | None:
    _no_others(one, _CHANGE, at, wrong)
    kind = KINDS.get(str(one.get("kind")))
    if kind is None:
        wrong.append(f"{at}.kind is to be one of {', '.join(sorted(KINDS))}.")
        return None
    dataset, path, before, after, note = (
        _text(one, name, f"{at}.{name}", wrong) for name in ("dataset", "path", "before", "after", "note")
    )
    return Change(dataset or "", kind, path, before, after, note=note)


def _document(one: Mapping[str, Any], at: str, wrong: list[str]) -> GivenDocument | None:
    _no_others(one, _DOCUMENT, at, wrong)
    name, text = (_text(one, member, f"{at}.{member}", wrong) for member in ("name", "text"))
    if text is None:
        wrong.append(f"{at}.text is missing.")
        return None
    wanted = one.get("wanted")
    if wanted is not None and wanted not in list(Wanted):
        wrong.append(f"{at}.wanted is to be one of {', '.join(Wanted)}.")
        return None
    base = _flag(one, "base", f"{at}.base", wrong)
    return GivenDocument(name or at, text, base, None if wanted is None else Wanted(wanted))


def _no_others(one: Mapping[str, Any], known: tuple[str, ...], at: str, wrong: list[str]) -> None:
    others = sorted(str(name) for name in one if name not in known)
    if others:
        wrong.append(f"{at} has {', '.join(others[:5])}; it may have {', '.join(known)}.")


def _text(one: Mapping[str, Any], name: str, at: str, wrong: list[str]) -> str | None:
    value = one.get(name)
    if value is None or isinstance(value, str):
        return value
    wrong.append(f"{at} is to be text.")
    return None


def _flag(one: Mapping[str, Any], name: str, at: str, wrong: list[str]) -> bool:
    value = one.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    wrong.append(f"{at} is to be true or false.")
    return False
