"""A dataset, a field, a job or a run explained: what tells it, its facets, its latest events."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from api.commands.explain_said import said_about
from api.commands.explain_telling import (
    edge_json,
    edges_lines,
    entry_json,
    held,
    said_entry,
    value_lines,
)
from api.commands.lines import Line
from catalog import state
from catalog.canonical import plain
from catalog.coverage import spoken
from catalog.described import last_left
from catalog.entry import LogEntry
from catalog.fold.runs import RunState
from catalog.graph import Direction, Edge, Node
from catalog.instant import format_instant, instant_of
from catalog.receipts import ReceiptFilter, receipts
from catalog.state import Fact
from catalog.store.port import ALL_TIME, NOW, Reader
from ingest.documents.sayings import statements_at
from ingest.explain import explain_edges
from ingest.explain_run import events_of_run
from ontology.vocabulary import Rel

_EVENTS = 10
_BESIDE = 20
Explained = tuple[dict[str, Any], list[Line]]


def explained_thing(reader: Reader, key: str) -> Explained:
    """What is known of a node, whatever it is, and from where."""
    node = reader.nodes((key,))[key]
    kind = key.split("/", 1)[0]
    if kind == "field":
        return _field(reader, key, node)
    if kind == "run":
        return _run(reader, key)
    return _dataset_or_job(reader, key, node, kind)


def _dataset_or_job(reader: Reader, key: str, node: Node, kind: str) -> Explained:
    facts = state.facets(state.facts(reader, (key,)).get(key, {}))
    senders = reader.entries_at({fact.first for fact in facts.values()})
    where = {"job": ReceiptFilter(job=key), "dataset": ReceiptFilter(dataset=key)}.get(kind)
    latest = receipts(reader, where, None, _EVENTS).entries if where is not None else []
    lines = [Line(f"{node.label} {spoken(key)}", "bold")]
    told, told_lines = said_about(key, statements_at(reader, (key,)).get(key, []))
    if not latest and not told_lines:
        lines.append(Line(f"  {_unsaid(reader, key, node)}"))
    lines += told_lines
    lines += _facet_index(facts, senders)
    lines += _latest(latest)
    return {
        "id": key,
        "kind": node.label,
        "facets": [
            {
                "key": name,
                "since": format_instant(fact.since),
                "lastSeen": format_instant(instant_of(fact.last)),
                "first": None if fact.first not in senders else entry_json(senders[fact.first]),
            }
            for name, fact in sorted(facts.items())
        ],
        "latest": [entry_json(entry) for entry in latest],
        **told,
    }, lines


def _unsaid(reader: Reader, key: str, node: Node) -> str:
    """Why nothing is said of a thing now."""
    left = last_left(reader, key) if node.properties.get("gone") else None
    if left is None:
        return "No event names it itself: it follows from the lineage or the document of others."
    document, at = left
    return (
        f"It is gone since {format_instant(at)}: then {spoken(document)}, the last that had it, left it out."
    )


def _facet_index(facts: Mapping[str, Fact], senders: Mapping[str, LogEntry]) -> Iterator[Line]:
    if facts:
        yield Line("Facets (--facet KEY shows the values of one)", "bold")
    for name, fact in sorted(facts.items()):
        sender = senders.get(fact.first)
        by = "" if sender is None else f", first by {said_entry(sender)}"
        yield Line(f"  {name} {held(fact.since, fact.until)}{by}")


def _latest(entries: list[LogEntry]) -> Iterator[Line]:
    if entries:
        yield Line("Latest events", "bold")
    for entry in entries:
        yield Line(f"  {said_entry(entry)}: {entry.status}")


def _field(reader: Reader, key: str, node: Node) -> Explained:
    """A field: who tells that its dataset has it, and the edges of column lineage that touch it now."""
    homes = sorted({edge.source for edge in reader.edges((key,), (Rel.HAS_FIELD,), Direction.IN, ALL_TIME)})
    had = [one for home in homes for one in explain_edges(reader, home, key)]
    columns = (Rel.FEEDS, Rel.INFLUENCES)
    fed, feeds = (reader.edges((key,), columns, way, NOW) for way in (Direction.IN, Direction.OUT))
    lines = [Line(f"{node.label} {spoken(key)}", "bold")]
    if not any(one.tellings for one in had):
        lines.append(Line("  No schema shows it: lineage or SQL names it."))
    lines += list(edges_lines("", key, had))[1:] if had else []
    lines += _beside("Comes from", fed, Direction.IN)
    lines += _beside("Leads to", feeds, Direction.OUT)
    return {
        "id": key,
        "kind": node.label,
        "edges": [edge_json(one) for one in had],
        "from": sorted({edge.source for edge in fed}),
        "to": sorted({edge.target for edge in feeds}),
    }, lines


def _beside(title: str, edges: list[Edge], way: Direction) -> Iterator[Line]:
    """The other ends of edges, and who tells each."""
    told: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        end = edge.source if way is Direction.IN else edge.target
        told[end].add(f"{edge.type} {edge.origin}, told by {spoken(edge.via)}")
    if told:
        yield Line(f"{title} (explain A B tells by which events)", "bold")
    for key in sorted(told)[:_BESIDE]:
        yield Line(f"  {spoken(key)}: {'; '.join(sorted(told[key]))}")
    if len(told) > _BESIDE:
        yield Line(f"  … and {len(told) - _BESIDE} more (--json lists all).")


def _run(reader: Reader, key: str) -> Explained:
    """A run: what it did, and its events."""
    run = state.run_states(reader, (key,)).get(key)
    if run is None:
        lines = [
            Line(f"Run {spoken(key)}", "bold"),
            Line("  No event of its own has come: only others name it."),
        ]
        return {"id": key, "kind": "Run", "state": None, "jobs": [], "facets": [], "latest": []}, lines
    latest = events_of_run(reader, run)[:_EVENTS]
    jobs = [
        {"id": job, "inputs": sorted(part.inputs), "outputs": sorted(part.outputs)}
        for job, part in sorted(run.parts.items())
    ]
    answer = {
        "id": key,
        "kind": "Run",
        "state": run.state,
        "startedAt": format_instant(run.started_at),
        "endedAt": None if run.ended_at is None else format_instant(run.ended_at),
        "jobs": jobs,
        "facets": sorted(run.facets),
        "latest": [entry_json(entry) for entry in latest],
    }
    return answer, [*_run_lines(key, run), *_latest(latest)]


def _run_lines(key: str, run: RunState) -> Iterator[Line]:
    ended = "open" if run.ended_at is None else f"until {format_instant(run.ended_at)}"
    yield Line(f"Run {spoken(key)}: {run.state or 'no state told'}", "bold")
    yield Line(f"  since {format_instant(run.started_at)}, {ended}")
    for job, part in sorted(run.parts.items()):
        yield Line(f"  of job {spoken(job)}")
        for word, members in (("read", part.inputs), ("wrote", part.outputs)):
            if members:
                yield Line(f"    {word} {', '.join(spoken(one) for one in sorted(members))}")
    if run.facets:
        yield Line(f"Facets: {', '.join(sorted(run.facets))} (--facet KEY shows one)", "bold")


def explained_run_facet(reader: Reader, key: str, facet: str) -> Explained:
    """The newest value of a facet of a run, and the event that sent it."""
    run = state.run_states(reader, (key,)).get(key)
    newest = None if run is None else run.facets.get(facet)
    lines = [Line(f"Facet {facet} of run {spoken(key)}", "bold")]
    if newest is None:
        return {"id": key, "facet": facet, "values": []}, [*lines, Line("  No event has sent it.")]
    digest, order = newest
    text = state.blobs(reader, {digest})[digest]
    entry = reader.entries_at({order}).get(order)
    lines += value_lines(text)
    lines += [] if entry is None else [Line(f"    {said_entry(entry)}")]
    value = {
        "value": plain(text),
        "at": format_instant(instant_of(order)),
        "evidence": [] if entry is None else [entry_json(entry)],
    }
    return {"id": key, "facet": facet, "values": [value]}, lines
