"""What people say will go away, and which jobs still read it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from catalog.aliases import is_dataset, is_job
from catalog.curated import Curated, curated
from catalog.curation import Aspect
from catalog.graph import Direction, Edge
from catalog.identity import CurationId, kind_of
from catalog.instant import parse_instant
from catalog.lineage_view import COLUMN_RELS, View
from catalog.store.port import ALL_CURATIONS, Range, Reader, Space
from ontology.vocabulary import Rel

_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Deprecated:
    """A thing (key) that will go away: from when on, why, what is to be used; since when and by whom that is said."""

    subject: str
    removal_ns: int | None
    reason: str | None
    instead: str | None
    since: int | None
    by: str | None


def deprecated(reader: Reader, at: int | None = None) -> list[Deprecated]:
    """All that is deprecated now, or was at an instant, by key. It reads through what people have curated, in pages."""
    found = curated(reader, _curations(reader), at)
    said = [_deprecated(one) for one in found.values() if one.value is not None]
    return sorted(said, key=lambda one: one.subject)


def _curations(reader: Reader) -> set[CurationId]:
    found: set[CurationId] = set()
    low: str | None = None
    while True:
        rows = reader.scan(Space.CURATION, [Range(ALL_CURATIONS, low=low)], limit=_PAGE)
        ids = (CurationId.parse(row.value) for row in rows)
        found |= {one for one in ids if one.aspect == Aspect.DEPRECATION}
        if len(rows) < _PAGE:
            return found
        low = f"{rows[-1].sort}\0"


def _deprecated(one: Curated) -> Deprecated:
    said = one.value or {}
    removal = said.get("removal")
    return Deprecated(
        subject=one.curation.subject,
        removal_ns=None if removal is None else parse_instant(removal).ns,
        reason=said.get("reason"),
        instead=said.get("instead"),
        since=one.at,
        by=one.actor,
    )


def readers_of(
    reader: Reader, things: Collection[str], at: int | None = None
) -> dict[str, dict[str, list[Edge]]]:
    """Of datasets and fields (keys), under any of their names: the jobs that read them, each with the edges that tell.

    A field is read by who is known to use it; whether others that read its dataset use it, nobody has told.
    """
    view = View(reader, at)
    datasets = {key for key in things if is_dataset(key)}
    fields = {key for key in things if kind_of(key) == "field"}
    view.classes.close_datasets(datasets)
    view.classes.close_fields(fields)
    name = view.classes.name
    told: dict[str, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
    for edge in view.reads({name(key) for key in datasets}, Direction.OUT) if datasets else ():
        told[name(edge.source)][edge.target].append(edge)
    keys = view.classes.keys({name(key) for key in fields})
    for edge in reader.edges(keys, (*COLUMN_RELS, Rel.USED_BY), Direction.OUT, at) if keys else ():
        job = edge.target if edge.type == Rel.USED_BY else edge.via
        if is_job(job):
            told[name(edge.source)][job].append(edge)
    return {key: dict(sorted(told[name(key)].items())) for key in things if name(key) in told}
