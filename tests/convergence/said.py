"""What one OpenLineage event says, read the plainest way from its JSON: the words of the oracle.

Imports nothing of what it checks. An entity is ("dataset" | "job", namespace, name); a column is the row (source
namespace, source name, source field, output namespace, output name, output field or None, kind, subtype, masking,
description).
"""

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import quote

Event: TypeAlias = dict[str, Any]
Entity: TypeAlias = tuple[str, str, str]
Column: TypeAlias = tuple[Any, ...]
Values: TypeAlias = dict[str, Any]

RANKS = {None: 1, "OTHER": 1, "START": 2, "RUNNING": 3, "COMPLETE": 4, "ABORT": 5, "FAIL": 6}
JOB_TYPE = ("processingType", "integration", "jobType")
PATTERN = ("eventTrigger", "eventContentMode", "windowDuration")
MEMBERS = {
    "datasetType": {"datasetType": "datasetType", "subType": "subType"},
    "version": {"datasetVersion": "datasetVersion"},
    "dataSource": {"name": "dataSource", "uri": "dataSourceUri"},
    "storage": {"storageLayer": "storageLayer", "fileFormat": "fileFormat"},
    "catalog": {
        **{"name": "catalog", "type": "catalogType", "framework": "catalogFramework"},
        **{"source": "catalogSource", "metadataUri": "metadataUri", "warehouseUri": "warehouseUri"},
    },
    "sql": {"dialect": "dialect"},
    "sourceCodeLocation": {
        **{"type": "sourceControl", "url": "sourceUrl", "repoUrl": "repoUrl", "path": "sourcePath"},
        **{"version": "sourceVersion", "tag": "sourceTag", "branch": "sourceBranch"},
        "pullRequestNumber": "pullRequestNumber",
    },
    "sourceCode": {"language": "sourceLanguage"},
}
"""Facet → its members that become properties, by the names of these."""
NUMBERS = ("windowDuration",)
OF_DATASETS = ("datasetType", "version", "dataSource", "storage", "catalog")
DATASET_PROPERTIES = ("description", *(name for facet in OF_DATASETS for name in MEMBERS[facet].values()))
JOB_PROPERTIES = (
    *("description", *JOB_TYPE, *PATTERN),
    *(name for facet in MEMBERS.keys() - set(OF_DATASETS) for name in MEMBERS[facet].values()),
)
DERIVED = {
    "schema": ("fields",),
    "symlinks": ("aliases",),
    "documentation": ("description",),
    "jobType": (*JOB_TYPE, *PATTERN),
    "hierarchy": ("hierarchy",),
    "lifecycleStateChange": ("lifecycle", "previous"),
    **{facet: tuple(members.values()) for facet, members in MEMBERS.items()},
    "ownership": ("owners",),
    "tags": ("tags",),
}


