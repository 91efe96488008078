"""Answers to questions about the catalog: the stable shapes of ``--json``, from a store and from a service.

``id`` is the key of a node (``dataset/{namespace}/{name}``), ``name`` what a person reads. Members are in
camel case.
"""

import msgspec


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of an answer."""


class Hit(Answer, frozen=True):
    """A node that a search found; ``namespace`` and ``name`` as in the graph.

    ``dropped_at``: since when a dataset is no more under this name; ``renamed_to``: the ids of those it goes on as.
    """

    id: str
    kind: str
    namespace: str | None
    name: str
    description: str | None = None
    dropped_at: str | None = None
    renamed_to: list[str] = []


class CommandAnswer(Answer, frozen=True):
    """A command of an operator; ``about``: what it says, in words. ``superseded_by``: the hash of the later one that
    took its place; None: it is in force."""

    at: str
    command: str
    about: str
    hash: str
    by: str | None = None
    why: str | None = None
    superseded_by: str | None = None


class AliasLink(Answer, frozen=True):
    """A link between two names; ``because``: what makes it, in words; ``ruling``: what an operator said of the two."""

    source: str
    target: str
    counts: bool
    because: str
    since: str | None = None
    ruling: str | None = None


class AliasConflict(Answer, frozen=True):
    """Names that links would join, and that are kept apart, as far as they were looked at."""

    code: str
    names: list[str]


class AliasAnswer(Answer, frozen=True):
    """What is known of the names of one dataset; ``names`` are all of them, sorted."""

    name: str
    names: list[str]
    links: list[AliasLink]
    conflicts: list[AliasConflict]


class SearchAnswer(Answer, frozen=True):
    """``total`` counts all that match, ``items`` are the best of them."""

    text: str
    total: int
    items: list[Hit]


class Reason(Answer, frozen=True):
    """Why an answer is not complete."""

    code: str
    message: str


class Coverage(Answer, frozen=True):
    """How far to trust an answer: COMPLETE, PARTIAL or UNKNOWN; ``edges`` were read to find ``nodes``."""

    status: str
    reasons: list[Reason]
    nodes: int
    edges: int


class LineageNode(Answer, frozen=True):
    """A node reached, ``hops`` from the nearest start."""

    id: str
    kind: str
    name: str
    hops: int


class LineageEdge(Answer, frozen=True):
    """An edge as data flows; for columns ``use`` is DIRECT or INDIRECT, ``subtypes`` as producers name them."""

    source: str
    target: str
    job: str | None
    use: str | None
    subtypes: list[str]
    origins: list[str]


class LineageAnswer(Answer, frozen=True):
    """What ``of`` leads to or comes from."""

    of: list[str]
    direction: str
    level: str
    as_of: str | None
    nodes: list[LineageNode]
    edges: list[LineageEdge]
    coverage: Coverage


class EdgeChange(Answer, frozen=True):
    """An edge that CAME, WENT or CHANGED, as it was and as it became."""

    change: str
    source: str
    target: str
    job: str | None
    before: LineageEdge | None
    after: LineageEdge | None


class PartChange(Answer, frozen=True):
    """A field or facet of a dataset or job (``id``) that CAME, WENT or CHANGED; of a field ``before`` and ``after`` are
    its types."""

    change: str
    id: str
    name: str
    before: str | None = None
    after: str | None = None


class DiffAnswer(Answer, frozen=True):
    """What changed between ``from_time`` and ``to_time`` (None: now). ``not_compared``: of how many things fields and
    facets were not. ``coverage_before`` and ``coverage_after``: what each of the two lineages does not know."""

    of: list[str]
    direction: str
    level: str
    from_time: str
    to_time: str | None
    edges: list[EdgeChange]
    fields: list[PartChange]
    facets: list[PartChange]
    not_compared: int
    coverage_before: Coverage
    coverage_after: Coverage


class FindingProof(Answer, frozen=True):
    """One piece of evidence: a sentence, the ids of what it is about, the ids of the documents that tell it."""

    text: str
    things: list[str]
    documents: list[str]


class FindingAnswer(Answer, frozen=True):
    """Where what is declared and what is observed differ. ``id`` is its own, the others are those of nodes; ``tell``:
    who is to be told, ``concerns``: other products that it touches."""

    id: str
    kind: str
    severity: str
    message: str
    remedy: str
    since: str | None
    subject: str
    product: str | None
    domain: str | None
    tell: list[str]
    concerns: list[str]
    evidence: list[FindingProof]


class FindingsAnswer(Answer, frozen=True):
    """``by_severity`` counts all that were asked for, ``items`` are the first of them, the worst first."""

    total: int
    by_severity: dict[str, int]
    items: list[FindingAnswer]
