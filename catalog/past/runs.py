"""Runs as they were: the state of each by an instant.

A run whose events go on behind the instant is read from the log; where that does not have its beginning any more (of an
export that was read back, behind the horizon of retention) it is as far as its state still tells.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import msgspec

from catalog.entry import EntryKind
from catalog.fold.runs import Latest, Member, Part, RunState, digests
from catalog.forgetting import ReadAgain
from catalog.graph import Node
from catalog.instant import instant_of, sortable
from catalog.past.entries import retold
from catalog.projection import Said
from catalog.state import blobs, run_states
from catalog.statement import Statements
from catalog.store.port import Range, Reader, Space, batched

_BATCH = 256


def runs_then(reader: Reader, nodes: Collection[Node], at: int, read_again: ReadAgain) -> Iterator[Said]:
    """What tells an empty graph of these runs as they were. ``at``: ns since the epoch."""
    states = run_states(reader, [node.key for node in nodes])
    begun = sorted((one for one in states.values() if instant_of(one.first) <= at), key=lambda one: one.first)
    open_ = [one for one in begun if instant_of(one.last) > at]
    logged = _logged(reader, open_, at, read_again) if open_ else {}
    whole = [one for one in begun if one.id.key not in logged]
    then = [one if instant_of(one.last) <= at else _cut(one, at) for one in whole]
    texts = blobs(reader, {digest for one in then for digest in digests(one)})
    for run in then:
        told = tuple(sorted({texts[digest] for digest in digests(run) if digest in texts}))
        yield retold(run.first, run.id, run=run, texts=told)
    for said in logged.values():
        yield from said


def _logged(
    reader: Reader, runs: Collection[RunState], at: int, read_again: ReadAgain
) -> Mapping[str, list[Said]]:
    """What the log has of runs by then, by key of the run; only of those of which it has the beginning.

    The events of a run are among those that sight its jobs.
    """
    wanted = {run.id.key: run for run in runs}
    high = sortable(at + 1)
    ranges = {(job, part.first) for run in runs for job, part in run.parts.items()}
    rows = reader.scan(Space.SIGHTING, [Range(job, first, high) for job, first in ranges]) if ranges else ()
    found: dict[str, list[Said]] = defaultdict(list)
    for orders in batched(sorted({row.sort for row in rows}), _BATCH):
        for entry in sorted(reader.entries_at(orders).values(), key=lambda one: one.order_key):
            if entry.kind is EntryKind.RUN_EVENT and entry.body:
                _, said = read_again(entry)
                if said.run is not None and said.run.run.key in wanted:
                    found[said.run.run.key].append((entry, Statements(run=said.run)))
    return {key: said for key, said in found.items() if said[0][0].order_key == wanted[key].first}


def _cut(run: RunState, at: int) -> RunState:
    """A run as far as its state tells what it was. Which columns it had told by then it does not tell."""
    started = run.started if run.started is not None and instant_of(run.started) <= at else None
    begun = None if started is None else ("START", started)
    parent = run.parent if run.parent is not None and instant_of(run.parent[2]) <= at else None
    parts = {job: _cut_part(part, at) for job, part in run.parts.items() if instant_of(part.first) <= at}
    return RunState(
        run.run,
        run.first,
        max([run.first, *(part.last for part in parts.values())]),
        started,
        _by(run.terminal, at),
        _by(run.active, at) or begun,
        parent,
        _latest(run.facets, at),
        parts,
        _latest(run.told, at),
    )


def _cut_part(part: Part, at: int) -> Part:
    if instant_of(part.last) <= at:
        return msgspec.structs.replace(part)
    return Part(
        part.job,
        part.first,
        part.first,
        _by(part.terminal, at),
        _members(part.inputs, at),
        _members(part.outputs, at),
        values=_latest(part.values, at),
    )


def _members(members: Mapping[str, Member], at: int) -> dict[str, Member]:
    return {
        key: Member(
            one.id, one.first, one.last if instant_of(one.last) <= at else one.first, _latest(one.facets, at)
        )
        for key, one in members.items()
        if instant_of(one.first) <= at
    }


def _by(latest: Latest | None, at: int) -> Latest | None:
    return latest if latest is not None and instant_of(latest[1]) <= at else None


def _latest(found: Mapping[str, Latest], at: int) -> dict[str, Latest]:
    return {key: one for key, one in found.items() if instant_of(one[1]) <= at}
