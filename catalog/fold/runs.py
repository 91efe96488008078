"""Runs: the state of one run as the join of what its events say, in any order and any number (design §4).

Everything in a run's state is a minimum, a maximum or a union over its events, so that merging is commutative,
associative and idempotent.
"""

from collections.abc import Callable, Mapping

import msgspec

from catalog import values
from catalog.canonical import encode, plain
from catalog.fold.history import COLUMNS, INPUTS, OUTPUTS, Observation
from catalog.fold.told import encode_datasets, told_values
from catalog.graph import Property
from catalog.identity import DatasetId, JobId, RunId
from catalog.instant import format_instant, instant_of, sortable
from catalog.statement import ColumnEdge, EventType, RunRef, RunStatement

TERMINAL = frozenset((EventType.COMPLETE, EventType.ABORT, EventType.FAIL))
ACTIVE = frozenset((EventType.START, EventType.RUNNING))
FAILED = frozenset((EventType.ABORT, EventType.FAIL))

WINDOW = "window"
"""Among the values of a part: all lineage of the newest event with a complete snapshot (emissionPattern), which stands
for what the run told before. No key of a history."""

Latest = tuple[str, str]
"""(value, order key of the event that gave it)"""

Intern = Callable[[str], str]
"""Keeps a text and gives its digest."""
Text = Callable[[str], str]
"""The interned text of a digest."""


class Member(msgspec.Struct):
    """An input or output of a run: its identity, first and last sight, and its input or output facets."""

    id: tuple[str, str]
    first: str
    last: str
    facets: dict[str, Latest] = {}


class Part(msgspec.Struct):
    """What a run did as one job, and how that ended.

    A run has one part, but for producers that reuse a runId for another job: then the end that one job's events tell
    says nothing of the other's; a part whose own events tell none follows the run (its job was renamed on the way).
    ``sides``: history key → digest of its inputs or outputs, kept so that an event that adds none costs nothing; with a
    lineage facet or a window of all that they tell, columns too. ``values``: history key → what else belongs to the
    lineage of the job, the newest. ``stated``: the digest of what its lineage facets state.
    """

    job: tuple[str, str]
    first: str
    last: str
    terminal: Latest | None = None
    inputs: dict[str, Member] = {}
    outputs: dict[str, Member] = {}
    columns: dict[str, str] = {}
    sides: dict[str, str] = {}
    values: dict[str, Latest] = {}
    stated: str = ""

    @property
    def window(self) -> str | None:
        """The digest of the newest event that replaces all lineage before it."""
        newest = self.values.get(WINDOW)
        return None if newest is None else newest[0]

    def told(self) -> tuple[object, ...]:
        """What ``sides`` follow from; members only grow, so another number is another set."""
        columns = tuple(self.columns.items()) if self.stated else ()
        return len(self.inputs), len(self.outputs), self.stated, self.window, columns


class Parent(msgspec.Struct):
    """A run named by the newest parent facet, and its job where named."""

    run: str
    job: tuple[str, str] | None

    @classmethod
    def of(cls, ref: RunRef | None) -> "Parent | None":
        if ref is None:
            return None
        return cls(ref.run.value, None if ref.job is None else (ref.job.namespace, ref.job.name))


ParentFacet = tuple[Parent, Parent | None, str]
"""The parent run, the root run where named, and the order key of the event whose parent facet names them."""


class RunState(msgspec.Struct):
    """The state of one run. Order keys throughout; ``terminal`` and ``active`` are (event type, order key).

    ``told``: facet key → the properties that the newest facet gives the run, as the text of a JSON object. They are few
    and short: kept here, the node is made without reading anything else.
    """

    run: str
    first: str
    last: str
    started: str | None = None
    terminal: Latest | None = None
    active: Latest | None = None
    parent: ParentFacet | None = None
    facets: dict[str, Latest] = {}
    parts: dict[str, Part] = {}
    told: dict[str, Latest] = {}

    @property
    def id(self) -> RunId:
        return RunId(self.run)

    @property
    def state(self) -> str | None:
        """The latest terminal if there is any, else the latest of START and RUNNING; OTHER never changes it."""
        decided = self.terminal or self.active
        return None if decided is None else decided[0]

    @property
    def started_at(self) -> int:
        """The earliest START, else the earliest event."""
        return instant_of(self.started or self.first)

    @property
    def ended_at(self) -> int | None:
        """The deciding terminal."""
        return None if self.terminal is None else instant_of(self.terminal[1])

    def properties(self) -> dict[str, Property]:
        """The properties of the run's node."""
        found: dict[str, Property] = {}
        for _, (text, _) in sorted(self.told.items()):
            found.update(plain(text))
        found.update({"name": self.run, "startedAt": format_instant(self.started_at)})
        if self.state is not None:
            found["state"] = self.state
        if self.ended_at is not None:
            found["endedAt"] = format_instant(self.ended_at)
        return found


_decoder = msgspec.json.Decoder(RunState)


def load_run(text: str) -> RunState:
    return _decoder.decode(text)


def dump_run(state: RunState) -> str:
    return encode(state)


def merge(state: RunState | None, at: str, said: RunStatement, intern: Intern, text: Text) -> RunState:
    """Join what one event at order key ``at`` says into a run's state (which is changed and returned)."""
    if state is None:
        state = RunState(said.run.value, at, at)
    state.first, state.last = min(state.first, at), max(state.last, at)
    if said.event_type is EventType.START:
        state.started = at if state.started is None else min(state.started, at)
    if said.event_type in TERMINAL:
        state.terminal = later(state.terminal, (str(said.event_type), at))
    if said.event_type in ACTIVE:
        state.active = later(state.active, (str(said.event_type), at))
    parent = Parent.of(said.parent)
    if parent is not None:
        state.parent = later_parent(state.parent, (parent, Parent.of(said.root), at))
    _merge_facets(state.facets, said.facets, at, intern)
    _merge_facets(state.told, said.properties, at, _as_it_is)
    _merge_part(state, at, said, intern, text)
    return state


