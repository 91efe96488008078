"""Predictions beside what truly happened: recall, precision, what was called safe and is not, and the misses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.truth.mutation import Kind
from bench.truth.outcome import Truth
from bench.truth.prediction import UNLISTED

_SAYS = {
    Truth.ERROR: "BREAKS",
    Truth.STALE: "STALE",
    Truth.SCHEMA: "CHANGES_SCHEMA",
    Truth.ROWS: "CHANGES_ROWS",
    Truth.VALUES: "CHANGES_VALUES",
}
_AT_LEAST = ("BREAKS", "STALE", "CHANGES_SCHEMA", "CHANGES_ROWS", "CHANGES_VALUES")


@dataclass(frozen=True, slots=True)
class Unit:
    """One change and one job: what was said before, and what happened. ``found``: all of it, the worst first."""

    project: str
    kind: Kind
    mutation: str
    job: str
    found: tuple[Truth, ...]
    message: str
    predicted: str
    certainty: str
    reason: str
    verdict: str
    behind: bool = True
    """Whether the job is behind the change at all, by the producer's own plan."""

    @property
    def truth(self) -> Truth:
        return self.found[0]

    @property
    def wrong(self) -> bool:
        """Whether the prediction is not what happened: understated, a false alarm of failure, or not known."""
        if self.predicted == "UNKNOWN" or self.understated:
            return True
        return (self.predicted == "BREAKS") != (self.truth is Truth.ERROR) and not self.either

    @property
    def either(self) -> bool:
        """Whether the job is not run and would fail by itself as well: to break and to be stale are both true."""
        return self.found == (Truth.STALE, Truth.ERROR)

    @property
    def understated(self) -> bool:
        """Whether something worse happened than was said. What is not known counts as understated."""
        if self.truth is Truth.SAME:
            return False
        wanted = _AT_LEAST.index(_SAYS[self.truth])
        return self.predicted not in _AT_LEAST[: wanted + 1]

    @property
    def wrong_safe(self) -> bool:
        """Whether the job was told to be safe and something happened to it."""
        return self.truth is not Truth.SAME and self.predicted in (UNLISTED, "PASSES_THROUGH")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    def __str__(self) -> str:
        return "-" if not self.whole else f"{self.part / self.whole:.3f} ({self.part}/{self.whole})"

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Score:
    """Of one kind of change: units, and for each severity how much was found and how much of what was said is true.

    ``units``: jobs behind the changes; ``changes``: those that have any. ``wrong_safe``: units. ``wrong_verdicts``:
    changes with the verdict SAFE that did something.
    """

    units: int
    changes: int
    recall: Mapping[Truth, Share]
    precision: Mapping[Truth, Share]
    unknown: Share
    wrong_safe: int
    wrong_verdicts: int


def score(units: Sequence[Unit]) -> Score:
    """Score units: BREAKS and STALE by the very word, what is milder by not being understated."""
    recall = {truth: _share((unit for unit in units if unit.truth is truth), _hit(truth)) for truth in _SAYS}
    precision = {
        truth: _share((unit for unit in units if unit.predicted == said), _true(truth))
        for truth, said in _SAYS.items()
    }
    changes: dict[tuple[str, str], list[Unit]] = {}
    for unit in units:
        changes.setdefault((unit.project, unit.mutation), []).append(unit)
    wrong_verdicts = sum(
        ofone[0].verdict == "SAFE" and any(unit.truth is not Truth.SAME for unit in ofone)
        for ofone in changes.values()
    )
    return Score(
        sum(unit.behind for unit in units),
        len(changes),
        recall,
        precision,
        _share((unit for unit in units if unit.behind), lambda unit: unit.predicted == "UNKNOWN"),
        sum(unit.wrong_safe for unit in units),
        wrong_verdicts,
    )


def _hit(truth: Truth) -> Callable[[Unit], bool]:
    if truth in (Truth.ERROR, Truth.STALE):
        return lambda unit: unit.predicted == _SAYS[truth] or (unit.either and unit.predicted == "BREAKS")
    return lambda unit: not unit.understated


def _true(truth: Truth) -> Callable[[Unit], bool]:
    if truth in (Truth.ERROR, Truth.STALE):
        return lambda unit: truth in unit.found
    return lambda unit: truth in unit.found


def _share(units: Iterable[Unit], meets: Callable[[Unit], bool]) -> Share:
    found = [meets(unit) for unit in units]
    return Share(sum(found), len(found))
