"""Services and stores for the tests of the api."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.keys import KeysFile, Role
from api.program import run
from api.settings import Settings
from tests.api.addresses import ODD
from tests.api.asking import Cli, fill
from tests.api.events import body, run_event
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


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command in a folder of its own: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    for name in ("MESHLINE_STORE", "MESHLINE_API_KEY", "MESHLINE_KEYS"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with events, and its store; tests leave both as they are."""
    folder = tmp_path_factory.mktemp("filled")
    with serving(
        Settings(store=f"sqlite:///{folder}/mesh.db", port=0, keys_file=folder / "keys.json")
    ) as running:
        fill(running)
        yield running


@pytest.fixture
def event_file(tmp_path: Path) -> str:
    path = tmp_path / "events.ndjson"
    path.write_bytes(body(run_event(1)) + b"\n" + body(run_event(2)) + b"\n")
    return str(path)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose datasets, namespaces and jobs have odd names."""
    folder = tmp_path_factory.mktemp("odd")
    settings = Settings(store=f"sqlite:///{folder}/mesh.db", port=0, keys_file=folder / "keys.json")
    with serving(settings) as running, running.client() as http:
        for number, text in enumerate(ODD.values()):
            event = run_event(number, job={"namespace": text, "name": text}, inputs=[])
            event["outputs"] = [{"namespace": text, "name": text}]
            http.post("/api/v1/lineage", json=event).raise_for_status()
        yield running
