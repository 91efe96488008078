"""The follower: brings the feed up to what the graph is now.

It reads what the journal of the graph says was touched since its last look, compares what it sees with the portraits of
then, and writes portraits and events in one transaction: whatever is killed between two steps, no change is told twice
in the feed and none is lost. Where the journal does not reach back so far, it looks at all that is watched. What
changed and changed back between two looks is not told.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import replace

from catalog.changes import Position, changes_since, position
from catalog.feed.change import ChangeKind, News
from catalog.feed.forgetting import forgotten
from catalog.feed.found import changed_findings
from catalog.feed.lease import Lease
from catalog.feed.log import (
    LOCK,
    PORTRAITS,
    RUNS,
    STATE,
    Phase,
    Records,
    Scan,
    State,
    appended,
    events,
    kept,
    page,
    state,
)
from catalog.feed.looking import portraits, watched, watched_labels
from catalog.feed.portrait import Portrait, news_of
from catalog.feed.proposals import ProposalWatch
from catalog.feed.runs import ended_runs
from catalog.feed.step import Step
from catalog.freeze import refuse_frozen
from catalog.impact.evaluation import impact
from catalog.mesh.finding import Finding
from catalog.mesh.findings.evaluation import evaluate
from catalog.mesh.members import Members
from catalog.mesh.mesh import Mesh
from catalog.mesh.recent import MeshOf
from catalog.signoff.standing import Reporting
from catalog.store.port import ChangeSet, NodeFilter, Reader, Space, Store, Transaction
from ontology.vocabulary import Label

VERSIONS = 100
"""Changes of the graph that are looked at together."""

FINDINGS_S = 5.0
"""How often the findings are looked at while things change; and not more often than SHARE times what that takes."""

QUIET_FINDINGS_S = 60.0
"""And while nothing does: what is declared to hold until a time ends by itself."""

SHARE = 20

THINGS = 300
"""Watched things that are compared in one transaction."""


class Follower:
    """Follows the graph of one store. For one thread."""

    def __init__(
        self,
        store: Store,
        lease: Lease,
        clock: Callable[[], int],
        findings_s: float = FINDINGS_S,
        reporting: Reporting = impact,
        mesh_of: MeshOf = Mesh,
    ) -> None:
        """``clock``: the time in nanoseconds that events get; ``findings_s``: how often the findings and proposals are
        looked at while things change; ``reporting``: how reports on proposals are made; ``mesh_of`` gives the mesh."""
        self._store = store
        self._lease = lease
        self._clock = clock
        self._waiting: list[
            str
        ] = []  # watched things of the changes up to _until that are still to be compared
        self._until = Position()
        self._findings_s = findings_s
        self._mesh_of = mesh_of
        self._looked: Position | None = None  # at what the findings were looked at last
        self._next_look_s = 0.0
        self._members: Members | None = None
        self._proposals = ProposalWatch(clock, findings_s, reporting)

    def step(self) -> bool:
        """Go on a little; whether there is more to do at once.

        Raises StoreUnavailable, Frozen while the graph is made anew, and LeaseLost.
        """
        with self._store.read() as reader:
            known = state(reader)
            if known is None:
                return False
            refuse_frozen(reader, self._clock())
            step = forgotten(reader, known)
            if step is not None:
                self._looked, self._next_look_s = None, 0.0
                self._waiting.clear()
                self._proposals.again()
            elif known.scan:
                step = self._scanned(reader, known, known.scan)
            else:
                step = self._followed(reader, known) or self._evaluated(reader, known)
                step = step or self._proposals.look(reader, known, self._members)
        if step is None:
            return False
        written = False
        try:
            written = self._store.write(lambda transaction: self._put(transaction, step))
        finally:
            if not written:  # what was taken from the list is not done: it is read again from the journal
                self._waiting.clear()
        return True

    def _scanned(self, reader: Reader, known: State, scan: Scan) -> Step:
        """The next page of a look at everything."""
        self._waiting.clear()
        if scan.phase is Phase.NODES:
            keys = [node.key for node in reader.page(NodeFilter(watched_labels()), scan.after, THINGS)]
        else:
            keys = [row.sort for row in page(reader, PORTRAITS, scan.after, THINGS)]
        news, records = _compared(reader, keys, self._known_members(reader))
        if len(keys) == THINGS:
            left: Scan | None = replace(scan, after=keys[-1])
        elif scan.phase is Phase.NODES and (known.forgotten or not scan.quiet):
            left = Scan(Phase.KNOWN, None, scan.quiet)
        else:
            left = None
        return Step(known, replace(known, scan=left), () if scan.quiet else news, records)

    def _followed(self, reader: Reader, known: State) -> Step | None:
        """The next of what the journal tells."""
        news: list[News] = []
        records: Records = {}
        members = self._members
        if not self._waiting:
            now = position(reader)
            if known.at == now:
                return None
            found = changes_since(reader, known.at, VERSIONS)
            if found is None:
                again = Scan(Phase.NODES, None, quiet=False)
                return Step(known, replace(known, at=now, scan=again))
            self._until = found.until
            members = self._known_members(reader)
            self._waiting = sorted(watched(reader, found.keys))
            news, records = ended_runs(reader, found.keys, members)
        some, self._waiting = self._waiting[:THINGS], self._waiting[THINGS:]
        more, compared = _compared(reader, some, members)
        at = known.at if self._waiting else self._until
        return Step(known, replace(known, at=at), [*more, *news], {**records, **compared})

    def _known_members(self, reader: Reader) -> Members | None:
        """What products have by rules of binding, as of the last look at the findings; before the first one, as of
        now: what happened while nobody followed is to be told of the right products."""
        if self._members is None and reader.page(NodeFilter((Label.DATA_PRODUCT,)), None, 1):
            self._members = self._mesh(reader).members
        return self._members

    def _mesh(self, reader: Reader) -> Mesh:
        return self._mesh_of(reader, None).seen_by(reader, self._clock())

    def _evaluated(self, reader: Reader, known: State) -> Step | None:
        """What has become of the findings. They follow from time too, and so are looked at now and then in any case."""
        begun = time.monotonic()
        due = begun >= self._next_look_s + (0 if self._looked != known.at else QUIET_FINDINGS_S)
        if not due or position(reader) != known.at:
            return None
        if not reader.page(NodeFilter((Label.DATA_PRODUCT,)), None, 1):
            mesh, now = None, list[Finding]()
        else:
            mesh = self._mesh(reader)
            now = evaluate(mesh)
        news, records, complete = changed_findings(reader, now)
        self._members = None if mesh is None else mesh.members
        if complete:
            self._looked = known.at
            took_s = time.monotonic() - begun
            self._next_look_s = begun + max(self._findings_s, took_s * SHARE)
        if not records and known.noted:
            return None
        return Step(
            known, replace(known, noted=known.noted or complete), news if known.noted else (), records
        )

    def _put(self, transaction: Transaction, step: Step) -> bool:
        """Write a step; False: somebody else has written since it was read."""
        transaction.lock((LOCK,))
        self._lease.require(transaction)
        if state(transaction) != step.before:
            return False
        after, records = appended(step.after, step.news, self._clock())
        gone = _runs_of(transaction, step.before.first, after.first)
        told = {(Space.FEED, *STATE): after.encoded()}
        transaction.apply(ChangeSet(records={**gone, **step.records, **records, **told}))
        return True


def _compared(reader: Reader, keys: Collection[str], members: Members | None) -> tuple[list[News], Records]:
    """What is to be told of these things, and their portraits as they are now."""
    known = {key: Portrait.decoded(key, text) for key, text in kept(reader, PORTRAITS, sorted(keys)).items()}
    seen = portraits(reader, keys, members)
    news: list[News] = []
    records: Records = {}
    for key in sorted(known.keys() | seen.keys()):
        before, after = known.get(key), seen.get(key)
        if before != after:
            news += news_of(before, after)
            records[Space.FEED, PORTRAITS, key] = None if after is None else after.encoded()
    return news, records


def _runs_of(reader: Reader, first: int, until: int) -> Records:
    """The records of the runs that old events tell, which go with them."""
    if first == until:
        return {}
    old = (one.news for one in events(reader, first - 1, until - first) if one.number < until)
    return {(Space.FEED, RUNS, one.subject): None for one in old if one.kind in _OF_RUNS}


_OF_RUNS = (ChangeKind.RUN_COMPLETED, ChangeKind.RUN_FAILED)
