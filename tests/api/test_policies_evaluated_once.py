"""What a service has evaluated of its policies it does not evaluate again for the same graph, for a while."""

from pathlib import Path
from typing import Any

import pytest

from api.policies import recent
from api.policies.evaluator import Evaluator
from api.policies.recent import FRESH_S, RecentVerdicts
from api.policies.verdicts import Asked, Told, verdicts_of
from catalog.governance.evaluation import EVERYWHERE
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import Reader
from tests.api.asking import Cli
from tests.api.conftest import cli, service, settings
from tests.api.running import Service
from tests.documents.test_import_policies import RULES
from tests.governance.described_worlds import RECEIVED_NS, document
from tests.governance.test_stores import document as text_of

__all__ = ["cli", "service", "settings"]


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """Every time something is evaluated, what was asked."""
    found: list[Asked] = []

    def counted(reader: Reader, asked: Asked, base: str, evaluator: Evaluator) -> Told:
        found.append(asked)
        return verdicts_of(reader, asked, base, evaluator)

    monkeypatch.setattr(recent, "verdicts_of", counted)
    return found


def test_report__of_a_service_evaluates_once_for_all_its_pages_and_counts(
    cli: Cli, service: Service, evaluated: list[Asked], tmp_path: Path
) -> None:
    products = "".join(f"  - {{id: p{number}, owner: a}}\n" for number in range(30))
    (tmp_path / "rules.yaml").write_text(RULES.replace("severity: block", "severity: warn"))
    (tmp_path / "mesh.yaml").write_text(f"meshline: 1\nproducts:\n{products}")
    files = (str(tmp_path / "rules.yaml"), str(tmp_path / "mesh.yaml"))
    assert cli("import", *files, "--no-git", "--at", "2026-01-01", "--url", service.url)[0] == 0

    code, out, _ = cli("policy", "report", "--as-of", "2026-02-01", "--url", service.url)

    assert (code, "30 FAIL" in out, len(evaluated)) == (0, True, 1)


class Clock:
    now: float = 0

    def __call__(self) -> Any:
        return self.now


def test_recent__is_the_same_answer_until_the_graph_or_its_time_is_another(evaluated: list[Asked]) -> None:
    store, clock, wall = MemoryStore(), Clock(), Clock()
    kept, asked = RecentVerdicts(clock, wall), Asked(None, EVERYWHERE)

    def ask() -> int:
        with store.read() as reader:
            kept.told(reader, asked, "urn:")
        return len(evaluated)

    Projection(store).apply([text_of(RULES, "rules.yaml", RECEIVED_NS)])
    assert [ask(), ask()] == [1, 1]
    Projection(store).apply([document("p.yaml", at=5, products=[{"id": "p"}])])
    assert [ask(), ask()] == [2, 2]
    clock.now = FRESH_S
    assert [ask(), ask()] == [3, 3]


def test_recent__is_asked_again_when_a_time_has_come_that_a_verdict_hangs_on(evaluated: list[Asked]) -> None:
    store, clock, wall = MemoryStore(), Clock(), Clock()
    begins = RULES.replace(
        "    severity: block", "    severity: block\n    effectiveFrom: 2100-01-01\n    grace: P1D"
    )
    Projection(store).apply([text_of(begins, "rules.yaml", RECEIVED_NS)])
    Projection(store).apply([document("p.yaml", at=5, products=[{"id": "p"}])])
    kept = RecentVerdicts(clock, wall)

    for wall.now in (0, 4_102_444_800 * 10**9, 4_200_000_000 * 10**9):
        with store.read() as reader:
            kept.told(reader, Asked(None, EVERYWHERE), "urn:")

    assert len(evaluated) == 2
