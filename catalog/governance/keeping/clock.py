"""What time alone changes: verdicts that are due, and waivers and agreements that begin or end."""

from collections.abc import Iterable, Mapping

from catalog.governance.keeping.rows import DUE
from catalog.governance.waiving import Standing
from catalog.store.port import Range, Reader, Space

_MOST = 5_000
"""Verdicts that are due and looked at together."""

Pairs = list[tuple[str, str]]
"""Policies (ids) and things (keys)."""


def due(reader: Reader, now_ns: int) -> Pairs:
    """The verdicts whose time has come, some at once."""
    rows = reader.scan(Space.VERDICT, [Range(DUE, high=f"{now_ns + 1:016x}")], limit=_MOST)
    return [(policy, key) for row in rows for _, policy, key in [row.sort.split(" ", 2)]]


def turned(before: Iterable[Standing] | None, now: Iterable[Standing]) -> Pairs:
    """What waivers are about that stand otherwise than before; None: that is not known of any."""
    known = _by_id(before or ())
    standing = _by_id(now)
    changed = [id_ for id_ in known.keys() | standing.keys() if known.get(id_) != standing.get(id_)]
    told = [one for id_ in changed for one in (known.get(id_), standing.get(id_)) if one is not None]
    return sorted({(one.waiver.policy, one.waiver.target) for one in told})


def _by_id(told: Iterable[Standing]) -> Mapping[str, Standing]:
    return {one.waiver.id: one for one in told}
