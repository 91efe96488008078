"""A real service on a free loopback port, in a thread."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from starlette.types import ASGIApp

from api.app import create_app
from api.server import address_of, listen, server_of
from api.settings import Settings

START_TIMEOUT_S = 60


@dataclass(frozen=True)
class Service:
    """Where a running service answers."""

    url: str
    settings: Settings

    def client(self, token: str | None = None) -> httpx.Client:
        """A client that sends no credentials unless it is given a token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=10, trust_env=False)


@contextmanager
def serving(settings: Settings, app: ASGIApp | None = None) -> Iterator[Service]:
    """Serve these settings for the length of the context, then stop gracefully."""
    application = app or create_app(settings)
    with listen(settings.host, settings.port) as listener:
        server = server_of(application)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        deadline = time.monotonic() + START_TIMEOUT_S
        while not server.started and time.monotonic() < deadline and thread.is_alive():
            time.sleep(0.01)
        try:
            assert server.started, "the service did not start"
            yield Service(address_of(listener), settings)
        finally:
            server.should_exit = True
            thread.join(timeout=START_TIMEOUT_S)
            assert not thread.is_alive(), "the service did not stop"
