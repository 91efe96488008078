"""The catalog seen in the words of the oracle: what a store holds, read through the public readers."""

import json
from collections.abc import Collection, Iterable
from typing import Any

from catalog import state
from catalog.aliases import Classes, shown_first
from catalog.entry import Receipt
from catalog.export import nquads
from catalog.graph import Direction, Edge
from catalog.projection import Projection, Said
from catalog.store.port import ALL_TIME, At, NodeFilter, Range, Reader, Record, Space, Store
from ingest.event import recognise
from ingest.redaction import EVERYTHING_KEPT
from ontology.vocabulary import Label, Rel
from tests.convergence.events import RECEIVED_NS
from tests.convergence.graph import Nodes, TimedEdge
from tests.convergence.oracle import Stretch, Told, key
from tests.convergence.said import Entity, Event

PAGE = 200


def send(store: Store, batches: Iterable[Iterable[Event]]) -> list[Receipt]:
    """Apply batches of events by one projection; the receipts in order."""
    projection = Projection(store)
    receipts: list[Receipt] = []
    for batch in batches:
        receipts += projection.apply([_whole(event) for event in batch])
    return receipts


def _whole(event: Event) -> Said:
    """An event with all that it says: the oracle knows of no redaction."""
    return recognise(json.dumps(event), received_ns=RECEIVED_NS, redaction=EVERYTHING_KEPT)


def export(store: Store) -> list[str]:
    """The lines of the canonical export."""
    with store.read() as reader:
        return list(nquads(reader))


def nodes(reader: Reader) -> Nodes:
    """All nodes, without what search alone uses."""
    found: Nodes = {}
    after: str | None = None
    while page := reader.page(NodeFilter(tuple(Label)), after, PAGE):
        for node in page:
            shown = {name: value for name, value in node.properties.items() if name != "searchText"}
            found[node.key] = (str(node.label), shown)
        after = page[-1].key
    return found


def bookkeeping(reader: Reader, keys: Collection[str]) -> set[Record]:
    """The records that later events are folded into, of these nodes (values apart, which are kept when unused)."""
    partitions = [partition for key in keys for partition in (key, f"{key}|", f"{key}|runs")]
    spaces = [space for space in Space if space is not Space.BLOB]
    return {row for space in spaces for row in reader.scan(space, [Range(p) for p in partitions])}


def search_texts(reader: Reader, keys: Collection[str]) -> dict[str, Any]:
    return {key: node.properties.get("searchText") for key, node in reader.nodes(keys).items()}


def edges(reader: Reader, keys: Collection[str], at: At) -> list[Edge]:
    return reader.edges(keys, tuple(Rel), Direction.OUT, at)


def told(reader: Reader, keys: Collection[str], at: int | None) -> set[Told]:
    """The edges of histories that hold at an instant."""
    return {_told(edge) for edge in edges(reader, keys, at) if edge.valid_from is not None}


def timed(reader: Reader, keys: Collection[str]) -> list[TimedEdge]:
    """All edges of all times, each row of the store once."""
    return [(*_told(edge), edge.valid_from, edge.valid_to) for edge in edges(reader, keys, ALL_TIME)]


def _told(edge: Edge) -> Told:
    return str(edge.type), edge.source, edge.target, edge.via, str(edge.origin), edge.properties


def timeline(reader: Reader, entity: Entity, value_key: str) -> list[Stretch]:
    asked = (key(*entity), value_key)
    rows = state.timelines(reader, [asked])[asked]
    return [(value_of(value_key, fact.text), fact.first, fact.last, fact.until) for fact in rows]


def facts(reader: Reader, entity: Entity, at: int | None) -> dict[str, Any]:
    """The values that hold, those that are "no longer" too."""
    held = state.facts(reader, (key(*entity),), at)[key(*entity)]
    return {name: value_of(name, fact.text) for name, fact in held.items()}


def value_of(value_key: str, text: str | None) -> Any:
    """A stored value as the oracle has it: sets for what is a set."""
    if text is None:
        return None
    if value_key in ("fields", "aliases", "columns", "owners", "tags"):
        return frozenset(map(tuple, json.loads(text)))
    if value_key == "declared":
        value = json.loads(text)
        sides = (frozenset(("dataset", *names) for names in value[side]) for side in ("inputs", "outputs"))
        return (*sides, frozenset(map(tuple, value["columns"])))
    return text


def run_parts(reader: Reader, run_key: str) -> dict[Entity, tuple[set[Entity], set[Entity], set[Any]]]:
    """What a run did as each job: (inputs, outputs, columns), whether it failed or not."""
    found = {}
    run = state.run_states(reader, (run_key,))[run_key]
    for part in run.parts.values():
        sides = [
            {("dataset", *member.id) for member in side.values()} for side in (part.inputs, part.outputs)
        ]
        texts = state.blobs(reader, set(part.columns.values())).values()
        rows = {tuple(row) for text in texts for row in json.loads(text)}
        found["job", *part.job] = (*sides, rows)
    return found  # type: ignore[return-value]


def run_facets(reader: Reader, run_key: str) -> dict[str, tuple[str, str]]:
    run = state.run_states(reader, (run_key,))[run_key]
    texts = state.blobs(reader, {digest for digest, _ in run.facets.values()})
    return {name: (texts[digest], at) for name, (digest, at) in run.facets.items()}


def alias_class(reader: Reader, dataset: str, at: int | None) -> tuple[str, ...]:
    """The members of the class of a dataset by all its links, the one to show first."""
    classes = Classes(reader, at, guarded=False)
    classes.close_datasets((dataset,))
    members = classes.members(classes.name(dataset))
    return shown_first(reader, [members], at)[min(members)]
