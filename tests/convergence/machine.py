"""The law of convergence as a state machine: stores that get the same entries, each in its own way, are the same.

One store gets everything as it is drawn. Another gets it later, in any order and in batches of its own, each entry
perhaps again, with restarts and settling between. At checkpoints a third gets all of it from the beginning. An entry
has the time at which it was received first, wherever it arrives (design §4).
"""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from catalog.alias_rulings import Pair, Ruling
from catalog.difference import Difference, differences
from catalog.fold.descriptions import KINDS
from catalog.identity import DatasetId
from catalog.instant import parse_instant
from catalog.retention_plan import retention
from catalog.store.memory import MemoryStore
from catalog.store.port import Record, Store
from ingest.command import command
from ingest.derivation.analyst import Analyst
from tests.convergence.member import Delivery, Member
from tests.convergence.mixed_events import (
    EVENTS,
    JOBS,
    MINUTES,
    NAMES,
    ODD,
    PAIRS,
    SCOPES,
    dataset_events,
    facet_events,
    job_events,
    lifecycle_events,
    run_events,
    schema_events,
    sql_events,
    stated_events,
    symlink_events,
    time,
)
from tests.convergence.said import Event
from tests.curation.curations import curations

MINUTE_NS = 60 * 10**9
BEGIN_NS = parse_instant(time(4)).ns
ANALYST = Analyst()
ONE_BY_ONE = ("derive",)
PACES = (ONE_BY_ONE, ("",), ("", "restart", "derive", "derive some"))
"""What happens between batches that arrive late."""
Open = Callable[[], Callable[[], Store]]
"""Makes an empty store, and gives what opens it (again)."""


def _is_hint(one: Difference) -> bool:
    """Whether it is of the kinds that documents describe: who got a command to forget later has seen more of them. That
    none is missing is seen where each store is compared with a replay."""
    found = one.have or one.want
    return isinstance(found, Record) and (found.partition, found.sort) == KINDS


