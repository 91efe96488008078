"""The events of runs folded to their states, and these to the lineage of the jobs they ran."""

from collections.abc import Mapping, Sequence

from catalog.fold.edges import Entity
from catalog.fold.facet_places import place_facets
from catalog.fold.history import Observation, load_history
from catalog.fold.known import Known, Said
from catalog.fold.ledger import FACTS, RUNS, fold_changes
from catalog.fold.run_joins import join
from catalog.fold.run_places import note_change, order_run, standing
from catalog.fold.runs import RunState, dump_run, merge
from catalog.fold.workspace import Workspace
from catalog.identity import JobId
from catalog.statement import RunStatement
from catalog.store.port import Space


def fold_runs(
    work: Workspace, batch: Sequence[Said], known: Known, entities: Mapping[str, Entity]
) -> dict[str, RunState]:
    """Fold the events of runs, then the lineage of the jobs they ran."""
    statements = [(entry.order_key, said.run) for entry, said in batch if said.run is not None]
    restored = _restored(work, batch)
    touched = {said.run.key for _, said in statements} | {run.id.key for run in restored}
    earlier = {key: known.runs[key] for key in touched & known.runs.keys()}
    told = {(said.run.key, said.job.key) for _, said in statements}
    told |= {(run.id.key, job) for run in restored for job in run.parts}
    told |= _follow(work, known, earlier, told)
    _load_columns(work, earlier, statements, restored)
    before = {(key, job): standing(earlier.get(key), job) for key, job in told}
    members = {key: _members(run) for key, run in earlier.items()}
    had = {key: {*run.facets} for key, run in earlier.items()}
    for run in restored:
        known.runs[run.id.key] = join(known.runs.get(run.id.key), run, work.intern, work.text)
    for at, said in statements:
        known.runs[said.run.key] = merge(known.runs.get(said.run.key), at, said, work.intern, work.text)
    changes: dict[str, dict[str, Observation | None]] = {}
    for key, job in sorted(told):
        was, is_now = before[key, job], standing(known.runs[key], job)
        order_run(work, job, key, was.place, is_now.place)
        note_change(changes.setdefault(job, {}), was.observation, is_now.observation)
    jobs = {job: JobId(*known.runs[key].parts[job].job) for key, job in told}
    for job, changed in changes.items():
        if changed:
            known.lineages[job] = fold_changes(
                work, jobs[job], RUNS, known.lineages.get(job), changed
            ).history
    states = {key: known.runs[key] for key in touched}
    work.retold |= {key for key, run in states.items() if members.get(key) != _members(run)}
    for key, run in states.items():
        place_facets(work, key, had.get(key, ()), run.facets)
        work.records[Space.STATE, key, FACTS] = dump_run(run)
    return states


def _members(run: RunState) -> dict[str, tuple[int, int]]:
    """How many inputs and outputs a run has as each job: as they only grow, another number is another set."""
    return {job: (len(part.inputs), len(part.outputs)) for job, part in run.parts.items()}


def _follow(
    work: Workspace, known: Known, earlier: Mapping[str, RunState], told: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Other jobs under the same runIds whose own events tell no end: what ends the run ends them.

    Reads their lineage, having locked it.
    """
    pairs = {
        (key, job) for key, run in earlier.items() for job, part in run.parts.items() if part.terminal is None
    }
    pairs -= told
    others = {job for _, job in pairs} - {job for _, job in told}
    if others:
        work.lock(others)
        stored = work.transaction.records(Space.STATE, [(job, RUNS) for job in others])
        known.lineages.update({key: load_history(text) for (key, _), text in stored.items()})
    return pairs


def _restored(work: Workspace, batch: Sequence[Said]) -> list[RunState]:
    """The states of runs that snapshots tell; keeps the values that they hold."""
    found = []
    for _, said in batch:
        if said.snapshot is not None and said.snapshot.run is not None:
            found.append(said.snapshot.run)
            for text in said.snapshot.texts:
                work.intern(text)
    return found


def _load_columns(
    work: Workspace,
    earlier: Mapping[str, RunState],
    statements: Sequence[tuple[str, RunStatement]],
    restored: Sequence[RunState],
) -> None:
    """Read, at once, the column lineage that the statements will be united with."""
    said = [(one.run.key, one.job.key, output.key) for _, one in statements for output in one.columns]
    said += [
        (run.id.key, job, key) for run in restored for job, part in run.parts.items() for key in part.columns
    ]
    parts = {(key, job): part for key, run in earlier.items() for job, part in run.parts.items()}
    wanted = [parts[run, job].columns.get(output, "") for run, job, output in said if (run, job) in parts]
    stating = {(one.run.key, one.job.key) for _, one in statements if one.stated is not None}
    wanted += [parts[pair].stated for pair in stating & parts.keys()]
    work.load_blobs(wanted)
