"""Waivers as they stand at an instant: which are in force, which have ended, and which were never any."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.coverage import spoken
from catalog.curated import counting
from catalog.governance.policy import Policy
from catalog.governance.waiver import Waiver
from catalog.graph import Direction, Edge
from catalog.instant import InvalidInstant, parse_instant
from catalog.store.port import Reader
from ontology.vocabulary import Rel

ROLES = frozenset(("owner", "steward"))
"""Who may allow not to follow a policy, in the team that owns it."""


class WaiverState(StrEnum):
    """IN_FORCE, ENDED by its time, VOID: it allows nothing."""

    IN_FORCE = "IN_FORCE"
    ENDED = "ENDED"
    VOID = "VOID"


@dataclass(frozen=True, slots=True)
class Standing:
    """A waiver at an instant; ``reason``: why it is void. ``expires_soon``: it is in force, and ends within 14 days."""

    waiver: Waiver
    state: WaiverState
    reason: str = ""
    expires_soon: bool = False


def standings(
    reader: Reader, waivers: Iterable[Waiver], policies: Mapping[str, Policy], at: int | None, now_ns: int
) -> list[Standing]:
    """How waivers stand, by id: one question."""
    known = sorted(waivers, key=lambda one: one.id)
    roles = _roles(reader, {one.approver for one in known}, at, now_ns)
    return [_standing(one, policies.get(one.policy), roles, now_ns) for one in known]


def _standing(
    waiver: Waiver, policy: Policy | None, roles: Mapping[tuple[str, str], set[str]], now_ns: int
) -> Standing:
    if policy is None:
        return Standing(waiver, WaiverState.VOID, f"There is no policy {waiver.policy!r}.")
    if waiver.approver != policy.owner and not roles.get((waiver.approver, policy.owner), set()) & ROLES:
        reason = (
            f"{spoken(waiver.approver)} is neither the owner of the policy ({spoken(policy.owner)}) "
            "nor has the role owner or steward there."
        )
        return Standing(waiver, WaiverState.VOID, reason)
    if not waiver.holds_at(now_ns):
        return Standing(waiver, WaiverState.ENDED)
    return Standing(waiver, WaiverState.IN_FORCE, expires_soon=waiver.expires_soon(now_ns))


def _roles(
    reader: Reader, people: Collection[str], at: int | None, now_ns: int
) -> Mapping[tuple[str, str], set[str]]:
    """(person, team) → the roles of the person in the team that hold at the time."""
    if not people:
        return {}
    found: dict[tuple[str, str], set[str]] = {}
    for edge in counting(reader.edges(people, (Rel.MEMBER_OF, Rel.HAS_ROLE), Direction.OUT, at)):
        role = dict(edge.properties).get("role")
        if isinstance(role, str) and _holds(edge, now_ns):
            word = role.rstrip("/").rpartition("/")[2].rpartition("#")[2].casefold()
            found.setdefault((edge.source, edge.target), set()).add(word)
    return found


def _holds(edge: Edge, now_ns: int) -> bool:
    """Whether the time that the edge itself names has begun and not ended. One that cannot be read does not hold."""
    said = dict(edge.properties)
    try:
        since, until = (
            None if (text := said.get(name)) is None else parse_instant(str(text)).ns
            for name in ("since", "until")
        )
    except InvalidInstant:
        return False
    return (since is None or since <= now_ns) and (until is None or now_ns < until)
