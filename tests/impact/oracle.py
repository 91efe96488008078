"""Impact by brute force: an oracle that imports nothing from the catalog.

Units (jobs, and datasets that are made without one) are evaluated in an order in which all that leads to a unit comes
first; each gives links from states (thing, mark) of its inputs to states of what it writes. What the links reach from
the changes is the answer. The rules are written down again here, over plain tuples. Only worlds without cycles.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.lineage.oracle import E, Oracle, Thing, World

State = tuple[Thing, str]

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
SHOWN = {
    "REMOVED": "CHANGES_SCHEMA",
    "RETYPED": "CHANGES_SCHEMA",
    "SCHEMA": "CHANGES_SCHEMA",
    "ROWS": "CHANGES_ROWS",
    "VALUES": "CHANGES_VALUES",
    "MOVED": "PASSES_THROUGH",
}
CERTAINTIES = ("PROVEN", "STRUCTURAL", "HEURISTIC", "NEEDS_WAREHOUSE", "UNKNOWN")


class Link(NamedTuple):
    before: State
    after: State
    certainty: str


@dataclass(frozen=True)
class SqlWorld:
    """A world, and of jobs with SQL: job → COMPLETE, PARTIAL (names of columns are open), OPAQUE or FAILED; and
    (field key, job) → whether the SQL needs it (else a star passes it on)."""

    world: World
    sql: Mapping[str, str] = field(default_factory=dict)
    uses: Mapping[tuple[str, str], bool] = field(default_factory=dict)


@dataclass
class Impact:
    """By thing: (severity, whether something about it is unknown, hops, certainty)."""

    items: dict[Thing, tuple[str, bool, int, str]]


class Rules:
    """What follows, unit by unit. ``wider``: fields whose new type takes all that the old one took."""

    def __init__(self, told: SqlWorld, oracle: Oracle, changed: set[State], wider: set[Thing]) -> None:
        self.oracle = oracle
        self.sql = told.sql
        self.wider = wider
        self.still_wider = wider
        self.uses: dict[tuple[Thing, str], bool] = {}
        for (key, job), needed in told.uses.items():
            place = (oracle.thing(key), job)
            self.uses[place] = self.uses.get(place, False) or needed
        self.changed = changed

    # Who reads what

    def unit_of(self, edge: E) -> Thing:
        return edge.via if edge.via.startswith("job/") else self.oracle.home(edge.target)

    def inputs(self, unit: Thing) -> set[Thing]:
        """The datasets that a unit reads, and the jobs that pass data to it."""
        found = {self.oracle.home(e.source) for e in self.oracle.columns if self.unit_of(e) == unit}
        if isinstance(unit, str):
            found |= {self.oracle.thing(e.source) for e in self.oracle.reads if e.target == unit}
            found |= {field[0] for field, job in self.uses if job == unit and isinstance(field, tuple)}
            found |= {e.source for e in self.oracle.passes if e.target == unit}
        else:
            told = [*self.oracle.derivations, *self.oracle.renames]
            bare = [e for e in told if not e.via.startswith("job/")]
            found |= {self.oracle.thing(e.source) for e in bare if self.oracle.thing(e.target) == unit}
        return found

    def units(self) -> set[Thing]:
        oracle = self.oracle
        found: set[Thing] = {self.unit_of(e) for e in oracle.columns}
        found |= {e.target for e in oracle.reads} | {e.target for e in oracle.passes}
        found |= {job for _, job in self.uses} | {e.source for e in oracle.writes}
        told = [*oracle.derivations, *oracle.renames]
        return found | {oracle.thing(e.target) for e in told if not e.via.startswith("job/")}

    def outputs(self, unit: Thing) -> set[Thing]:
        if not isinstance(unit, str):
            return {unit}
        return {self.oracle.thing(e.target) for e in self.oracle.writes if e.source == unit}

    def fed(self, dataset: Thing, unit: Thing) -> set[Thing]:
        if not isinstance(unit, str):
            return {unit}
        return self.oracle.fed(set() if isinstance(dataset, str) else {dataset}, unit)

    def reached(self, unit: Thing) -> set[Thing]:
        """All that a unit may have an effect on, but itself as a job."""
        columns = [e for e in self.oracle.columns if self.unit_of(e) == unit]
        return self.outputs(unit) | {self.oracle.home(e.target) for e in columns}

    def order(self) -> list[Thing] | None:
        """Units behind all that leads to them; None: there is a cycle. Of itself a unit takes nothing."""
        units = self.units()
        after = {
            unit: {o for o in units if o != unit and (self.reached(o) | {o}) & self.inputs(unit)}
            for unit in units
        }
        found: list[Thing] = []
        while len(found) < len(units):
            ready = [unit for unit in units if unit not in found and after[unit] <= set(found)]
            if not ready:
                return None
            found += ready
        return found

    # What follows

    def links(self) -> list[Link] | None:
        order = self.order()
        if order is None:
            return None
        given: dict[Thing, list[tuple[Thing | None, State]]] = {}
        for state in self.changed:
            given.setdefault(self.place(state[0]), []).append((None, state))
        found: list[Link] = []
        for unit in order:
            taken = [one for dataset in self.inputs(unit) for one in given.get(dataset, []) if one[0] != unit]
            # A field that gets a wider type, and that of another one too, has a type that may be any.
            retyped = {state[0] for giver, state in taken if giver is not None and state[1] == "RETYPED"}
            self.still_wider = self.wider - retyped
            made = list(self.made(unit, {state for _, state in taken}))
            found += made
            for state in self.passed({link.after for link in made}, unit):
                given.setdefault(self.place(state[0]), []).append((unit, state))
        return found

    def passed(self, states: set[State], unit: Thing) -> set[State]:
        """Of a job only the worst that it does is passed on."""
        own = [state for state in states if state[0] == unit and isinstance(unit, str)]
        return states - set(own) | set(sorted(own, key=lambda one: SEVERITIES.index(one[1]))[:1])

    def place(self, thing: Thing) -> Thing:
        """What a state is of, as units read it: a field is of its dataset."""
        return thing[0] if isinstance(thing, tuple) else thing

    def made(self, unit: Thing, states: set[State]) -> Iterator[Link]:
        breaks = list(self.breaks(unit, states))
        if breaks:
            yield from self.stops(unit, states, "BREAKS", breaks)
            return
        stale = [(state, "STRUCTURAL") for state in states if self.is_stale(state)]
        if stale:
            yield from self.stops(unit, states, "STALE", stale)
            return
        for state in states:
            yield from self.whole(unit, state)
            if isinstance(state[0], tuple) and state[1] in ("REMOVED", "RETYPED", "VALUES"):
                yield from self.column(unit, state)

    def is_stale(self, state: State) -> bool:
        if isinstance(state[0], str):
            return state[1] in ("BREAKS", "STALE")
        return isinstance(state[0], frozenset) and state[1] == "STALE"

    def breaks(self, unit: Thing, states: set[State]) -> Iterator[tuple[State, str]]:
        gone = {thing for thing, mark in states if mark == "GONE"}
        for state in states:
            thing, mark = state
            if mark == "GONE":
                yield state, "STRUCTURAL"
            elif mark == "REMOVED" and isinstance(thing, tuple) and thing[0] not in gone:
                usage, certainty = self.usage(unit, thing)
                if usage in ("NEEDED", "TOLD"):
                    yield state, certainty

    def usage(self, unit: Thing, thing: tuple[Thing, str]) -> tuple[str, str]:
        needed = self.uses.get((thing, unit)) if isinstance(unit, str) else None
        if needed is not None:
            return ("NEEDED" if needed else "STAR"), "PROVEN"
        told = any(edge.origin != "PARSED" for edge in self.columns(unit, thing))
        status = self.sql.get(unit) if isinstance(unit, str) else None
        if status == "COMPLETE":
            return ("CONTRADICTED", "UNKNOWN") if told else ("UNUSED", "PROVEN")
        if told:
            return "TOLD", "STRUCTURAL"
        if status == "PARTIAL":
            return "UNUSED", "STRUCTURAL"
        if self.is_blank(unit, thing[0]):
            return "UNKNOWN", "UNKNOWN"
        return "UNUSED", "HEURISTIC"

    def columns(self, unit: Thing, thing: Thing) -> list[E]:
        told = [e for e in self.oracle.columns if self.oracle.thing(e.source) == thing]
        return [edge for edge in told if self.unit_of(edge) == unit]

    def blank(self, unit: str, dataset: Thing) -> set[Thing]:
        return {output for output in self.fed(dataset, unit) if not self.has_columns(unit, output)}

    def is_blank(self, unit: Thing, dataset: Thing) -> bool:
        if not isinstance(unit, str):
            renamed = any(
                (self.oracle.thing(e.source), self.oracle.thing(e.target)) == (dataset, unit)
                for e in self.oracle.renames
            )
            return not renamed and not any(self.unit_of(e) == unit for e in self.columns_of(dataset))
        return bool(self.blank(unit, dataset)) or not self.fed(dataset, unit)

    def columns_of(self, dataset: Thing) -> list[E]:
        """Column edges out of the known fields of a dataset."""
        fields = self.oracle.fields_of(dataset)
        return [e for e in self.oracle.columns if self.oracle.thing(e.source) in fields]

    def has_columns(self, job: str, output: Thing) -> bool:
        stated = self.oracle.stated(job, output)
        if stated:
            return all(("partial", True) not in edge.properties for edge in stated)
        told = [e for e in self.oracle.columns if e.via == job and self.oracle.home(e.target) == output]
        return any(
            edge.target.startswith("dataset/") or self.oracle.thing(edge.target) in self.oracle.known
            for edge in told
            if edge.origin != "PARSED"
        )

    def stops(
        self, unit: Thing, states: set[State], severity: str, breaks: list[tuple[State, str]]
    ) -> Iterator[Link]:
        for state, certainty in breaks:
            if isinstance(unit, str):
                yield Link(state, (unit, severity), certainty)
            for output in self.outputs(unit):
                yield Link(state, (output, "STALE"), "STRUCTURAL")
        for state in states:
            if isinstance(state[0], tuple) and state[1] in ("REMOVED", "STALE"):
                for edge in self.columns(unit, state[0]):
                    for target in self.targets(edge):
                        yield Link(state, (target, "STALE"), "STRUCTURAL")

    def targets(self, edge: E) -> set[Thing]:
        if edge.target.startswith("dataset/"):
            return self.oracle.fields_of(self.oracle.thing(edge.target))
        return {self.oracle.thing(edge.target)}

    def whole(self, unit: Thing, state: State) -> Iterator[Link]:
        thing, mark = state
        if isinstance(thing, tuple):
            return
        if isinstance(thing, str):
            mark = "" if mark == "COMPATIBLE" else "UNKNOWN"
        severity, certainty = {
            "ROWS": ("CHANGES_ROWS", "HEURISTIC"),
            "UNKNOWN": ("UNKNOWN", "UNKNOWN"),
        }.get(mark, ("", ""))
        if not severity:
            return
        if isinstance(unit, str):
            yield Link(state, (unit, severity), certainty)
        for output in self.fed(thing, unit):
            yield Link(state, (output, mark), certainty)

    def column(self, unit: Thing, state: State) -> Iterator[Link]:
        thing, mark = state
        assert isinstance(thing, tuple)
        usage, sure = self.usage(unit, thing)
        edges = self.columns(unit, thing)
        if usage == "UNUSED":
            yield from self.job(state, unit, "COMPATIBLE", sure)
        elif usage in ("UNKNOWN", "CONTRADICTED"):
            fed = self.fed(thing[0], unit)
            blank = self.blank(unit, thing[0]) if isinstance(unit, str) else fed
            yield from self.unknown(state, unit, blank if usage == "UNKNOWN" else fed)
        elif mark == "REMOVED":
            yield from self.job(state, unit, "COMPATIBLE", sure)
            for edge in edges:
                if edge.type == "INFLUENCES":
                    yield from self.values(state, unit, edge, sure)
                    continue
                for target in self.targets(edge):
                    yield from self.job(state, unit, "CHANGES_SCHEMA", sure)
                    yield Link(state, (target, "REMOVED"), sure)
                    yield Link(state, (self.oracle.home(edge.target), "SCHEMA"), sure)
        elif mark == "RETYPED":
            yield from self.retyped(state, unit, usage, sure)
        else:
            yield from self.revalued(state, unit, sure)

    def retyped(self, state: State, unit: Thing, usage: str, sure: str) -> Iterator[Link]:
        thing = state[0]
        edges, wider = self.columns(unit, thing), thing in self.still_wider
        if usage == "STAR" and not edges:
            yield from self.job(state, unit, "COMPATIBLE", sure)
            return
        for edge in edges:
            if is_copy(edge):
                yield from self.job(state, unit, "CHANGES_SCHEMA", sure)
                for target in self.targets(edge):
                    yield Link(state, (target, "RETYPED"), sure)
                    yield Link(state, (self.oracle.home(edge.target), "SCHEMA"), sure)
            elif not wider:
                yield from self.values(state, unit, edge, "HEURISTIC")
                if edge.type == "FEEDS":
                    yield from self.job(state, unit, "CHANGES_SCHEMA", "HEURISTIC")
                    yield Link(state, (self.oracle.home(edge.target), "SCHEMA"), "HEURISTIC")
        copied = bool(edges) and all(map(is_copy, edges)) and usage != "NEEDED"  # those stand in filters too
        if wider or copied:
            yield from self.job(state, unit, "COMPATIBLE", sure)
        else:
            yield from self.unknown(state, unit, self.outputs(unit))

    def revalued(self, state: State, unit: Thing, sure: str) -> Iterator[Link]:
        edges = self.columns(unit, state[0])
        for edge in edges:
            yield from self.values(state, unit, edge, sure)
        if not edges:  # its SQL uses it, in a filter
            yield from self.job(state, unit, "CHANGES_ROWS", "STRUCTURAL")
            for output in self.fed(self.place(state[0]), unit):
                yield Link(state, (output, "ROWS"), "STRUCTURAL")

    def values(self, state: State, unit: Thing, edge: E, sure: str) -> Iterator[Link]:
        said, home = dict(edge.properties), self.oracle.home(edge.target)
        wide = edge.target.startswith("dataset/")
        if edge.type == "INFLUENCES" and (wide or said.get("subtype") not in ("CONDITIONAL", "WINDOW")):
            yield from self.job(state, unit, "CHANGES_ROWS", sure)
            yield Link(state, (home, "ROWS"), sure)
            return
        yield from self.job(state, unit, "CHANGES_VALUES", sure)
        yield Link(state, (home, "VALUES"), sure)
        for target in self.targets(edge):
            yield Link(state, (target, "VALUES"), sure)

    def unknown(self, state: State, unit: Thing, outputs: set[Thing]) -> Iterator[Link]:
        yield from self.job(state, unit, "UNKNOWN", "UNKNOWN")
        for output in outputs:
            yield Link(state, (output, "UNKNOWN"), "UNKNOWN")

    def job(self, state: State, unit: Thing, severity: str, certainty: str) -> Iterator[Link]:
        if isinstance(unit, str):
            yield Link(state, (unit, severity), certainty)


def is_copy(edge: E) -> bool:
    said = dict(edge.properties)
    return edge.type == "FEEDS" and said.get("subtype") == "IDENTITY" and not said.get("masking", False)


def expected_impact(changed: set[State], links: list[Link]) -> Impact:
    """What links reach from the changes, by relaxing all of them until nothing changes."""
    hops: dict[State, int] = dict.fromkeys(changed, 0)
    weakness: dict[State, int] = dict.fromkeys(changed, 0)
    busy = True
    while busy:
        busy = False
        for before, after, certainty in links:
            if before in hops and hops.get(after, 10**9) > hops[before] + 1:
                hops[after] = hops[before] + 1
                busy = True
            if before in weakness:
                weak = max(weakness[before], CERTAINTIES.index(certainty))
                if weakness.get(after, 10**9) > weak:
                    weakness[after] = weak
                    busy = True
    found: dict[Thing, set[State]] = {}
    for state in hops.keys() - changed:
        found.setdefault(state[0], set()).add(state)
    return Impact({thing: _item(states, hops, weakness) for thing, states in found.items()})


def _item(
    states: set[State], hops: Mapping[State, int], weakness: Mapping[State, int]
) -> tuple[str, bool, int, str]:
    shown = {state: SHOWN.get(state[1], state[1]) for state in states}
    worst = min(shown.values(), key=SEVERITIES.index)
    those = [state for state, severity in shown.items() if severity == worst]
    return (
        worst,
        "UNKNOWN" in shown.values(),
        min(hops[state] for state in those),
        CERTAINTIES[min(weakness[state] for state in those)],
    )
