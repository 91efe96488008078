"""Sign-off over HTTP and on the command line: the same proposals, the same answers, the exit codes of CI."""

import json
from contextlib import closing
from typing import Any

import httpx
import pytest

from api import exit_codes
from catalog.feed.log import PROPOSALS_NOTED
from catalog.store.port import Space
from catalog.store.registry import open_store
from tests.api.asking import Cli
from tests.api.running import Service
from tests.feed.receiver import await_that, receiving
from tests.signoff.world import FINANCE, LOGISTICS, ORDERS, SELLING

DROP = {"changes": [{"kind": "FIELD_REMOVED", "path": "email_domain"}], "dataset": ORDERS}


def propose(
    http: httpx.Client, id_: str, change: dict[str, Any] | None = None, **said: Any
) -> dict[str, Any]:
    body = {"id": id_, "title": "Drop the domain", "change": change or DROP, "team": SELLING, **said}
    answer = http.post("/api/v1/proposals", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["proposal"]  # type: ignore[no-any-return]


def answer(http: httpx.Client, id_: str, owner: str, word: str, **said: Any) -> httpx.Response:
    return http.post(f"/api/v1/proposals/{id_}/answers", json={"owner": owner, "answer": word, **said})


def statuses(told: dict[str, Any]) -> dict[str, str]:
    return {one["owner"]["id"]: one["status"] for one in told["owners"] if one["status"] != "PROPOSER"}


def test_proposal__asks_those_whose_columns_are_hit_and_nobody_else(http: httpx.Client) -> None:
    told = propose(http, "hit")
    assert statuses(told) == {FINANCE: "NOTIFIED"}
    assert (told["signOff"], told["mayGo"]) == ("OPEN", False)
    [finance] = [one for one in told["owners"] if one["owner"]["id"] == FINANCE]
    assert finance["owner"]["contacts"] == ["finance@example.org"]
    assert http.get("/proposals/hit").json() == http.get("/api/v1/proposals/hit").json()


def test_proposal__is_agreed_when_all_have_approved_and_its_verdict_stays(http: httpx.Client) -> None:
    told = propose(http, "agreed")
    done = answer(http, "agreed", FINANCE, "APPROVED").json()["proposal"]
    assert (done["signOff"], done["mayGo"]) == ("AGREED", True)
    assert done["verdict"] == told["verdict"] != "SAFE"
    [one] = [each for each in done["report"]["items"] if each["name"].endswith("fin.revenue")]
    assert one["status"] == "APPROVED"


def test_answer__of_an_old_version_or_of_what_was_not_seen_is_a_conflict(http: httpx.Client) -> None:
    propose(http, "twice")
    assert answer(http, "twice", FINANCE, "APPROVED", ifVersion="0").status_code == 200
    late = answer(http, "twice", FINANCE, "BLOCKED", note="no", ifVersion="0")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "conflict")
    unseen = answer(http, "twice", FINANCE, "APPROVED", seen="something else")
    assert (unseen.status_code, unseen.json()["error"]["code"]) == (409, "seen-another")


