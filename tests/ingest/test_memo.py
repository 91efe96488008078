"""What is remembered of facets changes no answer."""

import json

from ingest.event import recognise
from ingest.memo import Memo
from ingest.problems import Code, Problems

RECEIVED = 1_800_000_000_000_000_000


def _event(run: int, fields: object) -> bytes:
    schema = {"_producer": "p", "_schemaURL": "s", "fields": fields}
    return json.dumps(
        {
            "eventTime": "2026-01-01T00:00:00Z",
            "eventType": "COMPLETE",
            "run": {"runId": f"00000000-0000-4000-8000-{run:012d}"},
            "job": {"namespace": "n", "name": "j"},
            "outputs": [{"namespace": "n", "name": "d", "facets": {"schema": schema}}],
        }
    ).encode()


def test_recognise__a_repeated_facet_says_the_same() -> None:
    first, again = (recognise(_event(run, [{"name": "a"}]), received_ns=RECEIVED)[1] for run in (1, 2))
    assert first.datasets == again.datasets


def test_recognise__a_repeated_odd_facet_is_a_problem_every_time() -> None:
    entries = [recognise(_event(run, [{"name": 1}]), received_ns=RECEIVED)[0] for run in (3, 4)]
    assert [entry.problems for entry in entries] == [entries[0].problems] * 2
    assert entries[0].problems


def test_memo__forgets_the_oldest_beyond_its_bound() -> None:
    read: list[str] = []

    def reader(_problems: Problems) -> str:
        read.append("x")
        return "value"

    memo: Memo[str] = Memo(max_chars=1)
    for text in ("a", "a", "b", "a"):
        memo.read("key", text, reader, Problems())
    assert len(read) == 3


def test_memo__never_remembers_what_had_a_problem() -> None:
    def reader(problems: Problems) -> None:
        problems.note(Code.FACET_TYPE, "$", "odd")

    memo: Memo[None] = Memo()
    for _ in range(2):
        problems = Problems()
        memo.read("key", "text", reader, problems)
        assert len(problems.found) == 1
