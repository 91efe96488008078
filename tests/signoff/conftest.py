"""A service with the small mesh, and the command line."""

from collections.abc import Iterator

import httpx
import pytest

from api.settings import Settings
from tests.api.conftest import cli
from tests.api.running import Service, serving
from tests.convergence.conftest import fresh_store, kind, store
from tests.signoff.world import fill

__all__ = ["cli", "fresh_store", "kind", "store"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service without keys; proposals of its tests have ids of their own."""
    folder = tmp_path_factory.mktemp("signoff")
    settings = Settings(
        store=f"sqlite:///{folder}/mesh.db",
        port=0,
        keys_file=folder / "keys.json",
        webhook_allow=("127.0.0.0/8",),
    )
    with serving(settings) as running:
        with running.client() as http:
            fill(http)
        yield running


@pytest.fixture
def http(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client
