"""``GET /api/v1/changes``: what changes in the mesh, as server-sent events."""

from collections.abc import AsyncIterator

from api.changes.event_stream import EventStream, event_text
from api.changes.hub import ChangeHub, Place
from api.errors import HttpError, WebhookRefused
from api.query_flags import refuse_unknown
from api.services import AppRequest
from api.webhooks.cloudevent import cloud_event
from api.webhooks.registry import filter_of
from catalog.feed.change import ChangeFilter

RESET = "reset"


async def get_changes(request: AppRequest) -> EventStream:
    """CloudEvents from now on, or from behind ``Last-Event-ID`` (or ``after``); only those of ``kind``, ``domain`` and
    ``product``, each as often as needed. Where what came since is not kept, an event ``reset`` comes first."""
    services = request.state["services"]
    refuse_unknown(request.query_params, "kind", "domain", "product", "after")
    asked = request.query_params
    try:
        where = filter_of(asked.getlist("kind"), asked.getlist("domain"), asked.getlist("product"))
    except WebhookRefused as error:
        raise HttpError(400, "bad-parameter", error.message, error.hint) from error
    hub = services.changes
    place = await hub.place(request.headers.get("last-event-id") or asked.get("after"))
    hub.enter()
    return EventStream(_pieces(hub, where, place, services.settings.base_iri), hub.leave)


async def _pieces(hub: ChangeHub, where: ChangeFilter, place: Place, base_iri: str) -> AsyncIterator[bytes]:
    if place.missed:
        yield event_text({"message": "Changes were missed: look at everything anew."}, name=RESET)
    async for change in hub.listen(where, place):
        yield event_text(cloud_event(change, base_iri), id_=change.id)
