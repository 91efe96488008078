"""Impact by brute force: an oracle that imports nothing from the catalog.

States (what, mark) are relaxed along every rule until nothing changes; the table of rules is written down
again here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.lineage.oracle import E, Oracle, Thing

State = tuple[Thing, str]
Rule = tuple[str, str, bool]

SEVERITIES = (
    "BREAKS",
    "STALE",
    "CHANGES_SCHEMA",
    "CHANGES_ROWS",
    "CHANGES_VALUES",
    "PASSES_THROUGH",
    "UNKNOWN",
    "COMPATIBLE",
)
SHOWN = {"RETYPED": "CHANGES_SCHEMA", "ROWS": "CHANGES_ROWS", "VALUES": "CHANGES_VALUES"}
OF_COLUMNS = ("REMOVED", "RETYPED", "VALUES")
WHOLE = {"REMOVED": ("BREAKS", "STALE"), "STALE": ("STALE", "STALE"), "ROWS": ("CHANGES_ROWS", "ROWS")}
WHOLE["UNKNOWN"] = ("UNKNOWN", "UNKNOWN")


def rule(effect: str, edge: E) -> Rule:
    """(what the job does, what then happens to its output, whether it may break after all)."""
    said = dict(edge.properties)
    identity = edge.type == "FEEDS" and said.get("subtype") == "IDENTITY" and not said.get("masking", False)
    if effect == "RETYPED" and identity:
        return ("PASSES_THROUGH", "RETYPED", False)
    if effect in ("RETYPED", "VALUES"):
        indirect = edge.type == "INFLUENCES"
        ends = ("CHANGES_ROWS", "ROWS") if indirect else ("CHANGES_VALUES", "VALUES")
        return (*ends, effect == "RETYPED")
    return (*WHOLE[effect], False)


@dataclass
class Impact:
    """By thing: (severity, whether something about it is unknown, hops); and the verdict."""

    items: dict[Thing, tuple[str, bool, int]]
    verdict: str


def expected_impact(oracle: Oracle, changed: Mapping[Thing, str]) -> Impact:
    """``changed``: field, or dataset, → REMOVED or RETYPED."""
    hops: dict[State, int] = dict.fromkeys(changed.items(), 0)
    rules = Rules(oracle, {thing for thing, effect in changed.items() if effect == "REMOVED"})
    busy = True
    while busy:
        busy = False
        for state, distance in list(hops.items()):
            for target in rules.after(state):
                if hops.get(target, 10**9) > distance + 1:
                    hops[target] = distance + 1
                    busy = True
    found: dict[Thing, dict[str, int]] = {}
    for (thing, mark), distance in hops.items():
        if distance:
            found.setdefault(thing, {})[SHOWN.get(mark, mark)] = distance
    items = {thing: _item(marks) for thing, marks in found.items()}
    return Impact(items, "REVIEW" if items else "SAFE")


def _item(marks: dict[str, int]) -> tuple[str, bool, int]:
    worst = min(marks, key=SEVERITIES.index)
    return (worst, "UNKNOWN" in marks, marks[worst])


class Rules:
    """What follows from one state."""

    def __init__(self, oracle: Oracle, removed: set[Thing]) -> None:
        self.oracle = oracle
        self.broken = {e.via for e in oracle.columns if oracle.thing(e.source) in removed}
        self.broken |= {
            job for dataset in removed if isinstance(dataset, frozenset) for job in self.readers(dataset)
        }

    def after(self, state: State) -> Iterator[State]:
        thing, mark = state
        if isinstance(thing, tuple):
            for edge in self.oracle.columns:
                if self.oracle.thing(edge.source) == thing:
                    yield from self.through_column(mark, edge)
            if mark in OF_COLUMNS:
                yield from self.past_the_field(thing)
        elif isinstance(thing, frozenset) and mark in WHOLE:
            severity, effect = WHOLE[mark]
            for job in self.readers(thing):
                yield (job, severity)
                outputs = self.outputs(job) if effect == "STALE" else self.oracle.fed({thing}, job)
                yield from ((output, effect) for output in outputs)
            yield from ((derived, effect) for derived in self.derived(thing))
        elif isinstance(thing, str) and mark != "COMPATIBLE":
            yield from self.past_the_job(thing, mark)

    def past_the_job(self, job: str, mark: str) -> Iterator[State]:
        """To the jobs that it passes data to."""
        stops = mark in ("BREAKS", "STALE")
        for other in {edge.target for edge in self.oracle.passes if edge.source == job}:
            outputs = self.outputs(other) if stops else self.oracle.fed(set(), other)
            yield from ((thing, "STALE" if stops else "UNKNOWN") for thing in (other, *outputs))

    def through_column(self, mark: str, edge: E) -> Iterator[State]:
        severity, effect, may_break = rule(mark, edge)
        home = self.oracle.home(edge.target)
        wide = edge.target.startswith("dataset/")
        targets = self.oracle.fields_of(home) if wide else {self.oracle.thing(edge.target)}
        yield from ((target, effect) for target in (*targets, home))
        if may_break:
            yield (home, "UNKNOWN")
        if edge.via.startswith("job/"):
            yield (edge.via, severity)
            if may_break:
                yield (edge.via, "UNKNOWN")
                yield from ((output, "UNKNOWN") for output in self.outputs(edge.via))
            if effect == "STALE" or mark == "ROWS":
                source = {self.oracle.home(edge.source)}
                outputs = self.outputs(edge.via) if effect == "STALE" else self.oracle.fed(source, edge.via)
                yield from ((output, effect) for output in outputs)

    def past_the_field(self, field: tuple[Thing, str]) -> Iterator[State]:
        for job in self.readers(field[0]) - self.broken:
            outputs = self.oracle.fed({field[0]}, job)
            blank = {output for output in outputs if not self.has_columns(job, output)}
            if blank or not outputs:
                yield (job, "UNKNOWN")
                yield from ((output, "UNKNOWN") for output in blank)
            else:
                yield (job, "COMPATIBLE")

    def readers(self, dataset: Thing) -> set[str]:
        reading = {edge.target for edge in self.oracle.reads if self.oracle.thing(edge.source) == dataset}
        fields = self.oracle.fields_of(dataset)
        columns = [edge for edge in self.oracle.columns if self.oracle.thing(edge.source) in fields]
        return reading | {edge.via for edge in columns if edge.via.startswith("job/")}

    def derived(self, dataset: Thing) -> set[Thing]:
        """What declares itself, without a job, to come from the dataset."""
        bare = [e for e in self.oracle.derivations if not e.via.startswith("job/")]
        told = [e for e in [*bare, *self.oracle.renames] if self.oracle.thing(e.source) == dataset]
        return {self.oracle.thing(edge.target) for edge in told}

    def outputs(self, job: str) -> set[Thing]:
        return {self.oracle.thing(edge.target) for edge in self.oracle.writes if edge.source == job}

    def has_columns(self, job: str, output: Thing) -> bool:
        stated = self.oracle.stated(job, output)
        if stated:
            return all(("partial", True) not in edge.properties for edge in stated)
        told = [
            edge
            for edge in self.oracle.columns
            if edge.via == job and self.oracle.home(edge.target) == output
        ]
        return any(
            e.target.startswith("dataset/") or self.oracle.thing(e.target) in self.oracle.known for e in told
        )
