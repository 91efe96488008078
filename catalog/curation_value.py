"""Values of curations read: what members they may have, of which form; all of it is checked before it is kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from catalog.canonical import encode
from catalog.curation import Aspect, Value
from catalog.identity import CurationId, encode_part, is_hashed, kind_of
from catalog.instant import InvalidInstant, format_instant, parse_instant
from catalog.signoff.stated import InvalidChanges, kept_changes
from ontology.compiler import load_model
from ontology.errors import UnknownTerm
from ontology.vocabulary import Label

MAX_ITEMS = 200
"""Bound of each list of a value."""
MAX_SHOWN = 5_000
"""Owners that one proposal is shown to."""
MAX_TEXT = 20_000
"""Bound of each text, in characters."""
MAX_WORD = 200
MAX_LINK = 2_000
_PARTS = {"dataset": 2, "job": 2, "field": 3, "run": 1, "namespace": 2}


class InvalidCuration(ValueError):
    """A curation that says what cannot be said. The message is for people."""


def read_value(aspect: Aspect, value: object) -> Value:
    """A value as it is kept. Raises InvalidCuration."""
    if not isinstance(value, Mapping):
        raise InvalidCuration("the value is no JSON object")
    members = _MEMBERS[aspect]
    if unknown := sorted(value.keys() - members.keys()):
        raise InvalidCuration(f"{unknown[0]!r:.60} is no part of it; there are: {', '.join(members)}")
    if missing := [name for name in _REQUIRED[aspect] if value.get(name) is None]:
        raise InvalidCuration(f"{missing[0]} is missing")
    found = {name: members[name](name, said) for name, said in value.items() if said is not None}
    if aspect is Aspect.BINDING and (both := set(found["bound"]) & set(found["rejected"])):
        raise InvalidCuration(f"{min(both)} is both bound and rejected")
    for period in (found, *found.get("roles", ())):
        _check_period(period)
    return found


def _check_period(said: Mapping[str, Any]) -> None:
    for begin, end in (("validFrom", "validUntil"), ("since", "until")):
        if begin in said and end in said and parse_instant(said[end]).ns < parse_instant(said[begin]).ns:
            raise InvalidCuration(f"it would end, {said[end]}, before it begins, {said[begin]}")


def read_subject(key: object) -> str:
    """The key of a thing that is curated. Raises InvalidCuration."""
    found = _key("subject", key)
    if kind_of(found) in ("namespace", "document", "curation", "run", "dataset-version"):
        raise InvalidCuration(f"nobody curates a {kind_of(found)}")
    if any(is_hashed(CurationId(found, aspect).key) for aspect in Aspect):
        raise InvalidCuration("its key is too long")
    return found


def read_aspect(word: object) -> Aspect:
    """An aspect by its word. Raises InvalidCuration."""
    try:
        return Aspect(str(word))
    except ValueError as error:
        raise InvalidCuration(f"{word!r:.60} is none of {', '.join(Aspect)}") from error


def read_text(name: str, value: object) -> str:
    """A text that says something. Raises InvalidCuration."""
    if not isinstance(value, str):
        raise InvalidCuration(f"{name!r} has to be text")
    if not value.strip():
        raise InvalidCuration(f"{name!r} is blank")
    if len(value) > MAX_TEXT:
        raise InvalidCuration(f"{name} has more than {MAX_TEXT} characters")
    return value


Reader = Callable[[str, object], Any]


def _key(name: str, value: object) -> str:
    key = read_text(name, value)
    kind, *parts = key.split("/")
    if not parts or "" in parts or is_hashed(key):
        raise InvalidCuration(f"{name}: {key[:200]!r} is no key of a node, or one with a hash")
    try:
        load_model().label_of_kind(kind)
        written = [encode_part(unquote(part, errors="strict")) for part in parts]
    except (UnknownTerm, UnicodeDecodeError) as error:
        raise InvalidCuration(f"{name}: {key[:200]!r} is no key of a node") from error
    if written != parts or len(parts) != _PARTS.get(kind, len(parts)):
        raise InvalidCuration(f"{name}: {key[:200]!r} is not written as keys are")
    return key


def _key_of(*labels: str) -> Reader:
    """The key of a node of any of the labels, or below them."""

    def read(name: str, value: object) -> str:
        key = _key(name, value)
        model = load_model()
        kinds = sorted({model.node(label).kind for label in model.concrete(labels)})
        if kind_of(key) not in kinds:
            raise InvalidCuration(f"{name}: {key[:200]} is no key of {' or '.join(kinds)}")
        return key

    return read


def _instant(name: str, value: object) -> str:
    try:
        return format_instant(parse_instant(read_text(name, value)).ns)
    except InvalidInstant as error:
        raise InvalidCuration(f"{name}: {error}") from error


def _list(item: Reader, most: int = MAX_ITEMS) -> Reader:
    def read(name: str, value: object) -> list[Any]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise InvalidCuration(f"{name} is no list")
        if len(value) > most:
            raise InvalidCuration(f"{name} has more than {most} items")
        found = {encode(one): one for one in (item(f"{name}[{n}]", one) for n, one in enumerate(value))}
        return [found[text] for text in sorted(found)]

    return read


def _record(members: Mapping[str, Reader], required: Sequence[str]) -> Reader:
    def read(name: str, value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise InvalidCuration(f"{name} is no JSON object")
        if unknown := sorted(value.keys() - members.keys()):
            raise InvalidCuration(
                f"{name}: {unknown[0]!r:.60} is no part of it; there are: {', '.join(members)}"
            )
        if missing := [one for one in required if value.get(one) is None]:
            raise InvalidCuration(f"{name}.{missing[0]} is missing")
        return {one: members[one](f"{name}.{one}", said) for one, said in value.items() if said is not None}

    return read


def _one_of(label: Label, property_: str) -> Reader:
    """A word of the closed list of a property."""

    def read(name: str, value: object) -> str:
        words = load_model().node(label).property_type(property_).closed_list
        if value not in words:
            raise InvalidCuration(f"{name}: {value!r:.60} is none of {', '.join(words)}")
        return str(value)

    return read


def _changes(name: str, value: object) -> dict[str, Any]:
    """What a proposal changes. Its subjects are keys as keys are written."""
    if not isinstance(value, Mapping):
        raise InvalidCuration(f"{name} is no JSON object")
    try:
        found = kept_changes(value)
    except InvalidChanges as error:
        raise InvalidCuration(str(error)) from error
    for one in found["changes"]:
        _CHANGED("subject", one["subject"])
    for one in found.get("contracts", ()):
        _CHANGED("contracts", one)
    return found


def _link(name: str, value: object) -> str:
    """An address of the web: it is shown to be followed."""
    found = read_text(name, value)
    if not found.startswith(("https://", "http://")) or len(found) > MAX_LINK or not found.isprintable():
        raise InvalidCuration(f"{name} is no http or https address of at most {MAX_LINK} characters")
    return found


def _word(name: str, value: object) -> str:
    """A short text: the name of a tag or role."""
    if len(found := read_text(name, value)) > MAX_WORD:
        raise InvalidCuration(f"{name} has more than {MAX_WORD} characters")
    return found


_AGENT = _key_of(Label.AGENT)
_PARTY = _key_of(Label.AGENT, Label.DATA_PRODUCT)
_DATASET = _key_of(Label.DATASET_NAME)
_CHANGED = _key_of(
    Label.DATASET_NAME, Label.PORT, Label.DATA_PRODUCT, Label.DATA_CONTRACT, Label.CONTRACT_VERSION
)
_MEMBERS: Mapping[Aspect, Mapping[str, Reader]] = {
    Aspect.OWNER: {"agent": _AGENT},
    Aspect.ROLES: {
        "roles": _list(
            _record({"agent": _AGENT, "role": _word, "since": _instant, "until": _instant}, ("agent", "role"))
        )
    },
    Aspect.TAGS: {"tags": _list(_record({"tag": _word, "value": read_text}, ("tag",)))},
    Aspect.TERMS: {"terms": _list(_key_of(Label.GLOSSARY_TERM))},
    Aspect.CLASSIFICATIONS: {"classifications": _list(_key_of(Label.CLASSIFICATION))},
    Aspect.DESCRIPTION: {"text": read_text},
    Aspect.DOMAIN: {"domain": _key_of(Label.DOMAIN)},
    Aspect.BINDING: {"bound": _list(_DATASET), "rejected": _list(_DATASET)},
    Aspect.AGREEMENT: {
        "status": _one_of(Label.ACCESS_AGREEMENT, "status"),
        "purpose": read_text,
        "validFrom": _instant,
        "validUntil": _instant,
        "grantedTo": _PARTY,
        "grantedBy": _PARTY,
        "covers": _list(_key_of(Label.DATA_PRODUCT, Label.PORT, Label.DATASET_NAME)),
    },
    Aspect.PROPOSAL: {
        "title": _word,
        "changes": _changes,
        "shown": _list(_record({"agent": _AGENT, "digest": _word}, ("agent", "digest")), MAX_SHOWN),
        "author": _word,
        "team": _AGENT,
        "reason": read_text,
        "link": _link,
        "deadline": _instant,
    },
    Aspect.CLOSING: {"status": _one_of(Label.PROPOSAL, "status"), "note": read_text},
    Aspect.FORCE: {"reason": read_text, "digest": _word},
    Aspect.SIGN_OFF: {
        "proposal": _key_of(Label.PROPOSAL),
        "agent": _AGENT,
        "answer": _one_of(Label.SIGN_OFF, "answer"),
        "shown": _word,
        "until": _instant,
        "note": read_text,
    },
    Aspect.DEPRECATION: {
        "removal": _instant,
        "reason": read_text,
        "instead": _key_of(Label.FIELD, Label.DATASET_NAME, Label.PORT),
    },
}
_REQUIRED: Mapping[Aspect, Sequence[str]] = {
    **{aspect: tuple(members) for aspect, members in _MEMBERS.items()},
    Aspect.AGREEMENT: ("status",),
    Aspect.PROPOSAL: ("title", "changes", "shown"),
    Aspect.CLOSING: ("status",),
    Aspect.SIGN_OFF: ("proposal", "agent", "answer", "shown"),
    Aspect.DEPRECATION: (),
}
