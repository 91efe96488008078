"""``meshline explain``: from an event to what it did, from an edge, a facet or a thing back to its events."""

import os
import re
from typing import Annotated, Any

import typer

from api.commands.explain_event import event_json, event_lines
from api.commands.explain_telling import edge_json, edges_lines, facet_lines, fact_json
from api.commands.explain_thing import explained_run_facet, explained_thing
from api.commands.lines import Line
from api.commands.options import JsonOption, StoreOption, instant_option
from api.commands.output import console, print_json, print_line
from api.errors import UsageError
from api.local import LocalCatalogue
from api.naming import ROOTS, resolve
from api.target import opened_store
from catalog.entry import LogEntry
from catalog.identity import RunId
from catalog.store.port import Reader, Store
from ingest.explain import explain_edges, explain_entries, explain_facet

_HASH = re.compile(r"[0-9a-f]{6,64}")
_SURE = 32
"""So many digits are no name."""
WhatArgument = Annotated[
    str,
    typer.Argument(
        metavar="WHAT",
        help="The hash of an event (or 6 digits or more of its beginning), a runId, or a name.",
    ),
]
ToArgument = Annotated[
    str | None, typer.Argument(metavar="TO", help="A second name: explain the edge from the first to it.")
]
FacetOption = Annotated[
    str | None, typer.Option("--facet", metavar="KEY", help="Explain this facet of the dataset, job or run.")
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

    A facet is explained by its values and the events that sent them; a dataset, job or run by its facets and its
    latest events; a field by the schema and the lineage that tell of it. Of anything that documents or people describe
    (by its key, as product/orders) it is told who says what, in which line and commit, and what counts.
    """
    if to is not None and facet is not None:
        raise UsageError("An edge has no facet.", "Leave out TO, or --facet.")
    at = instant_option(as_of, "--as-of")
    with opened_store(store, os.environ) as opened:
        answer, lines = _explained(opened, what, to, facet, at)
    if as_json:
        print_json(answer)
        return
    for line in lines:
        print_line(console(), *line)


def _explained(
    opened: Store, what: str, to: str | None, facet: str | None, at: int | None
) -> tuple[dict[str, Any], list[Line]]:
    catalogue = LocalCatalogue(opened)
    with opened.read() as reader:
        entry = _entry_named(reader, catalogue, what) if to is None and facet is None else None
        if entry is not None:
            [done] = explain_entries(reader, (entry,))
            return event_json(entry, done), list(event_lines(entry, done))
        run = _run_named(reader, what) if to is None else None
        if run is not None:
            return explained_thing(reader, run) if facet is None else explained_run_facet(reader, run, facet)
        key = _thing_named(reader, catalogue, what)
        if to is not None:
            target = _thing_named(reader, catalogue, to)
            found = explain_edges(reader, key, target, at)
            answer = {"source": key, "target": target, "edges": [edge_json(one) for one in found]}
            return answer, list(edges_lines(key, target, found))
        if facet is not None:
            facts = explain_facet(reader, key, facet)
            answer = {"id": key, "facet": facet, "values": [fact_json(one) for one in facts]}
            return answer, list(facet_lines(key, facet, facts))
        return explained_thing(reader, key)


def _thing_named(reader: Reader, catalogue: LocalCatalogue, what: str) -> str:
    """The key of what is named: of any kind by its key or IRI, of datasets, fields and jobs by their names too."""
    tail = what.partition("/id/")[2] if what.startswith(("http://", "https://")) else what
    return tail if "/" in tail and reader.nodes((tail,)) else resolve(catalogue, what)


def _entry_named(reader: Reader, catalogue: LocalCatalogue, what: str) -> LogEntry | None:
    """The event whose hash begins so. Raises UsageError where several do; a thing of that name goes first."""
    wanted = what.lower()
    if not _HASH.fullmatch(wanted):
        return None
    whole = reader.entries((wanted,)).get(wanted)
    if whole is not None or len(wanted) == 64:
        return whole
    found = [entry for entry in reader.log(wanted, 2) if entry.hash.startswith(wanted)]
    if not found or (len(wanted) < _SURE and catalogue.named(what, ROOTS)):
        return None
    if len(found) > 1:
        listed = ", ".join(entry.hash[:16] for entry in found)
        raise UsageError(f"More than one event begins with {wanted}: {listed}, …", "Give more digits.")
    return found[0]


def _run_named(reader: Reader, what: str) -> str | None:
    """The key of the run that has this runId, key or IRI."""
    tail = what.partition("/id/")[2] if what.startswith(("http://", "https://")) else what
    keys = [RunId.lenient(what).key, *([tail] if tail.startswith("run/") else [])]
    found = reader.nodes(keys)
    return next((key for key in keys if key in found), None)
