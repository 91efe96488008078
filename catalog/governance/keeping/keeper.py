"""The keeper: keeps verdicts as the graph, policies, waivers and the clock change.

It reads in the journal what was touched since it last looked, asks each policy again about what that can affect, and
writes what it found and up to where it has looked in one transaction: whatever is killed in between, what is kept says
itself up to where it holds. A policy that cannot say what is affected is *stale* from then on, and is asked again about
all of its things, not too often. Where the journal does not reach back to what is kept, all are.
"""

import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from msgspec.structs import replace

from catalog.changes import Position, position
from catalog.command import briefly
from catalog.feed.lease import Lease, Post
from catalog.freeze import refuse_frozen
from catalog.governance.checks.ground import Ground, Queries
from catalog.governance.evaluation import rules_of
from catalog.governance.keeping.asking import ask, moved, of_all, of_some
from catalog.governance.keeping.dependencies import affected, is_still
from catalog.governance.keeping.following import Following
from catalog.governance.keeping.ledger import Ledger
from catalog.governance.keeping.look import Look
from catalog.governance.keeping.rows import (
    PAGE,
    STATE,
    TALLY,
    KeptState,
    Records,
    policies_of,
    read,
    state_of,
    write,
)
from catalog.governance.keeping.turn import Turn
from catalog.governance.policy import policy_key
from catalog.store.port import ChangeSet, NodeFilter, Reader, Space, Store, Transaction
from ontology.vocabulary import Label

LOCK = "~governance"
POST = Post(LOCK, Space.VERDICT, ("lease", "lease"))
FORM = "1"
"""Of what is kept, and of how it is made. What was made otherwise is made anew."""

SHARE = 20
"""A policy that has to be asked about all of its things is asked again not before so many times what that took."""
AT_ONCE = 30
"""Policies that are asked about all of their things together."""
QUIET_NS = 60 * 10**9
"""So often it is noted that all is as it was."""
RETRY_NS = 300 * 10**9
"""So long after it could not be evaluated a policy is tried again though nothing has changed."""
TICK_S = 1.0
"""How often it is looked what time has changed."""

Answering = Callable[[Reader], AbstractContextManager[Queries | None]]
"""Who answers the queries of policies over what a reader sees; None: nobody."""


def is_wanted(reader: Reader) -> bool:
    """Whether there is any policy, or anything kept."""
    return state_of(reader) is not None or bool(reader.page(NodeFilter((Label.GOVERNANCE_POLICY,)), None, 1))