def canonical(value: Any) -> str:
    """Canonical JSON of values without extreme numbers."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def sha256_of(event: Event) -> str:
    return hashlib.sha256(canonical(event).encode()).hexdigest()


def instant(text: Any) -> int | None:
    """Nanoseconds since the epoch; None for what is no date-time."""
    match = (
        re.fullmatch(r"([^.\[]+?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?(\[.*\])?", text)
        if isinstance(text, str)
        else None
    )
    if match is None:
        return None
    try:
        moment = datetime.fromisoformat(match[1] + (match[3] or "Z"))
    except ValueError:
        return None
    whole = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    return whole * 10**9 + int((match[2] or "0")[:9].ljust(9, "0"))


def is_run_event(event: Event) -> bool:
    return event.get("run") is not None


def event_type(event: Event) -> str | None:
    said = event.get("eventType")
    return said if said is None or said in RANKS else "OTHER"


def rank(event: Event) -> int:
    return RANKS[event_type(event)] if is_run_event(event) else 0


def run_id(run: Any) -> str | None:
    """The runId in one form; None where there is none."""
    text = run.get("runId") if isinstance(run, dict) else None
    if not isinstance(text, str) or not text:
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return text


def entity(kind: str, holder: Any) -> Entity:
    return kind, holder["namespace"], holder["name"]


def listed(event: Event, side: str) -> list[Event]:
    return event.get(side) or []


def datasets(event: Event) -> dict[Entity, dict[str, Any]]:
    """The datasets an event names, with their facets; of a dataset named twice the later facets count."""
    found: dict[Entity, dict[str, Any]] = {}
    mentions = [*listed(event, "inputs"), *listed(event, "outputs")]
    for holder in mentions if event.get("job") else [event["dataset"]]:
        found.setdefault(entity("dataset", holder), {}).update(holder.get("facets") or {})
    return found


def values(event: Event) -> dict[Entity, Values]:
    """What an event says of each dataset and job it names: values under keys; None is "no longer"."""
    found: dict[Entity, Values] = {}
    for dataset, facets in datasets(event).items():
        found[dataset] = _facet_values(facets) | _quality(event, dataset, facets)
        if not event.get("job") and "columnLineage" in facets:
            _put_columns(found[dataset], dataset, facets["columnLineage"])
    if event.get("job"):
        job = found[entity("job", event["job"])] = _facet_values(event["job"].get("facets") or {})
        if not is_run_event(event) and ("inputs" in event or "outputs" in event):
            job["declared"] = declared(event)
    return found


def _quality(event: Event, dataset: Entity, facets: dict[str, Any]) -> Values:
    """Results of checks by the job that tells them, and figures: of input facets first, then of the dataset."""
    found: Values = {}
    run = run_id(event.get("run"))
    job = "/".join(quote(part, safe="") for part in entity("job", event["job"])) if event.get("job") else ""
    for key, name in (("dataQualityAssertions", f"assertions:{job}"), ("dataQualityMetrics", "metrics")):
        places = [facets]
        for side, place in (("outputs", "outputFacets"), ("inputs", "inputFacets")):
            own: dict[str, Any] = {}
            for holder in listed(event, side) if run is not None else []:
                if entity("dataset", holder) == dataset:
                    own |= holder.get(place) or {}
            places.insert(0, own)
        facet = next((place[key] for place in places if isinstance(place.get(key), dict)), None)
        if facet is not None:
            gone = facet.get("_deleted") is True
            found[name] = None if gone else canonical(facet)
            found[f"run-of:{name}"] = None if gone or run is None else canonical(run)
    return found


def _facet_values(facets: dict[str, Any]) -> Values:
    found: Values = {}
    for key, facet in facets.items():
        if isinstance(facet, dict) and facet.get("_deleted") is True:
            found[f"facet:{key}"] = None
            found.update(dict.fromkeys(DERIVED.get(key, ())))
        else:
            found[f"facet:{key}"] = canonical(facet)
            found.update(_derived(key, facet) if isinstance(facet, dict) else {})
    return found


def _derived(key: str, facet: dict[str, Any]) -> Values:
    if key == "schema" and facet.get("fields") is not None:
        return {"fields": frozenset(_fields(facet["fields"], ""))}
    if key == "symlinks" and facet.get("identifiers") is not None:
        return {"aliases": frozenset((i["namespace"], i["name"], i["type"]) for i in facet["identifiers"])}
    if key == "ownership":
        return _listed(facet.get("owners"), "owners", lambda o: (*agent(o["name"]), o.get("type")), "name")
    if key == "tags":
        names = ("key", "value", "source", "field")
        return _listed(facet.get("tags"), "tags", lambda tag: tuple(map(tag.get, names)), "key")
    if key == "documentation" and facet.get("description") is not None:
        return {"description": canonical(facet["description"])}
    if key == "jobType":
        pattern = facet.get("emissionPattern") or {}
        return {**_members(facet, JOB_TYPE), **_members(pattern, PATTERN)}
    if key == "lifecycleStateChange":  # renames are told in tests/scenarios
        state = facet[key].upper()
        ended = {"previous": None} if state in ("CREATE", "DROP") else {}
        return {"lifecycle": canonical(state), **ended}
    if key == "hierarchy":
        levels = [[level["type"], level["name"]] for level in facet.get("hierarchy") or ()]
        return {"hierarchy": None if facet.get("hierarchy") is None else canonical(levels)}
    found = _members(facet, MEMBERS.get(key, ()))
    return {MEMBERS[key][member]: text for member, text in found.items()}


def _members(facet: dict[str, Any], names: Iterable[str]) -> Values:
    """The texts and whole numbers among members; None for those that are not there."""
    kept = {name: facet.get(name) for name in names}
    return {
        name: None if value is None else canonical(value)
        for name, value in _plain(kept).items()
        if value is None or isinstance(value, int if name in NUMBERS else str)
    }


def _listed(
    items: list[dict[str, Any]] | None, key: str, row: Callable[[dict[str, Any]], Column], needed: str
) -> Values:
    """The set of rows of a list; none says that there are none, and a list of what cannot be read says nothing."""
    rows = [row(item) for item in items or () if item.get(needed)]
    return {} if items and not rows else {key: None if items is None else frozenset(rows)}


def agent(name: str) -> tuple[str, str]:
    """Kind and name of an owner."""
    match = re.fullmatch(
        r"(?:urn:(?:li:)?)?(team|group|corpgroup|user|person|corpuser):(.+)", name, re.IGNORECASE
    )
    if match is None:
        return "team", name
    return "person" if match[1].lower() in ("user", "person", "corpuser") else "team", match[2]


def _fields(fields: list[dict[str, Any]], prefix: str) -> list[tuple[Any, ...]]:
    """(path, type, ordinal, description) of all fields, nested ones too; of a path named twice the first counts."""
    found: dict[str, tuple[Any, ...]] = {}
    for position, field in enumerate(fields, start=1):
        path = prefix + field["name"]
        ordinal = field.get("ordinal_position")
        row = (path, field.get("type"), position if ordinal is None else ordinal, field.get("description"))
        for each in (row, *_fields(field.get("fields") or [], f"{path}.")):
            found.setdefault(each[0], each)
    return list(found.values())


def _put_columns(values: Values, dataset: Entity, facet: Any) -> None:
    if facet.get("_deleted") is True:
        values["columns"] = None
    elif "fields" in facet or "dataset" in facet:
        values["columns"] = columns(dataset, facet)


def declared(event: Event) -> tuple[frozenset[Entity], frozenset[Entity], frozenset[Column]]:
    """(inputs, outputs, columns) of a JobEvent."""
    sides = [
        frozenset(entity("dataset", holder) for holder in listed(event, side))
        for side in ("inputs", "outputs")
    ]
    return sides[0], sides[1], frozenset(row for rows in output_columns(event).values() for row in rows)


def output_columns(event: Event) -> dict[Entity, frozenset[Column]]:
    """The columns of each output that has any."""
    found = {}
    for holder in listed(event, "outputs"):
        facet = (holder.get("facets") or {}).get("columnLineage")
        if isinstance(facet, dict) and facet.get("_deleted") is not True:
            found[entity("dataset", holder)] = columns(entity("dataset", holder), facet)
    return {output: rows for output, rows in found.items() if rows}


def columns(output: Entity, facet: dict[str, Any]) -> frozenset[Column]:
    """The rows of a columnLineage facet, of its legacy form too."""
    rows: list[Column] = []
    for target, entry in (facet.get("fields") or {}).items():
        legacy, text = entry.get("transformationType"), entry.get("transformationDescription")
        subtype = "TRANSFORMATION" if legacy == "MASKED" else legacy
        unsaid = ("DIRECT", subtype or None, legacy == "MASKED", text if legacy else text or None)
        rows += _rows(output, target, entry.get("inputFields") or [], unsaid)
    rows += _rows(output, None, facet.get("dataset") or [], ("INDIRECT", None, False, None))
    return frozenset(rows)


def _rows(
    output: Entity, target: str | None, sources: list[dict[str, Any]], unsaid: tuple[Any, ...]
) -> list[Column]:
    rows = []
    for source in sources:
        for how in [_how(each, target) for each in source.get("transformations") or []] or [unsaid]:
            rows.append((source["namespace"], source["name"], source["field"], *output[1:], target, *how))
    return rows


def _how(item: dict[str, Any], target: str | None) -> tuple[Any, ...]:
    kind = "INDIRECT" if target is None else item["type"]
    return kind, item.get("subtype"), item.get("masking") is True, item.get("description")
