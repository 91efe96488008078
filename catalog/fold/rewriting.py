"""Histories and runs rewritten: what a command takes back, in one transaction with all that follows from it.

What folds need is the same as for new entries, but that observations go or change instead of coming.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from catalog.fold import documents
from catalog.fold.descriptions import Descriptions
from catalog.fold.edges import Entity, told_by_document
from catalog.fold.facet_places import facets_of, place_facets
from catalog.fold.history import History, Observation, load_history
from catalog.fold.ledger import FACTS, RUNS, fold_changes
from catalog.fold.nodes import settle
from catalog.fold.run_nodes import ANCESTRY
from catalog.fold.run_places import note_change, order_run, standing
from catalog.fold.runs import RunState, dump_run, load_run
from catalog.fold.settling import Settling
from catalog.fold.workspace import Workspace
from catalog.graph import Direction
from catalog.identity import CurationId, DocumentId, JobId, kind_of
from catalog.store.port import Space

Changes = Mapping[str, Observation | None]
"""Order key → the observation there now, or None where one was and is no more."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """``facts``: entity → what becomes of its observations. ``runs``: run key → (its state, what becomes of it).

    ``unnamed``: of documents in ``facts``, the nodes that some of their versions do not name any more.
    """

    facts: Mapping[Entity, Changes] = field(default_factory=dict)
    runs: Mapping[str, tuple[RunState, RunState | None]] = field(default_factory=dict)
    unnamed: Mapping[str, Collection[str]] = field(default_factory=dict)

    def touched(self) -> set[str]:
        """The keys to lock."""
        keys = {entity.key for entity in self.facts} | self.runs.keys()
        for states in self.runs.values():
            keys |= {job for state in states if state is not None for job in state.parts}
        return keys


def rewrite(work: Workspace, what: Rewriting) -> None:
    """Fold the changes in, and bring nodes and edges in line. ``what.touched()`` is locked."""
    work.names.update({entity.key: entity for entity in what.facts})
    facts, versions = _rewrite_facts(work, what.facts)
    _rewrite_runs(work, what.runs)
    descriptions = Descriptions(work)
    described = documents.describe(work, descriptions, versions) if versions else set()
    described |= documents.unname(work, descriptions, versions, what.unnamed)
    runs = {key: after for key, (_, after) in what.runs.items() if after is not None}
    changed = {entity.key for entity in what.facts}
    gone = (changed - facts.keys()) | (what.runs.keys() - runs.keys())
    others = _read_others(work, described - changed - what.runs.keys(), facts)
    _drop_ancestry(work, gone)

    def is_sighted(keys: Collection[str]) -> set[str]:
        asked = [(key, FACTS) for key in keys if key not in gone]
        return {key for key, _ in work.transaction.records(Space.STATE, asked)} if asked else set()

    settle(Settling(work, is_sighted, facts, changed, runs, descriptions, described, others, gone=gone))


def _rewrite_facts(
    work: Workspace, changed: Mapping[Entity, Changes]
) -> tuple[dict[str, History], dict[str, documents.Version]]:
    """The histories that are left, and what becomes of those of documents."""
    addresses = [(entity.key, FACTS) for entity in changed]
    stored = work.transaction.records(Space.STATE, addresses) if addresses else {}
    found: dict[str, History] = {}
    versions: dict[str, documents.Version] = {}
    for entity, changes in changed.items():
        before = load_history(stored[entity.key, FACTS])
        advanced = fold_changes(work, entity, FACTS, before, changes)
        left = advanced.history if advanced.history.last is not None else None
        place_facets(work, entity.key, facets_of(before), facets_of(left))
        if left is not None:
            found[entity.key] = left
        if isinstance(entity, DocumentId | CurationId):
            observed = {at: one for at, one in changes.items() if one is not None}
            versions[entity.key] = documents.Version(before, advanced, observed)
    return found, versions


def _read_others(work: Workspace, keys: Collection[str], facts: dict[str, History]) -> dict[str, RunState]:
    """Read what events say of nodes of which documents say something else; gives the runs among them."""
    asked = [(key, FACTS) for key in keys if kind_of(key) in ("dataset", "job", "run")]
    runs: dict[str, RunState] = {}
    for (key, _), text in work.transaction.records(Space.STATE, asked).items() if asked else ():
        if kind_of(key) == "run":
            runs[key] = load_run(text)
        else:
            facts[key] = load_history(text)
    return runs


def _rewrite_runs(work: Workspace, runs: Mapping[str, tuple[RunState, RunState | None]]) -> None:
    changes: dict[JobId, dict[str, Observation | None]] = {}
    for key, (before, after) in runs.items():
        parts = {**before.parts, **({} if after is None else after.parts)}
        for job_key, part in parts.items():
            job = JobId(*part.job)
            work.names[job_key] = job
            was, is_now = standing(before, job_key), standing(after, job_key)
            order_run(work, job_key, key, was.place, is_now.place)
            note_change(changes.setdefault(job, {}), was.observation, is_now.observation)
        place_facets(work, key, before.facets, () if after is None else after.facets)
        work.records[Space.STATE, key, FACTS] = None if after is None else dump_run(after)
        work.retold.add(key)
    addresses = [(job.key, RUNS) for job in changes]
    stored = work.transaction.records(Space.STATE, addresses) if addresses else {}
    for job, changed in changes.items():
        if changed:
            text = stored.get((job.key, RUNS))
            fold_changes(work, job, RUNS, None if text is None else load_history(text), changed)


def _drop_ancestry(work: Workspace, gone: Collection[str]) -> None:
    """The edges by which runs that are gone named their parents and roots."""
    runs = [key for key in gone if key.startswith("run/")]
    for edge in work.transaction.edges(runs, ANCESTRY, Direction.OUT) if runs else []:
        if not told_by_document(edge):
            work.change_edges({edge.id: None}, (edge,))
