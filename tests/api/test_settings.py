"""Settings: defaults, the environment, options, and every fault at once."""

from pathlib import Path

import pytest

from api.errors import InvalidSettings
from api.settings import Settings, default_keys_file, is_loopback


def test_empty_environment__gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_environment__sets_every_field() -> None:
    environ = {
        "MESHLINE_STORE": "sqlite:////data/mesh.db",
        "MESHLINE_HOST": "0.0.0.0",
        "MESHLINE_PORT": "9000",
        "MESHLINE_KEYS": "/secrets/keys.json",
        "MESHLINE_MAX_BODY_BYTES": "2_000",
        "MESHLINE_MAX_INFLATED_BYTES": "3000",
        "MESHLINE_BODIES_BYTES": "4000",
        "MESHLINE_QUEUE_EVENTS": "7",
        "MESHLINE_LOG_LEVEL": "DEBUG",
        "MESHLINE_BASE_IRI": "https://mesh.example.org/id/",
        "MESHLINE_ALLOWED_HOSTS": "Mesh.local, other.local",
    }
    assert Settings.from_environment(environ) == Settings(
        store="sqlite:////data/mesh.db",
        host="0.0.0.0",
        port=9000,
        keys_file=Path("/secrets/keys.json"),
        max_body_bytes=2000,
        max_inflated_bytes=3000,
        bodies_bytes=4000,
        queue_events=7,
        log_level="debug",
        base_iri="https://mesh.example.org/id/",
        allowed_hosts=("mesh.local", "other.local"),
    )


def test_options__win_over_the_environment_and_none_says_nothing() -> None:
    environ = {"MESHLINE_PORT": "9000", "MESHLINE_STORE": "memory:"}
    settings = Settings.from_environment(environ, port=7, store=None)
    assert (settings.port, settings.store) == (7, "memory:")


def test_base_iri__does_not_depend_on_where_the_service_listens() -> None:
    """The canonical export of one graph is the same from every host and port."""
    settings = Settings.from_environment({"MESHLINE_HOST": "127.0.0.2", "MESHLINE_PORT": "9000"})
    assert settings.base_iri == Settings().base_iri


def test_faults__are_told_all_at_once() -> None:
    environ = {
        "MESHLINE_PORT": "http",
        "MESHLINE_QUEUE_EVENTS": "0",
        "MESHLINE_LOG_LEVEL": "loud",
        "MESHLINE_BASE_IRI": "urn:x",
    }
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_environment(environ)
    assert caught.value.message.split("; ") == [
        "MESHLINE_PORT: 'http' is not a whole number",
        "MESHLINE_QUEUE_EVENTS: 0 is not between 1 and 1099511627776",
        "MESHLINE_LOG_LEVEL: 'loud' is none of debug, info, warning, error",
        "MESHLINE_BASE_IRI: 'urn:x' is not an http(s) address that ends in / or #",
    ]


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_port__is_one(port: str) -> None:
    with pytest.raises(InvalidSettings, match="not between 0 and 65535"):
        Settings.from_environment({"MESHLINE_PORT": port})


@pytest.mark.parametrize(
    ("store", "path"),
    [
        ("sqlite:///meshline.db", "meshline-keys.json"),
        ("sqlite:////data/my%20mesh/a.db", "/data/my mesh/meshline-keys.json"),
        ("neo4j://host", "meshline-keys.json"),
    ],
)
def test_keys_file__is_beside_the_store(store: str, path: str) -> None:
    assert default_keys_file(store) == Path(path)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "LocalHost."])
def test_loopback__is_told(host: str) -> None:
    assert is_loopback(host)
    assert not Settings(host=host).beyond_loopback


@pytest.mark.parametrize(
    "host", ["", "0.0.0.0", "::", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org"]
)
def test_other_addresses__are_beyond_loopback(host: str) -> None:
    assert not is_loopback(host)
    assert Settings(host=host).beyond_loopback
