"""A small part of the truth, recorded: the events of SQL scripts, changes of their tables, and what they really did.

``python -m bench.truth --only wholesale --record DIR`` makes such a record anew.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.truth.mutation import Kind
from bench.truth.outcome import Truth
from bench.truth.prediction import Mode
from bench.truth.record import Record, read, write
from bench.truth.scoring import Score, Unit, score
from bench.truth.trial import Question, Trial, try_record

RECORDED = Path(__file__).parent / "recorded" / "wholesale.json.gz"


@pytest.fixture(scope="module")
def record() -> Record:
    return read(RECORDED)


@pytest.fixture(scope="module")
def trials(record: Record, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Trial]:
    stores = [f"sqlite:///{tmp_path_factory.mktemp('store')}/mesh.db" for _ in record.tellings]
    return try_record(record, stores, Question())


def units(trials: Sequence[Trial], *kinds: Kind) -> list[Unit]:
    return [unit for trial in trials for unit in trial.units[Mode.ALL] if unit.kind in kinds]


def assert_nothing_is_missed(found: Score) -> None:
    assert found.recall[Truth.ERROR].whole > 50
    assert found.recall[Truth.ERROR].value == 1.0
    assert found.precision[Truth.ERROR].value == 1.0
    assert found.wrong_safe == 0
    assert found.wrong_verdicts == 0


@pytest.mark.parametrize("kind", [Kind.DROP, Kind.RENAME])
def test_column_that_goes__breaks_what_is_told_and_nothing_else(trials: Sequence[Trial], kind: Kind) -> None:
    assert_nothing_is_missed(score(units(trials, kind)))


def test_other_type__breaks_what_is_told_where_schemas_are_known(trials: Sequence[Trial]) -> None:
    found = score(units([trial for trial in trials if trial.telling.known], Kind.RETYPE))
    assert found.recall[Truth.ERROR].whole > 20
    assert (found.recall[Truth.ERROR].value or 0) >= 0.98
    assert (found.precision[Truth.ERROR].value or 0) >= 0.95
    assert found.wrong_safe == 0


def test_record__is_read_as_it_is_written(record: Record, tmp_path: Path) -> None:
    write(record, tmp_path / "again.json.gz")
    assert read(tmp_path / "again.json.gz") == record
