"""Evidence: the log entry behind an order key, and who told the edges of a lineage answer last, by the histories."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from catalog import state, values
from catalog.aliases import dataset_of, is_dataset, is_job
from catalog.described import tellings
from catalog.entry import LogEntry
from catalog.fold.edges import DECLARED, Entity, Names, edge_specs
from catalog.fold.history import DATASET_COLUMNS, LINEAGE, NODE, load_closed
from catalog.fold.ledger import RUNS, SQL, Address
from catalog.graph import EdgeSpec
from catalog.identity import DatasetId, JobId
from catalog.instant import instant_of, sortable
from catalog.lifecycle import PREVIOUS
from catalog.lineage import LineageEdge
from catalog.store.port import Range, Reader, Space
from ontology.vocabulary import Origin

Ends = tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Sight:
    """One telling of an edge: when, by which ``run`` (key) or by which ``entry`` of the log (order key)."""

    at: int
    run: str | None = None
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """The part of time that an answer is about: [since, at]; both None: now."""

    at: int | None = None
    since: int | None = None

    @property
    def ended_after(self) -> int | None:
        """Values that ended at or before this say nothing here."""
        return self.at if self.since is None else self.since


def entry_prefix(order_key: str) -> str:
    """The beginning of the hash of the log entry at an order key: 32 hex digits."""
    return order_key[17:49]


def entry_of(reader: Reader, beginning: str) -> LogEntry | None:
    """The log entry whose hash begins so, as ``entry_prefix`` gives it or with more digits."""
    found = reader.log(beginning, 1)
    return found[0] if found and found[0].hash.startswith(beginning) else None


def run_sight(reader: Reader, run: str) -> Sight:
    """The last telling of what one run told: its last event. Raises UnknownNode where it has none."""
    return Sight(instant_of(state.run_state(reader, run).last), run=run)


def last_sights(
    reader: Reader, edges: Collection[LineageEdge], same: Mapping[str, str], moment: Moment
) -> dict[LineageEdge, Sight]:
    """The last telling of each edge by a run, a declaring entry or a document.

    ``same``: the key of an alias → the key that is shown for it.
    For a time that is past it is the last telling of the stretch that held then, even if that came later.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for alias, key in same.items():
        names[key].add(alias)
    tellers = _tellers(reader, edges, names)
    jobs = [key for key, entity in tellers.items() if isinstance(entity, JobId)]
    told: dict[str, dict[Ends, Sight]] = defaultdict(dict)
    found_values = [
        *_run_values(reader, jobs, moment),
        *_declared_values(reader, list(tellers), moment),
        *_document_values(reader, edges, names, moment),
    ]
    for value in found_values:
        for ends in _ends(tellers.get(value.teller), value, same):
            known = told[value.teller].get(ends)
            told[value.teller][ends] = value.sight if known is None else max(known, value.sight, key=_when)
    sql = _last_sql(found_values)
    found = {edge: _of_edge(edge, told, names) or _of_sql(edge, sql) for edge in edges}
    return {edge: sight for edge, sight in found.items() if sight is not None}


def _last_sql(found: Iterable["_Value"]) -> dict[str, Sight]:
    """The last telling of the SQL of each job."""
    sql: dict[str, Sight] = {}
    for value in found:
        if value.key == SQL:
            sql[value.teller] = max(sql.get(value.teller, value.sight), value.sight, key=_when)
    return sql


def _of_sql(edge: LineageEdge, sql: Mapping[str, Sight]) -> Sight | None:
    """The telling of the SQL that an edge was read from."""
    if Origin.PARSED not in edge.origins:
        return None
    jobs = (edge.job, edge.source, edge.target)
    return min((sql[job] for job in jobs if job is not None and job in sql), key=_when, default=None)


