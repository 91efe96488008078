"""Policies: rules about the things of the mesh that are checked by machine, as frozen values.

A policy says to which things it applies (its *scope*, and the label that its check is *of*), how bad it is that one
fails, from when that counts, and by which *check* it is found out. A check is one of three: a shape, a query, or a
rule over lineage. Names in checks are those of the ontology.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from catalog.graph import Scalar
from catalog.identity import ResourceId

SECOND_NS = 1_000_000_000


class Severity(StrEnum):
    """How bad it is that something fails: good to know, to be put right, or to be put right before anything goes on."""

    INFO = "info"
    WARN = "warn"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """The higher, the worse."""
        return list(Severity).index(self)


class ScopeKind(StrEnum):
    """How far a policy reaches. A domain is meant with the domains below it."""

    GLOBAL = "global"
    DOMAIN = "domain"
    PRODUCT = "product"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Scope:
    """To which things a policy applies. ``name``: the id of the domain or product, or the tag; empty if global."""

    kind: ScopeKind = ScopeKind.GLOBAL
    name: str = ""

    @property
    def key(self) -> str | None:
        """The key of the domain or product; None for the others."""
        keyed = self.kind in (ScopeKind.DOMAIN, ScopeKind.PRODUCT)
        return ResourceId(self.kind, (self.name,)).key if keyed else None


class CheckKind(StrEnum):
    """What sort of check a policy has, as the graph says it."""

    SHAPE = "shape"
    QUERY = "query"
    LINEAGE = "lineage"


# Shapes: SHACL core, over the ontology's names


@dataclass(frozen=True, slots=True)
class Hop:
    """One relationship of a path, by its type; ``inverse``: against its direction (written with a ``^`` before it)."""

    relationship: str
    inverse: bool = False

    def __str__(self) -> str:
        return f"^{self.relationship}" if self.inverse else self.relationship


class ValueType(StrEnum):
    """What every value of a property is to be, by its name in XML Schema."""

    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE_TIME = "dateTime"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is asked of the values of a property, or of the nodes at the end of a path: exactly one of the two is there.

    ``minimum``, ``maximum``: how many different values (nodes) there may be; None: any number. With ``such`` only the
    nodes that it holds for are counted. ``pattern``: a regular expression that a part of every value matches;
    ``one_of``: what every value is one of, empty: anything; ``type``: what every value is; ``label``: the label (or
    one above it) of every node at the end of the path; ``then``: what is asked of every node at the end of the path.
    In SHACL: minCount, maxCount, pattern, in, datatype, class, node; with ``such`` qualifiedMinCount and
    qualifiedMaxCount of qualifiedValueShape.
    """

    property: str | None = None
    path: tuple[Hop, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    one_of: tuple[Scalar, ...] = ()
    type: ValueType | None = None
    label: str | None = None
    then: tuple["Requirement", ...] = ()
    such: tuple["Requirement", ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """A condition on the thing itself: one of the values of the property is one of these."""

    property: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class ShapeCheck:
    """What every thing of a label in scope is to be like. A thing for which not all of ``when`` holds passes.

    ``message``: what to say of a thing that fails; empty: a sentence is made of what fails.
    """

    of: str
    require: tuple[Requirement, ...]
    when: tuple[When, ...] = ()
    message: str = ""


# Queries


DEFAULT_BUDGET_S = 5
MAX_BUDGET_S = 60


@dataclass(frozen=True, slots=True)
class QueryCheck:
    """A SPARQL SELECT of the things that fail: ``?this``. What is of the label, in scope and not among them passes.

    ``?message``, where it is there, says why; other variables are shown. ``budget_s``: seconds that it may take, beyond
    which nothing is evaluated (1 to MAX_BUDGET_S).
    """

    of: str
    select: str
    budget_s: int = DEFAULT_BUDGET_S


# Rules over lineage


class Rule(StrEnum):
    """A rule over lineage that is built in. ``catalog.governance.rules`` says what each may be told."""

    REACH = "reach"
    PROPAGATE = "propagate"
    COMPARE = "compare"
    STALE = "stale"
    CROSSING = "crossing"
    CYCLE = "cycle"
    ORPHAN = "orphan"
    UNAGREED = "unagreed"
    DEPRECATED = "deprecated"


Parameter: TypeAlias = str | int | bool | tuple[str, ...]
"""What a rule is told: a list is a set, sorted."""


@dataclass(frozen=True, slots=True)
class LineageCheck:
    """A rule over lineage, of the things of a label in scope. ``parameters``: sorted by name, each once."""

    rule: Rule
    of: str
    parameters: tuple[tuple[str, Parameter], ...] = ()

    @property
    def told(self) -> Mapping[str, Parameter]:
        """The parameters by name."""
        return dict(self.parameters)


Check: TypeAlias = ShapeCheck | QueryCheck | LineageCheck


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy. ``id``: kebab-case, by which all files name it. ``owner``: the key of a team or person.

    ``effective_from_ns``: the instant (nanoseconds) from which it binds, None: always. ``grace_s``: for so many seconds
    more what fails has time to be put right. ``tightens``: the id of the policy of a higher layer that it tightens.
    A policy that is not ``enabled`` is a draft: only dry runs use it.
    says it, empty where none is known.
    """

    id: str
    title: str
    owner: str
    check: Check
    scope: Scope = Scope()
    severity: Severity = Severity.WARN
    why: str = ""
    remediation: str = ""
    effective_from_ns: int | None = None
    grace_s: int = 0
    tightens: str | None = None
    enabled: bool = True

    @property
    def key(self) -> str:
        """The key of its node."""
        return policy_key(self.id)

    @property
    def of(self) -> str:
        """The label of the things that it judges."""
        return self.check.of

    @property
    def kind(self) -> CheckKind:
        """What sort of check it has."""
        match self.check:
            case ShapeCheck():
                return CheckKind.SHAPE
            case QueryCheck():
                return CheckKind.QUERY
            case LineageCheck():
                return CheckKind.LINEAGE

    @property
    def binding_from_ns(self) -> int | None:
        """The instant from which a thing that fails has no grace any more; None: it never had."""
        return None if self.effective_from_ns is None else self.effective_from_ns + self.grace_s * SECOND_NS

    def severity_at(self, now_ns: int) -> Severity:
        """How bad it is at an instant that something fails: in the time of grace WARN at most."""
        return (
            min(self.severity, Severity.WARN, key=lambda one: one.rank)
            if self.in_grace(now_ns)
            else self.severity
        )

    def in_grace(self, now_ns: int) -> bool:
        """Whether what fails still has time to be put right."""
        return self.binding_from_ns is not None and now_ns < self.binding_from_ns


def policy_key(id_: str) -> str:
    """The key of the policy of an id."""
    return ResourceId("policy", (id_,)).key
