"""How an address is answered: forms, tags, methods, roles."""

import re
from collections.abc import Iterator

import httpx
import pytest
from pyoxigraph import NamedNode

from api.accept import best
from api.identifiers import HTML, JSON, OFFERED
from api.keys import Role
from api.settings import Settings
from catalog.identity import DEFAULT_BASE, JobId
from tests.api.addresses import (
    BROWSER,
    JSON_LD,
    MART,
    N_TRIPLES,
    RAW,
    TURTLE,
    get,
    triples,
)
from tests.api.events import run_event
from tests.api.running import Service, serving


@pytest.fixture
def http(filled: Service) -> Iterator[httpx.Client]:
    with filled.client() as client:
        yield client


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("", "text/turtle; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
        (N_TRIPLES, N_TRIPLES),
        (JSON_LD, JSON_LD),
        ("application/*", N_TRIPLES),
        ("text/*;q=0.1, application/json;q=0.2", JSON),
    ],
)
def test_accept__chooses_the_form(http: httpx.Client, accept: str, content_type: str) -> None:
    answer = get(http, MART.key, accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
    assert answer.headers["vary"] == "Accept"


def test_without_accept__the_answer_is_turtle(http: httpx.Client) -> None:
    request = http.build_request("GET", f"/id/{MART.key}")
    del request.headers["accept"]
    assert http.send(request).headers["content-type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("text/html;q=0.5, text/turtle;q=0.4", HTML),
        ("text/turtle, text/html", TURTLE),
        ("text/html, text/turtle", TURTLE),
        ("*/*, text/turtle;q=0", N_TRIPLES),
        ("text/*, text/turtle;q=0.1", HTML),
        ("TEXT/HTML ; Q=1.000", HTML),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded, x";q=0.9, text/html;q=0.8',
            JSON_LD,
        ),
        ("text/html;q=2, application/json;q=0.1", JSON),
        ("text/html;q=nan", None),
        ("text/turtle;q=0", None),
        ("image/png", None),
        ("*/*;q=0", None),
        ('"', None),
        (",;,", None),
    ],
)
def test_best__respects_weights_and_the_most_specific_range(accept: str, chosen: str | None) -> None:
    assert best([accept], OFFERED) == chosen


def test_best__is_quick_on_a_hostile_header() -> None:
    assert best(['\\"' * 20_000 + ";,q=" * 5_000], OFFERED) is None


def test_no_acceptable_form__is_406_with_the_list(http: httpx.Client) -> None:
    answer = get(http, MART.key, "image/png, text/html;q=0")
    assert (answer.status_code, answer.json()["error"]["code"]) == (406, "not-acceptable")
    assert [media_type for media_type in OFFERED if media_type not in answer.json()["error"]["hint"]] == []
    assert answer.headers["vary"] == "Accept"


def test_head__is_get_without_the_body(http: httpx.Client) -> None:
    for media_type in OFFERED:
        got = get(http, MART.key, media_type)
        head = http.head(f"/id/{MART.key}", headers={"accept": media_type})
        assert (head.status_code, head.content) == (200, b"")
        assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


def test_other_methods__are_405(http: httpx.Client) -> None:
    answer = http.post(f"/id/{MART.key}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_known_tag__is_304_with_the_headers_of_the_answer(http: httpx.Client) -> None:
    full = get(http, MART.key)
    tag = full.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    for sent in (tag, f'"other", W/{tag}', "*"):
        answer = get(http, MART.key, **{"if-none-match": sent})
        assert (answer.status_code, answer.content) == (304, b"")
        assert {name: answer.headers[name] for name in ("etag", "vary", "cache-control")} == {
            "etag": tag,
            "vary": "Accept",
            "cache-control": "private, no-cache",
        }
    assert get(http, MART.key, **{"if-none-match": '"other"'}).status_code == 200
    assert get(http, MART.key, HTML, **{"if-none-match": tag}).status_code == 200
    assert get(http, "dataset/warehouse/nothing", **{"if-none-match": "*"}).status_code == 404


def test_tags__differ_by_form_and_stay_while_nothing_changes(http: httpx.Client) -> None:
    tags = [get(http, MART.key, media_type).headers["etag"] for media_type in OFFERED]
    assert len(set(tags)) == len(OFFERED)
    assert tags == [get(http, MART.key, media_type).headers["etag"] for media_type in OFFERED]


def test_tag__changes_with_the_facts(settings: Settings) -> None:
    with serving(settings) as service, service.client() as http:
        http.post("/api/v1/lineage", json=run_event())
        before = get(http, RAW.key).headers["etag"]
        reader = run_event(7, job={"namespace": "jobs", "name": "another"}, outputs=[])
        http.post("/api/v1/lineage", json=reader)
        after = get(http, RAW.key, **{"if-none-match": before})
    assert after.status_code == 200
    assert NamedNode(DEFAULT_BASE + JobId("jobs", "another").key) in {o for _, _, o in triples(after)}


def test_reader__may_ask_and_an_emitter_may_not(tokens: dict[Role, str], service: Service) -> None:
    statuses = {}
    for role in (None, *Role):
        with service.client(tokens[role] if role else None) as http:
            statuses[role] = get(http, MART.key).status_code
    assert statuses == {None: 401, Role.EMITTER: 403, Role.READER: 404, Role.EDITOR: 404, Role.ADMIN: 404}