def later(known: Latest | None, other: Latest) -> Latest:
    """The one of the greater order key; two values at one order key (only snapshots say such) have an order too."""
    return other if known is None or (known[1], known[0]) < (other[1], other[0]) else known


def later_parent(known: ParentFacet | None, other: ParentFacet) -> ParentFacet:
    """The newer parent facet; as ``later``, two at one order key have an order too."""
    return other if known is None or (known[2], repr(known)) < (other[2], repr(other)) else known


def _as_it_is(text: str) -> str:
    return text


def _merge_facets(known: dict[str, Latest], facets: Mapping[str, str], at: str, intern: Intern) -> None:
    for key, facet in facets.items():
        latest = known.get(key)
        if latest is None or latest[1] <= at:
            known[key] = later(latest, (intern(facet), at))


def _merge_part(state: RunState, at: str, said: RunStatement, intern: Intern, text: Text) -> None:
    key = said.job.key
    part = state.parts.get(key)
    if part is None:
        part = state.parts[key] = Part((said.job.namespace, said.job.name), at, at)
    part.first, part.last = min(part.first, at), max(part.last, at)
    if said.event_type in TERMINAL:
        part.terminal = later(part.terminal, (str(said.event_type), at))
    before = part.told()
    _merge_members(part.inputs, said.inputs, at, intern)
    _merge_members(part.outputs, said.outputs, at, intern)
    for output, columns in said.columns.items():
        if columns:
            part.columns[output.key] = _united(part.columns.get(output.key), columns, intern, text)
    _merge_facets(part.values, said.values, at, intern)
    if said.stated is not None:
        part.stated = united_lineage(part.stated, intern(values.encode_lineage(said.stated)), intern, text)
    if part.told() != before:
        part.sides = sides(part, intern, text)


def sides(part: Part, intern: Intern, text: Text) -> dict[str, str]:
    """History key → digest of what a run tells: of its inputs and outputs, or of what it states in their stead."""
    if part.window is not None:
        found = told_values(values.decode_declared(text(part.window)))
    elif part.stated:
        columns = (edge for digest in part.columns.values() for edge in values.decode_columns(text(digest)))
        inputs = frozenset(DatasetId(*member.id) for member in part.inputs.values())
        outputs = frozenset(DatasetId(*member.id) for member in part.outputs.values())
        stated = values.decode_lineage(text(part.stated))
        found = told_values(values.Declared(inputs, outputs, frozenset(columns), stated))
    else:
        found = {
            key: encode_datasets(DatasetId(*member.id) for member in members.values())
            for key, members in ((INPUTS, part.inputs), (OUTPUTS, part.outputs))
            if members
        }
    return {key: intern(told) for key, told in found.items()}


def united_lineage(one: str, other: str, intern: Intern, text: Text) -> str:
    """The digest of what two lineage facets of a run state together; an empty one is none."""
    if not one or not other or one == other:
        return one or other
    return intern(
        values.encode_lineage(values.decode_lineage(text(one)).joined(values.decode_lineage(text(other))))
    )


def _merge_members(
    members: dict[str, Member], said: Mapping[DatasetId, Mapping[str, str]], at: str, intern: Intern
) -> None:
    for dataset, facets in said.items():
        member = members.get(dataset.key)
        if member is None:
            member = members[dataset.key] = Member((dataset.namespace, dataset.name), at, at)
        member.first, member.last = min(member.first, at), max(member.last, at)
        _merge_facets(member.facets, facets, at, intern)


def _united(known: str | None, columns: frozenset[ColumnEdge], intern: Intern, text: Text) -> str:
    digest = intern(values.encode_columns(columns))
    if known is None or known == digest:
        return digest
    return intern(values.encode_columns(columns.union(values.decode_columns(text(known)))))


def position(state: RunState, job_key: str) -> str:
    """Where a run stands among the runs of its job: (first effective time, run id)."""
    return sortable(instant_of(state.parts[job_key].first)) + state.id.key.removeprefix("run/")


def observation(state: RunState, job_key: str) -> Observation | None:
    """What a run contributes to the lineage of a job: nothing when it failed or says nothing of lineage."""
    part = state.parts[job_key]
    ended = part.terminal or state.terminal
    if not (part.sides or part.values) or (ended and ended[0] in FAILED):
        return None
    found = told_digests(part)
    found |= {key: digest for key, (digest, _) in part.values.items() if key != WINDOW}
    return Observation(position(state, job_key), found, settled=ended is not None)


def told_digests(part: Part) -> dict[str, str]:
    """History key → digest of the lineage that a run tells as one job."""
    if part.stated or part.window is not None:
        return dict(part.sides)
    return {COLUMNS + output: digest for output, digest in part.columns.items()} | part.sides


def jobs(state: RunState) -> dict[str, JobId]:
    """The jobs of a run by key, as its own events name them."""
    return {key: JobId(*part.job) for key, part in state.parts.items()}


def digests(state: RunState) -> set[str]:
    """The digests of the values that a state holds, but for its sides, which follow from its members."""
    found = {digest for digest, _ in state.facets.values()}
    for part in state.parts.values():
        found.update(part.columns.values())
        found |= {digest for digest, _ in part.values.values()}
        found |= {part.stated} - {""}
        for member in (*part.inputs.values(), *part.outputs.values()):
            found |= {digest for digest, _ in member.facets.values()}
    return found
