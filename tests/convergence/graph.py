"""The whole graph that the oracle expects: nodes, and edges with their stretches of validity. Brute force as well."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import unquote

from tests.convergence import run_said, said
from tests.convergence.oracle import DEPENDENCIES, Run, Told, World, key
from tests.convergence.said import DATASET_PROPERTIES, JOB_PROPERTIES, Entity
from tests.convergence.spelling import normal

TimedEdge: TypeAlias = tuple[str, str, str, str, str, tuple[tuple[str, Any], ...], int | None, int | None]
Nodes: TypeAlias = dict[str, tuple[str, dict[str, Any]]]
"""Key → (label, properties)."""


def expected_graph(world: World) -> tuple[Nodes, set[TimedEdge]]:
    """The nodes and edges of all times."""
    edges = {edge for entity in world.sights for edge in _told(world, entity)}
    nodes: Nodes = {}
    _put_runs(world, nodes, edges)
    _put_fields(world, nodes, edges)
    _put_spellings(world, edges)
    _put_datasets(world, nodes, edges)
    for edge in edges:
        if edge[0] in ("OWNED_BY", "TAGGED"):
            kind, name = edge[2].split("/")
            nodes[edge[2]] = (kind.capitalize(), {"name": unquote(name), "inferred": True})
    _put_jobs(world, nodes)
    _put_dependencies(world, nodes, edges)
    for node, (_, properties) in list(nodes.items()):
        of = node.split("/")[0]
        if of in ("dataset", "job"):
            namespace = key("namespace", of, properties["namespace"])
            nodes[namespace] = ("Namespace", {"name": properties["namespace"], "of": of})
            edges.add(_always("IN_NAMESPACE", node, namespace, node))
    return nodes, edges


def _always(type_: str, source: str, target: str, via: str, *properties: tuple[str, Any]) -> TimedEdge:
    return type_, source, target, via, "OBSERVED", tuple(properties), None, None


def _told(world: World, entity: Entity) -> list[TimedEdge]:
    """What one entity tells, with validity: it can change only where an entry names it or a run of it begins."""
    instants = {entry.ns for entry, _ in world.sights[entity]}
    instants |= {run.first_ns for run in world.runs.values() if entity in run.jobs}
    found: list[TimedEdge] = []
    since: dict[Told, int] = {}
    for instant in sorted(instants):
        holds = set(world.told_by(entity, instant))
        for edge in since.keys() - holds:
            found.append((*edge, since.pop(edge), instant))
        for edge in holds - since.keys():
            since[edge] = instant
    return [*found, *((*edge, start, None) for edge, start in since.items())]


def text_of(ns: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=ns // 10**9)
    fraction = f"{ns % 10**9:09d}"
    while fraction.endswith("000"):
        fraction = fraction[:-3]
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{fraction}Z" if fraction else "Z")


def _put_runs(world: World, nodes: Nodes, edges: set[TimedEdge]) -> None:
    for run in world.runs.values():
        node = key("run", run.id)
        nodes[node] = ("Run", _run_properties(run))
        edges |= {_always("OF_JOB", node, key(*job), node) for job in run.jobs}
    for run in world.runs.values():
        facet = run.parent() or {}
        for type_, named in (("CHILD_OF", facet), ("ROOT", facet.get("root"))):
            if named and said.run_id(named.get("run")) not in (None, run.id):
                _put_ancestor(world, type_, key("run", run.id), named, nodes, edges)


def _run_properties(run: Run) -> dict[str, Any]:
    found = run_said.properties({key: run.newest(key) for key in run_said.PROPERTIES})
    found |= {name: text_of(found[name]) for name in ("nominalStart", "nominalEnd") if name in found}
    found |= {"name": run.id, "startedAt": text_of(run.started_ns)}
    if run.state is not None:
        found["state"] = run.state
    if run.terminal is not None:
        found["endedAt"] = text_of(run.terminal.ns)
    return found


def _put_ancestor(
    world: World, type_: str, child: str, named: dict[str, Any], nodes: Nodes, edges: set[TimedEdge]
) -> None:
    """The edge to a parent or root, and its placeholder when it has no events of its own."""
    run = said.run_id(named["run"])
    assert run is not None
    node, job = key("run", run), key("job", named["job"]["namespace"], named["job"]["name"])
    edges.add(_always(type_, child, node, child, ("job", job)))
    if run not in world.runs:
        nodes[node] = ("Run", {"name": run, "inferred": True})
        edges.add(_always("OF_JOB", node, job, node, ("inferred", True)))
        names = {"namespace": named["job"]["namespace"], "name": named["job"]["name"]}
        nodes.setdefault(job, ("Job", {**names, "inferred": True}))


def _names(world: World) -> dict[str, tuple[str, ...]]:
    """Key → (namespace, name) or (namespace, name, path) of everything that any event names."""
    found: dict[str, tuple[str, ...]] = {key(*entity): entity[1:] for entity in world.sights}
    for entry in world.log:
        rows = [row for rows in said.output_columns(entry.event).values() for row in rows]
        for entity, values in said.values(entry.event).items():
            rows += values.get("columns") or ()
            for namespace, name, _ in values.get("aliases") or ():
                found[key("dataset", namespace, name)] = (namespace, name)
            tagged = [(tag[3],) for tag in values.get("tags") or () if tag[3] is not None]
            for path, *_ in (*(values.get("fields") or ()), *tagged):
                found[key("field", *entity[1:], path)] = (*entity[1:], path)
        for row in rows:
            found[key("dataset", *row[:2])], found[key("dataset", *row[3:5])] = row[:2], row[3:5]
            found[key("field", *row[:3])] = row[:3]
            if row[5] is not None:
                found[key("field", *row[3:6])] = row[3:6]
    return found


def _put_fields(world: World, nodes: Nodes, edges: set[TimedEdge]) -> None:
    """A field is as the newest schema that ever showed it says; one that lineage or a tag alone names is inferred."""
    names = _names(world)
    keys = {end for edge in edges for end in edge[1:3] if end.startswith("field/")}
    for field in keys:
        namespace, name, path = names[field]
        dataset = key("dataset", namespace, name)
        shown = [edge for edge in edges if edge[0] == "HAS_FIELD" and edge[2] == field]
        newest = max(shown, key=lambda edge: edge[6] or 0, default=None)
        if newest is None:
            edges.add(_always("HAS_FIELD", dataset, field, field, ("inferred", True)))
        properties = {"inferred": True} if newest is None else dict(newest[5])
        nodes[field] = ("Field", {"name": path, "dataset": dataset, **properties})


def _put_spellings(world: World, edges: set[TimedEdge]) -> None:
    """Every name that is known leads to its normal form."""
    names = _names(world)
    known = {end for edge in edges for end in edge[1:3] if end.startswith("dataset/")}
    known |= {key(*entity) for entity in world.sights if entity[0] == "dataset"}
    for dataset in known:
        found = normal(names[dataset][0], names[dataset][1])
        if found is not None:
            (namespace, name), type_ = found
            edges.add(
                _always("ALIAS_OF", dataset, key("dataset", namespace, name), dataset, ("aliasType", type_))
            )


def _put_datasets(world: World, nodes: Nodes, edges: set[TimedEdge]) -> None:
    """What events name as dataset is one; a name by a symlink or a normal form is an Alias; else it is a reference."""
    names = _names(world)
    sighted = {key(*entity): entity for entity in world.sights if entity[0] == "dataset"}
    names |= {
        key("dataset", *found[0]): found[0] for known in names.values() if (found := normal(*known[:2]))
    }
    links = [edge for edge in edges if edge[0] == "ALIAS_OF"]
    aliased = {end for edge in links for end in edge[1:3] if end == edge[2] or edge[3] != edge[1]}
    ends = {end for edge in edges for end in edge[1:3] if end.startswith("dataset/")}
    for dataset in ends | sighted.keys():
        properties: dict[str, Any] = dict(zip(("namespace", "name"), names[dataset], strict=True))
        if dataset in sighted:
            properties |= _scalars(world, sighted[dataset], DATASET_PROPERTIES)
            properties |= _lifecycle(world, sighted[dataset])
            levels = world.value(sighted[dataset], "hierarchy")
            if levels is not None:
                properties["hierarchy"] = " / ".join(map(" ".join, json.loads(levels)))
        label = "Alias" if dataset in aliased else "DatasetReference"
        nodes[dataset] = ("Dataset" if dataset in sighted else label, properties)


def _put_jobs(world: World, nodes: Nodes) -> None:
    for job in world.sights:
        if job[0] == "job":
            scalars = _scalars(world, job, JOB_PROPERTIES)
            nodes[key(*job)] = ("Job", {"namespace": job[1], "name": job[2], **scalars})


def _put_dependencies(world: World, nodes: Nodes, edges: set[TimedEdge]) -> None:
    """Jobs that no event runs, and that others wait for or that wait for others."""
    events = [entry.event for run in world.runs.values() for entry in run.entries]
    facets = [(event["run"].get("facets") or {}).get(DEPENDENCIES) for event in events]
    named = {job for facet in facets for job, *_ in run_said.dependencies(facet)}
    ends = {end for edge in edges if edge[0] == "PRECEDES" for end in edge[1:3]}
    for job in named:
        if key("job", *job) in ends:
            inferred = {"namespace": job[0], "name": job[1], "inferred": True}
            nodes.setdefault(key("job", *job), ("Job", inferred))


def _lifecycle(world: World, dataset: Entity) -> dict[str, Any]:
    """What last happened to a dataset as a whole, and when it was dropped."""
    if world.value(dataset, "lifecycle") is None:
        return {}
    text, first, *_ = world.timeline(dataset, "lifecycle")[-1]
    dropped = {"droppedAt": text_of(int(first[:16], 16) - 2**63)} if text == '"DROP"' else {}
    return {"lifecycleState": json.loads(text), **dropped}


def _scalars(world: World, entity: Entity, keys: tuple[str, ...]) -> dict[str, Any]:
    found = {key: world.value(entity, key) for key in keys}
    return {key: json.loads(text) for key, text in found.items() if text is not None}
