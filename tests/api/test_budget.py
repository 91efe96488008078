"""The memory that request bodies may take together."""

import dataclasses
import gzip
import json
from pathlib import Path

import pytest

from api.budget import Budget
from api.errors import RETRY_AFTER_S, HttpError
from api.settings import Settings
from tests.api.events import run_event
from tests.api.running import serving

BATCH = "/api/v1/lineage/batch"


def test_budget__refuses_what_is_over_it_until_something_is_given_back() -> None:
    budget = Budget(10)
    with budget.hold() as first, budget.hold() as second:
        first.take(7)
        with pytest.raises(HttpError) as refused:
            second.take(4)
        assert (refused.value.status, refused.value.headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
        second.take(3)
    with budget.hold() as third:
        third.take(10)


def test_body_over_the_budget__is_503_and_not_counted_and_the_next_is_kept(tmp_path: Path) -> None:
    settings = dataclasses.replace(
        Settings(store=f"sqlite:///{tmp_path}/mesh.db", port=0, keys_file=tmp_path / "keys.json"),
        bodies_bytes=20_000,
    )
    packed = gzip.compress(json.dumps([run_event()] * 500).encode())
    with serving(settings) as service, service.client() as http:
        answer = http.post(BATCH, content=packed, headers={"Content-Encoding": "gzip"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "overloaded")
        assert "retry-after" in answer.headers
        assert 'meshline_events_total{status="rejected"} 0.0' in http.get("/metrics").text
        for _ in range(20):  # nothing stays taken
            assert http.post("/api/v1/lineage", json=run_event()).status_code == 201
