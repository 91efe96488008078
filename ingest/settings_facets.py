"""Settings in facets: parameters, properties of an engine, facets of one's own. Values behind names of secrets go."""

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.facets.registry import FACETS
from ingest.problems import Code, Problems
from ingest.secrets import HIDDEN, is_secret

MARKER = "_meshline"
"""The member of a facet that says what was taken out of it."""

_WITH_SETTINGS = frozenset(("executionParameters", "environmentVariables", "catalog"))
_WITHOUT = frozenset(facet.key for facet in FACETS) - _WITH_SETTINGS
"""Facets of the specification that hold no settings: there ``token`` is the name of a column."""
_TYPE = re.compile(
    r"(?:n?(?:var)?char|text|string|str|u?int\w*|bigint|smallint|number|numeric|decimal|float|double|bool\w*"
    r"|bytes|binary|uuid|date|time\w*|json|object)\b.{0,40}",
    re.IGNORECASE,
)
"""Behind the name of a column stands its type: no secret."""
_MAX_NAMED = 20


def without_secrets(key: str, facet: Any, path: str, problems: Problems) -> Any:
    """A facet without the values of its settings that look like secrets; the same object when there are none."""
    if key in _WITHOUT:
        return facet
    search = _Search()
    found = search.of(facet) if isinstance(facet, dict) else search.value(key, facet)
    if not search.hidden:
        return facet
    message = f"Values behind names of secrets are not kept: {search.hidden} (MESHLINE_REDACT)."
    problems.note(Code.REDACTED, path, message)
    if not isinstance(found, dict):
        return found
    return {**found, MARKER: {**_said(found.get(MARKER)), "redacted": sorted(search.names)}}


def _said(marker: Any) -> dict[str, Any]:
    return marker if isinstance(marker, dict) else {}


@dataclass(slots=True)
class _Search:
    """Hides values behind names of secrets; remembers the names."""

    names: set[str] = field(default_factory=set)
    hidden: int = 0

    def of(self, value: Any) -> Any:
        """The value without secrets; the same object when there are none."""
        if isinstance(value, list):
            items = [self.of(item) for item in value]
            return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
        if not isinstance(value, dict):
            return value
        found = {name: self.value(name, item) for name, item in value.items() if name != MARKER}
        if "value" in found:  # a parameter: {"key": "password", "value": "…"}
            for name in (value.get("key"), value.get("name")):
                found["value"] = self.value(name, found["value"]) if isinstance(name, str) else found["value"]
        return {**value, **found} if any(found[name] is not value[name] for name in found) else value

    def value(self, name: str, value: Any) -> Any:
        """A value that stands behind a name."""
        if isinstance(value, str):
            return self._text(name, value)
        if isinstance(value, list) and is_secret(name):
            return [self._text(name, item) if isinstance(item, str) else self.of(item) for item in value]
        return self.of(value)

    def _text(self, name: str, text: str) -> str:
        if not text or text.startswith(HIDDEN) or not is_secret(name):
            return text
        if text.lower() in ("true", "false") or _TYPE.fullmatch(text):
            return text
        self.hidden += 1
        if len(self.names) < _MAX_NAMED:
            self.names.add(name)
        return HIDDEN
