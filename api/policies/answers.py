"""Answers about policies: the stable shapes of ``--json``, from a store and from a service."""

from api.answers import Answer


class EdgeAnswer(Answer, frozen=True):
    """An edge by its type and the ids of its ends."""

    type: str
    source: str
    target: str


class StepAnswer(Answer, frozen=True):
    """A step of an explanation. ``thing``: the id of the node that it is about; ``told_by``: that of the document,
    job or dataset that tells it."""

    text: str
    thing: str | None = None
    edge: EdgeAnswer | None = None
    told_by: str | None = None


class VerdictAnswer(Answer, frozen=True):
    """What a policy says of a thing. ``tell``: the ids of whom to tell; ``until``: when time alone may change it.
    ``first_seen``, ``since``: when there was a verdict first and since when it has its status, as far as that is kept.
    """

    id: str
    policy: str
    target: str
    status: str
    severity: str
    message: str
    remediation: str
    explanation: list[StepAnswer]
    tell: list[str]
    waiver: str | None = None
    until: str | None = None
    first_seen: str | None = None
    since: str | None = None


class NotEvaluatedAnswer(Answer, frozen=True):
    """A policy that was not evaluated, for all or some things, and why."""

    policy: str
    reason: str


class CheckAnswer(Answer, frozen=True):
    """What policies say. ``total`` and ``by_status`` are of all verdicts, ``blocking`` of the failures that block;
    ``items``: the worst of those that are asked for. ``rehearsal``: what policies would do that are only tried.
    ``evaluated_as_of``: when they were evaluated, or looked at last where they were ``kept``; ``stale_since``: since
    when some may be otherwise.
    """

    state: str
    as_of: str | None
    total: int
    by_status: dict[str, int]
    blocking: int
    items: list[VerdictAnswer]
    not_evaluated: list[NotEvaluatedAnswer]
    rehearsal: str | None = None
    kept: bool = False
    evaluated_as_of: str | None = None
    stale_since: str | None = None


class PolicyAnswer(Answer, frozen=True):
    """A policy. ``problem``: why it cannot be followed; then only its id and title are known. ``kept``: how many
    verdicts of it are kept, by status; ``stale_since``: since when these may be otherwise."""

    id: str
    title: str
    problem: str | None = None
    why: str = ""
    owner: str | None = None
    scope: str = ""
    of: str = ""
    kind: str = ""
    check: str = ""
    severity: str = ""
    effective_from: str | None = None
    binding_from: str | None = None
    tightens: str | None = None
    enabled: bool = True
    remediation: str = ""
    kept: dict[str, int] | None = None
    stale_since: str | None = None


class WaiverAnswer(Answer, frozen=True):
    """A waiver, and how it stands: IN_FORCE, ENDED or VOID with why. Of one that cannot be read only that is known."""

    id: str
    state: str
    why: str = ""
    policy: str | None = None
    target: str | None = None
    reason: str = ""
    approver: str | None = None
    expires_at: str | None = None
    expires_soon: bool = False


class PoliciesAnswer(Answer, frozen=True):
    """All policies and waivers."""

    policies: list[PolicyAnswer]
    waivers: list[WaiverAnswer]


class PastAnswer(Answer, frozen=True):
    """A status that a verdict had, and since when."""

    status: str
    since: str


class VerdictPastAnswer(Answer, frozen=True):
    """What a policy says of a thing, since when, and what it said before, the latest first."""

    policy: str
    target: str
    status: str
    first_seen: str | None
    since: str | None
    past: list[PastAnswer]


class DayAnswer(Answer, frozen=True):
    """How many verdicts there were at the end of a day, and what they came to. ``not_evaluated``: policies."""

    day: str
    state: str
    by_status: dict[str, int]
    blocking: int
    not_evaluated: int


class HistoryAnswer(Answer, frozen=True):
    """What is kept of a thing or policy (``of``): verdicts, those that changed last first; days, the latest last."""

    of: str
    evaluated_as_of: str
    stale_since: str | None
    verdicts: list[VerdictPastAnswer]
    days: list[DayAnswer]
