"""``POST /graphql`` of a running service."""

import gzip

import httpx
import msgspec
import pytest

from api.errors import RETRY_AFTER_S
from api.graphql.endpoint import MAX_BODY_BYTES
from api.keys import Role
from api.settings import Settings
from catalog.store.memory import MemoryStore
from tests.api.graphql.counting import AwayStore
from tests.api.graphql.world import RAW, run_event
from tests.api.running import serving

QUERY = 'query Q($name: String!) { dataset(namespace: "db", name: $name) { id name } }'


def test_query__is_answered_from_what_was_posted(http: httpx.Client, settings: Settings) -> None:
    assert http.post("/api/v1/lineage", json=run_event(1, "COMPLETE", 1, "load", [RAW])).status_code == 201

    answer = http.post("/graphql", json={"query": QUERY, "variables": {"name": "raw"}, "operationName": "Q"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    found = {"id": f"{settings.base_iri}dataset/db/raw", "name": "raw"}
    assert answer.json() == {"data": {"dataset": found}}


def test_query__may_be_compressed(http: httpx.Client) -> None:
    body = gzip.compress(msgspec.json.encode({"query": "{ jobs { totalCount } }", "variables": None}))
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    answer = http.post("/graphql", content=body, headers=headers)

    assert answer.json() == {"data": {"jobs": {"totalCount": 0}}}


def test_refused_query__is_a_graphql_answer(http: httpx.Client) -> None:
    answer = http.post("/graphql", json={"query": "{ nothing }"})

    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert answer.json()["errors"][0]["extensions"] == {"code": "VALIDATION_FAILED"}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "not-a-query"),
        (b"{", 400, "not-a-query"),
        (b"[]", 400, "not-a-query"),
        (b'{"variables": {}}', 400, "not-a-query"),
        (b'{"query": 1}', 400, "not-a-query"),
        (b'{"query": "{ jobs { totalCount } }", "variables": []}', 400, "not-a-query"),
        (b'{"query": "\xff"}', 400, "not-a-query"),
        (b" " * (MAX_BODY_BYTES + 1), 413, "too-large"),
    ],
)
def test_bad_body__is_refused(http: httpx.Client, content: bytes, status: int, code: str) -> None:
    answer = http.post("/graphql", content=content, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_gzip_bomb__is_refused(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    answer = http.post("/graphql", content=gzip.compress(b" " * 10_000_000), headers=headers)

    assert answer.status_code == 413


def test_forms_and_gets__are_not_answered(http: httpx.Client) -> None:
    """So that no foreign page can ask, and no page is served."""
    form = http.post("/graphql", data={"query": "{ jobs { totalCount } }"})
    get = http.get("/graphql", params={"query": "{ jobs { totalCount } }"}, headers={"Accept": "text/html"})

    assert (form.status_code, get.status_code) == (415, 405)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.EMITTER, 403), (Role.READER, 200), (Role.ADMIN, 200), (None, 401)]
)
def test_asking__needs_the_role_reader(
    settings: Settings, tokens: dict[Role, str], role: Role | None, status: int
) -> None:
    with serving(settings) as service, service.client(tokens[role] if role else None) as client:
        answer = client.post("/graphql", json={"query": "{ jobs { totalCount } }"})

    assert answer.status_code == status


def test_store_away__is_503_with_retry_after(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.app.open_store", lambda url: AwayStore(MemoryStore()))

    with serving(settings) as service, service.client() as client:
        away = client.post("/graphql", json={"query": "{ jobs { totalCount } }"})
        asks_nothing = client.post("/graphql", json={"query": "{ __schema { queryType { name } } }"})

    assert (away.status_code, away.headers["retry-after"]) == (503, str(RETRY_AFTER_S))
    assert away.json()["errors"][0]["extensions"]["code"] == "STORE_UNAVAILABLE"
    assert asks_nothing.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