@pytest.mark.parametrize(
    ("owner", "word", "said", "status", "why"),
    [
        (FINANCE, "MAYBE", {}, 422, "no answer"),
        (FINANCE, "MIGRATING", {}, 422, "until when"),
        (FINANCE, "BLOCKED", {}, 422, "says why"),
        (FINANCE, "APPROVED", {"until": "2027-01-01"}, 422, "only who migrates"),
        (FINANCE, "MIGRATING", {"until": "soon"}, 422, "soon"),
        (LOGISTICS, "APPROVED", {}, 422, "nothing of team/logistics is affected"),
        ("nobody", "APPROVED", {}, 422, "no key"),
        (FINANCE, "APPROVED", {"by": "me"}, 400, "by"),
    ],
)
def test_answer__that_cannot_be_is_refused_with_the_reason(
    http: httpx.Client, owner: str, word: str, said: dict[str, Any], status: int, why: str
) -> None:
    propose(http, "refused")
    found = answer(http, "refused", owner, word, **said)
    assert found.status_code == status
    assert why in found.json()["error"]["message"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"change": {"changes": []}}, 422),
        ({"change": {"changes": [{"kind": "FIELD_REMOVED", "path": "none"}], "dataset": ORDERS}}, 404),
        ({"team": "team/none"}, 404),
        ({"link": "javascript:alert(1)"}, 422),
        ({"deadline": "some day"}, 422),
        ({"title": ""}, 422),
        ({"id": "../bad"}, 422),
        ({"what": "x"}, 400),
    ],
    ids=["nothing", "no column", "no team", "no address", "no time", "no title", "no id", "unknown member"],
)
def test_proposal__that_cannot_be_is_refused(http: httpx.Client, said: dict[str, Any], status: int) -> None:
    body = {"id": "bad", "title": "x", "change": DROP, **said}
    assert http.post("/api/v1/proposals", json=body).status_code == status
    assert http.get("/api/v1/proposals/bad").status_code == 404


def test_answers__are_void_when_the_proposal_is_changed_and_count_again_when_it_is_as_it_was(
    http: httpx.Client,
) -> None:
    propose(http, "changed")
    answer(http, "changed", FINANCE, "APPROVED")
    more = {**DROP, "changes": [*DROP["changes"], {"kind": "FIELD_REMOVED", "path": "id"}]}
    told = propose(http, "changed", more)
    assert statuses(told) == {FINANCE: "VOID", LOGISTICS: "NOTIFIED"}
    assert told["signOff"] == "VOID"
    assert propose(http, "changed")["signOff"] == "AGREED"


def test_force__goes_on_without_answers_and_is_told(http: httpx.Client) -> None:
    propose(http, "forced")
    assert http.post("/api/v1/proposals/forced/force", json={"reason": ""}).status_code == 422
    done = http.post("/api/v1/proposals/forced/force", json={"reason": "the law"}).json()["proposal"]
    assert (done["signOff"], done["mayGo"]) == ("FORCED", True)
    assert (done["forced"]["by"], done["forced"]["reason"]) == ("local", "the law")


def test_closed_proposal__takes_no_answers_and_is_listed_only_when_asked_for(http: httpx.Client) -> None:
    propose(http, "closed")
    done = http.post("/api/v1/proposals/closed/close", json={"status": "withdrawn", "note": "no need"}).json()
    assert done["proposal"]["closed"]["status"] == "withdrawn"
    assert answer(http, "closed", FINANCE, "APPROVED").status_code == 422

    def ids(**asked: str) -> list[str]:
        found, after = [], None
        while True:
            page = http.get(
                "/api/v1/proposals", params={**asked, "first": "2"} | ({"after": after} if after else {})
            )
            found += [one["id"] for one in page.json()["proposals"]]
            after = page.json()["next"]
            if after is None:
                return found

    everything = ids()
    assert everything == sorted(everything)
    assert "closed" in everything
    assert "closed" not in ids(open="true")


CREATE = [
    "proposal",
    "create",
    "mart.orders",
    "--drop",
    "email_domain",
    "--team",
    SELLING,
    "--title",
    "Drop it",
]


