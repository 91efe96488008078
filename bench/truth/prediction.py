"""What Meshline says of a change before it is made: the product's own impact call, on a store that has the events."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bench.errors import BenchFailed
from bench.service import environment
from bench.truth.mutation import Kind, Mutation
from catalog.errors import CatalogError
from catalog.impact.change import Change, ChangeKind
from catalog.impact.evaluation import impact
from catalog.store.registry import open_store
from ingest.binding import SqlBinder
from ingest.errors import IngestError
from ingest.proposals.documents import Given
from ingest.proposals.given import read_proposal
from ontology.vocabulary import Label, Origin

UNDECIDED = "UNDECIDED"
"""In place of a verdict: the call has told an error instead (exit code 3 of the command)."""
UNLISTED = "COMPATIBLE"
"""What is not listed is told to be safe."""


class Mode(StrEnum):
    """What the answer may rest on."""

    ALL = "all"
    PRODUCERS = "producers' column lineage"
    SQL = "SQL alone"
    NO_BINDER = "without binder"


@dataclass(frozen=True, slots=True)
class Said:
    """Of one job."""

    severity: str
    certainty: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The verdict, and what is said of each job that is listed, by key. ``error``: the call refused to answer."""

    verdict: str
    jobs: Mapping[str, Said]
    error: str = ""

    def of(self, job: str) -> Said:
        """What is said of a job; where the call gave an error, nothing is known."""
        if self.error:
            return Said("UNKNOWN", reason=self.error)
        return self.jobs.get(job, Said(UNLISTED))


def ingest(name: str, told: Sequence[str], store: str, folder: Path) -> None:
    """Give the events, and nothing besides, to ``meshline ingest``. Raises BenchFailed."""
    events = folder / f"{name}.jsonl"
    events.write_text("\n".join(told) + "\n")
    command = [sys.executable, "-m", "api.cli", "ingest", "--store", store, str(events)]
    answer = subprocess.run(
        command, env=environment(), cwd=folder, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise BenchFailed(f"The events of {name} were not taken:\n{answer.stdout}{answer.stderr}"[-2000:])


class Predictor:
    """Asks one store as the command line and the service do: what is said outright is read, then judged."""

    def __init__(self, store: str, mode: Mode) -> None:
        self._store = open_store(store)
        self._binder = None if mode in _WITHOUT_BINDER else SqlBinder()
        self._origins = _ORIGINS.get(mode)

    def close(self) -> None:
        self._store.close()
        if self._binder is not None:
            self._binder.close()

    def predict(self, dataset: str, mutation: Mutation) -> Prediction:
        """What the product says of the change of a dataset."""
        after = mutation.after if mutation.kind in (Kind.RENAME, Kind.RETYPE) else None
        change = Change(dataset, _KINDS[mutation.kind], mutation.column, after=after)
        try:
            with self._store.read() as reader:
                proposal = read_proposal(reader, Given((change,)))
                report = impact(reader, proposal, origins=self._origins, binder=self._binder)
        except (CatalogError, IngestError) as error:
            return Prediction(UNDECIDED, {}, str(error))
        return Prediction(
            report.verdict,
            {
                item.key: Said(item.severity, item.certainty, f"{item.reason} {item.message or ''}")
                for item in report.items
                if item.label == Label.JOB
            },
        )


_KINDS = {
    Kind.DROP: ChangeKind.FIELD_REMOVED,
    Kind.RENAME: ChangeKind.FIELD_RENAMED,
    Kind.RETYPE: ChangeKind.TYPE_INCOMPATIBLE,
    Kind.NULLED: ChangeKind.VALUES_CHANGED,
}
"""Which kind of retype it is, the product judges by the type that it knows."""
_ORIGINS: Mapping[Mode, frozenset[str]] = {
    Mode.PRODUCERS: frozenset(origin for origin in Origin if origin is not Origin.PARSED),
    Mode.SQL: frozenset({Origin.PARSED}),
}
_WITHOUT_BINDER = (Mode.PRODUCERS, Mode.NO_BINDER)
