"""What one log entry says, in the catalog's own words: the value that ``ingest`` hands to the catalog.

A *sighting* is one entry naming one dataset or job. Its ``values`` are what the entry says of it, each under a key:

    facet:<key>   the facet as sent, canonical JSON; None when ``_deleted``
    name of a property (``description``, ``processingType`` …)  a JSON scalar; None when its facet is deleted
    hierarchy     values.encode_hierarchy        (hierarchy facet)
    fields        values.encode_fields           (schema facet)
    aliases       values.encode_symlinks         (symlinks facet)
    owners        values.encode_owners           (ownership facet)
    tags          values.encode_tags             (tags facet)
    columns       values.encode_columns          (column lineage declared by a DatasetEvent)
    lineage       values.encode_lineage          (a lineage facet of a DatasetEvent; ``columns`` rests while it holds)
    declared      values.encode_declared         (lineage declared by a JobEvent: its whole set)
    sql           ingest.facets.sql              (SQL declared by a JobEvent)

    assertions:<job key>, metrics   the facet as sent, wherever in the event it stands; run-of:<key> its runId

A key that is absent says nothing; None says "no longer". Values of one key form a timeline (design §4).

A *document* describes nodes of any kind; each version of it replaces the one before, node by node.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from catalog.graph import EdgeSpec, Property
from catalog.identity import CurationId, DatasetId, DocumentId, JobId, ResourceId, RunId

if TYPE_CHECKING:
    from catalog.command import Command
    from catalog.fold.runs import RunState
    from catalog.guard import Guard


class EventType(StrEnum):
    """OpenLineage run event types, spec 2-0-2 ``RunEvent.eventType``."""

    START = "START"
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    ABORT = "ABORT"
    FAIL = "FAIL"
    OTHER = "OTHER"


RANK = {
    None: 1,
    EventType.OTHER: 1,
    EventType.START: 2,
    EventType.RUNNING: 3,
    EventType.COMPLETE: 4,
    EventType.ABORT: 5,
    EventType.FAIL: 6,
}
"""Rank of a run event among events of the same instant; job and dataset events have rank 0."""

STATIC_RANK = 0


class FieldSpec(msgspec.Struct, frozen=True, order=True):
    """One field of a schema facet; nested fields have their path joined with dots. ``ordinal`` counts from 1."""

    path: str
    type: str | None = None
    ordinal: int | None = None
    description: str | None = None


class Symlink(msgspec.Struct, frozen=True, order=True):
    """One identifier of a symlinks facet (1-0-1)."""

    dataset: DatasetId
    type: str


class Owner(msgspec.Struct, frozen=True, order=True):
    """One owner of an ownership facet (1-0-1). ``agent``: a team or person; ``type``: in which role it owns."""

    agent: ResourceId
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a hierarchy facet (1-0-0): DATABASE, SCHEMA, TABLE and others, with its name."""

    type: str
    name: str


class Tag(msgspec.Struct, frozen=True, order=True):
    """One tag of a tags facet (1-0-0). ``field``: the path of the field that has it; None: the thing itself."""

    key: str
    value: str | None = None
    source: str | None = None
    field: str | None = None


class ColumnEdge(msgspec.Struct, frozen=True, order=True):
    """One source of one output column, one for each transformation (columnLineage facet 1-2-0).

    ``target`` None: the source influences the whole dataset (``dataset[]`` of the facet).
    ``kind`` is DIRECT or INDIRECT. ``output`` is the dataset that is written.
    """

    source: DatasetId
    source_field: str
    output: DatasetId
    target: str | None
    kind: str = "DIRECT"
    subtype: str | None = None
    masking: bool = False
    description: str | None = None


class Dependency(msgspec.Struct, frozen=True, order=True):
    """Another job that a job waits for (``upstream``) or that waits for it, and by which rules (jobDependencies 1-0-1).

    Control flow: it says nothing of data. ``trigger_rule`` is that of the job which waits, where it tells it itself.
    """

    job: JobId
    upstream: bool
    type: str | None = None
    sequence_rule: str | None = None
    status_rule: str | None = None
    trigger_rule: str | None = None


DEPENDENCIES = "dependencies"
GAP = "gap"
"""Keys of ``RunStatement.values``: values.encode_dependencies; and {"failedTasks": …, "totalTasks": …}, what the
producer could not read of this run, empty when it read all."""


@dataclass(frozen=True, slots=True)
class StatedOutput:
    """What a ``lineage`` facet states of one dataset, its target: all that it comes from.

    ``sources``: the datasets, ``jobs``: other jobs that data comes from; ``columns``: as far as fields are named.
    What is told of its fields: ``fields``, some have their sources; ``bare``, a source of the whole names no field;
    ``holes``, a source of a field names none.
    """

    dataset: DatasetId
    sources: frozenset[DatasetId] = frozenset()
    jobs: frozenset[JobId] = frozenset()
    columns: frozenset[ColumnEdge] = frozenset()
    fields: bool = False
    bare: bool = False
    holes: bool = False

    @property
    def partial(self) -> bool:
        """Whether fields may come from more than is told."""
        return self.holes or (self.bare and not self.fields)

    def joined(self, other: "StatedOutput") -> "StatedOutput":
        """What two events of a run state of it together."""
        return StatedOutput(
            self.dataset,
            self.sources | other.sources,
            self.jobs | other.jobs,
            self.columns | other.columns,
            self.fields or other.fields,
            self.bare or other.bare,
            self.holes or other.holes,
        )


