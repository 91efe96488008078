"""The newest results of checks of datasets, of each job that makes any."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from catalog import state
from catalog.aliases import Classes
from catalog.canonical import plain
from catalog.statement import ASSERTIONS
from catalog.store.port import Reader

WARNS = "warn"
"""The severity of a check whose failure is no failure."""


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that fails: the dataset (key) and job that tell it, its name, the column, since when (nanoseconds)."""

    dataset: str
    job: str
    name: str
    column: str | None
    since: int


@dataclass(frozen=True, slots=True)
class Quality:
    """How many checks there are and which fail; those that only warn do not count as failing."""

    checks: int = 0
    failed: tuple[FailedCheck, ...] = ()


def quality(
    reader: Reader, classes: Classes, datasets: Collection[str], at: int | None
) -> dict[str, Quality]:
    """The quality of datasets, under any of their names: a fixed number of questions."""
    if not datasets:
        return {}
    names = {key: classes.members(classes.name(key)) for key in datasets}
    told = state.facts(reader, {member for members in names.values() for member in members}, at)
    found: dict[str, Quality] = {}
    for key, members in names.items():
        results = [result for member in members for result in _results(key, told.get(member, {}))]
        found[key] = Quality(len(results), tuple(result for result in results if result is not None))
    return found


def _results(dataset: str, told: Mapping[str, state.Fact]) -> Iterator[FailedCheck | None]:
    """A failed check, or None for one that does not fail, for each check."""
    for key, fact in sorted(told.items()):
        said = plain(fact.text) if key.startswith(ASSERTIONS) and fact.text is not None else None
        checks = said.get("assertions") if isinstance(said, dict) else None
        for check in checks if isinstance(checks, list) else ():
            if not isinstance(check, dict):
                continue
            if check.get("success") is not False or str(check.get("severity", "")).lower() == WARNS:
                yield None
                continue
            name = str(check.get("name") or check.get("assertion") or "a check")
            column = check.get("column")
            yield FailedCheck(
                dataset,
                key.removeprefix(ASSERTIONS),
                name,
                column if isinstance(column, str) else None,
                fact.since,
            )
