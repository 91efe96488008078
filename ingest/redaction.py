"""What of an event is not stored: secrets, which are replaced, and heavy facets, which are dropped. Marks stay.

This comes after the hash of the event is taken, so that a repeat is known, and before anything is read of it, so that
no secret reaches the graph, not even in a name. What is marked already stays as it is: to redact again changes nothing.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog.canonical import encode
from ingest.problems import Code, Problems, member
from ingest.secrets import HIDDEN, hide, hints_at_secrets, may_have_parameter, may_have_user
from ingest.settings_facets import MARKER, without_secrets

ENVIRONMENT, URIS, SETTINGS = "environment", "uris", "settings"
REDACTED = (ENVIRONMENT, URIS, SETTINGS)
DROPPED = ("spark.logicalPlan", "spark_unknown", "debug")

_ENVIRONMENT_FACET = "environmentVariables"


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is redacted (of REDACTED), and the keys of facets that are dropped, wherever they stand."""

    redact: Collection[str] = REDACTED
    drop: Collection[str] = DROPPED

    def of(self, event: dict[str, Any], text: str, problems: Problems) -> dict[str, Any]:
        """The event without what is not stored; the same object when there is nothing of it. ``text``: its canonical
        JSON. What was taken out is noted."""
        found = event
        if any(f'"{key}"' in text for key in self.drop):
            found = _with_facets(found, lambda key, facet, path: self._dropped(key, facet, path, problems))
        if ENVIRONMENT in self.redact and f'"{_ENVIRONMENT_FACET}"' in text:
            found = _with_facets(found, lambda key, facet, path: _without_values(key, facet, path, problems))
        hinted = hints_at_secrets(text)
        if hinted and SETTINGS in self.redact:
            found = _with_facets(found, lambda key, facet, path: without_secrets(key, facet, path, problems))
        if URIS in self.redact and (may_have_user(text) or (hinted and may_have_parameter(text))):
            found = _without_secrets_in_texts(found, problems)
        return found

    def _dropped(self, key: str, facet: Any, path: str, problems: Problems) -> Any:
        if key not in self.drop or _is_marked(facet, "dropped") or _is_tombstone(facet):
            return facet
        size = len(encode(facet).encode())
        said = facet if isinstance(facet, dict) else {}
        kept = {name: said[name] for name in ("_producer", "_schemaURL") if isinstance(said.get(name), str)}
        problems.note(Code.REDACTED, path, f"A facet of {size} bytes is not kept (MESHLINE_DROP_FACETS).")
        return {**kept, MARKER: {"dropped": {"bytes": size}}}


EVERYTHING_KEPT = Redaction((), ())
DEFAULT = Redaction()

Edit = Callable[[str, Any, str], Any]
"""(facet key, facet, JSON path) → the facet as it is stored."""


def _with_facets(event: dict[str, Any], edit: Edit) -> dict[str, Any]:
    """The event with each of its facets edited; the same object when none is another then."""
    found = {name: _part(name, value, edit) for name, value in event.items()}
    return found if any(found[name] is not value for name, value in event.items()) else event


def _part(name: str, value: Any, edit: Edit) -> Any:
    if name in ("run", "job", "dataset"):
        return _edited(value, f"$.{name}", edit)
    if name in ("inputs", "outputs") and isinstance(value, list):
        items = [_edited(item, f"$.{name}[{n}]", edit) for n, item in enumerate(value)]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


def _edited(owner: Any, path: str, edit: Edit) -> Any:
    """An entity with its facets edited; the same object when none is another then."""
    if not isinstance(owner, dict):
        return owner
    found = dict(owner)
    for place in ("facets", "inputFacets", "outputFacets"):
        facets = owner.get(place)
        if isinstance(facets, dict):
            where = f"{path}.{place}"
            edited = {key: edit(key, facet, member(where, key)) for key, facet in facets.items()}
            if any(edited[key] is not facet for key, facet in facets.items()):
                found[place] = edited
    return found if any(found[name] is not value for name, value in owner.items()) else owner


def _is_marked(facet: Any, what: str) -> bool:
    marker = facet.get(MARKER) if isinstance(facet, dict) else None
    return isinstance(marker, dict) and what in marker


def _is_tombstone(facet: Any) -> bool:
    return isinstance(facet, dict) and facet.get("_deleted") is True


def _without_values(key: str, facet: Any, path: str, problems: Problems) -> Any:
    """The environmentVariables facet with names alone."""
    if key != _ENVIRONMENT_FACET or not isinstance(facet, dict) or facet.get(key) is None:
        return facet
    listed = facet[key]
    if isinstance(listed, list):
        hidden: Any = [_named_alone(item) for item in listed]
    else:
        hidden = dict.fromkeys(listed, HIDDEN) if isinstance(listed, dict) else HIDDEN
    if hidden == listed:
        return facet
    problems.note(Code.REDACTED, path, "The values of environment variables are not kept (MESHLINE_REDACT).")
    return {**facet, key: hidden, MARKER: {"redacted": ["value"]}}


def _named_alone(item: Any) -> Any:
    if isinstance(item, str):  # as a shell has them; the name stays, so that a problem can say which it is
        name, equals, _ = item.partition("=")
        return f"{name}={HIDDEN}" if equals else HIDDEN
    if not isinstance(item, dict):
        return HIDDEN
    return {name: value if name == "name" or value is None else HIDDEN for name, value in item.items()}


@dataclass(slots=True)
class _Hiding:
    """Hides secrets in every text of a JSON value; remembers where."""

    paths: list[str] = field(default_factory=list)
    count: int = 0

    def of(self, value: Any, path: str) -> Any:
        """The value; the same object when there is nothing to hide."""
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, list):
            items = [self.of(item, f"{path}[{n}]") for n, item in enumerate(value)]
            return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
        if isinstance(value, dict):
            found = dict(self._members(value, path))
            same = found.keys() == value.keys() and all(found[key] is value[key] for key in value)
            return value if same else found
        return value

    def _members(self, value: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
        for key, item in value.items():
            where = member(path, hide(key)) if isinstance(item, str | list | dict) else path
            yield self._text(key, where), self.of(item, where)

    def _text(self, text: str, path: str) -> str:
        hidden = hide(text)
        if hidden == text:
            return text
        self.count += 1
        if not self.paths:
            self.paths.append(path)
        return hidden


def _without_secrets_in_texts(event: dict[str, Any], problems: Problems) -> dict[str, Any]:
    hiding = _Hiding()
    found: dict[str, Any] = hiding.of(event, "$")
    if hiding.count:
        message = f"User info and secrets in texts are not kept: {hiding.count} times (MESHLINE_REDACT)."
        problems.note(Code.REDACTED, hiding.paths[0], message)
    return found
