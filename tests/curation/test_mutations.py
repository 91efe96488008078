"""Mutations of GraphQL, over HTTP."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.keys import KeysFile, Role
from api.settings import Settings
from catalog.curation import Aspect
from catalog.store.memory import MemoryStore
from tests.api.graphql.counting import CountingStore
from tests.api.graphql.world import World
from tests.api.running import Service, serving
from tests.curation.curations import curation
from tests.roundtrip.restoring import apply

DOCUMENT = """
@prefix mesh: <https://w3id.org/meshline/ns#> .
@base <https://w3id.org/meshline/id/> .
<product/sales> a mesh:DataProduct ; mesh:name "Sales" ; mesh:ownedBy <team/orders> ;
    mesh:hasOutputPort <output-port/sales/orders> .
<team/orders> a mesh:Team ; mesh:name "Orders" .
<team/finance> a mesh:Team ; mesh:name "Finance" .
<output-port/sales/orders> a mesh:OutputPort ; mesh:name "Orders" .
"""
RESULT = """
    __typename
    ... on Curated { changed curation { version value by reason subject { key curations { value } } } }
    ... on MutationError { message }
    ... on ConflictError { current { version value } }
"""
SET_OWNER = f"""mutation($agent: ID!, $version: String) {{
    setOwner(subject: "product/sales", agent: $agent, ifVersion: $version, reason: "they took over") {{ {RESULT} }}
}}"""


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, dict[Role, str]]]:
    folder = tmp_path_factory.mktemp("curating")
    settings = Settings(store=f"sqlite:///{folder}/mesh.db", port=0, keys_file=folder / "keys.json")
    keys = KeysFile(settings.keys_file)
    tokens = {role: keys.add(f"the {role}", role)[1] for role in Role}
    with serving(settings) as running:
        with running.client(tokens[Role.ADMIN]) as http:
            headers = {"Content-Type": "text/turtle"}
            path = "/api/v1/descriptors?source=mesh.ttl"
            http.post(path, content=DOCUMENT, headers=headers).raise_for_status()
        yield running, tokens


@pytest.fixture
def editor(keyed: tuple[Service, dict[Role, str]]) -> Iterator[httpx.Client]:
    service, tokens = keyed
    with service.client(tokens[Role.EDITOR]) as http:
        yield http


def ask(http: httpx.Client, query: str, **variables: Any) -> dict[str, Any]:
    answer = http.post("/graphql", json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert "errors" not in body, body
    return body["data"]  # type: ignore[no-any-return]


def change(http: httpx.Client, query: str, **variables: Any) -> dict[str, Any]:
    [result] = ask(http, query, **variables).values()
    return result  # type: ignore[no-any-return]


def test_owner__is_set_seen_and_named_in_the_trail(editor: httpx.Client) -> None:
    result = change(editor, SET_OWNER, agent="team/finance")
    assert result["__typename"] == "Curated"
    assert result["curation"]["by"] == "the editor"
    assert result["curation"]["subject"]["curations"] == [{"value": {"agent": "team/finance"}}]
    asked = ask(
        editor,
        """{ node(id: "product/sales") { ... on DataProduct { owner { origin agent { key } } } }
        curation(subject: "product/sales", aspect: OWNER) { version value reason }
        curations(subject: "product/sales", first: 1) {
            edges { node { entry before after { value by at aspect } } } pageInfo { hasNextPage } } }""",
    )
    assert asked["node"]["owner"] == {"origin": "CURATED", "agent": {"key": "team/finance"}}
    assert asked["curation"]["version"] == result["curation"]["version"]
    assert asked["curation"]["reason"] == "they took over"
    [edge] = asked["curations"]["edges"]
    assert edge["node"]["before"] is None
    assert edge["node"]["after"]["by"] == "the editor"
    receipt = ask(
        editor, "query($hash: String!) { receipt(hash: $hash) { kind actor } }", hash=edge["node"]["entry"]
    )
    assert receipt["receipt"] == {"kind": "CURATION", "actor": "the editor"}


def test_change__of_an_old_version_is_a_conflict(editor: httpx.Client) -> None:
    now = ask(editor, '{ curation(subject: "product/sales", aspect: OWNER) { version } }')["curation"]
    moved = change(editor, SET_OWNER, agent="team/orders", version=now["version"])
    refused = change(editor, SET_OWNER, agent="team/finance", version=now["version"])
    assert refused["__typename"] == "ConflictError"
    assert refused["current"]["version"] == moved["curation"]["version"]


def test_one_who_may_only_read__is_told_so(keyed: tuple[Service, dict[Role, str]]) -> None:
    service, tokens = keyed
    with service.client(tokens[Role.READER]) as http:
        result = change(http, SET_OWNER, agent="team/finance")
        assert ask(http, '{ curations(actor: "the reader") { edges { cursor } } }') == {
            "curations": {"edges": []}
        }
    assert result["__typename"] == "ForbiddenError"
    assert "editor or admin" in result["message"]
    with service.client() as http:
        assert http.post("/graphql", json={"query": SET_OWNER}).status_code == 401


@pytest.mark.parametrize(
    ("mutation", "type_", "message"),
    [
        ('setOwner(subject: "product/none", agent: "team/orders")', "NotFoundError", "product/none"),
        ('setOwner(subject: "product/sales", agent: "team/none")', "NotFoundError", "team/none"),
        ('setOwner(subject: "nothing", agent: "team/none")', "InvalidError", "no key"),
        ('setDescription(subject: "team/orders", text: "")', "InvalidError", "'text' is blank"),
        ('setDomain(subject: "product/sales", domain: "team/orders")', "InvalidError", "no key of domain"),
        ('requestAccess(to: [], consumer: "team/orders")', "InvalidError", "covers nothing"),
    ],
)
def test_what_cannot_be__is_told_with_its_type(
    editor: httpx.Client, mutation: str, type_: str, message: str
) -> None:
    result = change(editor, f"mutation {{ {mutation} {{ {RESULT} }} }}")
    assert result["__typename"] == type_
    assert message in result["message"]


def test_every_aspect__has_a_mutation(editor: httpx.Client) -> None:
    asked = ask(
        editor,
        f"""mutation {{
        roles: setRoles(subject: "product/sales", roles: [
            {{agent: "team/finance", role: "steward", since: "2026-01-01T00:00:00Z"}}]) {{ {RESULT} }}
        tags: setTags(subject: "product/sales", tags: [{{tag: "gold", value: "yes"}}]) {{ {RESULT} }}
        terms: setTerms(subject: "product/sales", terms: ["term/order"]) {{ {RESULT} }}
        classes: setClassifications(subject: "product/sales", classifications: ["classification/secret"])
            {{ {RESULT} }}
        text: setDescription(subject: "product/sales", text: "All sales.") {{ {RESULT} }}
        request: requestAccess(to: ["output-port/sales/orders"], consumer: "team/finance", purpose: "reports",
            name: "one") {{ {RESULT} }}
        decide: decideAccess(agreement: "agreement/one", decision: APPROVE) {{ {RESULT} }}
        }}""",
    )
    assert {one["__typename"] for one in asked.values()} == {"Curated"}
    found = ask(
        editor,
        """{ product: node(id: "product/sales") { description curations { aspect } ... on DataProduct {
            roles { edges { node { role origin since agent { key } } } } } }
        agreement: node(id: "agreement/one") { ... on AccessAgreement { status purpose validFrom } } }""",
    )
    assert found["product"]["description"] == "All sales."
    [role] = found["product"]["roles"]["edges"]
    assert role["node"] == {
        "role": "steward",
        "origin": "CURATED",
        "since": "2026-01-01T00:00:00Z",
        "agent": {"key": "team/finance"},
    }
    assert {"ROLES", "TAGS", "TERMS", "CLASSIFICATIONS", "DESCRIPTION"} <= {
        one["aspect"] for one in found["product"]["curations"]
    }
    assert found["agreement"]["status"] == "approved"
    assert found["agreement"]["validFrom"]
    gone = change(
        editor,
        f'mutation {{ withdrawCuration(subject: "product/sales", aspect: DESCRIPTION) {{ {RESULT} }} }}',
    )
    assert gone["curation"]["value"] is None


def test_mutation__comes_as_json_by_post_alone(keyed: tuple[Service, dict[Role, str]]) -> None:
    service, tokens = keyed
    with service.client(tokens[Role.EDITOR]) as http:
        query = 'mutation { setDescription(subject: "product/sales", text: "x") { __typename } }'
        assert http.get("/graphql", params={"query": query}).status_code == 405
        form = http.post("/graphql", data={"query": query})
        assert form.status_code == 415


def test_description__is_that_of_the_time_asked(editor: httpx.Client) -> None:
    event = {
        "eventTime": "2026-01-01T00:00:00Z",
        "producer": "urn:test",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
        "dataset": {
            "namespace": "db",
            "name": "orders",
            "facets": {
                "documentation": {"_producer": "urn:test", "_schemaURL": "urn:test#", "description": "told"}
            },
        },
    }
    editor.post("/api/v1/lineage", json=event).raise_for_status()
    result = change(
        editor,
        """mutation { setDescription(subject: "dataset/db/orders", text: "curated") {
            ... on Curated { curation { at } } } }""",
    )
    asked = ask(
        editor,
        """query($at: DateTime!) { node(id: "dataset/db/orders") { ... on Dataset { description
            then: description(asOf: $at) before: description(asOf: "2026-02-01T00:00:00Z") } } }""",
        at=result["curation"]["at"],
    )
    assert asked["node"] == {"description": "curated", "then": "curated", "before": "told"}


def test_mutation__is_followed_by_the_mesh_as_it_is_then(editor: httpx.Client) -> None:
    event = {
        "eventTime": "2026-03-01T00:00:00Z",
        "producer": "https://example.org/test",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
        "dataset": {"namespace": "db", "name": "sold"},
    }
    editor.post("/api/v1/lineage", json=event).raise_for_status()
    of = 'subject: "output-port/sales/orders", dataset: "dataset/db/sold"'
    found = ask(
        editor,
        f"""mutation {{ a: confirmBinding({of}) {{ ...Now }} b: rejectBinding({of}) {{ ...Now }} }}
        fragment Now on Curated {{ curation {{ subject {{ ... on OutputPort {{
            binding {{ datasets {{ dataset {{ key }} }} }} }} }} }} }}""",
    )
    bound = [one["curation"]["subject"]["binding"]["datasets"] for one in found.values()]
    assert bound == [[{"dataset": {"key": "dataset/db/sold"}}], []]


def test_request__has_a_bound_of_mutations(editor: httpx.Client) -> None:
    one = 'setDescription(subject: "product/sales", text: "same") { __typename }'
    most, more = (" ".join(f"m{number}: {one}" for number in range(count)) for count in (24, 25))
    assert len(ask(editor, f"mutation {{ {most} }}")) == 24
    refused = editor.post("/graphql", json={"query": f"mutation {{ {more} }}"}).json()
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["COST_LIMIT"]


def test_curations_of_many_things__are_read_at_once() -> None:
    store = MemoryStore()
    said = [curation(f"product/{n}", Aspect.TAGS, {"tags": [{"tag": "gold"}]}) for n in range(30)]
    apply(store, said)

    def asked(first: int) -> Counter[str]:
        counted = CountingStore(store)
        nodes = "edges { node { curations { value subject { key } } } }"
        query = f'{{ resources(kind: "DataProduct", first: {first}) {{ {nodes} }} }}'
        found = World(counted).ask(query)["resources"]["edges"]
        assert [len(edge["node"]["curations"]) for edge in found] == [1] * first
        return counted.asked

    assert asked(1) == asked(30)
