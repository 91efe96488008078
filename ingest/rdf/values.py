"""Values of properties: literals and IRIs of a document as our graph has them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import unquote

from catalog.graph import Scalar
from ingest.rdf.graph import Fact
from ingest.rdf.standards import LIFECYCLES
from ontology.model import Datatype, PropertyType
from ontology.rdf import XSD
from ontology.rdf_reading import Blank, Object, Text

_WHOLE = re.compile(
    re.escape(XSD) + "(integer|int|long|short|byte|(nonNegative|positive|nonPositive|negative)Integer"
    "|unsigned(Int|Long|Short|Byte))"
)
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")


def scalar(term: Object) -> Scalar:
    """A term as it stands: a number or a truth value where its datatype says so, else its text."""
    if not isinstance(term, Text):
        return f"_:{term}" if isinstance(term, Blank) else str(term)
    if _WHOLE.fullmatch(term.datatype) and _INTEGER.fullmatch(term.value):
        return int(term.value)
    if term.datatype == f"{XSD}boolean" and term.value in _BOOLEANS:
        return _BOOLEANS[term.value]
    return term.value


def converted(term: Object, property_: PropertyType) -> Scalar | None:
    """A value that a standard's term has, in the form of a property of ours; None where it has none."""
    if isinstance(term, Blank):
        return None
    text = term.value if isinstance(term, Text) else str(term)
    text = _REWRITTEN.get(property_.name, _as_it_is)(text.strip())
    if text == "active" and not property_.lists(text):
        text = "approved"  # an agreement that is in force
    if not text or not property_.lists(text):
        return None
    return _TYPED.get(property_.datatype, _as_it_is)(text)


def _as_it_is(text: str) -> str:
    return text


def last_segment(iri: str) -> str:
    """The last part of an IRI, or the text itself."""
    return unquote(re.split(r"[/#:]", iri.rstrip("/#"))[-1])


def _status(text: str) -> str:
    word = last_segment(text).lower()
    return LIFECYCLES.get(word, word)


def _address(text: str) -> str:
    return text.removeprefix("mailto:")


def _media_type(text: str) -> str:
    return text.rpartition("/media-types/")[2]


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _date_time(text: str) -> str | None:
    if _DATE.fullmatch(text):
        return f"{text}T00:00:00Z"
    return text if _DATE_TIME.fullmatch(text) else None


_REWRITTEN: Mapping[str, Callable[[str], str]] = {
    "lifecycle": _status,
    "status": _status,
    "email": _address,
    "schemaFormat": _media_type,
}
_TYPED: Mapping[Datatype, Callable[[str], Scalar | None]] = {
    Datatype.INTEGER: _integer,
    Datatype.BOOLEAN: _BOOLEANS.get,
    Datatype.DATE_TIME: _date_time,
}


def in_one_language(facts: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The statements in the language that is kept (none, else English, else the first by its tag), and the others."""
    languages = {fact.object.language for fact in facts if isinstance(fact.object, Text)}
    if len(languages) < 2:
        return list(facts), []
    kept = min(languages, key=_preference)
    chosen = [fact for fact in facts if not isinstance(fact.object, Text) or fact.object.language == kept]
    return chosen, [fact for fact in facts if fact not in chosen]


def _preference(language: str) -> tuple[int, str]:
    tag = language.lower()
    return (0 if not tag else 1 if tag == "en" or tag.startswith("en-") else 2), tag


def distinct(values: Iterable[Scalar]) -> list[Scalar]:
    """Values once each (``1`` and ``True`` are two), in a fixed order."""
    return [value for _, value in sorted({repr(value): value for value in values}.items())]