@dataclass(frozen=True, slots=True)
class Flow:
    """Data that flows from a dataset or a job into a job, as another or that job states."""

    source: DatasetId | JobId
    job: JobId


@dataclass(frozen=True, slots=True)
class StatedLineage:
    """What ``lineage`` facets state (LineageFacet 1-0-0): the whole of it, no product of inputs and outputs beside it.

    ``outputs`` has each dataset once. Those that the stating job reads or writes are its inputs and outputs as well.
    """

    outputs: frozenset[StatedOutput] = frozenset()
    flows: frozenset[Flow] = frozenset()

    def joined(self, other: "StatedLineage") -> "StatedLineage":
        """What two events of a run state together."""
        found = {output.dataset: output for output in self.outputs}
        for output in other.outputs:
            known = found.get(output.dataset)
            found[output.dataset] = output if known is None else known.joined(output)
        return StatedLineage(frozenset(found.values()), self.flows | other.flows)


ASSERTIONS = "assertions:"
METRICS = "metrics"
TOLD_BY_RUN = "run-of:"
"""Keys of sightings of datasets: results of checks by the key of the job that made them (a prefix), figures, and
(before either) the runId of the run that told it."""

Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class DatasetSighting:
    """A dataset named by an entry as input, output or subject."""

    dataset: DatasetId
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobSighting:
    """A job named by an entry as its own job."""

    job: JobId
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunRef:
    """A run named by a parent facet, with its job."""

    run: RunId
    job: JobId | None


@dataclass(frozen=True, slots=True)
class RunStatement:
    """What a RunEvent says of its run.

    ``facets``: facet key → canonical JSON. ``inputs``/``outputs``: dataset → its inputFacets/outputFacets.
    ``columns``: column edges by output dataset (only outputs that have column lineage). ``parent``/``root`` as in the
    parent facet; they are read with it, so both follow the newest parent facet of the run. ``values``: what else of the
    run belongs to the lineage of its job, each under a key; the newest of a key counts, whole. ``properties``: facet
    key → the properties that the facet gives the run, as a JSON object; they go with the facet. ``stated``: its lineage
    facet, joined with those of other events of the run. An event that replaces what the run told before it has all its
    lineage under the value ``window`` (values.encode_declared), and so no ``columns`` and nothing ``stated``.
    """

    run: RunId
    job: JobId
    event_type: EventType | None
    facets: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[DatasetId, Mapping[str, str]] = field(default_factory=dict)
    outputs: Mapping[DatasetId, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[DatasetId, frozenset[ColumnEdge]] = field(default_factory=dict)
    parent: RunRef | None = None
    root: RunRef | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    stated: StatedLineage | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """One thing that a document describes: its own properties, and the edges that leave it.

    ``properties`` are sorted by name; a list among them is a set, sorted. ``stub``: it is only named, as the end of an
    edge, and nothing is said of it. A dataset has the properties ``namespace`` and ``name``, a job too; a field has
    ``dataset`` (a key) and ``name`` (its path), a run ``name``; stubs of these kinds have them as well.
    """

    key: str
    label: str
    properties: tuple[tuple[str, Property], ...] = ()
    edges: tuple[EdgeSpec, ...] = ()
    stub: bool = False


@dataclass(frozen=True, slots=True)
class DocumentStatement:
    """What one version of a document says: all of it, in place of what the version before said.

    Every end of every edge is among ``nodes``, and so is the dataset of every field. ``properties`` are those of the
    document itself: source, mediaType, title. A curation is a document of which only the end is not what it describes:
    its subject is a stub with properties and edges, which does not keep the thing (``catalog.curation``).
    """

    document: DocumentId | CurationId
    nodes: tuple[Described, ...]
    properties: tuple[tuple[str, Property], ...] = ()


@dataclass(frozen=True, slots=True)
class SnapshotStatement:
    """What a canonical export says of one dataset, job, document or run: what its events left behind, as they came.

    ``observations``: order key → values, of the facts of ``entity``; of a run none. ``run``: the state of a run, which
    holds digests; ``texts`` are the values behind them.
    """

    entity: DatasetId | JobId | DocumentId | CurationId | RunId
    observations: Mapping[str, Values] = field(default_factory=dict)
    run: "RunState | None" = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statements:
    """All that one entry says. A quarantined entry says nothing. ``guard``: what must hold for it to be taken when it
    arrives; in a replay there is none, for what is in the log was taken."""

    datasets: tuple[DatasetSighting, ...] = ()
    job: JobSighting | None = None
    run: RunStatement | None = None
    document: DocumentStatement | None = None
    snapshot: SnapshotStatement | None = None
    command: "Command | None" = None
    guard: "Guard | None" = field(default=None, compare=False, repr=False)


NOTHING = Statements()
