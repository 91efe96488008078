"""An independent reader: the facts of an event, straight from its JSON. Imports nothing of what it checks.

A fact is a tuple of its kind and its parts:

    (run, runId)                                      (event-type, runId, type)
    (job, ns, name)                                   (run-job, runId, ns, name)
    (dataset, ns, name)
    (run-input, runId, ns, name)                      (run-output, runId, ns, name)
    (declared-input, job ns, job name, ns, name)      (declared-output, job ns, job name, ns, name)
    (facet, owner, key, text)                         (deleted-facet, owner, key)
    (field, ns, name, path, type)
    (column, source ns, name, field, output ns, name, output field or None, kind, subtype, masking)
    (symlink, ns, name, symlink ns, name, type)
    (parent, runId, parent runId)                     (root, runId, root runId)

``owner`` is (run, runId), (job, ns, name), (dataset, ns, name), (input, runId, ns, name) or
(output, runId, ns, name). ``text`` is ``text_of(value)``. Malformed parts have no facts. ``located`` adds the
JSON path of each, as receipts write paths: a fact that a receipt names under its path, or under one above
it, was set aside and said so.
"""

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any, TypeAlias

Fact: TypeAlias = tuple[Any, ...]
Located: TypeAlias = tuple[str, Fact]

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def facts(event: dict[str, Any]) -> list[Fact]:
    """The facts of a decoded event."""
    return [fact for _, fact in located(event)]


def located(event: dict[str, Any]) -> list[Located]:
    """The facts of a decoded event, each with the JSON path where it stands."""
    return [*_run_facts(event), *_job_facts(event), *_dataset_facts(event)]


