"""A change as a CloudEvent 1.0 in its JSON form: what webhooks, the stream of events and subscriptions all send."""

from typing import Any

import msgspec

from catalog.feed.change import Change, Place
from catalog.instant import format_instant

MEDIA_TYPE = "application/cloudevents+json"
TYPE_PREFIX = "meshline."
TEST_TYPE = f"{TYPE_PREFIX}webhook.test"


def cloud_event(change: Change, base_iri: str) -> dict[str, Any]:
    """The event. ``source`` and ``id`` together are the same whenever it is sent; ``subject`` is the key of the thing,
    ``domain`` and ``product`` the first it belongs to."""
    news = change.news
    found: dict[str, Any] = {
        "specversion": "1.0",
        "id": change.id,
        "source": base_iri,
        "type": f"{TYPE_PREFIX}{news.kind}",
        "subject": news.subject,
        "time": format_instant(change.time_ns),
        "datacontenttype": "application/json",
        "sequence": str(change.number),
    }
    for name, places in (("domain", news.domains), ("product", news.products)):
        if places:
            found[name] = places[0].name
    data: dict[str, Any] = {
        "kind": news.kind,
        "change": news.how,
        "subject": {"id": f"{base_iri}{news.subject}", "type": news.label, "name": news.name},
        "products": _places(news.products, base_iri),
        "domains": _places(news.domains, base_iri),
        "facts": [{"name": one.name, "before": one.before, "after": one.after} for one in news.facts],
    }
    if news.more:
        data["moreFacts"] = news.more
    return {**found, "data": data}


def _places(places: tuple[Place, ...], base_iri: str) -> list[dict[str, str]]:
    return [{"id": f"{base_iri}{one.key}", "name": one.name} for one in places]


def event_bytes(change: Change, base_iri: str) -> bytes:
    """The event as it goes over the wire."""
    return msgspec.json.encode(cloud_event(change, base_iri))
