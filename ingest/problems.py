"""Problems of one event: what was set aside or assumed, where, and why. They end up in its receipt."""

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.entry import Problem

MAX_PROBLEMS = 1000
"""More than this are counted, not listed: a hostile event must not have a receipt larger than itself."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_MAX_SHOWN = 120


class Code(StrEnum):
    """What can be wrong with a recognisable event, or odd in a document."""

    REPAIRED_JSON = "repaired-json"  # NaN, Infinity, a lone surrogate or NUL became text
    REDACTED = "redacted"  # a secret or a heavy facet that is not kept; a mark stands in its place
    EVENT_TIME = "event-time"  # no readable eventTime: the event is quarantined
    EVENT_TIME_ZONE = "event-time-zone"  # no time zone: UTC is assumed
    EVENT_TIME_FUTURE = (
        "event-time-future"  # later than the receipt plus five minutes: the receipt time counts
    )
    EVENT_TYPE = "event-type"  # unknown: counts as OTHER
    SCHEMA_URL = "schema-url"  # missing, unknown, or of another event than the shape shows
    PRODUCER = "producer"  # missing or no text
    RUN = "run"  # no readable run: its state and lineage were not applied
    RUN_ID = "run-id"  # not a UUID: kept as it is
    JOB = "job"  # no readable job: nothing of the job and its run was applied
    DATASET = "dataset"  # a dataset without namespace and name
    EXTRA_PART = "extra-part"  # a part that this kind of event does not have
    REPEATED = "repeated"  # the same facet of the same dataset twice, and different
    FACETS = "facets"  # facets that are no object
    FACET_TYPE = "facet-type"  # a facet that is no object: kept as sent
    FACET_CONTENT = (
        "facet-content"  # content that the facet's schema does not allow: kept as sent, not projected
    )
    FACET_ASSUMED = "facet-assumed"  # odd content of a facet that could be read nevertheless
    TRANSFORMATION = "transformation"  # an unknown or missing kind of transformation
    PARENT = "parent"  # a parent facet that names no run, or the run itself
    APPLY_FAILED = "apply-failed"  # the catalog failed on it: the event is quarantined
    NOT_UNDERSTOOD = "not-understood"  # a term of another vocabulary that has no place in the graph
    LANGUAGE = "language-left-out"  # a text in another language than the one that is kept
    VALUE_LEFT_OUT = "value-left-out"  # a further value of what has one
    KIND_ASSUMED = "kind-assumed"  # a thing without a class, taken for what its use suggests
    UNDEFINED_KEY = "undefined-key"  # a key of JSON-LD that no context defines
    UNMAPPED = "unmapped"  # a part of a descriptor that has no place in the graph
    VIOLATION = "violation"  # a document that the ontology refuses, met in a replay: it is quarantined
    COMMAND = "command"  # a command that this Meshline cannot read, met in a replay: it is quarantined
    CURATION = "curation"  # a curation that this Meshline cannot read, met in a replay: it is quarantined
    POLICY_VIOLATED = "policy-violated"  # a document that policies refused: it is quarantined
    MORE = "more-problems"  # how many more there are


@dataclass(slots=True)
class Problems:
    """The problems of one event in the order they were met."""

    found: list[Problem] = field(default_factory=list)
    unlisted: int = 0
    lost: bool = False

    def lose(self, code: Code, path: str, message: str) -> None:
        """A part at ``path`` was not applied."""
        self.lost = True
        self._add(Problem(code, path, message, lost=True))

    def note(self, code: Code, path: str, message: str) -> None:
        """Something at ``path`` is odd, or was assumed; nothing is lost."""
        self._add(Problem(code, path, message, lost=False))

    def listed(self) -> tuple[Problem, ...]:
        """All problems, with a last one that counts those beyond the bound."""
        if not self.unlisted:
            return tuple(self.found)
        more = Problem(Code.MORE, "$", f"{self.unlisted} more problems are not listed.", self.lost)
        return (*self.found, more)

    def _add(self, problem: Problem) -> None:
        if len(self.found) < MAX_PROBLEMS:
            self.found.append(problem)
        else:
            self.unlisted += 1


def member(path: str, key: str) -> str:
    """The JSON path of a member: ``$.a.b``, or ``$.a["b c"]`` where it is no word; long keys are cut."""
    if len(key) > _MAX_SHOWN:
        key = key[:_MAX_SHOWN] + "…"
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{json.dumps(key)}]"


def shown(value: Any) -> str:
    """What a value is, for a message: short text as it is, else its JSON type."""
    if isinstance(value, str):
        return json.dumps(value if len(value) <= _MAX_SHOWN else value[:_MAX_SHOWN] + "…")
    if value is None:
        return "missing or null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a number"