class Convergence(RuleBasedStateMachine):
    """``drawn`` gets everything at once, ``other`` what is in ``waiting`` when it is caught up."""

    def __init__(self, drawn: Open, other: Open) -> None:
        super().__init__()
        self.now = BEGIN_NS
        self.drawn = Member(drawn(), ANALYST)
        self.other = Member(other(), ANALYST)
        self.first: dict[str, Delivery] = {}
        self.waiting: list[Delivery] = []
        self.unchecked = 0
        self.eager = False

    @initialize(eager=st.booleans())
    def derive_at_once(self, eager: bool) -> None:
        """Or only when it is said."""
        self.eager = eager

    def arrive(self, *what: Any) -> None:
        """A batch arrives now."""
        deliveries = [
            Delivery(one if isinstance(one, str | tuple) else json.dumps(one), self.now) for one in what
        ]
        self.waiting += [self.first.setdefault(one.identity, one) for one in deliveries]
        self.unchecked += len(deliveries)
        self.drawn.send(deliveries)
        if self.eager:
            self.drawn.settle()

    @rule(event=run_events())
    def run(self, event: Event) -> None:
        self.arrive(event)

    @rule(event=facet_events())
    def tell_of_a_run(self, event: Event) -> None:
        self.arrive(event)

    @rule(event=sql_events())
    def send_sql(self, event: Event) -> None:
        self.arrive(event)

    @rule(event=schema_events())
    def show_columns(self, event: Event) -> None:
        self.arrive(event)

    @rule(event=dataset_events())
    def declare_a_dataset(self, event: Event) -> None:
        self.arrive(event)

    @rule(event=symlink_events())
    def link_names(self, event: Event) -> None:
        self.arrive(event)

    @rule(event=lifecycle_events())
    def rename_or_drop(self, event: Event) -> None:
        self.arrive(event)

    @rule(event=job_events())
    def declare_a_job(self, event: Event) -> None:
        self.arrive(event)

    @rule(event=stated_events())
    def state_lineage(self, event: Event) -> None:
        self.arrive(event)

    @rule(events=st.lists(EVENTS, min_size=2, max_size=5))
    def send_a_batch(self, events: list[Event]) -> None:
        self.arrive(*events)

    @rule(what=ODD)
    def send_what_is_no_event(self, what: str | Event) -> None:
        self.arrive(what)

    @precondition(lambda self: self.first)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """As it was sent, or written otherwise; received later."""
        before = data.draw(st.sampled_from(list(self.first.values())))
        self.arrive(self._again(before, data.draw(st.booleans())).what)

    @rule(scope=SCOPES, minute=st.none() | MINUTES)
    def forget(self, scope: Any, minute: int | None) -> None:
        self._command("forget", scope.terms, minute)

    @rule(minute=MINUTES, keep_runs=st.integers(0, 2))
    def retain(self, minute: int, keep_runs: int) -> None:
        with self.drawn.store.read() as reader:
            terms = retention(reader, self._instant(minute), keep_runs)
        self._command("retain", terms, None)

    @rule(ruling=st.sampled_from(Ruling), pair=PAIRS, minute=st.none() | MINUTES)
    def rule_on_a_link(self, ruling: Ruling, pair: tuple[DatasetId, DatasetId], minute: int | None) -> None:
        self._command(ruling, Pair(*pair).terms, minute)

    @rule(data=st.data(), minute=st.none() | MINUTES)
    def curate(self, data: st.DataObject, minute: int | None) -> None:
        now = (self.now - BEGIN_NS) // MINUTE_NS + 4 if minute is None else minute
        self.arrive(data.draw(curations(NAMES, JOBS, min(now, 59))))

    def _command(self, name: str, terms: Any, minute: int | None) -> None:
        at_ns = None if minute is None else self._instant(minute)
        self.arrive(command(name, terms, received_ns=self.now, at_ns=at_ns))

    def _instant(self, minute: int) -> int:
        """A minute, or now: commands are not about what is yet to come."""
        return min(parse_instant(time(minute)).ns, self.now)

    @rule(minutes=st.integers(1, 3))
    def let_time_pass(self, minutes: int) -> None:
        self.now += minutes * MINUTE_NS

    @rule()
    def restart(self) -> None:
        self.drawn.restart()

    @rule(groups=st.none() | st.integers(1, 3))
    def derive(self, groups: int | None) -> None:
        self.drawn.settle(groups)

    @precondition(lambda self: len(self.waiting) > 1)
    @rule(data=st.data())
    def catch_up(self, data: st.DataObject) -> None:
        """The other store gets what it lacks, or some of it."""
        order = data.draw(st.permutations(range(len(self.waiting))))
        kept = data.draw(st.integers(0, len(order) // 2))
        arriving = [self.waiting[number] for number in order[kept:]]
        self.waiting = [self.waiting[number] for number in sorted(order[:kept])]
        for number in data.draw(st.lists(st.integers(0, len(arriving) - 1), max_size=2)):
            arriving.append(self._again(arriving[number], data.draw(st.booleans())))
        pace = data.draw(st.sampled_from(PACES))
        while arriving:
            size = 1 if pace == ONE_BY_ONE else data.draw(st.integers(1, 6))
            self.other.send(arriving[:size])
            arriving = arriving[size:]
            then = data.draw(st.sampled_from(pace))
            if then == "restart":
                self.other.restart()
            elif then:
                self.other.settle(1 if then == "derive some" else None)

    def _again(self, one: Delivery, otherwise: bool) -> Delivery:
        return Delivery(one.written_otherwise if otherwise else one.what, self.now)

    @precondition(lambda self: self.unchecked >= 5)
    @rule(data=st.data())
    def compare(self, data: st.DataObject) -> None:
        self.catch_up(data=data) if len(self.waiting) > 1 else None
        self.check()

    def check(self) -> None:
        """All three are the same, and each is what its log makes."""
        self.unchecked = 0
        self.other.send(self.waiting[::-1])
        self.waiting = []
        anew = self._from_the_beginning()
        expected = self.drawn.export()
        assert self.other.export() == expected
        assert anew.export() == expected
        for member in (self.drawn, self.other):
            assert not member.verified().first
            counted = member.counts.now()
            assert counted.received == member.received
        with self.drawn.store.read() as ours, self.other.store.read() as theirs:
            assert not [one for one in differences(ours, theirs) if not _is_hint(one)]

    def _from_the_beginning(self) -> Member:
        """A store that got everything at once, the first arrivals backwards."""
        found = Member(MemoryStore, ANALYST)
        found.send(list(self.first.values())[::-1])
        return found

    def teardown(self) -> None:
        try:
            if self.unchecked:
                self.check()
        finally:
            self.drawn.close()
            self.other.close()
