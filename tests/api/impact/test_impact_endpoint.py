"""Impact over HTTP: one answer for GraphQL, REST and its permalink; what is gone is told as gone."""

import gzip
import json
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from api import impact_reports
from api.impact_answer import ImpactAnswer
from tests.api.running import Service

PATH = "/api/v1/impact"
DATASET = "dataset/warehouse/raw.orders"
DROP = {"dataset": DATASET, "changes": [{"kind": "FIELD_REMOVED", "path": "email"}]}


def post(service: Service, body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Content-Type": "application/json", **headers}
    return httpx.post(f"{service.url}{PATH}", content=content, headers=given, timeout=30)


def get(service: Service, rest: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{service.url}{PATH}/{rest}", headers=headers, timeout=30)


def made(service: Service, body: Any = DROP) -> Any:
    answer = post(service, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_post__answers_with_a_report_of_the_published_schema(filled: Service) -> None:
    report = made(filled)
    schema = get(filled, "schema").json()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(report)
    assert (report["verdict"], report["total"]) == ("REVIEW", len(report["items"]))
    assert report["permalink"] == f"{filled.url}{PATH}/{report['id']}"


def test_post__takes_gzip(filled: Service) -> None:
    packed = post(filled, gzip.compress(json.dumps(DROP).encode()), **{"Content-Encoding": "gzip"})
    assert packed.json()["id"] == made(filled)["id"]


def test_get__shows_the_same_report(filled: Service) -> None:
    report = made(filled)
    assert get(filled, report["id"]).json() == report


def test_get__shows_pages_and_what_a_filter_asks_for(filled: Service) -> None:
    report = made(filled)
    ids = [item["id"] for item in report["items"]]
    assert len(ids) > 2
    first = get(filled, f"{report['id']}?first=1").json()
    rest = get(filled, f"{report['id']}?after={first['next']}").json()
    assert [item["id"] for item in (*first["items"], *rest["items"])] == ids
    assert (first["total"], rest["next"]) == (len(ids), None)
    jobs = get(filled, f"{report['id']}?kind=Job").json()
    assert {item["kind"] for item in jobs["items"]} == {"Job"}
    assert jobs["total"] == len(ids)


@pytest.mark.parametrize(
    ("media_type", "has"), [("text/html", "</html>"), ("text/markdown", "<sub>"), ("text/csv", "severity,")]
)
def test_get__gives_the_report_in_the_form_that_is_accepted(
    filled: Service, media_type: str, has: str
) -> None:
    answer = get(filled, made(filled)["id"], Accept=media_type)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert has in answer.text


@pytest.mark.parametrize(
    ("rest", "headers", "status", "code"),
    [
        ("0123", {}, 404, "unknown-report"),
        ("{id}?first=0", {}, 400, "bad-parameter"),
        ("{id}?first=x", {}, 400, "bad-parameter"),
        (f"{{id}}?first=000000001{'9' * 5_000}", {}, 400, "bad-parameter"),
        ("{id}?wrong=1", {}, 400, "bad-parameter"),
        ("{id}", {"Accept": "image/png"}, 406, "not-acceptable"),
    ],
)
def test_get__refuses(filled: Service, rest: str, headers: dict[str, str], status: int, code: str) -> None:
    answer = get(filled, rest.format(id=made(filled)["id"]), **headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_get__of_a_report_that_others_have_displaced_is_gone(
    filled: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made(filled)
    monkeypatch.setattr(impact_reports, "MAX_KEPT", 1)
    made(filled, {"dataset": DATASET, "changes": [{"kind": "DATASET_REMOVED"}]})
    answer = get(filled, first["id"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "report-gone")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        ([], 422),
        ({}, 422),
        ({**DROP, "more": 1}, 422),
        ({**DROP, "first": 0}, 422),
        ({"dataset": "dataset/db/none", "changes": DROP["changes"]}, 422),
        ({"dataset": DATASET, "changes": [{"kind": "FIELD_REMOVED", "path": "none"}]}, 422),
        ({"dataset": DATASET, "documents": [{"name": "x.sql", "text": "CREATE ("}]}, 422),
    ],
)
def test_post__refuses_what_cannot_be_answered(filled: Service, body: Any, status: int) -> None:
    answer = post(filled, body)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


QUERY = """query ($change: ProposedChange!) { impact(change: $change, first: 100) {
  id verdict why semver total counts { severity kind count unknown } permalink
  items { edges { node { node { key } severity certainty unknown hops reason action runs } } } } }"""


def test_graphql__and_rest_tell_the_same(filled: Service) -> None:
    report = made(filled)
    change = {"dataset": DATASET, "drop": ["email"]}
    answer = httpx.post(f"{filled.url}/graphql", json={"query": QUERY, "variables": {"change": change}})
    told = answer.json()["data"]["impact"]
    for name in ("id", "verdict", "why", "semver", "total", "counts"):
        assert told[name] == report[name], name
    assert report["permalink"].endswith(told["permalink"])
    members = ("severity", "certainty", "unknown", "hops", "reason", "action", "runs")
    assert [
        (edge["node"]["node"]["key"], *(edge["node"][name] for name in members))
        for edge in told["items"]["edges"]
    ] == [(item["id"], *(item[name] for name in members)) for item in report["items"]]


def test_format__is_that_of_the_answer(filled: Service) -> None:
    assert made(filled)["format"] == ImpactAnswer.__struct_defaults__[-1]