def _when(sight: Sight) -> int:
    return sight.at


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a history that stands for edges; ``text`` is its digest until it is loaded."""

    teller: str
    key: str
    text: str
    sight: Sight


def _tellers(
    reader: Reader, edges: Iterable[LineageEdge], names: Mapping[str, set[str]]
) -> dict[str, Entity]:
    """The jobs and declaring datasets that may have told the edges."""
    keys: set[str] = set()
    for edge in edges:
        keys |= {key for key in (edge.job, edge.source, edge.target) if key and is_job(key)}
        if edge.job is None:
            keys |= {home for name in (edge.target, *names.get(edge.target, ())) if (home := _home(name))}
    return {
        key: (DatasetId if is_dataset(key) else JobId)(
            str(node.properties["namespace"]), str(node.properties["name"])
        )
        for key, node in reader.nodes(keys).items()
    }


def _home(key: str) -> str | None:
    return key if is_dataset(key) else dataset_of(key)


def _run_values(reader: Reader, jobs: Collection[str], moment: Moment) -> list[_Value]:
    found: list[_Value] = []
    for job, fold in state.lineage_folds(reader, jobs).items():
        for key, stretch in fold.stretches.items():
            if moment.at is None or instant_of(stretch.first) <= moment.at:
                found.append(_Value(job, key, stretch.value, _position_sight(stretch.last)))
        for one in fold.open:
            if moment.at is None or instant_of(one.at) <= moment.at:
                found += [
                    _Value(job, key, digest, _position_sight(one.at)) for key, digest in one.values.items()
                ]
    found += _ended_values(reader, jobs, moment)
    texts = state.blobs(reader, {value.text for value in found})
    return [replace(value, text=texts[value.text]) for value in found if value.text in texts]


def _ended_values(reader: Reader, jobs: Collection[str], moment: Moment) -> list[_Value]:
    if moment.ended_after is None:
        return []
    partitions = {Address(job, RUNS).stretches: job for job in jobs}
    low = sortable(moment.ended_after + 1)
    found: list[_Value] = []
    for row in reader.scan(Space.STRETCH, [Range(partition, low=low) for partition in partitions]):
        closed = load_closed(row.value)
        if moment.at is None or instant_of(closed.stretch.first) <= moment.at:
            sight = _position_sight(closed.stretch.last)
            found.append(_Value(partitions[row.partition], closed.key, closed.stretch.value, sight))
    return found


def _position_sight(position: str) -> Sight:
    return Sight(instant_of(position), run=f"run/{position[16:]}")


def _declared_values(reader: Reader, keys: Collection[str], moment: Moment) -> list[_Value]:
    return [
        _Value(key, name, fact.text, Sight(instant_of(fact.last), entry=fact.last))
        for key, facts in state.facts(reader, keys, moment.at).items()
        for name in (DECLARED, DATASET_COLUMNS, LINEAGE, PREVIOUS, SQL)
        if (fact := facts.get(name)) is not None and fact.text is not None
    ]


def _document_values(
    reader: Reader, edges: Iterable[LineageEdge], names: Mapping[str, set[str]], moment: Moment
) -> list[_Value]:
    """What the documents that tell any of the edges say of the nodes that these leave."""
    documents: set[str] = set()
    nodes: set[str] = set()
    for edge in edges:
        if edge.documents:
            documents.update(edge.documents)
            for key in (edge.source, edge.dataset):
                nodes |= {key, *names.get(key, ())} if key is not None else set()
    found = [
        _Value(document, NODE + key, telling.digest, Sight(instant_of(telling.at), entry=telling.at))
        for key, told in (tellings(reader, nodes, moment.at) if documents else {}).items()
        for document, telling in told.items()
        if document in documents
    ]
    texts = state.blobs(reader, {value.text for value in found})
    return [replace(value, text=texts[value.text]) for value in found]


def _specs(entity: Entity | None, value: _Value) -> Iterable[EdgeSpec]:
    """The edges a value stands for; ``entity``: what tells it, None for a document."""
    names: Names = {}
    if entity is None:
        return values.decode_described(value.text).edges
    return edge_specs(entity, value.key, value.text, names)


def _ends(entity: Entity | None, value: _Value, same: Mapping[str, str]) -> set[Ends]:
    """The ends of the edges a value stands for, as shown; for declared columns their datasets too."""
    found: set[Ends] = set()
    for spec in _specs(entity, value):
        found.add((same.get(spec.source, spec.source), same.get(spec.target, spec.target)))
        if value.key == DATASET_COLUMNS:
            source, target = _home(spec.source), _home(spec.target)
            if source is not None and target is not None:
                found.add((same.get(source, source), same.get(target, target)))
    return found


def _of_edge(
    edge: LineageEdge, told: Mapping[str, Mapping[Ends, Sight]], names: Mapping[str, set[str]]
) -> Sight | None:
    if edge.dataset is not None and edge.job is None:
        writes = _latest(told, (edge.source, *edge.documents), {(edge.source, edge.dataset)})
        reads = _latest(told, (edge.target, *edge.documents), {(edge.dataset, edge.target)})
        return min(writes, reads, key=_when) if writes is not None and reads is not None else None
    homes = {home for name in (edge.target, *names.get(edge.target, ())) if (home := _home(name))}
    tellers = homes if edge.job is None else {edge.job}
    targets = {edge.target} if is_dataset(edge.target) else {edge.target, *homes}
    return _latest(told, (*tellers, *edge.documents), {(edge.source, target) for target in targets})


def _latest(
    told: Mapping[str, Mapping[Ends, Sight]], tellers: Iterable[str], ends: Iterable[Ends]
) -> Sight | None:
    ends = list(ends)
    found = [told.get(teller, {}).get(pair) for teller in tellers for pair in ends]
    return max((sight for sight in found if sight is not None), key=_when, default=None)
