"""Writing derived lineage: in one transaction the edges of some jobs become what was computed, and their marks go.

Computing happens outside of any transaction. So before writing it is made sure that nothing has changed meanwhile:
the marks of the jobs are still those that were there before the computation began to read. Of what a job was not yet
registered for when it was read, the journal of the graph tells whether it has changed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.changes import Position, changes_since, note_changes, position
from catalog.command import Command, briefly
from catalog.derivation.definers import Definers, stored_definers
from catalog.derivation.intervals import Interval, joined
from catalog.derivation.marks import (
    MARKS,
    REPORT,
    Records,
    defined_in,
    mark,
    marks_of,
    name_lock,
    named,
    past_report,
    past_reports,
    register,
    register_also,
    registered,
    retells,
    users,
    uses,
)
from catalog.fold.dataset_nodes import normal_forms
from catalog.fold.descriptions import Descriptions
from catalog.fold.edges import Entity, reconcile
from catalog.fold.ledger import FACTS
from catalog.fold.nodes import settle
from catalog.fold.settling import Settling
from catalog.fold.workspace import Workspace
from catalog.graph import Edge, EdgeSpec
from catalog.identity import DatasetId, FieldId
from catalog.instant import MIN_INSTANT
from catalog.store.port import ChangeSet, Reader, Space, Transaction
from ontology.vocabulary import Origin, Rel

MAX_CHANGES = 200
"""How many changes of the graph are looked through: behind more, it is cheaper to compute again."""

DERIVED = (Rel.CONSUMED_BY, Rel.PRODUCES, Rel.FEEDS, Rel.INFLUENCES, Rel.USED_BY, Rel.HAS_FIELD)
"""The relationships that are derived."""


@dataclass(frozen=True, slots=True)
class Result:
    """The derived lineage of a job: edges with when they hold, the entities at their ends by key, the places where the
    job is registered for what it depends on (``catalog.derivation.marks``), a report, and those of SQL of the past, by
    the instant from which it held."""

    job: str
    edges: Mapping[EdgeSpec, Sequence[Interval]]
    entities: Mapping[str, Entity]
    places: Mapping[str, str]
    report: str | None
    past: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dependence:
    """What a job depends on: its places, and the datasets and names (namespace, last part) that they are of."""

    places: Collection[str]
    datasets: Collection[str]
    names: Collection[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Basis:
    """What results were computed from: a position of the graph from before anything was read, the dependences by job,
    the definers that were registered, and the commands of operators."""

    since: Position
    wanted: Mapping[str, Dependence]
    definers: Definers
    commands: tuple[Command, ...]


def prepare(transaction: Transaction, wanted: Mapping[str, Dependence]) -> None:
    """Register jobs for what they depend on, before it is read, and mark those that have no mark.

    What they depend on is locked: so whoever changes it has either committed before, or will see the registration.
    Raises Frozen.
    """
    transaction.lock(_locked_for(wanted))
    known = registered(transaction, list(wanted))
    marks = marks_of(transaction, list(wanted))
    records = mark(job for job in wanted if not marks[job])
    for job, one in wanted.items():
        records.update(register_also(job, known.get(job, frozenset()), one.places))
    transaction.apply(ChangeSet(records=records))
    note_changes(transaction, ())


def _locked_for(wanted: Mapping[str, Dependence]) -> set[str]:
    names = {name_lock(*name) for one in wanted.values() for name in one.names}
    datasets = {dataset for one in wanted.values() for dataset in one.datasets}
    return {*wanted, *datasets, *names}


def is_prepared(reader: Reader, wanted: Mapping[str, Dependence]) -> bool:
    """Whether nothing is left to register."""
    known = registered(reader, list(wanted))
    return all(set(one.places) <= known.get(job, frozenset()) for job, one in wanted.items())


def write(
    transaction: Transaction,
    results: Sequence[Result],
    marks: Mapping[str, set[str]],
    basis: Basis | None = None,
    among: Collection[str] = (),
) -> bool:
    """Write results, unless something has overtaken them: then it answers False.

    ``marks``: those of the jobs from before they were read. ``basis``: None where the jobs were registered before they
    were read, so that other marks tell all; else what it names must be the same still.
    ``among``: all jobs of a group of which this is a part; their marks stay, until ``unmark``. Raises Frozen.
    """
    work = Workspace(transaction)
    jobs = [result.job for result in results]
    depended = set() if basis is None else _locked_for(basis.wanted)
    work.lock({*jobs, *depended, *(key for result in results for key in _datasets(result))})
    if marks_of(transaction, jobs) != {job: marks[job] for job in jobs}:
        return False
    if basis is not None and _is_overtaken(transaction, basis):
        return False
    places = registered(transaction, jobs)
    old = transaction.scan(Space.DERIVE, past_reports(jobs))
    work.records.update({(row.space, row.partition, row.sort): None for row in old})
    for result in results:
        work.names.update(result.entities)
        desired = {(spec, Origin.PARSED): joined(intervals) for spec, intervals in result.edges.items()}
        stored = transaction.edges_told_by(result.job, Origin.PARSED, MIN_INSTANT, DERIVED)
        work.change_edges(reconcile(result.job, stored, desired, MIN_INSTANT), stored)
        work.records.update(register(result.job, places.get(result.job, frozenset()), result.places))
        work.records[Space.DERIVE, result.job, REPORT] = result.report
        work.records.update(_past(result))
    if not among:
        work.records.update(_without({job: marks[job] for job in jobs}))
    _mark_others(work, places, results, {*jobs, *among})
    _settle(work)
    transaction.apply(work.changes())
    note_changes(transaction, work.touched_nodes())
    return True


def _past(result: Result) -> Records:
    return {(Space.DERIVE, result.job, past_report(start)): text for start, text in result.past.items()}


def take_over(transaction: Transaction, edges: Collection[Edge], names: Mapping[str, Entity]) -> None:
    """Write edges that were derived elsewhere, with the nodes that follow from them. ``names``: of their ends."""
    work = Workspace(transaction)
    work.names.update(names)
    work.edges.update({edge.id: edge for edge in edges})
    _settle(work)
    transaction.apply(work.changes())


def unmark(transaction: Transaction, marks: Mapping[str, set[str]]) -> bool:
    """Take the marks from jobs all of which were written, unless one has other marks now: then it answers False.

    Raises Frozen.
    """
    transaction.lock(marks)
    if marks_of(transaction, list(marks)) != marks:
        return False
    transaction.apply(ChangeSet(records=_without(marks)))
    note_changes(transaction, ())
    return True


def _without(marks: Mapping[str, set[str]]) -> Records:
    return {(Space.DERIVE, MARKS, sort): None for sorts in marks.values() for sort in sorts}


def give_up(transaction: Transaction, job: str, report: str) -> None:
    """Write nothing of a job but a report. It stays registered as it is, so that what it depends on marks it again.

    Raises Frozen.
    """
    transaction.lock((job,))
    known = registered(transaction, (job,)).get(job, frozenset())
    places = {place: "" for place in known if not defined_in((place,))}
    write(transaction, [Result(job, {}, {}, places, report)], marks_of(transaction, (job,)))


def _is_overtaken(transaction: Transaction, basis: Basis) -> bool:
    """Whether anything that a basis names may be another now."""
    changes = changes_since(transaction, basis.since, MAX_CHANGES)
    if changes is None or changes.until != position(transaction):
        return True
    datasets = {dataset for one in basis.wanted.values() for dataset in one.datasets}
    names = {(namespace, last.casefold()) for one in basis.wanted.values() for namespace, last in one.names}
    retelling = {job for job, one in basis.wanted.items() if retells(job) in one.places}
    if not (datasets | retelling).isdisjoint(changes.keys) or not names.isdisjoint(_names_of(changes.keys)):
        return True
    commanded = tuple(briefly(transaction))
    return commanded != basis.commands or stored_definers(transaction, datasets) != basis.definers


def _names_of(keys: Collection[str]) -> set[tuple[str, str]]:
    """The names of the datasets among nodes, as ``Dependence`` tells names, in lower case."""
    found = {name for key in keys if (name := named(key)) is not None}
    return {(namespace, last.casefold()) for namespace, last in found}


def _datasets(result: Result) -> set[str]:
    """The datasets at the ends of the edges: locked with the job, in the order in which ingest locks them."""
    homes = {one.dataset.key for one in result.entities.values() if isinstance(one, FieldId)}
    keys = homes | {one.key for one in result.entities.values() if isinstance(one, DatasetId)}
    return keys | normal_forms(keys)


def _mark_others(
    work: Workspace, known: Mapping[str, frozenset[str]], results: Sequence[Result], settled: Collection[str]
) -> None:
    """Mark the jobs that have come to use a dataset meanwhile of which another job infers the schema now."""
    datasets = {edge.source for edge in work.touched_edges() if edge.type == Rel.HAS_FIELD}
    for result in results:
        datasets |= defined_in(known.get(result.job, frozenset())) ^ defined_in(result.places)
    work.lock(datasets)
    others = users(work.transaction, {uses(dataset) for dataset in datasets})
    work.records.update(mark(sorted(others.difference(settled))))


def _settle(work: Workspace) -> None:
    """Bring the nodes in line: fields that only SQL names come and go with it."""

    def is_sighted(keys: Collection[str]) -> set[str]:
        found = work.transaction.records(Space.STATE, [(key, FACTS) for key in keys]) if keys else {}
        return {key for key, _ in found}

    if work.edges:
        settle(Settling(work, is_sighted, {}, (), {}, Descriptions(work)))
