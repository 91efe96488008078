"""Since when something has been so, from all stretches of validity of the edges that tell it."""

from collections.abc import Iterable

from catalog.graph import Edge


def unbroken_since(edge: Edge, others: Iterable[Edge]) -> int | None:
    """Since when ``edge``, or one of the others before it, has held without a gap; None: since ever.

    ``others``: the stretches that tell the same, whatever else of them differs: a column that moved one to the right is
    the column that it was.
    """
    before = sorted((one for one in others if one.valid_to is not None), key=_end, reverse=True)
    begin = edge.valid_from
    for one in before:
        if begin is None or _end(one) < begin:
            break
        begin = None if one.valid_from is None else min(begin, one.valid_from)
    return begin


def gone_since(edges: Iterable[Edge], at: int | None) -> int | None:
    """When the last of some edges ended, until ``at``; None where none did."""
    ends = (one.valid_to for one in edges if one.valid_to is not None and (at is None or one.valid_to <= at))
    return max(ends, default=None)


def _end(edge: Edge) -> int:
    return 0 if edge.valid_to is None else edge.valid_to
