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
    """What a policy says of a thing. ``tell``: the ids of whom to tell; ``until``: when time alone may change it."""

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


class NotEvaluatedAnswer(Answer, frozen=True):
    """A policy that was not evaluated, for all or some things, and why."""

    policy: str
    reason: str


class CheckAnswer(Answer, frozen=True):
    """What policies say. ``total`` and ``by_status`` are of all verdicts, ``blocking`` of the failures that block;
    ``items``: the worst of those that are asked for. ``rehearsal``: what policies would do that are only tried."""

    state: str
    as_of: str | None
    total: int
    by_status: dict[str, int]
    blocking: int
    items: list[VerdictAnswer]
    not_evaluated: list[NotEvaluatedAnswer]
    rehearsal: str | None = None


class PolicyAnswer(Answer, frozen=True):
    """A policy. ``problem``: why it cannot be followed; then only its id and title are known."""

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
