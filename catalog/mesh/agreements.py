"""Access agreements as they stand at an instant: what they cover, for whom, and whether they are in force."""

from dataclasses import dataclass
from enum import StrEnum

from catalog.graph import Edge
from catalog.instant import InvalidInstant, parse_instant
from catalog.mesh.declared import Declared
from ontology.vocabulary import Label, Rel

DAY_NS = 86_400 * 1_000_000_000
_DAY = "2026-12-31"


class Standing(StrEnum):
    """IN_FORCE: approved, and the time is within its validity. NOT_YET, OVER: approved, and the time is before or after
    that. Else what its status says."""

    IN_FORCE = "IN_FORCE"
    NOT_YET = "NOT_YET"
    OVER = "OVER"
    PENDING = "PENDING"
    DENIED = "DENIED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement (key) by what it covers and to whom it is granted (keys), sorted. ``edges``: what tells that."""

    key: str
    name: str
    standing: Standing
    covers: tuple[str, ...]
    granted_to: tuple[str, ...]
    granted_by: tuple[str, ...]
    purpose: str | None
    valid_from: str | None
    valid_until: str | None
    edges: tuple[Edge, ...]

    @property
    def is_in_force(self) -> bool:
        """Whether it allows anything now."""
        return self.standing is Standing.IN_FORCE


def agreements(declared: Declared, now_ns: int) -> list[Agreement]:
    """All agreements, by key, as they stand at ``now_ns``."""
    return [
        Agreement(
            key=node.key,
            name=declared.name(node.key),
            standing=_standing(declared, node.key, now_ns),
            covers=tuple(declared.targets(node.key, Rel.COVERS)),
            granted_to=tuple(declared.targets(node.key, Rel.GRANTED_TO)),
            granted_by=tuple(declared.targets(node.key, Rel.GRANTED_BY)),
            purpose=declared.text(node.key, "purpose"),
            valid_from=declared.text(node.key, "validFrom"),
            valid_until=declared.text(node.key, "validUntil"),
            edges=tuple(declared.out(node.key, Rel.COVERS, Rel.GRANTED_TO)),
        )
        for node in declared.of(Label.ACCESS_AGREEMENT)
        if declared.is_described(node.key)
    ]


def turns(declared: Declared) -> list[int]:
    """The instants at which time alone changes how an agreement stands, sorted."""
    found = set()
    for node in declared.of(Label.ACCESS_AGREEMENT):
        found.add(_instant(declared.text(node.key, "validFrom")))
        found.add(_end(declared.text(node.key, "validUntil")))
    return sorted(one for one in found if one is not None)


def _standing(declared: Declared, key: str, now_ns: int) -> Standing:
    status = (declared.text(key, "status") or "unknown").upper()
    if status != "APPROVED":
        return Standing(status) if status in Standing.__members__ else Standing.UNKNOWN
    begins, ends = _instant(declared.text(key, "validFrom")), _end(declared.text(key, "validUntil"))
    if begins is not None and now_ns < begins:
        return Standing.NOT_YET
    return Standing.OVER if ends is not None and now_ns >= ends else Standing.IN_FORCE


def _instant(text: str | None) -> int | None:
    """A time that cannot be read bounds nothing."""
    try:
        return None if text is None else parse_instant(text).ns
    except InvalidInstant:
        return None


def _end(text: str | None) -> int | None:
    """A day without a time ends when the next one begins."""
    found = _instant(text)
    return (
        found + DAY_NS if found is not None and text is not None and len(text.strip()) == len(_DAY) else found
    )
