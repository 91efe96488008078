"""The scores as tables in Markdown, and the misses one by one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bench.machine import Machine
from bench.truth.mutation import Kind
from bench.truth.outcome import Truth
from bench.truth.prediction import Mode
from bench.truth.scoring import Score, Unit, score
from bench.truth.trial import Trial

_HEAD = (
    "| project | change | changes | real breaks | BREAKS recall | BREAKS precision | STALE recall | STALE precision "
    "| schema recall | rows recall | values recall | UNKNOWN | wrong safe: items | verdicts |"
)


def whole(trials: Sequence[Trial], modes: Sequence[Mode], command: str, machine: Machine) -> list[str]:
    """All tables, with how they came about."""
    lines = [f"`{command}`, on {machine.cpu}, {date.today().isoformat()}.", "", *projects_table(trials), ""]
    lines += [f"From: {Mode.ALL}.", "", *table(trials, Mode.ALL)]
    if len(modes) > 1:
        lines += ["", "What each source buys, over all projects:", "", *modes_table(trials, modes)]
    return lines


def table(trials: Sequence[Trial], mode: Mode) -> list[str]:
    """A row for each project and kind, and for each kind over all projects."""
    lines = [_HEAD, "| --- " * (_HEAD.count("|") - 1) + "|"]
    rows = [(trial.name, trial.units[mode]) for trial in trials]
    if len(trials) > 1:
        rows.append(("all", [unit for trial in trials for unit in trial.units[mode]]))
    for name, units in rows:
        for kind in Kind:
            chosen = [unit for unit in units if unit.kind is kind]
            if chosen:
                lines.append(_row(name, kind, score(chosen)))
    return lines


def modes_table(trials: Sequence[Trial], modes: Iterable[Mode]) -> list[str]:
    """What each source buys: over all projects."""
    lines = [
        "| from | change | BREAKS recall | BREAKS precision | UNKNOWN | wrong safe: items | verdicts |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for mode in modes:
        for kind in Kind:
            chosen = [unit for trial in trials for unit in trial.units[mode] if unit.kind is kind]
            if not chosen:
                continue
            one = score(chosen)
            lines.append(
                f"| {mode} | {kind} | {one.recall[Truth.ERROR]} | {one.precision[Truth.ERROR]} | {one.unknown} "
                f"| {one.wrong_safe} | {one.wrong_verdicts} |"
            )
    return lines


def projects_table(trials: Sequence[Trial]) -> list[str]:
    """What was tried, and what could not be counted."""
    lines = [
        "| project | jobs told | events | changes | not possible | left out |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for trial in trials:
        record, told = trial.record, trial.telling
        lines.append(
            f"| {trial.name} | {len(told.jobs)} | {len(told.events)} "
            f"| {len(record.changes)} | {record.impossible} | {_reasons(record.left_out)} |"
        )
    return lines


def _reasons(out: Mapping[str, str]) -> str:
    found: dict[str, int] = {}
    for why in out.values():
        found[why] = found.get(why, 0) + 1
    return "; ".join(f"{count} {why}" for why, count in sorted(found.items())) or "nothing"


def misses(trials: Sequence[Trial], mode: Mode) -> list[str]:
    """Each unit that was not told as it is, a line each."""
    return [_miss(unit) for trial in trials for unit in trial.units[mode] if unit.wrong]


def _miss(unit: Unit) -> str:
    truth = ",".join(unit.found) + (f" ({_short(unit.message)})" if unit.message else "")
    certainty = f" {unit.certainty}" if unit.certainty else ""
    return (
        f"{unit.project} | {unit.mutation} | {unit.job} | predicted {unit.predicted}{certainty}"
        f" | truth {truth} | {_short(unit.reason)}"
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:240]


def _row(name: str, kind: Kind, one: Score) -> str:
    cells = [
        name,
        kind,
        one.changes,
        one.recall[Truth.ERROR].whole,
        one.recall[Truth.ERROR],
        one.precision[Truth.ERROR],
        one.recall[Truth.STALE],
        one.precision[Truth.STALE],
        one.recall[Truth.SCHEMA],
        one.recall[Truth.ROWS],
        one.recall[Truth.VALUES],
        one.unknown,
        one.wrong_safe,
        one.wrong_verdicts,
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
