"""The facts that an interpretation states, in the words of ``tests.ingest.facts``, to compare the two."""

import json
from collections.abc import Iterator

from catalog.statement import ColumnEdge, DatasetSighting, RunStatement, Statements, Values
from catalog.values import decode_columns, decode_declared, decode_fields, decode_symlinks
from tests.ingest.facts import Fact, text_of


def told(said: Statements) -> set[Fact]:
    """All facts of the statements of one event."""
    found: set[Fact] = set()
    for sighting in said.datasets:
        found.update(_of_dataset(sighting))
    if said.job is not None:
        job = (said.job.job.namespace, said.job.job.name)
        found.add(("job", *job))
        found.update(_of_facets(("job", *job), said.job.values))
        declared = said.job.values.get("declared")
        if declared is not None:
            value = decode_declared(declared)
            found.update(("declared-input", *job, d.namespace, d.name) for d in value.inputs)
            found.update(("declared-output", *job, d.namespace, d.name) for d in value.outputs)
            found.update(map(_column, value.columns))
    if said.run is not None:
        found.update(_of_run(said.run))
    return found


def _of_facets(owner: Fact, values: Values) -> Iterator[Fact]:
    for key, text in values.items():
        if key.startswith("facet:"):
            name = key.removeprefix("facet:")
            yield ("deleted-facet", owner, name) if text is None else ("facet", owner, name, _text(text))


def _text(canonical: str) -> str:
    return text_of(json.loads(canonical))


def _of_dataset(sighting: DatasetSighting) -> Iterator[Fact]:
    names, values = (sighting.dataset.namespace, sighting.dataset.name), sighting.values
    yield ("dataset", *names)
    yield from _of_facets(("dataset", *names), values)
    for field in decode_fields(values.get("fields") or "[]"):
        yield ("field", *names, field.path, field.type)
    for link in decode_symlinks(values.get("aliases") or "[]"):
        yield ("symlink", *names, link.dataset.namespace, link.dataset.name, link.type)
    yield from map(_column, decode_columns(values.get("columns") or "[]"))


def _column(edge: ColumnEdge) -> Fact:
    source, output = edge.source, edge.output
    return (
        *("column", source.namespace, source.name, edge.source_field, output.namespace, output.name),
        *(edge.target, edge.kind, edge.subtype, edge.masking),
    )


def _of_run(run: RunStatement) -> Iterator[Fact]:
    run_id = run.run.value
    yield ("run", run_id)
    yield ("run-job", run_id, run.job.namespace, run.job.name)
    if run.event_type is not None:
        yield ("event-type", run_id, run.event_type.value)
    yield from (("facet", ("run", run_id), key, _text(text)) for key, text in run.facets.items())
    for side, datasets in (("input", run.inputs), ("output", run.outputs)):
        for dataset, facets in datasets.items():
            owner = (side, run_id, dataset.namespace, dataset.name)
            yield (f"run-{side}", *owner[1:])
            yield from (("facet", owner, key, _text(text)) for key, text in facets.items())
    for edges in run.columns.values():
        yield from map(_column, edges)
    if run.parent is not None:
        yield ("parent", run_id, run.parent.run.value)
    if run.root is not None:
        yield ("root", run_id, run.root.run.value)
