"""Load the demo: run the shop's pipelines and send their events with the real OpenLineage client."""

from collections.abc import Callable
from datetime import UTC, datetime

import requests
from openlineage.client import OpenLineageClient
from openlineage.client.transport.http import HttpConfig, HttpTransport

from api.demo.events import Event
from api.demo.history import history
from api.demo.shop import open_shop
from api.demo.summary import DemoSummary, Tally
from api.errors import ServiceError, UsageError

_RETRY = {"total": 4, "connect": 1}
"""Ask again when the service is busy (503), but tell at once when nothing listens."""


def load_demo(
    url: str,
    api_key: str | None = None,
    *,
    flags: str | None = None,
    now: datetime | None = None,
    progress: Callable[[str], None] | None = None,
    before_each: Callable[[], None] | None = None,
) -> DemoSummary:
    """Run three days of the demo mesh and send every event to the service at ``url``; about 110 events.

    ``flags`` go into the commands to try (by default those that ask the service).
    ``now`` only decides which three days (those before its UTC midnight), so a second load on the same day
    sends the same events. ``before_each`` is called before every event, and may raise to stop.
    Raises UsageError for a URL that is none or when OPENLINEAGE_DISABLED keeps the client from sending,
    ServiceError when the service does not answer or refuses an event.
    """
    client = _client(url, api_key)
    tally = Tally()

    def emit(event: Event) -> None:
        if before_each is not None:
            before_each()
        _send(client, event, url)

    try:
        _emit_all(emit, tally, now, progress)
    finally:
        client.close()
    return tally.summary(f"--url {url}" if flags is None else flags)


def emit_demo(
    emit: Callable[[Event], None],
    *,
    now: datetime | None = None,
    progress: Callable[[str], None] | None = None,
) -> DemoSummary:
    """Run three days of the demo mesh and hand every event to ``emit``, in order of time."""
    tally = Tally()
    _emit_all(emit, tally, now, progress)
    return tally.summary()


def _emit_all(
    emit: Callable[[Event], None], tally: Tally, now: datetime | None, progress: Callable[[str], None] | None
) -> None:
    today = (now or datetime.now(UTC)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with open_shop() as shop:
        for event in history(shop, today, progress or _silent):
            emit(event)
            tally.add(event)


def _silent(text: str) -> None:
    """Progress that nobody wants to see."""


def _client(url: str, api_key: str | None) -> OpenLineageClient:
    # Without the last slash the client replaces the last part of a path in the URL (urljoin).
    config: dict[str, object] = {"url": url.rstrip("/") + "/", "retry": _RETRY}
    if api_key:
        config["auth"] = {"type": "api_key", "apiKey": api_key}
    try:
        transport = HttpTransport(HttpConfig.from_dict(config))
    except ValueError as error:
        raise UsageError(
            f"{url!r} is not the URL of a service.", "It looks like http://127.0.0.1:8000"
        ) from error
    try:
        client = OpenLineageClient(transport=transport)
    except ValueError as error:
        hint = "Look at openlineage.yml and the variables OPENLINEAGE__*."
        raise UsageError("The OpenLineage client cannot read its configuration.", hint) from error
    if client.transport is not transport:
        raise UsageError(
            "The OpenLineage client is switched off, so the demo cannot be sent.",
            "Unset OPENLINEAGE_DISABLED.",
        )
    return client


def _send(client: OpenLineageClient, event: Event, url: str) -> None:
    try:
        client.emit(event)
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        hint = (
            "Give an API key with the role emitter." if status in (401, 403) else "Is it a Meshline service?"
        )
        raise ServiceError(f"{url} refused an event with HTTP {status}.", hint) from error
    except requests.RequestException as error:
        hint = "Start one with `meshline serve`, or correct --url."
        raise ServiceError(f"{url} does not answer.", hint) from error
