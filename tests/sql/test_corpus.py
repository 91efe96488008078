"""The SQL that real producers sent: how much of it is understood."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.sql import Status, analyse, parse

pytestmark = pytest.mark.corpus


def _facets(value: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, dict):
        facet = value.get("sql")
        if isinstance(facet, dict) and isinstance(facet.get("query"), str):
            yield facet["query"], facet.get("dialect")
        for inner in value.values():
            yield from _facets(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _facets(inner)


def test_corpus__all_sql_but_that_of_a_wrong_dialect_is_understood(corpus: Path) -> None:
    texts = {
        facet
        for path in sorted((corpus / "openlineage").rglob("*.json"))
        for facet in _facets(json.loads(path.read_bytes()))
    }
    results = {text: analyse(parse(*text), lambda name: None) for text in texts}
    statuses = Counter(result.status for result in results.values())
    reasons = Counter(problem.reason for result in results.values() for problem in result.problems)
    print(len(texts), dict(statuses), dict(reasons))

    assert len(texts) > 50
    assert statuses[Status.FAILED] <= 1
    assert {str(reason) for reason in reasons} <= {"SCHEMA_UNKNOWN", "NOT_PARSED"}
    assert all(r.reads or r.writes for r in results.values() if r.status is not Status.FAILED)
