"""``POST /api/v1/descriptors`` over real HTTP."""

from typing import Any

import httpx
import pytest

from api.keys import Role
from api.settings import Settings
from ontology.rdf_reading import RdfSyntax, read_rdf
from tests.api.conftest import http, service, settings, tokens
from tests.api.running import Service, serving
from tests.rdf_import.build import HEAD

__all__ = ["http", "service", "settings", "tokens"]

SH = "http://www.w3.org/ns/shacl#"
PATH = "/api/v1/descriptors"
GOOD = HEAD + ":p a mesh:DataProduct ; mesh:name 'P' ; mesh:inDomain :sales ."
TURTLE = {"Content-Type": "text/turtle"}


def post(
    client: httpx.Client, text: str | bytes, headers: dict[str, str] = TURTLE, **parameters: str
) -> httpx.Response:
    return client.post(PATH, content=text, headers=headers, params=parameters)


def error(answer: httpx.Response) -> Any:
    return answer.json()["error"]


def test_document__is_applied_then_known(http: httpx.Client) -> None:
    first, second = (post(http, GOOD, source="mesh.ttl") for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert [answer.json()["outcome"] for answer in (first, second)] == ["applied", "duplicate"]
    assert first.json()["describes"] == {"DataProduct": 1}
    found = http.get("/id/product/https%3A%2F%2Fx.org%2Fp", headers={"Accept": "application/n-triples"})
    assert '"P"' in found.text


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("text/turtle; charset=utf-8", "<http://x/s> a <http://www.w3.org/ns/dcat#Dataset> ."),
        ("application/trig", "{ <http://x/s> a <http://www.w3.org/ns/dcat#Dataset> }"),
        ("application/ld+json", '{"@id": "http://x/s", "@type": "http://www.w3.org/ns/dcat#Dataset"}'),
        (
            "application/n-triples",
            "<http://x/s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .",
        ),
        (
            "application/n-quads",
            "<http://x/s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .",
        ),
    ],
)
def test_media_types__give_the_same_entry(http: httpx.Client, media_type: str, text: str) -> None:
    post(http, "<http://x/s> a <http://www.w3.org/ns/dcat#Dataset> .")

    answer = post(http, text, {"Content-Type": media_type})
    assert (answer.status_code, answer.json()["document"], answer.json()["outcome"]) == (
        200,
        "http://x/s",
        "duplicate",
    )


@pytest.mark.parametrize(
    ("says", "source"),
    [
        (":c a dcat:Catalog . :p a dprod:DataProduct . :q a dprod:DataProduct .", "https://x.org/c"),
        (
            ":p a mesh:DataProduct ; mesh:name 'P' . :d a dcat:Dataset . :e a dcat:Dataset .",
            "https://x.org/p",
        ),
        (":d a dcat:Dataset .", "https://x.org/d"),
        (":p a mesh:DataProduct . :q a mesh:DataProduct . :d a dcat:Dataset .", None),
        (":t a mesh:Team ; mesh:name 'T' .", None),
        ("[] a dcat:Catalog .", None),
    ],
)
def test_source__is_what_the_document_is_about_if_that_is_one_thing(
    http: httpx.Client, says: str, source: str | None
) -> None:
    answer = post(http, HEAD + says)

    if source is None:
        assert (answer.status_code, error(answer)["code"]) == (400, "no-source")
    else:
        assert (answer.status_code, answer.json()["document"]) == (201, source)


def test_violations__are_all_told_with_422(http: httpx.Client) -> None:
    answer = post(
        http, HEAD + ":p a mesh:Produkt .\n:q a mesh:Domain ; mesh:nope 1 ; mesh:name 'Q' .", source="m"
    )

    assert (answer.status_code, error(answer)["code"]) == (422, "invalid-document")
    report = answer.json()["report"]
    assert (report["outcome"], report["hash"]) == ("rejected", None)
    assert {(one["thing"], one["line"]) for one in report["violations"]} == {
        ("document/m", 20),
        ("https://x.org/q", 21),
    }


@pytest.mark.parametrize(
    ("media_type", "syntax"),
    [("text/turtle", RdfSyntax.TURTLE), ("application/ld+json", RdfSyntax.JSON_LD)],
)
def test_violations__are_a_shacl_report_where_accept_asks_for_it(
    http: httpx.Client, media_type: str, syntax: RdfSyntax
) -> None:
    headers = {**TURTLE, "Accept": media_type}
    answer = post(http, HEAD + ":q a mesh:Domain ; mesh:nope 1 ; mesh:name 'Q' , 'R' .", headers, source="m")

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (422, media_type)
    said = read_rdf(answer.content, syntax, base="http://b/").statements
    found = {
        str(one.object).removeprefix(SH) for one in said if one.predicate == f"{SH}sourceConstraintComponent"
    }
    assert found == {"ClosedConstraintComponent", "MaxCountConstraintComponent"}
    [conforms] = [one.object for one in said if one.predicate == f"{SH}conforms"]
    assert conforms[0] == "false"


