"""Services and stores for the tests of the api."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.keys import KeysFile, Role
from api.settings import Settings
from tests.api.running import Service, serving


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A service on a free loopback port with a store of its own and no keys."""
    return Settings(store=f"sqlite:///{tmp_path}/mesh.db", port=0, keys_file=tmp_path / "keys.json")


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    """A running service without keys."""
    with serving(settings) as running:
        yield running


@pytest.fixture
def http(service: Service) -> Iterator[httpx.Client]:
    """A client of the service without keys."""
    with service.client() as client:
        yield client


@pytest.fixture
def tokens(settings: Settings) -> dict[Role, str]:
    """A key for each role, made before the service starts."""
    keys = KeysFile(settings.keys_file)
    return {role: keys.add(f"the {role}", role)[1] for role in Role}
