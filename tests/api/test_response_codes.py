"""Whatever is posted, the answer is one that every OpenLineage client survives, and the counts add up."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from api.settings import Settings
from catalog.entry import Status
from catalog.store.registry import open_store
from ingest.derivation.settle import settle
from ingest.facets.facet_type import Entity
from ingest.facets.registry import FACETS
from tests.api.every_facet import (
    DATASET_FACETS,
    EVENTS,
    EXPLICIT,
    INPUT_FACETS,
    JOB_FACETS,
    OUTPUT_FACETS,
    RUN_FACETS,
)
from tests.api.running import serving
from tests.api.spoiling import BATCH_BODY, ONE_BODY, Request, requests, text_of
from tests.faults.service import ServiceProcess, served
from tests.faults.truth import differences, graph, replayed

ONE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
ANSWER_S = 20
"""Within this each request is answered, on a busy machine too; producers give up after 5 s."""
QUICKLY = settings(
    deadline=None,
    max_examples=120,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
GROWTH_MIB = 200
"""So much may the process of the service grow while it is fuzzed, once it is warm."""


@dataclass
class Sender:
    """Posts bodies, checks every answer, and keeps what the service must have counted."""

    http: httpx.Client
    expected: Counter[str] = field(default_factory=Counter)

    def assert_answered(self, path: str, request: Request) -> httpx.Response:
        """Post one body; fails unless the answer is on the safe list and says what became of each event."""
        answer = self.http.post(path, content=request.body, headers=request.headers)
        assert "apply-failed" not in answer.text, (answer.text, request)
        if answer.status_code == 201:
            self.expected[answer.json()["status"]] += 1
        elif answer.status_code == 200:
            self._count(answer.json())
        elif answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0, request
        else:
            assert answer.status_code in (400, 413, 415), (answer.status_code, answer.text, request)
            assert answer.json()["error"].keys() == {"code", "message", "hint"}
            self.expected["rejected"] += 1
        return answer

    def _count(self, said: dict[str, Any]) -> None:
        summary, receipts = said["summary"], said["receipts"]
        assert summary["received"] == len(receipts) == summary["successful"] + summary["failed"]
        self.expected.update(receipt["status"] for receipt in receipts if receipt)
        self.expected["rejected"] += summary["non_retriable"]

    def assert_counts(self) -> None:
        """What the service and its log count is what it has answered; and it still answers."""
        text = self.http.get("/metrics").text
        counted = {name: _metric(text, "meshline_events_total", name) for name in (*Status, "rejected")}
        assert counted == {name: self.expected[name] for name in counted}
        logged = {name: _metric(text, "meshline_log_entries", name) for name in Status}
        assert logged == {name: self.expected[name] * (name != Status.DUPLICATE) for name in logged}
        assert 'status="5' not in "".join(line for line in text.splitlines() if "503" not in line)
        assert self.http.get("/readyz").status_code == 200


def _metric(text: str, family: str, status: str) -> float:
    [line] = [line for line in text.splitlines() if line.startswith(f'{family}{{status="{status}"}} ')]
    return float(line.rpartition(" ")[2])


QUESTION = """query ($after: String) {
  datasets(first: 20, after: $after) {
    edges { node { id namespace name description term properties { name values }
      fields(first: 20) { edges { node { name type } } } facets(first: 40) { edges { node { key value } } } } }
    pageInfo { hasNextPage endCursor } }
  jobs(first: 20) { edges { node { namespace name facets(first: 20) { edges { node { key value } } }
    runs(first: 5) { edges { node { name state facets(first: 20) { edges { node { key value } } } } } } } } }
  receipts(first: 200) { edges { node { hash status producer problems(first: 20) { code path message } } } }
}"""


def assert_graph(http: httpx.Client) -> int:
    """Everything that was kept can be asked for; gives how many datasets there are."""
    after, found = None, 0
    while True:
        answer = http.post("/graphql", json={"query": QUESTION, "variables": {"after": after}})
        assert answer.status_code == 200
        assert "errors" not in answer.json(), answer.text[:2000]
        page = answer.json()["data"]["datasets"]
        found += len(page["edges"])
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def assert_replay(store_url: str) -> None:
    """The graph, with all that follows from it, is that of the log."""
    store = open_store(store_url)
    try:
        settle(store)
        assert differences(graph(store), replayed(store)) == []
    finally:
        store.close()


@pytest.fixture(scope="module")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('fuzz')}/mesh.db"


@pytest.fixture(scope="module")
def sender(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    """One service for the module: that it goes on after every body is part of the claim."""
    keys = tmp_path_factory.mktemp("fuzz-keys") / "keys.json"
    with serving(Settings(store=store_url, port=0, keys_file=keys)) as service, service.client() as http:
        http.timeout = httpx.Timeout(ANSWER_S)
        yield Sender(http)


def test_good_events__carry_every_facet_and_are_applied_whole(sender: Sender) -> None:
    held = {
        Entity.RUN: RUN_FACETS,
        Entity.JOB: {**JOB_FACETS, **EXPLICIT},
        Entity.DATASET: {**DATASET_FACETS, "lineage": {}},
        Entity.INPUT: INPUT_FACETS,
        Entity.OUTPUT: OUTPUT_FACETS,
    }
    assert [one for one in FACETS if one.key not in held[one.entity]] == []
    for event in EVENTS:
        problems = sender.assert_answered(ONE, Request(text_of(event))).json()["problems"]
        assert [problem for problem in problems if problem["code"] != "redacted"] == []


def test_facets_sent_as_null__can_be_asked_for(sender: Sender) -> None:
    nothing = {"unknown": None, "schema": None}
    event = {
        **EVENTS[0],
        "run": {"runId": "r", "facets": nothing},
        "job": {"namespace": "jobs", "name": "null", "facets": nothing},
        "inputs": [{"namespace": "db", "name": "null", "facets": nothing}],
    }
    assert sender.assert_answered(ONE, Request(text_of(event))).status_code == 201
    assert_graph(sender.http)


@QUICKLY
@given(request=requests(ONE_BODY))
def test_any_body__is_answered_from_the_safe_list(sender: Sender, request: Request) -> None:
    sender.assert_answered(ONE, request)


@QUICKLY
@given(request=requests(BATCH_BODY))
def test_any_batch__is_answered_from_the_safe_list(sender: Sender, request: Request) -> None:
    sender.assert_answered(BATCH, request)


def test_after_all_that__the_counts_add_up_and_the_graph_is_that_of_the_log(
    sender: Sender, store_url: str
) -> None:
    sender.assert_counts()
    assert assert_graph(sender.http) > 2
    assert_replay(store_url)


@contextmanager
def fuzzed(store_url: str, folder: Path) -> Iterator[tuple[ServiceProcess, Sender]]:
    """A service in a process of its own, to be fuzzed; afterwards its graph must be that of its log."""
    with served(store_url, folder) as service, service.client(ANSWER_S) as http:
        sender = Sender(http)
        yield service, sender
        sender.assert_counts()
        assert assert_graph(http) > 2
        assert service.stop() == 0
    assert_replay(store_url)


def assert_survives(sender: Sender, examples: int) -> None:
    """So many bodies to each of the two paths, after one good event of each kind."""
    for event in EVENTS:
        sender.assert_answered(ONE, Request(text_of(event)))

    @settings(QUICKLY, max_examples=examples)
    @given(requests(ONE_BODY), requests(BATCH_BODY))
    def post_both(one: Request, batch: Request) -> None:
        sender.assert_answered(ONE, one)
        sender.assert_answered(BATCH, batch)

    post_both()
    print(f"\n{dict(sender.expected)}")


@pytest.mark.slow
def test_sqlite_service__survives_fuzzing_at_length_in_bounded_memory(tmp_path: Path) -> None:
    with fuzzed(f"sqlite:///{tmp_path}/mesh.db", tmp_path) as (service, sender):
        assert_survives(sender, 300)
        service.forget_peak()
        before = service.resident_mib()
        assert_survives(sender, 1_000)
        grown = service.peak_mib() - before
        print(f"memory grew from {before:.0f} MiB by {grown:.0f} MiB at most")
        assert grown < GROWTH_MIB


@pytest.mark.slow
def test_neo4j_service__survives_fuzzing(neo4j_url: str, tmp_path: Path) -> None:
    with fuzzed(neo4j_url, tmp_path) as (_, sender):
        assert_survives(sender, 100)
