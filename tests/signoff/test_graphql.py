"""Sign-off in GraphQL, over HTTP: propose, answer, force, close, deprecate; and what is told of it."""

from typing import Any

import httpx
import pytest

from tests.signoff.world import FINANCE, ORDERS, SELLING

ERRORS = "... on MutationError { message } ... on ConflictError { current { version } }"
STORED = f"__typename ... on ProposalStored {{ changed proposal {{ key version standing {{ signOff }} }} }} {ERRORS}"
DEPRECATED = f"__typename ... on Deprecated {{ changed version subject {{ key }} }} {ERRORS}"


def ask(http: httpx.Client, query: str, **variables: Any) -> dict[str, Any]:
    answer = http.post("/graphql", json={"query": query, "variables": variables})
    body: dict[str, Any] = answer.json()
    assert "errors" not in body, body
    return body["data"]  # type: ignore[no-any-return]


def change(http: httpx.Client, mutation: str, told: str = STORED) -> dict[str, Any]:
    [result] = ask(http, f"mutation {{ {mutation} {{ {told} }} }}").values()
    return result  # type: ignore[no-any-return]


def propose(http: httpx.Client, id_: str) -> dict[str, Any]:
    said = f'dataset: "{ORDERS}", drop: ["email_domain"]'
    return change(
        http,
        f'propose(id: "{id_}", title: "Drop it", team: "{SELLING}", change: {{ {said} }}, reason: "unused")',
    )


def answer(http: httpx.Client, id_: str, said: str) -> dict[str, Any]:
    return change(http, f'answerProposal(proposal: "{id_}", owner: "{FINANCE}", {said})')


SHOWN = """query($id: ID!) { proposal(id: $id) {
    key name author status description permalink proposedBy { key } proposes { edges { node { key } } }
    changes { kind path }
    standing {
        signOff mayGo agreedFrom openEnds
        forced { reason by }
        owners { totalCount edges { node {
            agent { key } status agrees itemCount worst answer note until by version
        } } }
        report(filter: { owner: ["team/finance"] }, first: 5) {
            verdict items { edges { node { status node { key } } } }
        }
    }
} }"""


def test_proposal__is_shown_with_its_owners_and_its_report_with_their_answers(http: httpx.Client) -> None:
    assert propose(http, "gql")["proposal"]["standing"] == {"signOff": "OPEN"}
    given = answer(http, "gql", 'answer: APPROVED, note: "fine", ifVersion: "0"')
    assert given["proposal"]["standing"] == {"signOff": "AGREED"}
    told = ask(http, SHOWN, id="proposal/gql")["proposal"]
    assert (told["name"], told["author"], told["description"]) == ("Drop it", "local", "unused")
    assert told["proposedBy"] == {"key": SELLING}
    assert [edge["node"]["key"] for edge in told["proposes"]["edges"]] == [ORDERS]
    assert told["changes"] == [{"kind": "FIELD_REMOVED", "path": "email_domain"}]
    owners = {edge["node"]["agent"]["key"]: edge["node"] for edge in told["standing"]["owners"]["edges"]}
    finance = owners[FINANCE]
    assert (finance["status"], finance["answer"], finance["note"], finance["by"]) == (
        *("APPROVED", "APPROVED", "fine", "local"),
    )
    items = told["standing"]["report"]["items"]["edges"]
    assert items
    assert {edge["node"]["status"] for edge in items} == {"APPROVED"}


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        ("answer: BLOCKED", "InvalidError", "says why"),
        ("answer: MIGRATING", "InvalidError", "until when"),
        ('answer: APPROVED, ifVersion: "other"', "ConflictError", "version"),
        ('answer: APPROVED, seen: "other"', "ConflictError", "changed since"),
    ],
)
def test_answer__that_cannot_be_is_told_with_its_type(
    http: httpx.Client, said: str, kind: str, message: str
) -> None:
    propose(http, "gql-errors")
    result = answer(http, "gql-errors", said)
    assert result["__typename"] == kind
    assert message in result["message"]


