"""The demo's events, run once; and shops with the three days behind them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from openlineage.client.serde import Serde

from api.demo import emit_demo
from api.demo.events import Event
from api.demo.history import history
from api.demo.shop import Shop, open_shop

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
TODAY = datetime(2026, 3, 4, tzinfo=UTC)

Json = dict[str, Any]


def emitted(now: datetime = NOW) -> list[Json]:
    """The events of a whole demo as the client would send them."""
    events: list[Event] = []
    emit_demo(events.append, now=now)
    return [json.loads(Serde.to_json(event)) for event in events]


@pytest.fixture(scope="session")
def events() -> list[Json]:
    return emitted()


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """A shop after the three days. Tests that change it roll back."""
    with open_shop() as shop:
        for _ in history(shop, TODAY, lambda text: None):
            pass
        yield shop
