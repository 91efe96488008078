"""What an event did, for programs and for people."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from api.commands.explain_telling import entry_json
from api.commands.lines import Line
from catalog import state
from catalog.coverage import spoken
from catalog.effects import Effect, Effects
from catalog.entry import LogEntry
from catalog.instant import format_instant, instant_of

_SIGNS = {
    Effect.CAME: "+",
    Effect.CHANGED: "~",
    Effect.WENT: "-",
    Effect.NOT_HELD: "!",
}
_LEGEND = "+ came, ~ changed, - went, ! does not hold (a run that failed, or something newer)"
_SHOWN = 30


def event_json(entry: LogEntry, done: Effects) -> dict[str, Any]:
    return {
        **entry_json(entry),
        "problems": entry.problems,
        "nodes": [{"id": key, "effect": effect} for key, effect in done.nodes],
        "facts": [{"id": one.node, "name": one.name, "effect": one.effect} for one in done.facts],
        "edges": [
            {
                "type": one.spec.type,
                "source": one.spec.source,
                "target": one.spec.target,
                "properties": dict(one.spec.properties),
                "via": one.via,
                "origin": one.origin,
                "effect": one.effect,
            }
            for one in done.edges
        ],
    }


def event_lines(entry: LogEntry, done: Effects) -> Iterator[Line]:
    yield Line(f"{entry.kind} {entry.hash[:32]}: {entry.status}", "bold")
    yield Line(
        f"  counts at {format_instant(instant_of(entry.order_key))}, from {entry.producer or 'nobody'}"
    )
    for problem in entry.problems:
        lost = "lost: " if problem.lost else ""
        yield Line(f"  {lost}{problem.code} at {problem.path}: {problem.message}")
    yield from _marked("Nodes", [(effect, spoken(key)) for key, effect in done.nodes])
    facets = [
        (one.effect, f"{spoken(one.node)} {one.name.removeprefix(state.FACET)}")
        for one in done.facts
        if one.name.startswith(state.FACET) or one.name == "state"
    ]
    yield from _marked("Facets", facets)
    edges = [
        (one.effect, f"{one.spec.type} {spoken(one.spec.source)} -> {spoken(one.spec.target)}")
        for one in done.edges
    ]
    yield from _marked("Edges", edges)
    if done.nodes:
        yield Line(_LEGEND)
    else:
        yield Line("  It changed nothing.")


def _marked(title: str, rows: list[tuple[Effect, str]]) -> Iterator[Line]:
    """How many there are, and those that changed something or do not hold."""
    if rows:
        counts = Counter(effect for effect, _ in rows)
        told = (f"{counts[one]} {one.lower().replace('_', ' ')}" for one in Effect if counts[one])
        yield Line(f"{title}: {', '.join(told)}", "bold")
    shown = [f"  {_SIGNS[effect]} {text}" for effect, text in rows if effect is not Effect.REPEATED]
    yield from map(Line, shown[:_SHOWN])
    if len(shown) > _SHOWN:
        yield Line(f"  … and {len(shown) - _SHOWN} more (--json lists all).")