def test_rejected_document__leaves_nothing(http: httpx.Client) -> None:
    post(http, HEAD + ":p a mesh:Produkt . :q a mesh:Domain ; mesh:name 'Q' .", source="m")

    assert http.get("/id/domain/https%3A%2F%2Fx.org%2Fq").status_code == 404


def test_malformed__is_400_with_line_and_column(http: httpx.Client) -> None:
    answer = post(http, "@prefix : <http://x/> .\n:a :b", source="m")

    assert answer.status_code == 400
    assert {key: error(answer)[key] for key in ("code", "line")} == {"code": "malformed-rdf", "line": 2}


@pytest.mark.parametrize(
    ("text", "headers", "parameters", "status", "code"),
    [
        (GOOD, {"Content-Type": "application/json"}, {"source": "m"}, 400, "malformed-descriptor"),
        ("a: [", {"Content-Type": "application/yaml"}, {"source": "m"}, 400, "malformed-descriptor"),
        ("a: 1", {"Content-Type": "text/yaml"}, {"source": "m"}, 400, "unknown-format"),
        ("a: 1", {"Content-Type": "application/yaml"}, {}, 400, "no-source"),
        (GOOD, TURTLE, {"source": "m", "commit": "main"}, 400, "bad-parameter"),
        (GOOD, TURTLE, {"source": "m", "repository": "https://x/y"}, 400, "bad-parameter"),
        (GOOD, TURTLE, {"source": "m", "takeOver": "perhaps"}, 400, "bad-parameter"),
        (GOOD, {"Content-Type": "application/rdf+xml"}, {}, 415, "not-document-type"),
        (GOOD, {}, {}, 415, "not-document-type"),
        (GOOD, {**TURTLE, "Content-Encoding": "br"}, {}, 415, "unknown-encoding"),
        (GOOD, TURTLE, {"at": "soon"}, 400, "bad-parameter"),
        (GOOD, TURTLE, {"dryRun": "maybe"}, 400, "bad-parameter"),
        ('{"@context": "http://x/c"}', {"Content-Type": "application/ld+json"}, {}, 400, "remote-context"),
    ],
)
def test_refusals__by_their_code(
    http: httpx.Client, text: str, headers: dict[str, str], parameters: dict[str, str], status: int, code: str
) -> None:
    answer = post(http, text, headers, **parameters)

    assert (answer.status_code, error(answer)["code"]) == (status, code)


def test_document_beyond_the_bounds__is_413(settings: Settings) -> None:
    small = Settings(
        settings.store,
        port=0,
        keys_file=settings.keys_file,
        max_document_bytes=2000,
        max_document_statements=3,
    )
    with serving(small) as service, service.client() as client:
        too_long = post(client, GOOD + "#" * 2000, source="m")
        too_much = post(client, HEAD + ":a a :b , :c , :d , :e .", source="m")

    assert [(one.status_code, error(one)["code"]) for one in (too_long, too_much)] == [
        (413, "document-too-large")
    ] * 2


def test_dry_run__tells_and_keeps_nothing(http: httpx.Client) -> None:
    tried = post(http, GOOD, source="m", dryRun="true")
    kept = post(http, GOOD, source="m")

    assert (tried.status_code, tried.json()["outcome"]) == (200, "valid")
    assert (kept.status_code, kept.json()["outcome"]) == (201, "applied")


def test_at__is_when_it_begins_to_hold(http: httpx.Client) -> None:
    for at, name in (("2026-02-01T00:00:00Z", "New"), ("2026-01-01T00:00:00Z", "Old")):
        assert post(http, GOOD.replace("'P'", f"'{name}'"), source="m", at=at).status_code == 201

    found = http.get("/id/product/https%3A%2F%2Fx.org%2Fp", headers={"Accept": "application/n-triples"}).text
    assert '"New"' in found
    assert '"Old"' not in found


def test_keys__decide_who_may(tokens: dict[Role, str], service: Service) -> None:
    asked = {None: 401, Role.READER: 403, Role.EMITTER: 201, Role.ADMIN: 200}
    for role, status in asked.items():
        with service.client(None if role is None else tokens[role]) as client:
            assert post(client, GOOD, source="m").status_code == status
