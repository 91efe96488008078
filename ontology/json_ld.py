"""JSON-LD before it is parsed: contexts that we know are put in, all others refused; nothing is ever fetched.

JSON is read here first, so that what is wrong with it is told with its line and column, and so that what JSON-LD
would pass over in silence (keys that no context defines, a key twice in one object) is told too.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from ontology.contexts import bundled, context_of
from ontology.errors import MalformedRdf, RdfTooLarge, RemoteContext

UNDEFINED = "urn:x-meshline:undefined:"
"""Where keys without a definition go in the text that is only read to find them."""

_KEYWORDS = ("@context", "@id", "@type", "@graph", "@value", "@list", "@set", "@included", "@reverse")


@dataclass(frozen=True, slots=True)
class JsonLd:
    """``text``: the document with its contexts put in. ``marked``: the same, with an IRI for every undefined key.

    ``two_ids``: what to say if an object turns out to have two identifiers, with the place of the first candidate.
    """

    text: bytes
    marked: bytes
    two_ids: MalformedRdf | None = None


def read_json_ld(data: bytes, max_bytes: int) -> JsonLd:
    """The document with all its contexts in place. Raises MalformedRdf, RemoteContext, RdfTooLarge."""
    source = _decoded(data)
    value = _json(source)
    room = _Room(max_bytes - len(data))
    two_ids = None
    try:
        for holder in _objects(value):
            if "@context" in holder:
                holder["@context"] = _put_in(holder["@context"], source, room)
            if two_ids is None and "@id" in holder and "id" in holder:
                two_ids = _two_ids(holder, source)
        return JsonLd(_written(value), _written(_marked(value)), two_ids)
    except RecursionError as error:
        raise MalformedRdf("It is nested too deeply.") from error


def looks_like_json_ld(data: bytes) -> bool:
    """Whether JSON has a keyword of JSON-LD; events and configuration files do not."""
    return any(f'"{keyword}"'.encode() in data for keyword in _KEYWORDS)


class _Room:
    """How many bytes contexts may still add: a document of small references must not grow without bound."""

    def __init__(self, bytes_: int) -> None:
        self._left = bytes_

    def take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise RdfTooLarge(
                "With its contexts put in, the document is too large.", "Name each context once, at its top."
            )


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        raise _at(before, len(before), "The text is not UTF-8.") from error


def _json(source: str) -> Any:
    """The JSON value, an object or an array. Raises MalformedRdf where the JSON is broken or is another value, which
    would be an empty document, and end all that its source has said."""
    try:
        found = json.loads(
            source, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_number
        )
    except json.JSONDecodeError as error:
        raise MalformedRdf(f"It is no JSON: {error.msg}.", line=error.lineno, column=error.colno) from error
    except _Refused as error:
        raise _found(source, error.text, str(error)) from error
    except ValueError as error:  # a whole number of thousands of digits
        raise MalformedRdf("It has a number that is too long to be one.") from error
    except RecursionError as error:
        raise MalformedRdf("It is nested too deeply.") from error
    if not isinstance(found, dict | list):
        raise MalformedRdf("A document of JSON-LD is an object or an array.", line=1, column=1)
    return found


class _Refused(Exception):
    """JSON that is read, but means nothing; ``text`` is what to look for in the source."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(
            f"An object has the key {json.dumps(twice)} twice.", json.dumps(twice, ensure_ascii=False)
        )
    return found


def _refuse_constant(text: str) -> NoReturn:
    raise _Refused(f"It is no JSON: {text} is no number.", text)


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _Refused(f"The number {text[:40]} is too large.", text)
    return value


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects, outer before inner; not those in a context that is put in."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            inner = list(item.values())
            yield item
            waiting += reversed(inner)
        elif isinstance(item, list):
            waiting += reversed(item)


def _put_in(context: Any, source: str, room: _Room) -> Any:
    """A context with the bundled copies in the place of their IRIs."""
    if isinstance(context, list):
        return [_put_in(one, source, room) for one in context]
    if isinstance(context, str):
        known = context_of(context)
        if known is None:
            raise _remote(context, source)
        room.take(len(known.text))
        return known.value
    if isinstance(context, dict) and "@import" in context:
        raise _remote(str(context["@import"]), source)
    return context


def _remote(iri: str, source: str) -> RemoteContext:
    place = _found(source, json.dumps(iri, ensure_ascii=False), "").message
    message = f"{place}The context {iri[:200]} would have to be fetched, and nothing is fetched here."
    return RemoteContext(
        message, f"Write the context into the document, or name a bundled one: {', '.join(bundled())}."
    )


def _two_ids(holder: dict[str, Any], source: str) -> MalformedRdf:
    """``id`` beside ``@id`` is two names of one thing where a context makes them the same, as DPROD's does."""
    one, other = json.dumps(holder["id"])[:200], json.dumps(holder["@id"])[:200]
    text = json.dumps(holder["id"], ensure_ascii=False)
    hint = "Keep the one that is the IRI."
    return _found(
        source, text, f'An object has both "id" ({one}) and "@id" ({other}), which mean the same.', hint
    )


def _marked(value: Any) -> list[Any]:
    """The document with a definition for every key, under the ones it has."""
    tops = value if isinstance(value, list) else [value]
    mark = {"@vocab": UNDEFINED}
    return [
        {**top, "@context": _under(mark, top.get("@context", []))} for top in tops if isinstance(top, dict)
    ]


def _under(mark: dict[str, str], context: Any) -> list[Any]:
    return [mark, *context] if isinstance(context, list) else [mark, context]


def _written(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _found(source: str, text: str, message: str, hint: str | None = None) -> MalformedRdf:
    """The error at the first place of a text in the source, if it stands there as it is."""
    position = source.find(text)
    return MalformedRdf(message, hint) if position < 0 else _at(source, position, message, hint)


def _at(source: str, position: int, message: str, hint: str | None = None) -> MalformedRdf:
    line = source.count("\n", 0, position) + 1
    return MalformedRdf(message, hint, line=line, column=position - source.rfind("\n", 0, position))
