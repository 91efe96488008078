"""``meshline explain``: from an event to what it did, from an edge, a facet or a thing back to its events."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from api.commands.lines import Line, plural
from api.commands.options import JsonOption, StoreOption
from api.commands.output import console, print_json, print_line
from api.errors import UsageError
from api.local import LocalCatalogue
from api.naming import resolve
from api.target import opened_store
from catalog import state
from catalog.coverage import spoken
from catalog.effects import Effect, Effects
from catalog.entry import LogEntry
from catalog.evidence import entry_of
from catalog.instant import InvalidInstant, format_instant, instant_of, parse_instant
from catalog.receipts import ReceiptFilter, receipts
from catalog.store.port import Reader, Store
from ingest.explain import (
    Evidence,
    ExplainedEdge,
    ExplainedFact,
    explain_edges,
    explain_entries,
    explain_facet,
)

_HASH = re.compile(r"[0-9a-f]{32,64}")
_EVENTS = 10
_SIGNS = {
    Effect.CAME: "+",
    Effect.CHANGED: "~",
    Effect.WENT: "-",
    Effect.NOT_HELD: "!",
}
_LEGEND = "+ came, ~ changed, - went, ! does not hold (a run that failed, or something newer)"
_SHOWN = 30

WhatArgument = Annotated[
    str, typer.Argument(metavar="WHAT", help="The hash of an event (32 digits will do), or a name.")
]
ToArgument = Annotated[
    str | None, typer.Argument(metavar="TO", help="A second name: explain the edge from the first to it.")
]
FacetOption = Annotated[
    str | None, typer.Option("--facet", metavar="KEY", help="Explain this facet of the dataset or job.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="TIME", help="Only edges that held then (ISO 8601).", show_default=False),
]


def explain(
    what: WhatArgument,
    to: ToArgument = None,
    facet: FacetOption = None,
    as_of: AsOfOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain an event by what it did, an edge by its events.

    A facet is explained by the events that sent it, a dataset or job by its facets and its latest events.
    """
    if to is not None and facet is not None:
        raise UsageError("An edge has no facet.", "Leave out TO, or --facet.")
    at = _instant(as_of)
    with opened_store(store, os.environ) as opened:
        answer, lines = _explained(opened, what, to, facet, at)
    if as_json:
        print_json(answer)
        return
    for line in lines:
        print_line(console(), *line)


def _instant(text: str | None) -> int | None:
    try:
        return None if text is None else parse_instant(text).ns
    except InvalidInstant as error:
        raise UsageError(f"--as-of: {error}.", "Write it like 2026-01-31T12:00:00Z.") from error


def _explained(
    opened: Store, what: str, to: str | None, facet: str | None, at: int | None
) -> tuple[dict[str, Any], list[Line]]:
    catalogue = LocalCatalogue(opened)
    with opened.read() as reader:
        entry = _entry_named(reader, what) if to is None and _HASH.fullmatch(what) else None
        if entry is not None:
            [done] = explain_entries(reader, (entry,))
            return _event_json(entry, done), list(_event_lines(entry, done))
        key = resolve(catalogue, what)
        if to is not None:
            target = resolve(catalogue, to)
            found = explain_edges(reader, key, target, at)
            answer = {"source": key, "target": target, "edges": [_edge_json(one) for one in found]}
            return answer, list(_edges_lines(key, target, found))
        if facet is not None:
            facts = explain_facet(reader, key, facet)
            answer = {"id": key, "facet": facet, "values": [_fact_json(one) for one in facts]}
            return answer, list(_facet_lines(key, facet, facts))
        return _thing(reader, key)


def _entry_named(reader: Reader, hash_: str) -> LogEntry | None:
    return reader.entries((hash_,)).get(hash_) or entry_of(reader, hash_)


