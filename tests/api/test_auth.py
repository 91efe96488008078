"""Who may do what: keys, roles, and what a service without keys refuses."""

from dataclasses import replace

import httpx
import pytest

from api.app import create_app
from api.errors import NoKeys
from api.keys import KeysFile, Role
from api.settings import Settings
from catalog.store.registry import open_store
from tests.api.events import run_event
from tests.api.running import Service, serving

ONE = "/api/v1/lineage"
ALLOWED = {
    (Role.EMITTER, "emit"): 201,
    (Role.EMITTER, "read"): 403,
    (Role.READER, "emit"): 403,
    (Role.READER, "read"): 200,
    (Role.EDITOR, "emit"): 201,
    (Role.EDITOR, "read"): 200,
    (Role.ADMIN, "emit"): 201,
    (Role.ADMIN, "read"): 200,
}


@pytest.mark.parametrize(("role", "does"), ALLOWED)
def test_role__may_do_what_it_is_for(
    tokens: dict[Role, str], service: Service, role: Role, does: str
) -> None:
    with service.client(tokens[role]) as http:
        answer = http.post(ONE, json=run_event()) if does == "emit" else http.get("/metrics")
    assert answer.status_code == ALLOWED[role, does]
    if answer.status_code == 403:
        assert answer.json()["error"]["code"] == "forbidden"
        assert answer.headers["www-authenticate"] == 'Bearer realm="meshline", error="insufficient_scope"'


def test_without_a_key__everything_but_the_probes_is_401(tokens: dict[Role, str], service: Service) -> None:
    with service.client() as http:
        refused = [http.post(ONE, json=run_event()), http.post(f"{ONE}/batch", json=[]), http.get("/metrics")]
        probes = [http.get("/healthz").status_code, http.get("/readyz").status_code]
    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in refused] == [
        (401, "no-key")
    ] * 3
    assert {answer.headers["www-authenticate"] for answer in refused} == {'Bearer realm="meshline"'}
    assert probes == [200, 200]


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer x",
        "Bearer mesh_00000000_x",
        "Basic dXNlcjpwYXNz",
        "Bearer mesh__",
        "mesh_1_2",
    ],
)
def test_wrong_key__is_401_and_says_so(tokens: dict[Role, str], service: Service, header: str) -> None:
    with service.client() as http:
        answer = http.post(ONE, json=run_event(), headers={"Authorization": header})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid-key")
    assert answer.headers["www-authenticate"] == 'Bearer realm="meshline", error="invalid_token"'


def test_key_with_one_character_changed__is_refused(tokens: dict[Role, str], service: Service) -> None:
    token = tokens[Role.ADMIN]
    with service.client(token[:-1] + ("A" if token[-1] != "A" else "B")) as http:
        assert http.get("/metrics").status_code == 401


def test_scheme__is_matched_without_case(tokens: dict[Role, str], service: Service) -> None:
    with service.client() as http:
        answer = http.get("/metrics", headers={"Authorization": f"bearer {tokens[Role.READER]}"})
    assert answer.status_code == 200


def test_actor_of_the_key__is_in_the_log_entry(tokens: dict[Role, str], service: Service) -> None:
    with service.client(tokens[Role.EMITTER]) as http:
        receipt = http.post(ONE, json=run_event()).json()
    store = open_store(service.settings.store)
    with store.read() as reader:
        assert reader.entries([receipt["hash"]])[receipt["hash"]].actor == "the emitter"
    store.close()


def test_revoked_key__is_refused_at_once(tokens: dict[Role, str], service: Service) -> None:
    keys = KeysFile(service.settings.keys_file)
    with service.client(tokens[Role.EMITTER]) as http:
        assert http.post(ONE, json=run_event()).status_code == 201
        keys.revoke(next(key.id for key in keys.ring().keys if key.role is Role.EMITTER))
        assert http.post(ONE, json=run_event(1)).status_code == 401


def test_first_key__closes_the_running_service_to_others(http: httpx.Client, service: Service) -> None:
    assert http.post(ONE, json=run_event()).status_code == 201
    KeysFile(service.settings.keys_file).add("someone", Role.ADMIN)
    assert http.post(ONE, json=run_event(1)).status_code == 401


def test_removed_keys_file__does_not_open_the_door(tokens: dict[Role, str], service: Service) -> None:
    service.settings.keys_file.unlink()
    with service.client() as http:
        assert http.post(ONE, json=run_event()).status_code == 401


def test_broken_keys_file__is_503_and_recovers(tokens: dict[Role, str], service: Service) -> None:
    good = service.settings.keys_file.read_bytes()
    service.settings.keys_file.write_bytes(b"{")
    with service.client(tokens[Role.EMITTER]) as http:
        answer = http.post(ONE, json=run_event())
        assert (answer.status_code, answer.headers["retry-after"], answer.json()["error"]["code"]) == (
            503,
            "2",
            "keys-file",
        )
        service.settings.keys_file.write_bytes(good)
        assert http.post(ONE, json=run_event()).status_code == 201


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mesh.example.org", ""])
def test_service_beyond_loopback__does_not_start_without_a_key(settings: Settings, host: str) -> None:
    with pytest.raises(NoKeys, match="meshline key add"):
        create_app(replace(settings, host=host))


def test_service_beyond_loopback__serves_those_with_a_key(
    settings: Settings, tokens: dict[Role, str]
) -> None:
    with serving(settings, create_app(settings, require_keys=True)) as service, service.client() as http:
        foreign = {"Host": "mesh.example.org", "Authorization": f"Bearer {tokens[Role.READER]}"}
        assert http.get("/metrics", headers=foreign).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "127.1.2.3"])
def test_service_without_keys__answers_by_loopback_names(http: httpx.Client, host: str) -> None:
    assert http.post(ONE, json=run_event(), headers={"Host": host}).status_code == 201


@pytest.mark.parametrize(
    "host", ["evil.example.org", "evil.example.org:8000", "127.0.0.1.evil.org", "[::2]:80", "x@y"]
)
def test_service_without_keys__does_not_answer_by_other_names(http: httpx.Client, host: str) -> None:
    answer = http.post(ONE, json=run_event(), headers={"Host": host})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "unknown-host")


def test_service_without_keys__answers_by_a_name_that_is_allowed(settings: Settings) -> None:
    with serving(replace(settings, allowed_hosts=("mesh.local",))) as service, service.client() as http:
        assert http.post(ONE, json=run_event(), headers={"Host": "mesh.local:8000"}).status_code == 201


@pytest.mark.parametrize(
    "origin", ["https://evil.example.org", "null", "http://127.0.0.1:1", "http://localhost"]
)
def test_service_without_keys__takes_nothing_from_a_foreign_page(http: httpx.Client, origin: str) -> None:
    answer = http.post(ONE, json=run_event(), headers={"Origin": origin})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign-origin")


def test_service_without_keys__answers_its_own_pages(http: httpx.Client, service: Service) -> None:
    assert http.post(ONE, json=run_event(), headers={"Origin": service.url}).status_code == 201


def test_no_answer__allows_other_origins(http: httpx.Client) -> None:
    answer = http.options(
        ONE, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert not [name for name in answer.headers if name.startswith("access-control")]
