"""What a check says of a thing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from catalog.coverage import spoken
from catalog.governance.verdict import EdgeRef, Step
from catalog.graph import Edge
from catalog.mesh.finding import Proof


@dataclass(frozen=True, slots=True)
class Outcome:
    """``holds``: whether the thing is as the check asks; None: that is not known, ``message`` says why.

    ``until_ns``: the instant at which time alone may change it, None: never.
    """

    holds: bool | None
    message: str = ""
    steps: tuple[Step, ...] = ()
    until_ns: int | None = None


Outcomes: TypeAlias = Mapping[str, Outcome]
"""By the key of the thing."""

HOLDS = Outcome(True)


class NotEvaluated(Exception):
    """A check cannot be evaluated at all; the reason is a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def unknown(reason: str) -> Outcome:
    """The outcome where nothing can be said."""
    return Outcome(None, reason)


def only_if_known(outcome: Outcome, gap: str | None) -> Outcome:
    """The outcome, but that nothing is said to hold where something was not read (``gap``: what)."""
    return outcome if gap is None or outcome.holds is False else replace(outcome, holds=None, message=gap)


def proof_steps(proof: Proof) -> list[Step]:
    """The steps of an explanation that a proof of a finding is: its sentence, and its edges."""
    return [Step(proof.text, proof.keys[0] if proof.keys else None), *(edge_step(one) for one in proof.edges)]


def edge_step(edge: Edge, text: str | None = None) -> Step:
    """A step of an explanation that is an edge, with who tells it."""
    said = f"{spoken(edge.source)} {edge.type} {spoken(edge.target)}" if text is None else text
    return Step(said, edge.target, EdgeRef(edge.type, edge.source, edge.target), edge.via)