@pytest.mark.parametrize("over", ["store", "url"])
def test_command_line__proposes_answers_and_checks(cli: Cli, service: Service, over: str) -> None:
    where = ["--url", service.url] if over == "url" else ["--store", service.settings.store]
    id_ = f"cli-{over}"
    code, out, _ = cli(*CREATE, "--id", id_, "--deadline", "2099-12-31", *where)
    assert code in (exit_codes.BLOCK, exit_codes.REVIEW)
    assert "NOTIFIED" in out
    waiting, _, _ = cli("proposal", "check", id_, *where)
    assert waiting == code
    refused, _, err = cli("proposal", "answer", id_, "approved", "--owner", "logistics", *where)
    assert refused == exit_codes.COULD_NOT
    assert "team/finance" in err
    assert (
        cli("proposal", "answer", id_, "migrating", "--until", "2099-01-01", "--owner", "Finance", *where)[0]
        == 0
    )
    _, told, _ = cli("proposal", "show", id_, "--json", *where)
    assert json.loads(told)["agreedFrom"] == "2099-01-02T00:00:00Z"
    assert cli("proposal", "answer", id_, "approved", "--owner", FINANCE, *where)[0] == 0
    assert cli("proposal", "check", id_, *where)[0] == exit_codes.OK
    assert cli("proposal", "close", id_, *where)[0] == 0
    assert cli("proposal", "check", "none", *where)[0] == exit_codes.COULD_NOT


def test_command_line__ends_with_1_where_somebody_refuses(cli: Cli, service: Service) -> None:
    where = ["--url", service.url]
    cli(*CREATE, "--id", "no", *where)
    assert (
        cli("proposal", "answer", "no", "blocked", "--note", "we need it", "--owner", "finance", *where)[0]
        == 0
    )
    code, out, _ = cli("proposal", "check", "no", *where)
    assert code == exit_codes.BLOCK
    assert "we need it" in out
    assert cli("proposal", "force", "no", "--reason", "the law", *where)[0] == 0
    assert cli("proposal", "check", "no", *where)[0] == exit_codes.OK


def test_webhook__brings_an_owner_what_concerns_them(service: Service, http: httpx.Client) -> None:
    with receiving() as receiver, closing(open_store(service.settings.store)) as store:
        wanted = {"url": receiver.url, "kinds": ["proposal.opened"], "domains": ["Money"]}
        http.post("/api/v1/webhooks", json=wanted).raise_for_status()

        def is_noted() -> bool:
            with store.read() as reader:
                return PROPOSALS_NOTED in reader.records(Space.FEED, (PROPOSALS_NOTED,))

        await_that(is_noted, "the proposals that were there before are known", 20)
        propose(http, "told", deadline="2099-12-31", link="https://example.org/pull/1")
        [opened] = [one.event for one in receiver.await_requests(1)]
    assert (opened["type"], opened["subject"]) == ("meshline.proposal.opened", "proposal/told")
    assert (opened["product"], opened["domain"]) == ("Revenue", "Money")
    assert _fact(opened, "owner") == FINANCE
    assert _fact(opened, "link") == "https://example.org/pull/1"
    assert any("fin.revenue" in one for one in _fact(opened, "items"))


def _fact(event: dict[str, Any], name: str) -> Any:
    return next((one["after"] for one in event["data"]["facts"] if one["name"] == name), "")


def test_command_line__deprecates_a_column_and_takes_it_back(cli: Cli, service: Service) -> None:
    where = ["--url", service.url]
    code, out, _ = cli(
        "deprecate",
        "mart.orders",
        "--field",
        "id",
        "--removal",
        "2027-01-31",
        "--instead",
        "email_domain",
        *where,
    )
    assert code == 0
    assert out.startswith("warehouse/mart.orders#id is deprecated and may be gone from 2027-01-31")
    _, told, _ = cli("findings", "--kind", "deprecated-in-use", "--json", *where)
    assert "mart.orders#id is deprecated" in told
    assert cli("deprecate", "mart.orders", "--field", "id", "--withdraw", *where)[0] == 0
    _, told, _ = cli("findings", "--kind", "deprecated-in-use", "--json", *where)
    assert "mart.orders#id is deprecated" not in told
    assert cli("deprecate", "jobs/orders", *where)[0] == exit_codes.COULD_NOT


@pytest.mark.parametrize("first", ["0", "201", "x", "9" * 5_000])
def test_list__refuses_a_page_of_another_size(http: httpx.Client, first: str) -> None:
    assert http.get("/api/v1/proposals", params={"first": first}).status_code == 400
