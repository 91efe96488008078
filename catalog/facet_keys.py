"""Facets by key: which keys there are, and which datasets, jobs or runs have a facet of one."""

from catalog.fold.facet_places import partition
from catalog.identity import encode_part
from catalog.store.port import Range, Reader, Space

_BEHIND = "~"
"""Sorts behind the key of every thing."""


def facet_keys(reader: Reader, kind: str, after: str | None, limit: int) -> list[str]:
    """The keys of the facets that things of a kind (dataset, job or run) have, sorted, behind ``after``: at most
    ``limit``, each a question to the store."""
    found: list[str] = []
    place = (f"{kind}/", "") if after is None else (partition(kind, after), _BEHIND)
    while len(found) < limit:
        rows = reader.walk(Space.FACET, place, 1)
        if not rows or not rows[0].partition.startswith(f"{kind}/"):
            break
        found.append(rows[0].value)
        place = (rows[0].partition, _BEHIND)
    return found


def having_facet(
    reader: Reader, kind: str, facet: str, namespace: str | None, after: str | None, limit: int | None
) -> list[str]:
    """The keys of the things of a kind that have a facet of a key now, sorted, behind ``after``.

    Of a namespace only those whose keys spell it, which all but the longest do. ``limit`` None: all.
    """
    low = None if after is None else f"{after}\0"
    high = None
    if namespace is not None:
        inside = f"{kind}/{encode_part(namespace)}/"
        low, high = max(low or inside, inside), f"{inside}{_BEHIND * 2}"
    rows = reader.scan(Space.FACET, [Range(partition(kind, facet), low, high)], limit=limit)
    return [row.sort for row in rows]
