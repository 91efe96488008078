"""Small events of one job and a few datasets, the orders to send them in, and short questions to a graph."""

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any, TypeAlias

from catalog import state
from catalog.graph import Direction
from catalog.identity import DatasetId, FieldId, JobId, RunId
from catalog.instant import parse_instant
from catalog.store.port import At, Reader
from ontology.vocabulary import Rel
from tests.convergence.events import envelope, named
from tests.convergence.said import Event

JOB = JobId("jobs", "load")
A, B, C, D = (DatasetId("db", name) for name in "abcd")
RUN = [RunId(f"00000000-0000-4000-8000-00000000000{number}") for number in range(10)]


def at(minute: int) -> int:
    """The instant of a minute of the hour in which all happens."""
    return parse_instant(time(minute)).ns


def time(minute: int) -> str:
    return f"2024-05-01T10:{minute:02d}:00Z"


def run(
    number: int, type_: str | None, minute: int, inputs: Any = (), outputs: Any = (), **members: Any
) -> Event:
    """An event of a run of JOB."""
    job = named(("jobs", "load"), **members.pop("job", {}))
    typed = {} if type_ is None else {"eventType": type_}
    run = {"runId": RUN[number].value, "facets": members.pop("facets", {})}
    sides = {"inputs": list(map(holder, inputs)), "outputs": list(map(holder, outputs))}
    return envelope(time(minute), run=run, job=job, **typed, **sides, **members)


def holder(dataset: DatasetId | dict[str, Any]) -> dict[str, Any]:
    return named((dataset.namespace, dataset.name)) if isinstance(dataset, DatasetId) else dataset


def about(dataset: DatasetId, **facets: Any) -> dict[str, Any]:
    """A dataset with facets."""
    return named((dataset.namespace, dataset.name), facets=facets)


def dataset_event(minute: int, dataset: DatasetId, **facets: Any) -> Event:
    return envelope(time(minute), dataset=about(dataset, **facets))


def from_column(source: DatasetId, field: str, target: str) -> dict[str, Any]:
    """A columnLineage facet: one output field from one input field."""
    return {"fields": {target: {"inputFields": [named((source.namespace, source.name), field=field)]}}}


def orders(events: list[Event], *, few: bool = False) -> Iterator[tuple[list[Event], ...]]:
    """Ways to send a few events: every order one by one, all at once both ways, each twice. ``few``: two ways."""
    yield tuple([event] for event in events)
    yield (events[::-1], events)
    if not few:
        yield tuple([event] for event in events[::-1])
        yield (events,)
        for order in list(permutations(events))[:6]:
            yield tuple([event] for event in order)


Check: TypeAlias = Callable[[Reader], None]
Always: TypeAlias = Callable[[list[Event], Check], None]
"""Checks the graph of a set of events, whatever way they are sent: the fixture ``always``."""


def inputs(reader: Reader, when: At = None) -> set[str]:
    """The names of the datasets that JOB reads."""
    return {
        DatasetId.parse(edge.source).name
        for edge in reader.edges((JOB.key,), (Rel.CONSUMED_BY,), Direction.IN, when)
    }


def outputs(reader: Reader, when: At = None) -> set[str]:
    return {
        DatasetId.parse(edge.target).name
        for edge in reader.edges((JOB.key,), (Rel.PRODUCES,), Direction.OUT, when)
    }


def columns(reader: Reader, output: FieldId, when: At = None) -> set[str]:
    """The fields that feed a field."""
    edges = reader.edges((output.key,), (Rel.FEEDS,), Direction.IN, when)
    return {str(FieldId.parse(edge.source)) for edge in edges}


def of_run(reader: Reader, number: int) -> tuple[str | None, int, int | None]:
    """(state, startedAt, endedAt) of a run."""
    found = state.run_states(reader, (RUN[number].key,))[RUN[number].key]
    return found.state, found.started_at, found.ended_at


def labels(reader: Reader, *keys: str) -> list[str | None]:
    found = reader.nodes(keys)
    return [str(found[key].label) if key in found else None for key in keys]


def facet(reader: Reader, dataset: DatasetId, name: str, when: int | None = None) -> str | None:
    """The text of a facet that holds and is not deleted."""
    found = state.facets(state.facts(reader, (dataset.key,), when)[dataset.key]).get(name)
    return None if found is None else found.text