def text_of(value: Any) -> str:
    """JSON text that is equal for equal values: keys sorted, 1.0 as 1."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def is_told(path: str, problem_paths: set[str]) -> bool:
    """Whether a problem stands at the path or above it."""
    return any(path == told or path.startswith((f"{told}.", f"{told}[")) for told in problem_paths)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _at(path: str, key: str) -> str:
    short = key if len(key) <= 120 else key[:120] + "…"
    return f"{path}.{short}" if _WORD.fullmatch(short) else f"{path}[{json.dumps(short)}]"


def _names(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return None
    namespace, name = value.get("namespace"), value.get("name")
    return (namespace, name) if isinstance(namespace, str) and isinstance(name, str) and name else None


def _run_id(value: Any) -> str | None:
    run_id = value.get("runId") if isinstance(value, dict) else None
    if not isinstance(run_id, str) or not run_id:
        return None
    try:
        return str(uuid.UUID(run_id))
    except ValueError:
        return run_id


def _facets(
    owner: Fact, holder: Any, path: str, key: str = "facets", deletable: bool = True
) -> Iterator[Located]:
    facets = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(facets, dict):
        return
    for name, value in facets.items():
        where = _at(f"{path}.{key}", name)
        if deletable and isinstance(value, dict) and value.get("_deleted") is True:
            yield where, ("deleted-facet", owner, name)
        else:
            yield where, ("facet", owner, name, text_of(value))


def _run_facts(event: dict[str, Any]) -> Iterator[Located]:
    run = event.get("run")
    run_id = _run_id(run)
    if not isinstance(run, dict) or run_id is None:
        return
    yield "$.run.runId", ("run", run_id)
    if isinstance(event.get("eventType"), str):
        known = event["eventType"] in ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")
        yield "$.run" if known else "$.eventType", ("event-type", run_id, event["eventType"])
    if names := _names(event.get("job")):
        yield "$.run", ("run-job", run_id, *names)
    yield from _facets(("run", run_id), run, "$.run", deletable=False)
    yield from _parents(run, run_id)


def _parents(run: dict[str, Any], run_id: str) -> Iterator[Located]:
    facets = run.get("facets")
    for key in ("parentRun", "parent"):
        facet = facets.get(key) if isinstance(facets, dict) else None
        if not isinstance(facet, dict):
            continue
        parent, root = _run_id(facet.get("run")), facet.get("root")
        top = _run_id(root.get("run")) if isinstance(root, dict) else None
        if parent is not None:
            yield f"$.run.facets.{key}", ("parent", run_id, parent)
        if top is not None:
            yield f"$.run.facets.{key}.root", ("root", run_id, top)


def _job_facts(event: dict[str, Any]) -> Iterator[Located]:
    names = _names(event.get("job"))
    if names:
        yield "$.job", ("job", *names)
        yield from _facets(("job", *names), event["job"], "$.job")


def _dataset_facts(event: dict[str, Any]) -> Iterator[Located]:
    if event.get("dataset") is not None:
        yield from _one_dataset(event["dataset"], "$.dataset", writes=True)
    run_id, job = _run_id(event.get("run")), _names(event.get("job"))
    for side in ("input", "output"):
        listed = event.get(f"{side}s")
        for index, item in enumerate(listed if isinstance(listed, list) else []):
            path, names = f"$.{side}s[{index}]", _names(item)
            if names is None:
                continue
            yield from _one_dataset(item, path, writes=side == "output")
            if run_id is not None:
                yield path, (f"run-{side}", run_id, *names)
                owner = (side, run_id, *names)
                yield from _facets(owner, item, path, f"{side}Facets", deletable=False)
            elif job is not None and event.get("run") is None:
                yield path, (f"declared-{side}", *job, *names)


def _one_dataset(item: Any, path: str, writes: bool) -> Iterator[Located]:
    names = _names(item)
    if names is None:
        return
    yield path, ("dataset", *names)
    yield from _facets(("dataset", *names), item, path)
    facets = item.get("facets")
    live = {
        key: value
        for key, value in (facets.items() if isinstance(facets, dict) else ())
        if isinstance(value, dict) and value.get("_deleted") is not True
    }
    yield from _fields(names, live.get("schema", {}).get("fields"), "", f"{path}.facets.schema.fields")
    yield from _symlinks(
        names, live.get("symlinks", {}).get("identifiers"), f"{path}.facets.symlinks.identifiers"
    )
    if writes:
        yield from _columns(names, live.get("columnLineage", {}), f"{path}.facets.columnLineage")


def _fields(names: tuple[str, str], fields: Any, prefix: str, path: str) -> Iterator[Located]:
    for index, item in enumerate(fields if isinstance(fields, list) else []):
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            continue
        type_ = item.get("type")
        yield (
            f"{path}[{index}]",
            (
                "field",
                *names,
                prefix + item["name"],
                type_ if isinstance(type_, str) else None,
            ),
        )
        yield from _fields(names, item.get("fields"), f"{prefix}{item['name']}.", f"{path}[{index}].fields")


def _symlinks(names: tuple[str, str], identifiers: Any, path: str) -> Iterator[Located]:
    for index, item in enumerate(identifiers if isinstance(identifiers, list) else []):
        if link := _names(item):
            type_ = item.get("type")
            yield f"{path}[{index}]", ("symlink", *names, *link, type_ if isinstance(type_, str) else "")


def _columns(output: tuple[str, str], facet: dict[str, Any], path: str) -> Iterator[Located]:
    fields = facet.get("fields")
    for target, entry in (fields if isinstance(fields, dict) else {}).items():
        if isinstance(entry, dict):
            where = f"{_at(f'{path}.fields', target)}.inputFields"
            yield from _inputs(output, target, entry.get("inputFields"), _legacy(entry), where)
    yield from _inputs(output, None, facet.get("dataset"), ("INDIRECT", None, False), f"{path}.dataset")


def _legacy(entry: dict[str, Any]) -> tuple[str, str | None, bool]:
    kind = entry.get("transformationType")
    if kind == "MASKED":
        return "DIRECT", "TRANSFORMATION", True
    return "DIRECT", kind if isinstance(kind, str) and kind else None, False


def _inputs(
    output: tuple[str, str], target: str | None, inputs: Any, default: tuple[str, str | None, bool], path: str
) -> Iterator[Located]:
    for index, item in enumerate(inputs if isinstance(inputs, list) else []):
        source = _names(item)
        if source is None or not isinstance(item.get("field"), str):
            continue
        transformations = item.get("transformations")
        known = (
            [each for each in transformations if isinstance(each, dict)]
            if isinstance(transformations, list)
            else []
        )
        for kind, subtype, masking in [_how(each, target, default[0]) for each in known] or [default]:
            fact = ("column", *source, item["field"], *output, target, kind, subtype, masking)
            yield f"{path}[{index}]", fact


def _how(item: dict[str, Any], target: str | None, default_kind: str) -> tuple[str, str | None, bool]:
    kind, subtype = item.get("type"), item.get("subtype")
    if kind not in ("DIRECT", "INDIRECT"):
        kind = default_kind
    if target is None:
        kind = "INDIRECT"
    return kind, subtype if isinstance(subtype, str) else None, item.get("masking") is True