def test_proposal__is_forced_closed_and_no_longer_listed(http: httpx.Client) -> None:
    propose(http, "gql-end")
    forced = change(http, 'forceProposal(proposal: "gql-end", reason: "the law")')
    assert forced["proposal"]["standing"] == {"signOff": "FORCED"}
    assert ask(http, SHOWN, id="gql-end")["proposal"]["standing"]["forced"] == {
        "reason": "the law",
        "by": "local",
    }
    assert change(http, 'closeProposal(proposal: "gql-end", end: WITHDRAWN)')["changed"]
    listed = "query($open: Boolean!) { proposals(open: $open, first: 200) { edges { node { key } } } }"

    def keys(*, only_open: bool) -> list[str]:
        return [edge["node"]["key"] for edge in ask(http, listed, open=only_open)["proposals"]["edges"]]

    assert "proposal/gql-end" not in keys(only_open=True)
    assert "proposal/gql-end" in keys(only_open=False)
    assert change(http, 'forceProposal(proposal: "gql-none", reason: "x")')["__typename"] == "NotFoundError"


def test_proposal__that_was_never_made_is_null(http: httpx.Client) -> None:
    assert ask(http, SHOWN, id="never") == {"proposal": None}


def test_pages_of_proposals__go_on_behind_each_other(http: httpx.Client) -> None:
    for number in range(3):
        propose(http, f"gql-page-{number}")
    query = """query($after: String) { proposals(open: false, first: 2, after: $after) {
        edges { node { key } } pageInfo { hasNextPage endCursor } } }"""
    found, after = [], None
    while True:
        page = ask(http, query, after=after)["proposals"]
        found += [edge["node"]["key"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == sorted(set(found))
    assert {f"proposal/gql-page-{number}" for number in range(3)} <= set(found)


def test_deprecation__is_told_of_fields_and_datasets_until_withdrawn(http: httpx.Client) -> None:
    field = "field/warehouse/mart.orders/email_domain"
    said = change(
        http,
        f'deprecate(subject: "{field}", removal: "2027-01-31T00:00:00Z", reason: "old", '
        'instead: "field/warehouse/mart.orders/id")',
        DEPRECATED,
    )
    assert said["subject"] == {"key": field}
    shown = """{ dataset(namespace: "warehouse", name: "mart.orders") { deprecation { reason }
        fields { edges { node { key deprecation { removal reason by instead { key } } } } } } }"""
    found = ask(http, shown)["dataset"]
    assert found["deprecation"] is None
    fields = {edge["node"]["key"]: edge["node"]["deprecation"] for edge in found["fields"]["edges"]}
    assert fields[field] == {
        "removal": "2027-01-31T00:00:00Z",
        "reason": "old",
        "by": "local",
        "instead": {"key": "field/warehouse/mart.orders/id"},
    }
    assert fields["field/warehouse/mart.orders/id"] is None
    refused = change(http, 'deprecate(subject: "team/finance")', DEPRECATED)
    assert refused["__typename"] == "InvalidError"
    withdrawn = f'mutation {{ withdrawCuration(subject: "{field}", aspect: DEPRECATION) {{ __typename }} }}'
    assert ask(http, withdrawn) == {"withdrawCuration": {"__typename": "Curated"}}
    edges = ask(http, shown)["dataset"]["fields"]["edges"]
    assert [edge["node"]["deprecation"] for edge in edges] == [None, None]


def test_deprecation__is_told_of_ports(http: httpx.Client) -> None:
    port = "output-port/orders/tables"
    shown = '{ product(name: "orders") { outputPorts { edges { node { key deprecation { reason } } } } } }'
    assert _ports(ask(http, shown)) == {port: None}
    change(http, f'deprecate(subject: "{port}", reason: "moved")', DEPRECATED)
    assert _ports(ask(http, shown)) == {port: {"reason": "moved"}}


def _ports(answer: dict[str, Any]) -> dict[str, Any]:
    edges = answer["product"]["outputPorts"]["edges"]
    return {edge["node"]["key"]: edge["node"]["deprecation"] for edge in edges}