def _event_json(entry: LogEntry, done: Effects) -> dict[str, Any]:
    return {
        **_entry_json(entry),
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


def _entry_json(entry: LogEntry) -> dict[str, Any]:
    return {
        "hash": entry.hash,
        "kind": entry.kind,
        "status": entry.status,
        "producer": entry.producer,
        "effectiveAt": format_instant(instant_of(entry.order_key)),
        "receivedAt": format_instant(entry.received_ns),
        "actor": entry.actor,
    }


def _event_lines(entry: LogEntry, done: Effects) -> Iterator[Line]:
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


def _edge_json(one: ExplainedEdge) -> dict[str, Any]:
    edge = one.edge
    return {
        "type": edge.type,
        "source": edge.source,
        "target": edge.target,
        "properties": dict(edge.properties),
        "via": edge.via,
        "origin": edge.origin,
        "validFrom": None if edge.valid_from is None else format_instant(edge.valid_from),
        "validTo": None if edge.valid_to is None else format_instant(edge.valid_to),
        "tellings": [
            {
                "first": format_instant(telling.first),
                "last": format_instant(telling.last),
                "runs": telling.runs,
                "evidence": [_evidence_json(evidence) for evidence in telling.evidence],
            }
            for telling in one.tellings
        ],
    }


def _evidence_json(evidence: Evidence) -> dict[str, Any]:
    return {**_entry_json(evidence.entry), "run": evidence.run, "facet": evidence.facet}


def _fact_json(one: ExplainedFact) -> dict[str, Any]:
    return {
        "since": format_instant(one.fact.since),
        "lastSeen": format_instant(instant_of(one.fact.last)),
        "until": None if one.fact.until is None else format_instant(one.fact.until),
        "deleted": one.fact.text is None,
        "evidence": [_evidence_json(evidence) for evidence in one.evidence],
    }


def _edges_lines(source: str, target: str, found: list[ExplainedEdge]) -> Iterator[Line]:
    yield Line(f"{spoken(source)} -> {spoken(target)}", "bold")
    if not found:
        yield Line("  No edge leads there, directly or through one job.")
    for one in found:
        edge = one.edge
        properties = " ".join(str(value) for _, value in edge.properties)
        how = f" ({properties})" if properties else ""
        held = _time(edge.valid_from, edge.valid_to)
        yield Line(
            f"{edge.type} {spoken(edge.source)} -> {spoken(edge.target)}{how}, {edge.origin}, {held}", "bold"
        )
        if edge.via not in (edge.source, edge.target):
            yield Line(f"  told by {spoken(edge.via)}")
        for telling in one.tellings:
            runs = f" in {plural(telling.runs, 'run')}" if telling.runs else ""
            yield Line(f"  told{runs} from {format_instant(telling.first)} to {format_instant(telling.last)}")
            yield from _evidence_lines(telling.evidence)


def _time(begin: int | None, end: int | None) -> str:
    since = "always" if begin is None else f"since {format_instant(begin)}"
    return since if end is None else f"{since} until {format_instant(end)}"


def _evidence_lines(evidence: Iterable[Evidence]) -> Iterator[Line]:
    for one in evidence:
        yield Line(f"    {_entry(one.entry)}{'' if one.run is None else f', {spoken(one.run)}'}")
        if one.facet is not None:
            schema = f", {one.facet.schema_url}" if one.facet.schema_url else ""
            yield Line(f"      facet {one.facet.key} of {one.facet.producer or 'nobody'}{schema}")


def _entry(entry: LogEntry) -> str:
    at = format_instant(instant_of(entry.order_key))
    return f"{entry.kind} {entry.hash[:32]} of {at} from {entry.producer or entry.actor or 'nobody'}"


def _facet_lines(key: str, facet: str, facts: list[ExplainedFact]) -> Iterator[Line]:
    yield Line(f"Facet {facet} of {spoken(key)}", "bold")
    if not facts:
        yield Line("  No event has sent it.")
    for one in facts:
        deleted = "deleted " if one.fact.text is None else ""
        yield Line(f"  {deleted}{_time(one.fact.since, one.fact.until)}")
        yield from _evidence_lines(one.evidence)


def _thing(reader: Reader, key: str) -> tuple[dict[str, Any], list[Line]]:
    """A dataset, job or other thing: its facets with the events that sent them, and the latest events that name it."""
    node = reader.nodes((key,))[key]
    facts = state.facets(state.facts(reader, (key,)).get(key, {}))
    senders = reader.entries_at({fact.first for fact in facts.values()})
    kind = {"job": "job", "dataset": "dataset"}.get(key.split("/", 1)[0])
    where = ReceiptFilter(job=key) if kind == "job" else ReceiptFilter(dataset=key)
    latest = receipts(reader, where, None, _EVENTS).entries if kind is not None else []
    lines = [Line(f"{node.label} {spoken(key)}", "bold")]
    if kind is None or not latest:
        lines.append(
            Line("  No event names it itself: it follows from the lineage or the document of others.")
        )
    if facts:
        lines.append(Line("Facets", "bold"))
    for name, fact in sorted(facts.items()):
        sender = senders.get(fact.first)
        by = "" if sender is None else f", first by {_entry(sender)}"
        lines.append(Line(f"  {name} {_time(fact.since, fact.until)}{by}"))
    if latest:
        lines.append(Line("Latest events", "bold"))
    lines += [Line(f"  {_entry(entry)}: {entry.status}") for entry in latest]
    answer = {
        "id": key,
        "kind": node.label,
        "facets": [
            {
                "key": name,
                "since": format_instant(fact.since),
                "lastSeen": format_instant(instant_of(fact.last)),
                "first": None if fact.first not in senders else _entry_json(senders[fact.first]),
            }
            for name, fact in sorted(facts.items())
        ],
        "latest": [_entry_json(entry) for entry in latest],
    }
    return answer, lines
