"""Findings in the feed: which of them are new and which are gone since they were looked at last."""

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.canonical import encode, plain
from catalog.feed.belonging import Belonging
from catalog.feed.change import ChangedFact, ChangeKind, How, News, Place, shortened
from catalog.feed.log import FINDINGS, Records, page
from catalog.identity import kind_of
from catalog.mesh.finding import Finding
from catalog.store.port import Reader, Space
from ontology.compiler import load_model

AT_ONCE = 500
"""Findings that one transaction notes; what differs besides is told by the next."""

_PAGE = 1_000
_TOLD = ("finding", "kind", "severity", "message", "remedy", "tell")


def changed_findings(reader: Reader, now: Sequence[Finding]) -> tuple[list[News], Records, bool]:
    """What is to be told, the records of it, and whether that is all."""
    seen = {one.id: one for one in now}
    known = _known(reader)
    opened = [seen[id_] for id_ in sorted(seen.keys() - known.keys())][:AT_ONCE]
    closed = sorted(known.keys() - seen.keys())[: AT_ONCE - len(opened)]
    more = len(opened) + len(closed) < len(seen.keys() ^ known.keys())
    belonging = Belonging(reader, {product for one in opened for product in _products(one)})
    news, records = list[News](), Records()
    for one in opened:
        text = _told(one, belonging)
        news.append(_news(text, ChangeKind.FINDING_OPENED, How.CREATED))
        records[Space.FEED, FINDINGS, one.id] = text
    for id_ in closed:
        news.append(_news(known[id_], ChangeKind.FINDING_CLOSED, How.ENDED))
        records[Space.FEED, FINDINGS, id_] = None
    return news, records, not more


def _known(reader: Reader) -> Mapping[str, str]:
    found: dict[str, str] = {}
    after: str | None = None
    while rows := page(reader, FINDINGS, after, _PAGE):
        found.update((row.sort, row.value) for row in rows)
        after = rows[-1].sort
    return found


def _products(one: Finding) -> list[str]:
    """The product whose matter it is, then those that it touches."""
    return list(dict.fromkeys(key for key in (one.product, *one.concerns) if key is not None))


def _told(one: Finding, belonging: Belonging) -> str:
    """What is kept of a finding: enough to tell of it when it is gone."""
    products = [place for key in _products(one) for place in belonging.products(key)]
    domains = dict.fromkeys(place for key in _products(one) for place in belonging.domains(key))
    return encode(
        {
            "subject": one.subject,
            "products": [[place.key, place.name] for place in products],
            "domains": [[place.key, place.name] for place in domains],
            "finding": one.id,
            "kind": str(one.kind),
            "severity": str(one.severity),
            "message": one.message,
            "remedy": one.remedy,
            "tell": list(one.tell),
        }
    )


def _news(text: str, kind: ChangeKind, how: How) -> News:
    said: dict[str, Any] = plain(text)
    subject = str(said["subject"])
    facts = []
    for name in _TOLD:
        value = shortened(said[name])
        facts.append(ChangedFact(name, *((None, value) if how is How.CREATED else (value, None))))
    return News(
        kind=kind,
        subject=subject,
        label=load_model().label_of_kind(kind_of(subject)),
        name=str(said["message"]),
        how=how,
        products=tuple(Place(*one) for one in said["products"]),
        domains=tuple(Place(*one) for one in said["domains"]),
        facts=tuple(facts),
    )
