"""What log entries did to the graph: computed from the histories, for some entries at once.

An entry is an observation at its order key; a run event is one of its run, which counts where the run began. So what an
entry did is what the fold says at that place: a value came or replaced another, was there already, or never held. It is
told as of now: an entry that came late did what it would have done in time.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from catalog import state
from catalog.fold.edges import Entity, edge_specs, origin_of, tells_edges
from catalog.fold.history import DELETED, Closed, Stretch, load_closed, load_observation
from catalog.fold.ledger import FACTS, RUNS, Address
from catalog.fold.runs import RunState, observation, position
from catalog.graph import EdgeSpec
from catalog.identity import JobId
from catalog.state import FACET
from catalog.statement import RunStatement, Statements
from catalog.store.port import Range, Reader, Space


class Effect(StrEnum):
    """What an entry did to one thing."""

    CAME = "CAME"
    CHANGED = "CHANGED"
    WENT = "WENT"
    REPEATED = "REPEATED"
    NOT_HELD = "NOT_HELD"


@dataclass(frozen=True, slots=True, order=True)
class FactEffect:
    """On a fact of a dataset, job, document or run: ``facet:<key>``, or the name of a property."""

    node: str
    name: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class EdgeEffect:
    """On an edge that a history tells; ``via``: whose history."""

    spec: EdgeSpec
    via: str
    origin: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Effects:
    """``nodes``: the nodes that the entry names itself, and if it was the first to do so."""

    nodes: tuple[tuple[str, Effect], ...] = ()
    facts: tuple[FactEffect, ...] = ()
    edges: tuple[EdgeEffect, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """An entry: where it stands, and what it says."""

    order_key: str
    said: Statements


@dataclass(frozen=True, slots=True)
class _Value:
    """A value at a place of a history: the digest that it gives, and the one that it replaced there."""

    address: Address
    key: str
    new: str | None
    old: str | None
    effect: Effect


@dataclass
class _Known:
    """What is read for all entries at once."""

    runs: Mapping[str, RunState]
    observed: dict[tuple[Address, str], Mapping[str, str]] = field(default_factory=dict)
    stretches: dict[Address, Mapping[str, Stretch]] = field(default_factory=dict)
    open: dict[Address, Collection[str]] = field(default_factory=dict)
    unsettled: set[tuple[Address, str]] = field(default_factory=set)
    closed: dict[Address, list[Closed]] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def effects(reader: Reader, told: Sequence[Told]) -> list[Effects]:
    """What each of the entries did, in their order. The number of questions does not grow with the entries."""
    entities = [_entities(one.said) for one in told]
    runs = state.run_states(reader, {one.said.run.run.key for one in told if one.said.run is not None})
    known = _Known(runs)
    places = [_places(one, found, runs) for one, found in zip(told, entities, strict=True)]
    _read(reader, known, {place for some in places for place in some}, entities)
    judged = [[value for place in some for value in _judged(known, *place)] for some in places]
    digests = {d for some in judged for value in some for d in (value.new, value.old) if d}
    known.texts = state.blobs(reader, digests)
    return [
        _effects(known, one, found, values) for one, found, values in zip(told, entities, judged, strict=True)
    ]


def _entities(said: Statements) -> dict[str, Entity]:
    """What an entry names itself."""
    found: list[Entity] = [sighting.dataset for sighting in said.datasets]
    if said.job is not None:
        found.append(said.job.job)
    if said.run is not None:
        found += [said.run.run, said.run.job]
    if said.document is not None:
        found.append(said.document.document)
    return {entity.key: entity for entity in found}


def _places(
    told: Told, entities: Mapping[str, Entity], runs: Mapping[str, RunState]
) -> list[tuple[Address, str]]:
    """Where an entry stands in the histories."""
    run = told.said.run
    found = [(Address(key), told.order_key) for key in entities if run is None or key != run.run.key]
    if run is not None and _tells(run) and run.run.key in runs and run.job.key in runs[run.run.key].parts:
        found.append((Address(run.job.key, RUNS), position(runs[run.run.key], run.job.key)))
    return found


def _tells(run: RunStatement) -> bool:
    """Whether an event tells something of the lineage of its job, beside that its run goes on."""
    return bool(run.inputs or run.outputs or run.stated or run.values)


def _read(
    reader: Reader,
    known: _Known,
    places: Collection[tuple[Address, str]],
    entities: Iterable[Mapping[str, Entity]],
) -> None:
    facts = {address.entity for address, _ in places if address.kind == FACTS}
    jobs = {address.entity for address, _ in places if address.kind == RUNS}
    for key, history in state.histories(reader, facts).items() if facts else ():
        known.stretches[Address(key)] = history.stretches
    for key, fold in state.lineage_folds(reader, jobs).items() if jobs else ():
        address = Address(key, RUNS)
        known.stretches[address] = fold.stretches
        known.open[address] = [one.at for one in fold.open]
    sightings = [(address.entity, at) for address, at in places if address.kind == FACTS]
    for (key, at), text in (reader.records(Space.SIGHTING, sightings) if sightings else {}).items():
        known.observed[Address(key), at] = load_observation(at, text).values
    for run in known.runs.values():
        for job in run.parts:
            seen = observation(run, job)
            if seen is not None:
                known.observed[Address(job, RUNS), seen.at] = seen.values
                if not seen.settled:
                    known.unsettled.add((Address(job, RUNS), seen.at))
    addresses = {address.stretches: address for address, _ in places}
    lows = {address: min(at for other, at in places if other == address) for address, _ in places}
    ranges = [Range(partition, low=lows[address]) for partition, address in addresses.items()]
    for row in reader.scan(Space.STRETCH, ranges) if ranges else ():
        known.closed.setdefault(addresses[row.partition], []).append(load_closed(row.value))
    known.first = state.first_sights(reader, {key for some in entities for key in some} - known.runs.keys())


def _judged(known: _Known, address: Address, at: str) -> list[_Value]:
    """What the fold makes of an observation at its place."""
    values = known.observed.get((address, at))
    if values is None:  # of a run that failed, or of what a command has covered
        return []
    closed = known.closed.get(address, [])
    replaced = {one.key: one.stretch.value for one in closed if one.at == at}
    found = [
        _Value(address, key, None, old, Effect.WENT) for key, old in replaced.items() if key not in values
    ]
    is_open = at in known.open.get(address, ())
    for key, digest in values.items():
        stretches = [one.stretch for one in closed if one.key == key and one.at > at]
        current = known.stretches.get(address, {}).get(key)
        inside = [one for one in (*stretches, current) if one is not None and one.first <= at <= one.last]
        if (address, at) in known.unsettled:
            effect = Effect.CAME if is_open else Effect.REPEATED
        elif not inside or inside[0].value != digest:
            effect = Effect.NOT_HELD
        elif inside[0].first != at:
            effect = Effect.REPEATED
        elif digest == DELETED:
            effect = Effect.WENT if key in replaced else Effect.REPEATED
        else:
            effect = Effect.CHANGED if replaced.get(key, DELETED) != DELETED else Effect.CAME
        found.append(_Value(address, key, digest, replaced.get(key), effect))
    return found


def _effects(known: _Known, told: Told, entities: Mapping[str, Entity], judged: Sequence[_Value]) -> Effects:
    nodes = []
    for key in sorted(entities):
        run = known.runs.get(key)
        first = known.first.get(key) if run is None else run.first
        nodes.append((key, Effect.CAME if first == told.order_key else Effect.REPEATED))
    facts = [
        FactEffect(value.address.entity, value.key, value.effect)
        for value in judged
        if value.address.kind == FACTS
    ]
    facts += _run_facts(known, told)
    edges = [edge for value in judged if tells_edges(value.key) for edge in _edges(known, entities, value)]
    edges += _attempted(known, told, judged)
    order = sorted(edges, key=lambda one: (one.spec.type, one.spec.source, one.spec.target, one.effect))
    return Effects(tuple(nodes), tuple(sorted(facts)), tuple(order))


def _run_facts(known: _Known, told: Told) -> Iterable[FactEffect]:
    """Of the facets of a run the newest of each key stands; of its state the deciding event."""
    said = told.said.run
    run = None if said is None else known.runs.get(said.run.key)
    if said is None or run is None:
        return
    for key in said.facets:
        stands = key in run.facets and run.facets[key][1] == told.order_key
        yield FactEffect(said.run.key, f"{FACET}{key}", Effect.CAME if stands else Effect.NOT_HELD)
    decided = run.terminal or run.active
    if decided is not None and decided[1] == told.order_key:
        yield FactEffect(said.run.key, "state", Effect.CAME)


def _edges(known: _Known, entities: Mapping[str, Entity], value: _Value) -> Iterable[EdgeEffect]:
    entity = entities[value.address.entity]
    new, old = _specs(known, entity, value.key, value.new), _specs(known, entity, value.key, value.old)
    via, origin = entity.key, origin_of(entity, value.key)
    told = value.effect
    for spec in new:
        came = told in (Effect.CAME, Effect.CHANGED)
        effect = (Effect.REPEATED if spec in old else Effect.CAME) if came else told
        yield EdgeEffect(spec, via, origin, effect)
    if told is not Effect.NOT_HELD:
        for spec in old - new:
            yield EdgeEffect(spec, via, origin, Effect.WENT)


def _specs(known: _Known, entity: Entity, key: str, digest: str | None) -> frozenset[EdgeSpec]:
    text = known.texts.get(digest) if digest else None
    return frozenset() if text is None else frozenset(edge_specs(entity, key, text, {}))


def _attempted(known: _Known, told: Told, judged: Sequence[_Value]) -> Iterable[EdgeEffect]:
    """The datasets of a run that failed: they are no lineage of its job."""
    said = told.said.run
    if said is None or any(value.address.kind == RUNS for value in judged):
        return
    job: JobId = said.job
    for dataset in said.inputs:
        yield EdgeEffect(EdgeSpec("CONSUMED_BY", dataset.key, job.key), job.key, "OBSERVED", Effect.NOT_HELD)
    for dataset in said.outputs:
        yield EdgeEffect(EdgeSpec("PRODUCES", job.key, dataset.key), job.key, "OBSERVED", Effect.NOT_HELD)
