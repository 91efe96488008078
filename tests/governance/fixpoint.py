"""What follows from classes by brute force: all edges are applied until nothing changes.

It knows a world as plain tuples, and imports nothing from the catalog.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.lineage.oracle import E, Oracle, Thing, World

Stop = tuple[Thing, str, str]
"""A field, a class that comes to it, and what becomes of it there."""


@dataclass(frozen=True)
class Held:
    """By field its classes with how far away they are said (0: of the field), and what comes to it and is stopped."""

    hops: Mapping[Thing, Mapping[str, int]]
    stopped: frozenset[Stop]


@dataclass(frozen=True)
class Rules:
    masking: bool = True
    aggregation: bool = False


@dataclass(frozen=True)
class Classified:
    """A world in which things are classified, and people say what some fields (keys) are."""

    world: World
    said: tuple[E, ...]
    ruled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def fixpoint(case: Classified, at: int | None, rules: Rules) -> Held:
    """``at`` None is now; people spoke after all other instants."""
    oracle = Oracle(case.world, at)
    ruled = {} if at is not None else {oracle.thing(key): key for key in case.ruled}
    things = {key: oracle.thing(key) for key in case.world.fields}
    hops: dict[Thing, dict[str, int]] = {one: {} for one in things.values()}
    for edge in case.said:
        if edge.holds(at):
            wide = edge.source.startswith("dataset/")
            about = {one for key, one in things.items() if _is_about(oracle, edge, key)}
            for one in about:
                if not (wide and one in ruled):
                    hops[one][edge.target] = 0
    if at is None:
        for key, classes in case.ruled.items():
            hops[oracle.thing(key)].update(dict.fromkeys(classes, 0))
    steps = [(s, t, passing(e, rules, t in ruled)) for s, t, e in believed(oracle) if s != t]
    changed = True
    while changed:
        changed = False
        for source, target, how in steps:
            if how == "CARRIED":
                for value, distance in list(hops.get(source, {}).items()):
                    if hops.setdefault(target, {}).get(value, 10**9) > distance + 1:
                        hops[target][value] = distance + 1
                        changed = True
    stopped = {
        (target, value, how)
        for source, target, how in steps
        if how != "CARRIED"
        for value in hops.get(source, {})
    }
    return Held(hops, frozenset(stopped))


def _is_about(oracle: Oracle, said: E, field: str) -> bool:
    wide = said.source.startswith("dataset/")
    return oracle.thing(said.source) == (oracle.home(field) if wide else oracle.thing(field))


def passing(edge: E, rules: Rules, ruled: bool) -> str:
    said = dict(edge.properties)
    if rules.masking and said.get("masking"):
        return "MASKED"
    if edge.type == "INFLUENCES":
        return "INFORMED"
    if rules.aggregation and said.get("subtype") == "AGGREGATION":
        return "AGGREGATED"
    return "OVERRULED" if ruled else "CARRIED"


def believed(oracle: Oracle) -> list[tuple[Thing, Thing, E]]:
    """The pairs of fields; of what SQL tells only what no producer tells of the same job and fields."""
    pairs = oracle.column_pairs()
    told = {(s, t, e.via, e.type) for s, t, e in pairs if e.origin != "PARSED"}
    return [(s, t, e) for s, t, e in pairs if e.origin != "PARSED" or (s, t, e.via, e.type) not in told]
