"""What a trial of one project rests on, as JSON: the events of its builds, the changes, and what they truly did."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.truth.built import Built, Relation
from bench.truth.mutation import Kind, Mutation
from bench.truth.outcome import Outcome, Truth
from catalog.identity import DatasetId


@dataclass(frozen=True, slots=True)
class Telling:
    """What one build has told. ``jobs``: the key of each job that is told and runs again, by its name."""

    project: str
    known: bool
    namespace: str
    events: tuple[str, ...]
    jobs: Mapping[str, str]

    @property
    def name(self) -> str:
        """Of the project, and whether schemas were told."""
        return f"{self.project}, schemas {'known' if self.known else 'unknown'}"

    def dataset(self, relation: Relation) -> str:
        """The key that a relation has in the graph."""
        return DatasetId(self.namespace, ".".join(relation)).key


@dataclass(frozen=True, slots=True)
class Made:
    """A change, and what it did to the jobs behind it, by their names."""

    mutation: Mutation
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True, slots=True)
class Record:
    """All of one project. ``impossible``: changes that could not be made. ``left_out``: jobs, and why."""

    tellings: tuple[Telling, ...]
    changes: tuple[Made, ...]
    impossible: int
    left_out: Mapping[str, str]
    unlike: tuple[str, ...] = ()


def telling(built: Built, failing: Mapping[str, str]) -> Telling:
    """What a build has told of the jobs that run again."""
    jobs = {job.name: job.key for job in built.jobs if job.told and job.name not in failing}
    return Telling(built.name, built.known, built.namespace, tuple(built.events), jobs)


def write(record: Record, file: Path, home: str = "/warehouse") -> None:
    """Keep a record; the folders of its databases become one that is the same on every machine."""
    text = json.dumps(asdict(record), ensure_ascii=False, sort_keys=True, indent=0)
    for one in record.tellings:
        folder = one.namespace.removeprefix("duckdb://").rpartition("/")[0]
        text = text.replace(folder, home).replace(_escaped(folder), _escaped(home))
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def read(file: Path) -> Record:
    """A record as it was kept."""
    value = json.loads(gzip.decompress(file.read_bytes()))
    return Record(
        tuple(Telling(**{**one, "events": tuple(one["events"])}) for one in value["tellings"]),
        tuple(_made(one) for one in value["changes"]),
        value["impossible"],
        value["left_out"],
        tuple(value["unlike"]),
    )


def _made(value: dict[str, Any]) -> Made:
    told = value["mutation"]
    mutation = Mutation(**{**told, "relation": tuple(told["relation"]), "kind": Kind(told["kind"])})
    return Made(mutation, {name: _outcome(one) for name, one in value["outcomes"].items()})


def _outcome(value: dict[str, Any]) -> Outcome:
    found: Sequence[str] = value["found"]
    return Outcome(tuple(Truth(one) for one in found), value["message"])


def _escaped(folder: str) -> str:
    """The folder as keys have it."""
    return folder.replace("/", "%2F")
