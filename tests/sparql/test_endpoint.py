"""``/sparql`` over HTTP: the SPARQL 1.1 Protocol, its refusals, and who may ask."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from api.keys import KeysFile, Role
from api.settings import Settings
from tests.api.asking import fill
from tests.api.events import run_event
from tests.api.running import Service, serving
from tests.sparql.asking import COUNT, HEAVY

VERSION = "meshline-graph-version"
JOBS = "PREFIX mesh: <https://w3id.org/meshline/ns#> SELECT ?job ?name { ?job a mesh:Job ; mesh:name ?name }"
GRAPH = "PREFIX mesh: <https://w3id.org/meshline/ns#> CONSTRUCT WHERE { ?job a mesh:Job ; mesh:name ?name }"
JOB = "http://127.0.0.1:8000/id/job/jobs/orders"
QUERY_TYPE = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("service")
    return Settings(
        store=f"sqlite:///{folder}/mesh.db",
        port=0,
        keys_file=folder / "keys.json",
        sparql_seconds=2,
        sparql_result_bytes=20_000,
    )


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Service]:
    with serving(settings) as running:
        fill(running)
        yield running


@pytest.fixture
def http(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


def error(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_query__may_come_by_each_way_of_the_protocol(http: httpx.Client) -> None:
    answers = [
        http.get("/sparql", params={"query": COUNT}),
        http.post("/sparql", data={"query": COUNT}),
        http.post("/sparql", content=COUNT, headers=QUERY_TYPE),
        http.post(
            "/sparql", content=COUNT, headers={"Content-Type": "application/sparql-query; charset=UTF-8"}
        ),
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["content-type"] == "application/sparql-results+json"
    assert int(answers[0].json()["results"]["bindings"][0]["n"]["value"]) > 20


def test_answer__states_the_version_of_the_graph(http: httpx.Client) -> None:
    before = http.get("/sparql", params={"query": COUNT})
    http.post("/api/v1/lineage", json=run_event(77)).raise_for_status()
    after = http.get("/sparql", params={"query": COUNT})
    again = http.get("/sparql", params={"query": COUNT})

    assert int(after.headers[VERSION]) == int(before.headers[VERSION]) + 1
    assert after.content != before.content
    assert (again.headers[VERSION], again.content) == (after.headers[VERSION], after.content)


def test_table__is_answered_in_each_form(http: httpx.Client) -> None:
    def answer(accept: str) -> httpx.Response:
        return http.get("/sparql", params={"query": JOBS}, headers={"Accept": accept}).raise_for_status()

    rows = answer("application/sparql-results+json").json()["results"]["bindings"]
    assert [(row["job"]["value"], row["name"]["value"]) for row in rows] == [(JOB, "orders")]
    xml = ElementTree.fromstring(answer("application/sparql-results+xml").text)
    assert [element.text for element in xml.iter("{http://www.w3.org/2005/sparql-results#}uri")] == [JOB]
    table = answer("text/csv")
    assert list(csv.reader(io.StringIO(table.text))) == [["job", "name"], [JOB, "orders"]]
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer("text/tab-separated-values").text == f'?job\t?name\n<{JOB}>\t"orders"\n'
    assert answer("text/html;q=0.1, text/csv;q=0.9, */*;q=0.2").headers["content-type"].startswith("text/csv")


def test_ask__is_answered_in_each_form(http: httpx.Client) -> None:
    for accept in ("*/*", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"):
        answer = http.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": accept})
        assert (answer.status_code, "true" in answer.text) == (200, True)


def test_graph__is_answered_in_each_form(http: httpx.Client) -> None:
    for accept in ("text/turtle", "application/n-triples", "application/ld+json"):
        answer = http.get("/sparql", params={"query": GRAPH}, headers={"Accept": accept}).raise_for_status()
        assert answer.headers["content-type"].startswith(accept)
        assert JOB in answer.text
    described = http.get("/sparql", params={"query": f"DESCRIBE <{JOB}>"}).raise_for_status()
    assert described.headers["content-type"].startswith("text/turtle")
    assert JOB in described.text


@pytest.mark.parametrize(
    ("query", "accept"), [(JOBS, "text/turtle"), (GRAPH, "text/csv"), ("ASK {}", "image/png")]
)
def test_form__that_is_not_offered_is_406(http: httpx.Client, query: str, accept: str) -> None:
    answer = http.get("/sparql", params={"query": query}, headers={"Accept": accept})

    assert error(answer) == (406, "not-acceptable")


def test_service__describes_itself_when_nothing_is_asked(http: httpx.Client, service: Service) -> None:
    answer = http.get("/sparql")

    assert answer.status_code == 200
    assert f"sd:endpoint <{service.url}/sparql>" in answer.text
    assert "sd:UnionDefaultGraph" in answer.text
    assert error(http.get("/sparql", headers={"Accept": "image/png"})) == (406, "not-acceptable")
    asked = http.get("/sparql", params={"query": COUNT})
    assert asked.headers["link"] == '</sparql>; rel="service-desc"; type="text/turtle"'


def test_dataset__of_the_request_is_heeded(http: httpx.Client) -> None:
    query = "SELECT DISTINCT ?s { ?s ?p ?o }"
    for answer in (
        http.get("/sparql", params={"query": query, "default-graph-uri": JOB}),
        http.post(f"/sparql?default-graph-uri={JOB}", content=query, headers=QUERY_TYPE),
        http.post("/sparql", data={"query": query, "default-graph-uri": JOB}),
    ):
        assert [row["s"]["value"] for row in answer.json()["results"]["bindings"]] == [JOB]
    named = {"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "named-graph-uri": JOB}
    assert [row["g"]["value"] for row in http.get("/sparql", params=named).json()["results"]["bindings"]] == [
        JOB
    ]
    many = {"query": query, "default-graph-uri": ["urn:a"] * 1001}
    assert error(http.post("/sparql", data=many)) == (400, "not-a-sparql-request")


@pytest.mark.parametrize(
    "parameters", [{"update": "CLEAR ALL"}, {"query": "INSERT DATA { <a> <b> <c> }"}, {"query": "DROP ALL"}]
)
def test_update__is_refused(http: httpx.Client, parameters: dict[str, str]) -> None:
    assert error(http.get("/sparql", params=parameters)) == (400, "query-refused")
    assert error(http.post("/sparql", data=parameters)) == (400, "query-refused")
    text = next(iter(parameters.values()))
    update = http.post("/sparql", content=text, headers={"Content-Type": "application/sparql-update"})
    assert error(update) == (400, "query-refused")


def test_query__that_is_malformed_is_told_its_place(http: httpx.Client) -> None:
    answer = http.get("/sparql", params={"query": "SELECT *\n{ ?s ?p ?o }\nLIMIT x"})

    assert error(answer) == (400, "malformed-query")
    assert "line 3, column 7" in answer.json()["error"]["message"]


def test_service_clause__is_refused(http: httpx.Client, service: Service) -> None:
    query = f"SELECT * {{ SERVICE <{service.url}/sparql> {{ ?s ?p ?o }} }}"

    assert error(http.get("/sparql", params={"query": query})) == (400, "query-refused")


def test_requests__that_are_none_are_told_why(http: httpx.Client) -> None:
    assert error(http.get("/sparql", params={"quary": "ASK {}"})) == (400, "not-a-sparql-request")
    assert error(http.get("/sparql?query=ASK{}&query=ASK{}")) == (400, "not-a-sparql-request")
    assert error(http.post("/sparql", content="ASK {}")) == (415, "not-sparql-type")
    assert error(http.post("/sparql", json={"query": "ASK {}"})) == (415, "not-sparql-type")
    assert error(http.post("/sparql", content=b"\xff", headers=QUERY_TYPE)) == (400, "not-a-sparql-request")
    assert error(http.post("/sparql", content="#" * 300_000, headers=QUERY_TYPE)) == (413, "too-large")
    assert http.put("/sparql").status_code == 405


def test_query__beyond_its_time_is_504_and_the_service_goes_on(http: httpx.Client) -> None:
    assert error(http.get("/sparql", params={"query": HEAVY})) == (504, "query-timeout")
    assert http.get("/sparql", params={"query": COUNT}).status_code == 200


def test_answer__beyond_its_size_is_an_error_before_anything_is_sent(http: httpx.Client) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f }"

    assert error(http.get("/sparql", params={"query": query})) == (400, "result-too-large")
    assert len(http.get("/sparql", params={"query": f"{query} LIMIT 10"}).json()["results"]["bindings"]) == 10


def test_reading__needs_a_key_where_keys_are_needed(tmp_path: Path) -> None:
    settings = Settings(store="memory:", port=0, keys_file=tmp_path / "keys.json")
    keys = KeysFile(settings.keys_file)
    tokens = {role: keys.add(role, role)[1] for role in Role}
    with serving(settings) as running:
        with running.client() as nobody:
            assert error(nobody.get("/sparql", params={"query": COUNT})) == (401, "no-key")
        for role, token in tokens.items():
            with running.client(token) as http:
                status = http.get("/sparql", params={"query": COUNT}).status_code
                graphql = http.post("/graphql", json={"query": "{ __typename }"}).status_code
                assert (role, status) == (role, graphql)


def test_sparql__that_is_switched_off_is_404_and_keeps_no_copy(tmp_path: Path) -> None:
    settings = Settings(
        store=f"sqlite:///{tmp_path}/mesh.db", port=0, keys_file=tmp_path / "keys.json", sparql=False
    )
    with serving(settings) as running, running.client() as http:
        assert error(http.get("/sparql", params={"query": COUNT})) == (404, "not-found")
    assert not list(tmp_path.glob("*.rdf"))


def test_copy__is_beside_the_store_from_the_first_query_on(tmp_path: Path) -> None:
    settings = Settings(store=f"sqlite:///{tmp_path}/mesh.db", port=0, keys_file=tmp_path / "keys.json")
    with serving(settings) as running, running.client() as http:
        fill(running)
        assert not (tmp_path / "mesh.db.rdf").exists()
        first = http.get("/sparql", params={"query": COUNT})
        assert (tmp_path / "mesh.db.rdf" / "1").is_dir()
    elsewhere = replace(settings, sparql_folder=tmp_path / "elsewhere")
    with serving(elsewhere) as running, running.client() as http:
        second = http.get("/sparql", params={"query": COUNT})
        assert (tmp_path / "elsewhere" / "1").is_dir()
    assert json.loads(first.content) == json.loads(second.content)
