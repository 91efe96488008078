"""Events made up from a seed: runs of few jobs on few datasets, so that writers meet on the same nodes."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeAlias

Event: TypeAlias = dict[str, Any]

SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
BEGIN = datetime(2024, 5, 1, tzinfo=UTC)
TYPES = ("START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL", "ABORT", "OTHER")
FACET = {"_producer": "https://example.org/faults", "_schemaURL": "https://example.org/facet.json"}


@dataclass(frozen=True)
class World:
    """What events are about: the fewer names, the more they meet.

    ``references``: datasets that column lineage alone names. ``quiet``: no dataset comes with a schema, so that
    fields live by lineage alone. ``children``: the share of run events that name a parent.
    """

    jobs: int = 6
    datasets: int = 8
    references: int = 2
    columns: int = 4
    runs: int = 60
    quiet: bool = False
    children: float = 0.2


MESH = World()
ONE_JOB = World(jobs=1, datasets=4, runs=25)
ONE_DATASET = World(datasets=1, references=1, runs=40)
FAMILY = World(jobs=2, datasets=2, columns=2, runs=12, children=0.9)
SHARED_FIELDS = World(jobs=4, datasets=3, references=1, columns=2, runs=40, quiet=True)


def events(seed: int, count: int, world: World = MESH) -> list[Event]:
    """``count`` different events in no order of time, the same for the same seed."""
    maker = _Maker(Random(seed), world)
    return [maker.event(number) for number in range(count)]


class _Maker:
    def __init__(self, random: Random, world: World) -> None:
        self._random = random
        self._world = world

    def event(self, number: int) -> Event:
        draw = self._random.random()
        if draw < 0.06:
            return self._static(number, "JobEvent", job=self._job(), **self._sides())
        if draw < 0.14:
            return self._static(number, "DatasetEvent", dataset=self._output())
        return self._run_event(number)

    def _static(self, number: int, kind: str, **members: Any) -> Event:
        return {
            **_envelope(kind, BEGIN + timedelta(minutes=self._random.randrange(60), microseconds=number)),
            **members,
        }

    def _run_event(self, number: int) -> Event:
        run = self._random.randrange(self._world.runs)
        at = BEGIN + timedelta(minutes=run, seconds=self._random.randrange(90), microseconds=number)
        moved = self._random.random() < 0.03
        return {
            **_envelope("RunEvent", at),
            "eventType": self._random.choice(TYPES),
            "run": {"runId": run_id(run), "facets": self._run_facets()},
            "job": self._job(None if moved else run % self._world.jobs),
            **self._sides(),
        }

    def _run_facets(self) -> dict[str, Any]:
        if self._random.random() >= self._world.children:
            return {}
        known = self._random.random() < 0.2
        parent = self._random.randrange(self._world.runs) if known else 1000 + self._random.randrange(4)
        job = {"namespace": "dags", "name": f"dag-{parent % 2}"}
        return {"parent": {**FACET, "run": {"runId": run_id(parent)}, "job": job}}

    def _job(self, number: int | None = None) -> dict[str, Any]:
        name = self._random.randrange(self._world.jobs) if number is None else number
        facets = {"documentation": self._described()} if self._random.random() < 0.3 else {}
        return {"namespace": "jobs", "name": f"job-{name}", "facets": facets}

    def _sides(self) -> dict[str, Any]:
        return {
            "inputs": [self._dataset(n) for n in self._some(self._world.datasets, 2)],
            "outputs": [self._output(n) for n in self._some(self._world.datasets, 2)],
        }

    def _output(self, number: int | None = None) -> dict[str, Any]:
        dataset = self._dataset(self._random.randrange(self._world.datasets) if number is None else number)
        if self._random.random() < 0.8:
            dataset["facets"]["columnLineage"] = self._columns()
        return dataset

    def _dataset(self, number: int) -> dict[str, Any]:
        facets: dict[str, Any] = {}
        if self._random.random() < 0.6 and not self._world.quiet:
            facets["schema"] = self._schema()
        if self._random.random() < 0.2:
            facets["documentation"] = self._described()
        if self._random.random() < 0.15:
            facets["symlinks"] = {**FACET, "identifiers": self._links()}
        return {"namespace": f"db-{number % 3}", "name": f"table-{number}", "facets": facets}

    def _links(self) -> list[dict[str, str]]:
        """Names of other namespaces, sometimes that of a dataset of ours."""
        number = self._random.randrange(self._world.datasets)
        there = {"namespace": f"db-{number % 3}", "name": f"table-{number}", "type": "TABLE"}
        alias = {"namespace": "hive", "name": f"alias-{self._random.randrange(3)}", "type": "TABLE"}
        return self._random.choice([[], [alias], [there], [alias, there]])

    def _described(self) -> dict[str, Any]:
        return {**FACET, "description": f"description {self._random.randrange(4)}"}

    def _schema(self) -> dict[str, Any]:
        fields = [
            {"name": f"c{n}", "type": self._random.choice(["INT", "TEXT"])}
            for n in self._some(self._world.columns, self._world.columns)
        ]
        return {**FACET, "fields": fields}

    def _columns(self) -> dict[str, Any]:
        fields = {
            f"c{n}": {"inputFields": [self._source() for _ in range(self._random.randrange(3))]}
            for n in self._some(self._world.columns, 3)
        }
        return {**FACET, "fields": fields}

    def _source(self) -> dict[str, Any]:
        number = self._random.randrange(self._world.datasets + self._world.references)
        name = f"table-{number}" if number < self._world.datasets else f"reference-{number}"
        kind = self._random.choice(["DIRECT", "DIRECT", "INDIRECT"])
        return {
            "namespace": f"db-{number % 3}",
            "name": name,
            "field": f"c{self._random.randrange(self._world.columns)}",
            "transformations": [{"type": kind, "subtype": self._random.choice(["IDENTITY", "FILTER"])}],
        }

    def _some(self, bound: int, most: int) -> list[int]:
        """Up to ``most`` numbers below the bound, in order."""
        return sorted(self._random.sample(range(bound), self._random.randint(0, min(bound, most))))


def _envelope(kind: str, at: datetime) -> Event:
    return {
        "eventTime": at.isoformat().replace("+00:00", "Z"),
        "producer": "https://example.org/faults",
        "schemaURL": SPEC + kind,
    }


def run_id(number: int) -> str:
    """The runId of the run with this number."""
    return str(uuid.UUID(int=number + 1))