class Keeper:
    """Keeps the verdicts of one store. For one thread."""

    def __init__(
        self,
        store: Store,
        lease: Lease,
        now: Callable[[], int],
        answering: Answering,
        share: float = SHARE,
        tick_s: float = TICK_S,
    ) -> None:
        """``now``: the time in nanoseconds; ``tick_s``: how often it is looked what it has changed."""
        self._store = store
        self._lease = lease
        self._now = now
        self._answering = answering
        self._share = share
        self._tick_s = tick_s
        self._following = Following()
        self._next_tick_s = 0.0
        self._due_s: dict[str, float] = {}

    def step(self) -> bool:
        """Go on a little; whether there is more to do at once.

        Raises StoreUnavailable, Frozen while the graph is made anew, and LeaseLost.
        """
        now_ns = self._now()
        with self._store.read() as reader:
            refuse_frozen(reader, now_ns)
            known, at = state_of(reader), position(reader)
            if known is None or known.made != FORM or known.commands != len(briefly(reader)):
                work = self._begun(reader, known)
            elif self._is_idle(known, at, now_ns):
                return False
            else:
                work = self._worked(reader, known, at, now_ns)
        return work is not None and self._wrote(known, *work)

    def _is_idle(self, known: KeptState, at: Position, now_ns: int) -> bool:
        followed = self._following.at == at == Position(known.version, known.mark)
        return followed and time.monotonic() < self._next_tick_s and now_ns - known.time_ns < QUIET_NS

    def _begun(self, reader: Reader, known: KeptState | None) -> "_Work | None":
        """Let all go that is kept, page by page; then begin, if there is any policy.

        An operator's command may say that things are forgotten, and so what is kept may name none of them.
        """
        self._following.lose()
        if known is not None:
            rows = [(row.partition, row.sort) for row in reader.walk(Space.VERDICT, None, PAGE)]
            rest = [row for row in rows if row[0] not in (STATE, POST.address[0])] or [(STATE, STATE)]
            return [], {(Space.VERDICT, *row): None for row in rest}
        if not is_wanted(reader):
            return None
        return [], {_STATE: write(KeptState(0, "", FORM, 0, len(briefly(reader))))}

    def _worked(self, reader: Reader, known: KeptState, at: Position, now_ns: int) -> "_Work | None":
        """What has become of what was touched; where nothing was, of the policies that are stale."""
        turn = Turn(reader, now_ns, known, rules_of(reader), policies_of(reader))
        self._next_tick_s = time.monotonic() + self._tick_s
        look = self._following.look(turn, at)
        for id_ in turn.edited():
            self._due_s.pop(id_, None)
        turn.stale(
            [id_ for id_, one in turn.kept.items() if one.reasons and turn.now_ns - one.looked_ns >= RETRY_NS]
        )
        portions = self._followed(turn, look)
        after = self._state(turn)
        if not portions and not turn.changed and after == replace(known, time_ns=now_ns):
            work = self._whole(turn) if self._following.at == at else None
            if work is not None or now_ns - known.time_ns < QUIET_NS:
                return work
        return portions, {**turn.records(), _STATE: write(after)}

    def _followed(self, turn: Turn, look: Look) -> list[Ledger]:
        """What is to be written of all that the look or the clock can have changed."""
        with self._answering(turn.reader) as queries:
            ground = Ground(turn.reader, None, turn.now_ns, queries, look.mesh)
            if look.is_lost:
                turn.stale(turn.kept)
            elif look.touched or look.placed or look.turned:
                self._touched(turn, ground, look)
            for id_, key in self._following.due(turn):
                turn.ask(id_, (key,))
            if not turn.among:
                return []
            among = {id_: frozenset(keys) for id_, keys in turn.among.items()}
            judged = ask(ground, turn.rules, turn.policies, among)
            for id_ in judged.broken:
                turn.stale((id_,))
                self._due_s.pop(id_, None)
            return [of_some(ground, turn.policies, turn.among, judged)]

    def _touched(self, turn: Turn, ground: Ground, look: Look) -> None:
        still: dict[str, set[str]] = {}
        for id_, policy in turn.policies.items():
            if turn.is_evaluated(id_):
                some = None if turn.kept[id_].reasons else affected(ground, policy, look)
                if some is None:
                    turn.stale((id_,))
                elif some and is_still(policy, look):
                    still[id_] = some
                else:
                    turn.ask(id_, some)
        for id_, keys in moved(ground, turn.policies, still).items():
            turn.ask(id_, keys)

    def _whole(self, turn: Turn) -> "_Work | None":
        """Ask stale policies about all of their things."""
        ids = self._chosen(turn)
        if not ids:
            return None
        begun = time.monotonic()
        with self._answering(turn.reader) as queries:
            mesh = self._following.seen_by(turn.reader, turn.now_ns)
            ground = Ground(turn.reader, None, turn.now_ns, queries, mesh)
            judged = ask(ground, turn.rules, turn.policies, dict.fromkeys(ids))
            portions = list(of_all(ground, turn.policies, ids, judged))
        records: Records = {}
        for id_ in ids:
            if id_ in turn.policies:
                turn.evaluated(id_, tuple(judged.broken.get(id_, ())))
            else:
                del turn.kept[id_]
                records[Space.VERDICT, TALLY, policy_key(id_)] = None
        pause_s = (time.monotonic() - begun) * self._share
        self._due_s.update(dict.fromkeys(ids, time.monotonic() + pause_s))
        return portions, {**turn.records(), **records, _STATE: write(self._state(turn))}

    def _chosen(self, turn: Turn) -> set[str]:
        """Stale policies whose turn it is, of one label: those first of which nothing is known."""
        now_s = time.monotonic()
        stale = [
            id_
            for id_, one in turn.kept.items()
            if one.stale_since_ns is not None and self._due_s.get(id_, 0) <= now_s
        ]
        stale.sort(key=lambda id_: (turn.kept[id_].is_whole, turn.kept[id_].stale_since_ns, id_))
        gone = [id_ for id_ in stale if id_ not in turn.policies]
        there = [id_ for id_ in stale if id_ in turn.policies]
        first = [id_ for id_ in there if turn.policies[id_].of == turn.policies[there[0]].of]
        return set(gone or first[:AT_ONCE])

    def _state(self, turn: Turn) -> KeptState:
        at = self._following.at
        jobs = self._following.jobs
        return KeptState(at.version, at.mark, FORM, turn.now_ns, turn.known.commands, jobs, turn.open)

    def _wrote(self, known: KeptState | None, portions: Collection[Ledger], records: Records) -> bool:
        """Write it in as many transactions as there are portions, the last with the records. True: there is more to do,
        also where somebody else has written since it was read."""
        written = False
        try:
            waiting = list(portions) or [Ledger({}, self._now())]
            for number, portion in enumerate(waiting, start=1):
                last = records if number == len(waiting) else {}
                written = self._store.write(_Writing(self._lease, known, portion, last))
                if not written:
                    break
        finally:
            if not written:  # what was found is not kept: all is found anew
                self._following.lose()
        return True


_Work = tuple[list[Ledger], Records]
_STATE = (Space.VERDICT, STATE, STATE)


class _Writing:
    """One transaction; may run more than once. False: somebody else has written."""

    def __init__(self, lease: Lease, known: KeptState | None, portion: Ledger, records: Records) -> None:
        self._lease = lease
        self._known = known
        self._portion = portion
        self._records = records

    def __call__(self, transaction: Transaction) -> bool:
        transaction.lock((LOCK,))
        self._lease.require(transaction)
        if state_of(transaction) != self._known:
            return False
        text = self._records.get(_STATE)
        open_ = 0 if text is None else read(text, KeptState).open - (self._known.open if self._known else 0)
        tallies = self._portion.tallies(transaction, open_)
        transaction.apply(ChangeSet(records={**self._portion.records, **tallies, **self._records}))
        return True
