"""Explanations: from an entry to what it did, and from an edge or a facet back to the entries that tell it.

The histories know the first and the last telling of each stretch. Which events of a run these were, and with which
facet of which version, is read from the events themselves.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from catalog import state
from catalog.aliases import dataset_of
from catalog.canonical import decode
from catalog.effects import Effects, Told, effects
from catalog.entry import EntryKind, LogEntry
from catalog.fold.edges import Entity, edge_specs, tells_edges
from catalog.fold.history import Stretch, load_closed
from catalog.fold.ledger import FACTS, RUNS, Address
from catalog.graph import Direction, Edge
from catalog.identity import CurationId, DatasetId, DocumentId, JobId, kind_of
from catalog.instant import instant_of
from catalog.state import Fact
from catalog.statement import Statements
from catalog.store.port import ALL_TIME, Range, Reader, Space
from ingest.documents.sayings import SaidAt, edge_said
from ingest.replay import interpret_again
from ontology.compiler import load_model
from ontology.vocabulary import Origin, Rel

MAX_EDGES = 50
MAX_TELLINGS = 50
MAX_EVENTS = 1000
"""How many entries of a job are looked through for those of one run."""

FACETS_OF = {
    Rel.FEEDS: ("lineage", "columnLineage"),
    Rel.INFLUENCES: ("lineage", "columnLineage"),
    Rel.HAD_DERIVATION: ("lineage", "columnLineage"),
    Rel.HAS_FIELD: ("schema",),
    Rel.ALIAS_OF: ("symlinks",),
    Rel.OWNED_BY: ("ownership",),
    Rel.TAGGED: ("tags",),
    Rel.RENAMED_TO: ("lifecycleStateChange",),
}
"""The facets that tell a relationship; the others follow from the inputs and outputs of an event."""

_WITHOUT_FACETS = (EntryKind.DOCUMENT, EntryKind.CURATION, EntryKind.SNAPSHOT)


@dataclass(frozen=True, slots=True)
class FacetSource:
    """The facet that told something: its key, who wrote it, and by which schema."""

    key: str
    producer: str | None
    schema_url: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """An entry that tells something, and the facet of it that does; of a document where it says so."""

    entry: LogEntry
    run: str | None
    facet: FacetSource | None
    said: SaidAt | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """A stretch in which a history told an edge: from ``first`` to ``last`` sight. ``runs``: how many runs did so."""

    first: int
    last: int
    runs: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ExplainedEdge:
    """An edge of the graph, and who tells it, the latest first."""

    edge: Edge
    tellings: tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class ExplainedFact:
    """A value of a facet over time, with the first and the last entry that sent it."""

    fact: Fact
    evidence: tuple[Evidence, ...]


def explain_entries(reader: Reader, entries: Sequence[LogEntry]) -> list[Effects]:
    """What log entries did, in their order."""
    return effects(reader, [Told(entry.order_key, _said(entry)) for entry in entries])


def _said(entry: LogEntry) -> Statements:
    return interpret_again(entry)[1]


def explain_edges(reader: Reader, source: str, target: str, at: int | None = None) -> list[ExplainedEdge]:
    """The edges from one node to another, through a job too, and who tells them. ``at``: those that held then.

    At most MAX_EDGES edges, those that hold first.
    """
    types = load_model().relationship_types
    leaving = reader.edges((source,), types, Direction.OUT, ALL_TIME)
    found = [edge for edge in leaving if edge.target == target]
    if not found:
        entering = reader.edges((target,), types, Direction.IN, ALL_TIME)
        between = {edge.target for edge in leaving if edge.type == Rel.CONSUMED_BY}
        between &= {edge.source for edge in entering if edge.type == Rel.PRODUCES}
        found = [edge for edge in leaving if edge.type == Rel.CONSUMED_BY and edge.target in between]
        found += [edge for edge in entering if edge.type == Rel.PRODUCES and edge.source in between]
    if at is not None:
        found = [edge for edge in found if edge.holds_at(at)]
    ordered = sorted(found, key=lambda one: (one.valid_to is not None, -(one.valid_from or 0)))
    return [ExplainedEdge(edge, _tellings(reader, edge)) for edge in ordered[:MAX_EDGES]]


def _tellings(reader: Reader, edge: Edge) -> tuple[Telling, ...]:
    entity = _teller(reader, edge.via)
    if entity is None or edge.origin not in (Origin.OBSERVED, Origin.DECLARED):
        return ()
    of_runs = isinstance(entity, JobId) and edge.origin == Origin.OBSERVED
    address = Address(edge.via, RUNS if of_runs else FACTS)
    values = [(key, one) for key, one in _values(reader, address, edge) if tells_edges(key)]
    texts = state.blobs(reader, {stretch.value for _, stretch in values})
    telling = [
        stretch
        for key, stretch in values
        if stretch.value in texts and edge.spec in edge_specs(entity, key, texts[stretch.value], {})
    ]
    latest = sorted(telling, key=lambda stretch: stretch.last, reverse=True)[:MAX_TELLINGS]
    make = _told_by_runs if of_runs else _told_by_entries
    return tuple(make(reader, edge, stretch) for stretch in latest)


def _teller(reader: Reader, via: str) -> Entity | None:
    """The dataset, job or document whose history tells an edge."""
    kind = kind_of(via)
    node = reader.nodes((via,)).get(via)
    if node is None:
        return None
    named = str(node.properties.get("namespace", "")), str(node.properties.get("name", ""))
    if kind == "dataset":
        return DatasetId(*named)
    if kind == "job":
        return JobId(*named)
    if kind == "curation":
        return CurationId(str(node.properties["subject"]), str(node.properties["aspect"]))
    return DocumentId(str(node.properties["source"])) if kind == "document" else None


def _values(reader: Reader, address: Address, edge: Edge) -> Iterator[tuple[str, Stretch]]:
    """The values of a history that overlap the time of an edge."""
    for row in reader.scan(Space.STRETCH, [Range(address.stretches)]):
        closed = load_closed(row.value)
        if _overlaps(edge, instant_of(closed.stretch.first), instant_of(closed.at)):
            yield closed.key, closed.stretch
    if address.kind == FACTS:
        current = state.histories(reader, (address.entity,))
        ends = {key: stretch for history in current.values() for key, stretch in history.stretches.items()}
    else:
        folds = state.lineage_folds(reader, (address.entity,))
        ends = {key: stretch for fold in folds.values() for key, stretch in fold.stretches.items()}
        for fold in folds.values():
            for one in fold.open:
                for key, digest in one.values.items():
                    yield key, Stretch(digest, one.at, one.at)
    for key, stretch in ends.items():
        if _overlaps(edge, instant_of(stretch.first), None):
            yield key, stretch


def _overlaps(edge: Edge, begin: int, end: int | None) -> bool:
    begun = edge.valid_to is None or begin < edge.valid_to
    return begun and (end is None or edge.valid_from is None or end > edge.valid_from)


def _told_by_entries(reader: Reader, edge: Edge, stretch: Stretch) -> Telling:
    entries = reader.entries_at({stretch.first, stretch.last})
    evidence = [
        Evidence(entries[at], None, _facet(entries[at], edge), _said_at(entries[at], edge))
        for at in sorted({stretch.first, stretch.last}, reverse=True)
        if at in entries
    ]
    return Telling(instant_of(stretch.first), instant_of(stretch.last), 0, tuple(evidence))


def _said_at(entry: LogEntry, edge: Edge) -> SaidAt | None:
    return edge_said(entry, edge.spec) if entry.kind is EntryKind.DOCUMENT else None


def _told_by_runs(reader: Reader, edge: Edge, stretch: Stretch) -> Telling:
    """The first and the last run of a stretch; of each the last event that names both ends."""
    ranges = [Range(edge.via, low=stretch.first, high=f"{stretch.last}\0")]
    runs = reader.scan(Space.JOB_RUN, ranges, limit=MAX_EVENTS)
    evidence = []
    for place in sorted({stretch.first, stretch.last}, reverse=True):
        found = _event_of(reader, edge, f"run/{place[16:]}")
        if found is not None:
            evidence.append(found)
    return Telling(instant_of(stretch.first), instant_of(stretch.last), len(runs), tuple(evidence))


def _event_of(reader: Reader, edge: Edge, run_key: str) -> Evidence | None:
    run = state.run_states(reader, (run_key,)).get(run_key)
    if run is None:
        return None
    ranges = [Range(edge.via, low=run.first, high=f"{run.last}\0")]
    sights = [row.sort for row in reader.scan(Space.SIGHTING, ranges, reverse=True, limit=MAX_EVENTS)]
    for entry in _in_order(reader, sights):
        said = _said(entry)
        if said.run is not None and said.run.run.key == run_key and _names(said, edge):
            return Evidence(entry, run_key, _facet(entry, edge))
    return None


def _in_order(reader: Reader, order_keys: Sequence[str]) -> Iterator[LogEntry]:
    """Entries, some at a time: the first ones are mostly the wanted ones."""
    for start in range(0, len(order_keys), 20):
        some = order_keys[start : start + 20]
        found = reader.entries_at(some)
        yield from (found[at] for at in some if at in found)


def _names(said: Statements, edge: Edge) -> bool:
    """Whether an entry names the datasets of both ends, and for columns has the column lineage of the target."""
    named = {sighting.dataset.key for sighting in said.datasets}
    if said.job is not None:
        named.add(said.job.job.key)
    target = _home(edge.target)
    if edge.type in (Rel.FEEDS, Rel.INFLUENCES):
        run = said.run
        columns = run is not None and any(dataset.key == target for dataset in run.columns)
        return columns or (run is not None and (run.stated is not None or bool(run.values)))
    return {_home(edge.source), target} <= named


def _home(key: str) -> str:
    """The dataset of a field; what is no field is its own."""
    return (dataset_of(key) or key) if kind_of(key) == "field" else key


def _facet(entry: LogEntry, edge: Edge) -> FacetSource | None:
    """The facet of an event that tells an edge."""
    if entry.kind in _WITHOUT_FACETS:
        return None
    keys = FACETS_OF.get(Rel(edge.type), ()) if edge.type in set(Rel) else ()
    homes = {_home(edge.source), _home(edge.target)}
    return next((_source(key, one) for key, one in _facets(decode(entry.body), homes) if key in keys), None)


def _source(key: str, facet: Any) -> FacetSource:
    """Who wrote a facet, and by which schema, where it says so."""
    said = facet if isinstance(facet, dict) else {}
    producer, schema = said.get("_producer"), said.get("_schemaURL")
    return FacetSource(
        key, producer if isinstance(producer, str) else None, schema if isinstance(schema, str) else None
    )


def _facets(event: Any, homes: Collection[str]) -> Iterator[tuple[str, Any]]:
    """The facets of the datasets and the job of an event that are among ``homes``, or are its job's."""
    things: Iterable[Any] = (
        *_listed(event.get("outputs")),
        *_listed(event.get("inputs")),
        event.get("dataset"),
        event.get("job"),
    )
    for thing in things:
        if not isinstance(thing, dict) or not isinstance(thing.get("facets"), dict):
            continue
        namespace, name = thing.get("namespace"), thing.get("name")
        if not isinstance(namespace, str) or not isinstance(name, str):
            continue
        if thing is event.get("job") or DatasetId(namespace, name).key in homes:
            yield from thing["facets"].items()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def explain_facet(reader: Reader, key: str, facet: str) -> list[ExplainedFact]:
    """The values of a facet of a dataset or job over time, the latest first, and who sent each."""
    name = f"{state.FACET}{facet}"
    facts = state.timelines(reader, [(key, name)])[key, name][::-1][:MAX_TELLINGS]
    entries = reader.entries_at({at for fact in facts for at in (fact.first, fact.last)})
    return [
        ExplainedFact(
            fact,
            tuple(
                Evidence(entries[at], None, _sent(entries[at], key, facet))
                for at in sorted({fact.first, fact.last}, reverse=True)
                if at in entries
            ),
        )
        for fact in facts
    ]


def _sent(entry: LogEntry, home: str, key: str) -> FacetSource | None:
    if entry.kind in _WITHOUT_FACETS:
        return None
    return next((_source(key, one) for name, one in _facets(decode(entry.body), {home}) if name == key), None)
