"""What a value says without what was forgotten: facets (JSON as sent) and the derived values of sightings and runs.

Each function maps a value to a value of the same form and leaves everything else as it is. A key that is there stays,
even when nothing is left under it: what was said before it must not come back.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from catalog import values
from catalog.canonical import decode, encode, plain
from catalog.fold.edges import ALIASES, DECLARED
from catalog.fold.history import DATASET_COLUMNS, LINEAGE
from catalog.fold.runs import WINDOW
from catalog.forget import Scope
from catalog.identity import CurationId, DatasetId, JobId, RunId
from catalog.statement import DEPENDENCIES, ColumnEdge, StatedLineage
from catalog.values import Declared

FORGOTTEN = "_forgotten"
"""The one key of an object that stands where the forgotten was, and cannot be left out."""
NAMED = "_named"
"""The key of the datasets that an event named only together with the forgotten."""


def redact(key: str, text: str, scopes: Collection[Scope]) -> str:
    """A value under its key, without what the scopes cover."""
    if key == ALIASES:
        links = values.decode_symlinks(text)
        return values.encode_symlinks(link for link in links if not covered(link.dataset, scopes))
    if key == DATASET_COLUMNS:
        return values.encode_columns(columns_left(values.decode_columns(text), scopes))
    if key in (DECLARED, WINDOW):
        return values.encode_declared(_declared_left(values.decode_declared(text), scopes))
    if key == LINEAGE:
        return values.encode_lineage(stated_left(values.decode_lineage(text), scopes))
    if key == DEPENDENCIES:
        told = values.decode_dependencies(text)
        return values.encode_dependencies(one for one in told if not covered(one.job, scopes))
    return redact_json(text, scopes)


def covered(identity: DatasetId | JobId | RunId | CurationId, scopes: Collection[Scope]) -> bool:
    """Whether any of the scopes covers it."""
    return any(scope.covers(identity) for scope in scopes)


def columns_left(columns: Collection[ColumnEdge], scopes: Collection[Scope]) -> frozenset[ColumnEdge]:
    """Column edges between datasets that are not forgotten."""
    return frozenset(
        one for one in columns if not covered(one.source, scopes) and not covered(one.output, scopes)
    )


def _declared_left(declared: Declared, scopes: Collection[Scope]) -> Declared:
    return Declared(
        frozenset(one for one in declared.inputs if not covered(one, scopes)),
        frozenset(one for one in declared.outputs if not covered(one, scopes)),
        columns_left(declared.columns, scopes),
        None if declared.stated is None else stated_left(declared.stated, scopes),
    )


def stated_left(stated: StatedLineage, scopes: Collection[Scope]) -> StatedLineage:
    """What a lineage facet states of datasets and jobs that are not forgotten."""
    outputs = (
        replace(
            output,
            sources=frozenset(one for one in output.sources if not covered(one, scopes)),
            jobs=frozenset(one for one in output.jobs if not covered(one, scopes)),
            columns=columns_left(output.columns, scopes),
        )
        for output in stated.outputs
        if not covered(output.dataset, scopes)
    )
    flows = (
        flow for flow in stated.flows if not covered(flow.source, scopes) and not covered(flow.job, scopes)
    )
    return StatedLineage(frozenset(outputs), frozenset(flows))


def may_name(body: str, scope: Scope) -> bool:
    """Whether the body of an event may name it: it has the name as canonical JSON writes it."""
    if scope.kind == "run":  # of which there are several spellings
        name = encode(scope.name)[1:-1]
        return name.replace("-", "").lower() in body.replace("-", "").lower()
    return encode(scope.name or scope.namespace) in body


def redact_event(body: str, scopes: Collection[Scope]) -> str:
    """The body of an event without the forgotten; of one of a forgotten job or run what it says of others is left."""
    event = decode(body)
    if not isinstance(event, dict):
        return body
    if "run" in event and _names(event.get("job"), scopes, "job"):
        event = {**event, "run": {FORGOTTEN: True}}  # a run is one of its job
        return encode(_left(event, scopes, "dataset"))
    left = _left(event, scopes, "dataset")
    return body if left is event else encode(left)


def also_naming(body: str, datasets: Iterable[DatasetId]) -> str:
    """The body of an event that names datasets beside what else it says."""
    event = plain(body)
    said = {(one.namespace, one.name) for one in datasets}
    said |= {(one["namespace"], one["name"]) for one in event.get(NAMED, ())}
    return encode({**event, NAMED: [{"namespace": space, "name": name} for space, name in sorted(said)]})


def redact_json(text: str, scopes: Collection[Scope]) -> str:
    """Canonical JSON without the objects that name the forgotten; where none does, the same text."""
    value = decode(text)
    if _names(value, scopes, "dataset"):
        return encode({FORGOTTEN: True})
    left = _left(value, scopes, "dataset")
    return text if left is value else encode(left)


def _left(value: Any, scopes: Collection[Scope], kind: str) -> Any:
    """The value itself where nothing in it is forgotten. ``kind``: what a namespace and a name are the names of."""
    if isinstance(value, list):
        items = [_left(item, scopes, kind) for item in value if not _names(item, scopes, kind)]
        same = len(items) == len(value) and all(a is b for a, b in zip(items, value, strict=True))
        return value if same else items
    if isinstance(value, dict):
        found = {key: _member(key, item, scopes, kind) for key, item in value.items()}
        return value if all(found[key] is item for key, item in value.items()) else found
    return value


def _member(key: str, item: Any, scopes: Collection[Scope], kind: str) -> Any:
    inner = _KINDS.get(key, kind)
    return {FORGOTTEN: True} if _names(item, scopes, inner) else _left(item, scopes, inner)


_KINDS = {"job": "job", "facets": "dataset", "inputs": "dataset", "outputs": "dataset", "dataset": "dataset"}
"""What namespace and name are the names of below a key, where the key tells."""


def _names(value: Any, scopes: Collection[Scope], kind: str) -> bool:
    """Whether an object names what a scope covers, or is about a job of which it does (a parent facet, for example)."""
    if not isinstance(value, dict):
        return False
    namespace, name = value.get("namespace"), value.get("name")
    if isinstance(namespace, str) and isinstance(name, str):
        is_job = kind == "job" or value.get("type") == "JOB"
        return covered(JobId(namespace, name) if is_job else DatasetId(namespace, name), scopes)
    run = value.get("runId")
    if isinstance(run, str):
        return covered(RunId.lenient(run), scopes)
    return _names(value.get("job"), scopes, "job")
