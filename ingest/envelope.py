"""The envelope of an event: its kind, when it holds, whether its producer and schema are as expected."""

import re
from typing import Any

from catalog.entry import EntryKind
from catalog.instant import InvalidInstant, effective_instant, parse_instant
from catalog.statement import EventType
from ingest.errors import NotAnEvent
from ingest.problems import Code, Problems, shown

_SCHEMA_URL = re.compile(
    r"(?:/spec/(?P<version>\d+-\d+-\d+)/|/)OpenLineage\.json(?:#/.*?(?P<shape>[A-Za-z]+))?$"
)
_PUBLISHED = frozenset(("1-0-0", "1-0-1", "1-0-2", "1-0-3", "1-0-4", "1-0-5", "2-0-0", "2-0-1", "2-0-2"))
_EVENT_TYPES = {member.value: member for member in EventType}


def check_recognisable(value: Any) -> None:
    """Raises NotAnEvent unless it is an object with an eventTime and an object as run, job or dataset."""
    if not isinstance(value, dict):
        raise NotAnEvent(f"The body is {shown(value)}, not an object.")
    if "eventTime" not in value:
        raise NotAnEvent("The object has no eventTime.")
    if not any(isinstance(value.get(key), dict) for key in ("run", "job", "dataset")):
        raise NotAnEvent("The object has no run, job or dataset that is an object.")


def kind_of(event: dict[str, Any]) -> EntryKind:
    """The kind of a recognisable event by its shape (spec 2-0-2): there is no discriminator.

    A part that is null is absent; a part of a wrong type still tells what the sender meant.
    """
    run, job, dataset = (event.get(key) is not None for key in ("run", "job", "dataset"))
    if run and (job or not dataset):
        return EntryKind.RUN_EVENT
    return EntryKind.JOB_EVENT if job else EntryKind.DATASET_EVENT


def read_event_type(event: dict[str, Any], problems: Problems) -> EventType | None:
    """The type of a run event: None when absent or null, OTHER when unknown."""
    value = event.get("eventType")
    if value is None:
        return None
    known = _EVENT_TYPES.get(value) if isinstance(value, str) else None
    if known is None:
        problems.note(
            Code.EVENT_TYPE, "$.eventType", f"Unknown event type {shown(value)}: it counts as OTHER."
        )
        return EventType.OTHER
    return known


def read_effective_time(event: dict[str, Any], received_ns: int, problems: Problems) -> int | None:
    """The effective time (design §4); None, with a problem, when the eventTime cannot be read."""
    text = event["eventTime"]
    if not isinstance(text, str):
        problems.lose(
            Code.EVENT_TIME, "$.eventTime", f"An eventTime is ISO 8601 text; this is {shown(text)}."
        )
        return None
    try:
        instant = parse_instant(text)
    except InvalidInstant as error:
        problems.lose(Code.EVENT_TIME, "$.eventTime", f"The eventTime cannot be read: {error}.")
        return None
    if not instant.zoned:
        message = f"The eventTime {shown(text)} has no time zone: UTC is assumed."
        problems.note(Code.EVENT_TIME_ZONE, "$.eventTime", message)
    effective = effective_instant(instant.ns, received_ns)
    if effective != instant.ns:
        message = f"The eventTime {shown(text)} lies in the future: the time of receipt counts."
        problems.note(Code.EVENT_TIME_FUTURE, "$.eventTime", message)
    return effective


def check_origin(event: dict[str, Any], kind: EntryKind, problems: Problems) -> None:
    """Note an odd schemaURL or producer; neither decides anything."""
    producer, schema_url = event.get("producer"), event.get("schemaURL")
    if not isinstance(producer, str) or not producer:
        problems.note(Code.PRODUCER, "$.producer", f"A producer is a URI; this is {shown(producer)}.")
    odd = _odd_schema_url(schema_url, kind)
    if odd:
        problems.note(Code.SCHEMA_URL, "$.schemaURL", odd)


def _odd_schema_url(url: Any, kind: EntryKind) -> str | None:
    match = _SCHEMA_URL.search(url) if isinstance(url, str) else None
    if match is None:
        return f"A schemaURL names a version of OpenLineage.json; this is {shown(url)}."
    version, shape = match.group("version", "shape")
    if version is not None and version not in _PUBLISHED:
        return f"The schemaURL names the unknown version {version}; the event is read by its shape."
    if shape is not None and shape.endswith("Event") and shape != kind:
        return f"The schemaURL names a {shape}; by its shape the event is a {kind}."
    return None
