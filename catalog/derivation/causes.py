"""What a transaction of the folds changes that derived lineage depends on: it leaves marks for the jobs concerned."""

from collections.abc import Collection, Iterable

from catalog.alias_rulings import Pair, is_ruling
from catalog.command import Command
from catalog.derivation.marks import (
    NAME_LOCKS,
    awaited_in,
    awaits,
    bears,
    is_table,
    mark,
    name_lock,
    named,
    retells,
    users,
    uses,
)
from catalog.fold.edges import told_by_document
from catalog.fold.history import History
from catalog.fold.ledger import SQL
from catalog.fold.workspace import Workspace
from catalog.forget import Scope
from catalog.graph import Edge, Node
from catalog.identity import kind_of
from catalog.names import last_part
from catalog.store.port import Space
from ontology.vocabulary import Origin, Rel


def note_causes(
    work: Workspace,
    histories: Iterable[tuple[str, History]] | None = None,
    half_read: Collection[str] = (),
) -> None:
    """Mark the jobs whose derived lineage may be another after this transaction.

    ``histories``: the histories of jobs that were read, of facts and of runs, as they are now, by the job's key; they
    tell which jobs have SQL. None: any may have. ``half_read``: jobs of which the facts were not read; these may have.
    """
    marked = work.resql | _without_history(work)
    if histories is None:
        marked |= _jobs_with_other_sides(work)
    else:
        told_sql = {job for job, history in histories if _tells_sql(history)} | {*half_read}
        marked |= told_sql & _jobs_with_other_sides(work) if told_sql else set()
    partitions = {uses(dataset) for dataset in _with_other_schemas(work)} | _other_names(work)
    partitions |= _going_by_others(work, _with_other_links(work))
    if partitions:
        marked |= users(work.transaction, partitions)
    work.records.update(mark(sorted(marked)))


def note_forgotten(work: Workspace, scopes: Iterable[Scope]) -> None:
    """Mark the jobs whose SQL may name what is forgotten: from now on such a name means nothing before the command."""
    partitions: set[str] = set()
    for scope in scopes:
        if scope.kind == "dataset":
            name = scope.namespace, last_part(scope.name)
            work.lock({name_lock(*name)})
            partitions.add(awaits(*name))
        elif scope.kind == "namespace":
            work.lock(NAME_LOCKS)
            partitions |= awaited_in(work.transaction, scope.namespace)
    if partitions:
        work.records.update(mark(sorted(users(work.transaction, partitions))))


def note_retold(work: Workspace, jobs: Iterable[str]) -> None:
    """Mark those of the jobs whose SQL, as last told, names what is forgotten."""
    work.records.update(mark(sorted(users(work.transaction, {retells(job) for job in jobs}))))


def note_rulings(work: Workspace, commands: Iterable[Command]) -> None:
    """Mark the jobs whose SQL may name a dataset by a name that an operator takes from it, or gives back."""
    keys = {key for one in commands if is_ruling(one) for key in Pair.of(one.terms).keys}
    if keys:
        work.lock(keys)
        partitions = _going_by_others(work, keys)
        work.records.update(mark(sorted(users(work.transaction, partitions))))


def _without_history(work: Workspace) -> set[str]:
    """Jobs of which a history is no more."""
    return {
        key
        for (space, key, _), value in work.records.items()
        if value is None and space is Space.STATE and kind_of(key) == "job"
    }


def _tells_sql(history: History) -> bool:
    observed = (*history.before.open, *([history.last] if history.last is not None else []))
    return SQL in history.before.stretches or any(SQL in one.values for one in observed)


def _jobs_with_other_sides(work: Workspace) -> set[str]:
    """Jobs that read or write other datasets than before, by what they say themselves."""
    sides = (Rel.CONSUMED_BY, Rel.PRODUCES)
    return {
        edge.via
        for edge in work.touched_edges()
        if edge.type in sides and edge.origin != Origin.PARSED and kind_of(edge.via) == "job"
    }


def _with_other_schemas(work: Workspace) -> set[str]:
    """Datasets whose schema is another than before."""
    return {edge.source for edge in work.touched_edges() if is_sent(edge)}


def _with_other_links(work: Workspace) -> set[str]:
    """Names whose links are others than before."""
    links = [edge for edge in work.touched_edges() if edge.type == Rel.ALIAS_OF]
    return {end for edge in links for end in (edge.source, edge.target)}


def _going_by_others(work: Workspace, datasets: Iterable[str]) -> set[str]:
    """The partitions of the jobs whose SQL may mean datasets that go by other names now: they use them, or their names
    in SQL end alike."""
    found: set[str] = set()
    for dataset in datasets:
        found.add(uses(dataset))
        name = named(dataset)
        if name is not None:
            work.lock({name_lock(*name)})
            found.add(awaits(*name))
    return found


def is_sent(edge: Edge) -> bool:
    """Whether an edge tells a field by a schema that was sent: by events about the dataset, or in a document."""
    return edge.type == Rel.HAS_FIELD and (edge.via == edge.source or told_by_document(edge))


def _other_names(work: Workspace) -> set[str]:
    """Keep the index of the names of datasets; gives under which names jobs wait for what has changed.

    Only tables are in it: what else there is comes and goes with derived lineage too, which does not pass here.
    """
    found: dict[tuple[str, str], dict[str, Node | None]] = {}
    for key, node in work.nodes.items():
        name = named(key) if kind_of(key) == "dataset" else None
        if name is not None:
            found.setdefault(name, {})[key] = node
    if found:
        work.lock({name_lock(*name) for name in found})
    for name, nodes in found.items():
        for key, node in nodes.items():
            borne = node is not None and is_table(node)
            work.records[Space.DERIVE, bears(*name), key] = "" if borne else None
    return {awaits(*name) for name in found}
