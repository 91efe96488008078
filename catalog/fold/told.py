"""The lineage of one run or one declaration as the values of a history: its inputs, its outputs, its columns.

Where a lineage facet states it, that is all (facts of the facet, LineageFacet 1-0-0): each output says what it comes
from, and none comes from all inputs. Column lineage beside it counts only for outputs of which it states nothing.
"""

from collections.abc import Iterable
from typing import Any

from catalog.canonical import encode
from catalog.fold.history import COLUMNS, FLOWS, INPUTS, OUTPUTS
from catalog.identity import DatasetId, JobId
from catalog.statement import ColumnEdge, StatedLineage, StatedOutput
from catalog.values import Declared, encode_columns

PRODUCED, PARTIAL, SOURCES, JOBS = "produced", "partial", "sources", "jobs"


def encode_datasets(datasets: Iterable[DatasetId]) -> str:
    """Text of a set of datasets, the value of ``inputs`` and ``outputs``."""
    return encode(sorted([dataset.namespace, dataset.name] for dataset in set(datasets)))


def told_values(declared: Declared) -> dict[str, str]:
    """History key → text, of all that is told; a side without a dataset is not."""
    if declared.stated is not None:
        return _stated_values(declared, declared.stated)
    found = {COLUMNS + key: encode_columns(edges) for key, edges in _by_output(declared.columns).items()}
    sides = ((INPUTS, declared.inputs), (OUTPUTS, declared.outputs))
    return found | {key: encode_datasets(datasets) for key, datasets in sides if datasets}


def _stated_values(declared: Declared, stated: StatedLineage) -> dict[str, str]:
    columns = _by_output(declared.columns)
    outputs = {output.dataset: output for output in stated.outputs}
    rows = [_row(output, produced=output.dataset in declared.outputs) for output in outputs.values()]
    found = {COLUMNS + output.dataset.key: encode_columns(output.columns) for output in outputs.values()}
    for dataset in declared.outputs - outputs.keys():
        edges = columns.get(dataset.key, frozenset())
        rows.append(_row(StatedOutput(dataset, frozenset(edge.source for edge in edges)), produced=True))
        if edges:
            found[COLUMNS + dataset.key] = encode_columns(edges)
    if declared.inputs:
        found[INPUTS] = encode_datasets(declared.inputs)
    if rows:
        found[OUTPUTS] = encode(sorted(rows, key=lambda row: row[:2]))
    if stated.flows:
        found[FLOWS] = encode(
            sorted(
                [isinstance(flow.source, JobId), *_names(flow.source), *_names(flow.job)]
                for flow in stated.flows
            )
        )
    return found


def _row(output: StatedOutput, *, produced: bool) -> list[Any]:
    said = {
        JOBS: sorted(map(_names, output.jobs)),
        PARTIAL: output.partial,
        PRODUCED: produced,
        SOURCES: sorted(map(_names, output.sources)),
    }
    return [*_names(output.dataset), said]


def _names(identity: DatasetId | JobId) -> list[str]:
    return [identity.namespace, identity.name]


def _by_output(columns: Iterable[ColumnEdge]) -> dict[str, frozenset[ColumnEdge]]:
    found: dict[str, set[ColumnEdge]] = {}
    for edge in columns:
        found.setdefault(edge.output.key, set()).add(edge)
    return {key: frozenset(edges) for key, edges in found.items()}
