"""What the command ``retain`` keeps: what holds at the cutoff and what came since, and some runs of each job.

Of a dataset or job, each value counts that was the last of its key before the cutoff: what came before that is not
said. Of runs before the cutoff only those count that the command names: those that make the lineage as of the cutoff,
the latest of each job, and those that ended behind it; so nothing that holds at the cutoff or later changes. Both are
functions of the set of entries: what comes late is kept where it would have been kept, else it says nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.canonical import digest, encode
from catalog.command import Command
from catalog.fold.history import Observation
from catalog.instant import parse_instant, sortable
from catalog.lifecycle import LIFECYCLE, RENAMED

RETAIN = "retain"
MAX_KEPT = 1_000_000
_RENAMED_AWAY = {LIFECYCLE: digest(encode(RENAMED))}


@dataclass(frozen=True, slots=True)
class Retain:
    """``cutoff``: the beginning of the order keys of its instant. ``hash``: of the command."""

    cutoff: str
    hash: str


def read_retain(terms: Mapping[str, Any]) -> tuple[int, frozenset[str]]:
    """The cutoff (nanoseconds) and the keys of the runs that are kept, from what a command says. Raises ValueError."""
    before, runs = terms.get("before"), terms.get("runs", [])
    if not isinstance(before, str):
        raise ValueError("before is the instant of the cutoff")
    if not isinstance(runs, list) or not all(isinstance(run, str) for run in runs) or len(runs) > MAX_KEPT:
        raise ValueError(f"runs are at most {MAX_KEPT} keys of runs")
    return parse_instant(before).ns, frozenset(runs)


def retains(commands: Iterable[Command]) -> list[Retain]:
    """The commands to retain among commands."""
    return [
        Retain(sortable(parse_instant(str(one.terms["before"])).ns), one.hash)
        for one in commands
        if one.name == RETAIN
    ]


def trimmed(observations: Iterable[Observation]) -> Iterator[tuple[Observation, Observation | None]]:
    """Which of the observations before a cutoff, the last ones first, become others, and which: of each key the last
    value is left, and the last sight.

    A rename, as the old name tells it, stands for nothing before it: it goes when the new name is forgotten.
    """
    said: set[str] = set()
    is_sighted = False
    for one in observations:
        if one.values == _RENAMED_AWAY:
            continue
        kept = {key: value for key, value in one.values.items() if key not in said}
        said |= one.values.keys()
        if not kept and is_sighted:
            yield one, None
        elif len(kept) < len(one.values):
            yield one, Observation(one.at, kept)
        is_sighted = True
