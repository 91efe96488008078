"""What people do with curations: how the value of an aspect follows from the one there is and from what they ask."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias

from catalog.curated import Curated
from catalog.curation import Aspect, Value
from catalog.curation_value import InvalidCuration, read_value
from catalog.graph import Direction
from catalog.store.port import Reader
from ontology.vocabulary import Label, Rel

NewValue: TypeAlias = Callable[[Reader, Curated], Value | None]
"""What the value is to be, by what it is; None withdraws. Raises InvalidCuration."""

MAY_FOLLOW: Mapping[str, Collection[str]] = {
    "approved": ("pending", "denied", "expired", "revoked", "approved"),
    "denied": ("pending",),
    "revoked": ("approved",),
    "expired": ("approved",),
    "cancelled": ("pending", "approved"),
}
"""What may be decided of an agreement, and of which status; approved again it has another validity."""


def setting(aspect: Aspect, value: Mapping[str, Any]) -> NewValue:
    """The value, whatever was there. Raises InvalidCuration when asked."""
    return lambda _reader, _now: read_value(aspect, value)


def withdrawing(_reader: Reader, now: Curated) -> Value | None:
    """No value. Raises InvalidCuration for an agreement that came to be by being asked for, and for a proposal."""
    if now.value is not None and "grantedTo" in now.value:
        raise InvalidCuration("an agreement that was requested here is decided, not withdrawn: cancel it")
    if now.curation.aspect == Aspect.PROPOSAL:
        raise InvalidCuration("a proposal is closed, not taken back: close it as withdrawn")
    return None


def confirming(dataset: str) -> NewValue:
    """That dataset is bound, and not rejected any more."""
    return lambda _reader, now: _binding(now, dataset, "bound", "rejected")


def rejecting(dataset: str) -> NewValue:
    """That dataset is rejected, and not bound any more."""
    return lambda _reader, now: _binding(now, dataset, "rejected", "bound")


def _binding(now: Curated, dataset: str, to: str, from_: str) -> Value:
    before = now.value or {"bound": [], "rejected": []}
    value = {to: [*before[to], dataset], from_: [one for one in before[from_] if one != dataset]}
    return read_value(Aspect.BINDING, value)


def requesting(covers: Sequence[str], consumer: str, purpose: str | None, until: str | None) -> NewValue:
    """A new agreement, which waits to be decided. Raises InvalidCuration where there is one of its id already."""
    if not covers:
        raise InvalidCuration("it covers nothing")
    asked = {"status": "pending", "purpose": purpose, "validUntil": until, "grantedTo": consumer}

    def value(reader: Reader, now: Curated) -> Value:
        asked["grantedBy"] = _giver(reader, covers)
        found = read_value(Aspect.AGREEMENT, {**asked, "covers": covers})
        if found != now.value and (now.order or reader.nodes([now.curation.subject])):
            raise InvalidCuration(f"there is another {now.curation.subject} already")
        return found

    return value


def _giver(reader: Reader, covers: Sequence[str]) -> str | None:
    """The product that what is covered belongs to, where it is one."""
    into = reader.edges(covers, (Rel.HAS_OUTPUT_PORT, Rel.HAS_MANAGEMENT_PORT), Direction.IN)
    found = {edge.source for edge in into}
    found |= {key for key, node in reader.nodes(covers).items() if node.label == Label.DATA_PRODUCT}
    return found.pop() if len(found) == 1 else None


def deciding(
    status: str, valid_from: str | None, valid_until: str | None, now: str | None = None
) -> NewValue:
    """An agreement with another status. Raises InvalidCuration where that may not follow.

    ``now``: when what is approved begins, where nothing else is said and it has not begun.
    """

    def value(reader: Reader, current: Curated) -> Value:
        key = current.curation.subject
        node = reader.nodes([key]).get(key)
        before = "pending" if node is None else str(node.properties.get("status", "pending"))
        if before not in MAY_FOLLOW[status]:
            raise InvalidCuration(f"the agreement is {before}: it cannot be {status}")
        begins = valid_from or (now if status == "approved" and before != "approved" else None)
        said = {**(current.value or {}), "status": status}
        said |= {k: v for k, v in (("validFrom", begins), ("validUntil", valid_until)) if v is not None}
        return read_value(Aspect.AGREEMENT, said)

    return value
