"""The fold of one batch of entries: facts, documents, runs and the lineage of jobs; then nodes and implied edges."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from catalog.derivation.causes import note_causes, note_rulings
from catalog.fold import documents, snapshots
from catalog.fold.descriptions import Descriptions
from catalog.fold.edges import Entity
from catalog.fold.facet_places import facets_of, place_facets
from catalog.fold.history import History, load_history
from catalog.fold.known import Known, Said
from catalog.fold.ledger import FACTS, RUNS, fold_changes
from catalog.fold.nodes import settle
from catalog.fold.run_lineage import fold_runs
from catalog.fold.runs import RunState, load_run
from catalog.fold.settling import Settling
from catalog.fold.sights import observed, sights_of
from catalog.fold.snapshots import Sight
from catalog.fold.workspace import Workspace
from catalog.identity import DOCUMENT_KINDS, CurationId, DocumentId, JobId, RunId, kind_of
from catalog.lifecycle import LIFECYCLE
from catalog.receipts import problem_records
from catalog.store.port import Space


def fold_batch(work: Workspace, batch: Sequence[Said], horizon: str) -> None:
    work.entries.extend(entry for entry, _ in batch)
    work.records.update(problem_records(entry for entry, _ in batch))
    for _, said in batch:
        if said.command is not None:
            work.records.update(said.command.records())
    entities = _entities(batch)
    work.names.update(entities)
    known = _read(work, entities)
    fresh = _fold_facts(work, batch, known, entities, horizon)
    touched_runs = fold_runs(work, batch, known, entities)
    descriptions = Descriptions(work)
    described = documents.describe(work, descriptions, known.versions) if known.versions else set()
    others = _read_others(work, known, described - entities.keys())
    sighted = {*known.facts, *known.runs, *others}
    read = entities.keys() | described

    def is_sighted(keys: Collection[str]) -> set[str]:
        unread = [(key, FACTS) for key in keys if key not in sighted and key not in read]
        found = {key for key, _ in work.transaction.records(Space.STATE, unread)} if unread else set()
        return {key for key in keys if key in sighted} | found

    settle(Settling(work, is_sighted, known.facts, fresh, touched_runs, descriptions, described, others))
    histories = [*known.facts.items(), *known.lineages.items()]
    note_causes(work, histories, known.lineages.keys() - entities.keys())
    note_rulings(work, [said.command for _, said in batch if said.command is not None])


def _read_others(work: Workspace, known: Known, described: Collection[str]) -> dict[str, RunState]:
    """Read what events said of nodes that only documents of this batch are about; gives the runs among them."""
    sighted = ("dataset", "job", "run", *DOCUMENT_KINDS)
    addresses = [(key, FACTS) for key in described if kind_of(key) in sighted]
    runs: dict[str, RunState] = {}
    for (key, _), text in work.transaction.records(Space.STATE, addresses).items() if addresses else ():
        if kind_of(key) == "run":
            runs[key] = load_run(text)
        else:
            known.facts[key] = load_history(text)
    return runs


def _entities(batch: Sequence[Said]) -> dict[str, Entity]:
    """What a batch sights: its datasets, jobs and runs by key."""
    found: dict[str, Entity] = {}
    for _, said in batch:
        sighted: list[Entity] = [sighting.dataset for sighting in said.datasets]
        if said.job is not None:
            sighted.append(said.job.job)
        if said.run is not None:
            sighted += [said.run.run, said.run.job]
        if said.document is not None:
            sighted.append(said.document.document)
        if said.snapshot is not None:
            sighted += snapshots.sighted(said.snapshot)
        found.update({entity.key: entity for entity in sighted})
    return found


def _read(work: Workspace, entities: Mapping[str, Entity]) -> Known:
    addresses = [(key, FACTS) for key in entities]
    addresses += [(key, RUNS) for key, entity in entities.items() if isinstance(entity, JobId)]
    known = Known()
    for (key, kind), text in work.transaction.records(Space.STATE, addresses).items():
        if isinstance(entities[key], RunId):
            known.runs[key] = load_run(text)
        elif kind == RUNS:
            known.lineages[key] = load_history(text)
        else:
            known.facts[key] = load_history(text)
    return known


def _fold_facts(
    work: Workspace, batch: Sequence[Said], known: Known, entities: Mapping[str, Entity], horizon: str
) -> set[str]:
    """Fold the sightings of datasets and jobs, and the versions of documents; gives the keys of datasets and jobs whose
    current facts changed or that are new."""
    fresh: set[str] = set()
    for key, observations in observed(work, known.facts, _sights(batch), horizon).items():
        before = known.facts.get(key)
        only_adds = min(observations) >= horizon  # before it, retention takes observations back
        advanced = fold_changes(work, entities[key], FACTS, before, observations, only_adds=only_adds)
        known.facts[key] = advanced.history
        place_facets(work, key, facets_of(before), facets_of(advanced.history))
        if isinstance(entities[key], DocumentId | CurationId):
            told = {at: one for at, one in observations.items() if one is not None}
            known.versions[key] = documents.Version(before, advanced, told)
        elif before is None or _current(before) != _current(known.facts[key]):
            fresh.add(key)
    return fresh


def _sights(batch: Sequence[Said]) -> Iterator[Sight]:
    for entry, said in batch:
        yield from sights_of(entry.order_key, said)


def _current(history: History) -> dict[str, tuple[str, str | None]]:
    """The values at the end; of what tells since when a thing is no more, also since when it holds."""
    return {
        key: (stretch.value, stretch.first if key == LIFECYCLE else None)
        for key, stretch in history.stretches.items()
    }
