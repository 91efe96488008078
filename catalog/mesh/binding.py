"""Which observed dataset a schema of a contract, a model of dbt or a port means, and how that is known.

Rules, the first that says something decides; what a person rejected (NOT_BOUND_TO) is never bound:

    CURATED    a person confirmed it
    DECLARED   a document names the dataset: SERVES, or BOUND_TO from a server that says enough
    PRODUCER   a job that names the thing's unique id in its dbt_node facet writes the dataset, under its full name,
               and the jobs of its project never wrote into another namespace (``catalog.mesh.projects``)
    PORT       the port that its contract governs serves one dataset of its name
    PROJECT    its full name, in the one namespace that holds its siblings that producers identify
    FULL_NAME  its full name, where only one namespace of its platform has such a dataset

What several datasets fit is AMBIGUOUS: they are suggested, and none is bound.
"""

from dataclasses import dataclass
from enum import StrEnum

from catalog.graph import Edge


class BindingRule(StrEnum):
    """How it is known which dataset is meant."""

    CURATED = "CURATED"
    DECLARED = "DECLARED"
    PRODUCER = "PRODUCER"
    PORT = "PORT"
    PROJECT = "PROJECT"
    FULL_NAME = "FULL_NAME"


CONFIDENCE = {
    BindingRule.CURATED: 1.0,
    BindingRule.DECLARED: 1.0,
    BindingRule.PRODUCER: 0.99,
    BindingRule.PORT: 0.95,
    BindingRule.PROJECT: 0.95,
    BindingRule.FULL_NAME: 0.9,
}
"""How sure each rule is when nothing speaks against it."""


class BindingStatus(StrEnum):
    """BOUND: to at least one dataset. AMBIGUOUS: several fit, none is bound. UNBOUND: none fits."""

    BOUND = "BOUND"
    AMBIGUOUS = "AMBIGUOUS"
    UNBOUND = "UNBOUND"


@dataclass(frozen=True, slots=True)
class Bound:
    """One dataset that a thing is bound to. ``dataset``: the key of the name to show, ``names``: all keys of that
    dataset. ``evidence``: a sentence; ``edges``: those that tell it, none where names tell it. ``server``: the name of
    the server of the contract that it lies on. ``through``: the schema by which a port comes to it. ``aside``: it lies
    in another environment than production, where its contract has a server in production
    (``catalog.mesh.environments``): no port serves it, and it is not judged."""

    dataset: str
    names: tuple[str, ...]
    rule: BindingRule
    confidence: float
    evidence: str
    edges: tuple[Edge, ...] = ()
    server: str | None = None
    through: str | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A dataset that may be meant, for a person to confirm or reject."""

    dataset: str
    rule: BindingRule
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Binding:
    """What a Schema or Port (``thing``) is bound to, or what it may be; ``reason`` says why it is not bound."""

    thing: str
    bound: tuple[Bound, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    reason: str = ""

    @property
    def counting(self) -> tuple[Bound, ...]:
        """What it is bound to, without what stands aside."""
        return tuple(one for one in self.bound if not one.aside)

    @property
    def status(self) -> BindingStatus:
        """How it stands."""
        if self.bound:
            return BindingStatus.BOUND
        return BindingStatus.AMBIGUOUS if len(self.suggestions) > 1 else BindingStatus.UNBOUND

    @property
    def dataset(self) -> str | None:
        """The dataset, the first by key where there are several."""
        return self.bound[0].dataset if self.bound else None

    @property
    def rule(self) -> BindingRule | None:
        """How the dataset is known."""
        return self.bound[0].rule if self.bound else None

    @property
    def confidence(self) -> float | None:
        """How sure that is, from 0 to 1."""
        return self.bound[0].confidence if self.bound else None
