"""Who tells an edge or a facet, for programs and for people."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from api.commands.lines import Line, plural
from catalog.coverage import spoken
from catalog.entry import LogEntry
from catalog.instant import format_instant, instant_of
from ingest.documents.sayings import SaidAt
from ingest.explain import Evidence, ExplainedEdge, ExplainedFact

_SHOWN = 400
"""Letters of a value for people."""


def entry_json(entry: LogEntry) -> dict[str, Any]:
    return {
        "hash": entry.hash,
        "kind": entry.kind,
        "status": entry.status,
        "producer": entry.producer,
        "effectiveAt": format_instant(instant_of(entry.order_key)),
        "receivedAt": format_instant(entry.received_ns),
        "actor": entry.actor,
    }


def edge_json(one: ExplainedEdge) -> dict[str, Any]:
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
    said = None if evidence.said is None else said_json(evidence.said)
    return {**entry_json(evidence.entry), "run": evidence.run, "facet": evidence.facet, "said": said}


def said_json(said: SaidAt) -> dict[str, Any]:
    """Where a document says something."""
    return {
        "path": None if said.place is None else said.place.path,
        "line": None if said.place is None else said.place.line,
        "commit": None if said.commit is None else said.commit.said,
    }


def said_words(said: SaidAt) -> str:
    """The same for people: ``line 12, products[0].owner, commit 1a2b3c4d5e6f of https://… by Ada``; empty where nothing
    of it is known."""
    found: list[str] = []
    if said.place is not None:
        found += [f"line {said.place.line}"] if said.place.line is not None else []
        found.append(said.place.path)
    if said.commit is not None:
        of = f" of {said.commit.repository}" if said.commit.repository else ""
        by = f" by {said.commit.author}" if said.commit.author else ""
        found.append(f"commit {said.commit.sha[:12]}{of}{by}")
    return ", ".join(found)


def fact_json(one: ExplainedFact) -> dict[str, Any]:
    return {
        "since": format_instant(one.fact.since),
        "lastSeen": format_instant(instant_of(one.fact.last)),
        "until": None if one.fact.until is None else format_instant(one.fact.until),
        "deleted": one.fact.text is None,
        "value": None if one.fact.text is None else json.loads(one.fact.text),
        "evidence": [_evidence_json(evidence) for evidence in one.evidence],
    }


def edges_lines(source: str, target: str, found: list[ExplainedEdge]) -> Iterator[Line]:
    yield Line(f"{spoken(source)} -> {spoken(target)}", "bold")
    if not found:
        yield Line("  No edge leads there, directly or through one job.")
    for one in found:
        edge = one.edge
        properties = " ".join(str(value) for _, value in edge.properties)
        how = f" ({properties})" if properties else ""
        time = held(edge.valid_from, edge.valid_to)
        yield Line(
            f"{edge.type} {spoken(edge.source)} -> {spoken(edge.target)}{how}, {edge.origin}, {time}", "bold"
        )
        if edge.via not in (edge.source, edge.target):
            yield Line(f"  told by {spoken(edge.via)}")
        for telling in one.tellings:
            runs = f" in {plural(telling.runs, 'run')}" if telling.runs else ""
            yield Line(f"  told{runs} from {format_instant(telling.first)} to {format_instant(telling.last)}")
            yield from _evidence_lines(telling.evidence)


def held(begin: int | None, end: int | None) -> str:
    since = "always" if begin is None else f"since {format_instant(begin)}"
    return since if end is None else f"{since} until {format_instant(end)}"


def _evidence_lines(evidence: Iterable[Evidence]) -> Iterator[Line]:
    for one in evidence:
        yield Line(f"    {said_entry(one.entry)}{'' if one.run is None else f', {spoken(one.run)}'}")
        where = "" if one.said is None else said_words(one.said)
        if where:
            yield Line(f"      {where}")
        if one.facet is not None:
            schema = f", {one.facet.schema_url}" if one.facet.schema_url else ""
            yield Line(f"      facet {one.facet.key} of {one.facet.producer or 'nobody'}{schema}")


def said_entry(entry: LogEntry) -> str:
    at = format_instant(instant_of(entry.order_key))
    return f"{entry.kind} {entry.hash[:32]} of {at} from {entry.producer or entry.actor or 'nobody'}"


def facet_lines(key: str, facet: str, facts: list[ExplainedFact]) -> Iterator[Line]:
    yield Line(f"Facet {facet} of {spoken(key)}", "bold")
    if not facts:
        yield Line("  No event has sent it.")
    for one in facts:
        deleted = "deleted " if one.fact.text is None else ""
        yield Line(f"  {deleted}{held(one.fact.since, one.fact.until)}")
        yield from value_lines(one.fact.text)
        yield from _evidence_lines(one.evidence)


def value_lines(text: str | None) -> Iterator[Line]:
    """The value of a facet without who sent it, cut where it is long."""
    if text is None:
        return
    value = json.loads(text)
    if isinstance(value, dict):
        value = {name: one for name, one in value.items() if name not in ("_producer", "_schemaURL")}
    shown = json.dumps(value, ensure_ascii=False)
    yield Line(f"    {shown}" if len(shown) <= _SHOWN else f"    {shown[:_SHOWN]}… (--json has all of it)")
