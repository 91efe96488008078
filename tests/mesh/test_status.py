"""How products are: runs, freshness and checks, now and as of a time; from events and documents as they come."""

from typing import Any

import pytest

from catalog.identity import DatasetId
from catalog.mesh.finding import FindingKind
from catalog.mesh.findings.evaluation import evaluate
from catalog.mesh.mesh import read_mesh
from catalog.mesh.status import Health, PortStatus, ProductStatus
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.convergence.cases import JOB, RUN, A, B, about, at, run
from tests.documents.versions import Plain, PlainEdge, Version, send, stub

PRODUCT, PORT, CONTRACT = "product/b", "output-port/b/table", "contract-version/b/1.0.0"
SLO = "slo/b/fresh"


def thing(key: str, *edges: PlainEdge, label: str, **said: Any) -> tuple[str, Plain]:
    return key, Plain(label, said, frozenset(edges))


def descriptor(minute: int = 0, dataset: DatasetId = B, **slo: Any) -> Version:
    """A product with a port that serves a dataset under a contract with one objective."""
    said = {"name": "latency", "threshold": "10", "unit": "minutes", **slo}
    nodes = (
        thing(PRODUCT, ("HAS_OUTPUT_PORT", PRODUCT, PORT, ()), label="DataProduct", name="B"),
        thing(
            PORT,
            ("SERVES", PORT, dataset.key, ()),
            ("GOVERNED_BY", PORT, CONTRACT, ()),
            label="OutputPort",
            name="Table",
        ),
        thing(CONTRACT, ("HAS_SLO", CONTRACT, SLO, ()), label="ContractVersion", name="B 1", version="1.0.0"),
        thing(SLO, label="ServiceLevelObjective", **said),
        (dataset.key, stub(dataset.key)),
    )
    return Version("b.yaml", at(minute), dict(nodes))


def checked(*successes: bool) -> dict[str, Any]:
    """B with the results of checks."""
    told = [{"assertion": f"check {number}", "success": one} for number, one in enumerate(successes)]
    return about(B, dataQualityAssertions={"assertions": told})


def store(*said: Any) -> Store:
    opened = MemoryStore()
    for one in said:
        send(opened, [one])
    return opened


def status(opened: Store, when: int | None = None, now: int = 5) -> ProductStatus:
    """At an instant; now is a minute of the hour in which all happens."""
    with opened.read() as reader:
        mesh = read_mesh(reader, when, None if when is not None else at(now))
        return mesh.statuses((PRODUCT,))[PRODUCT]


def port(opened: Store, now: int = 5) -> PortStatus:
    (found,) = status(opened, now=now).ports
    return found


def test_status__without_runs_is_unknown() -> None:
    found = status(store(descriptor()))
    assert (found.health, found.last_run, found.jobs) == (Health.UNKNOWN, None, ())


def test_status__has_the_last_run_and_the_last_success() -> None:
    opened = store(descriptor(), run(1, "COMPLETE", 1, [A], [B]), run(2, "FAIL", 3, [A], [B]))
    found = status(opened)
    assert found.last_run is not None
    assert found.last_success is not None
    assert (found.last_run.run, found.last_run.state, found.last_run.ended_at) == (RUN[2].key, "FAIL", at(3))
    assert (found.last_success.run, found.age_s, found.jobs) == (RUN[1].key, 240, (JOB.key,))
    assert found.health is Health.FAILING


def test_status__is_healthy_again_after_a_success() -> None:
    opened = store(descriptor(), run(1, "FAIL", 1, [A], [B]), run(2, "COMPLETE", 3, [A], [B]))
    assert status(opened).health is Health.HEALTHY


def test_status__of_a_time_does_not_know_what_came_later() -> None:
    opened = store(
        descriptor(),
        run(1, "COMPLETE", 1, [A], [B]),
        run(2, "START", 2, [A], [B]),
        run(2, "FAIL", 4, [A], [B]),
    )
    found = status(opened, at(3))
    assert found.last_run is not None
    assert (found.last_run.run, found.last_run.state, found.last_run.ended_at) == (RUN[2].key, "START", None)
    assert found.health is Health.HEALTHY
    assert status(opened).health is Health.FAILING


@pytest.mark.parametrize(("now", "met", "health"), [(9, True, Health.HEALTHY), (14, False, Health.LATE)])
def test_freshness__is_the_age_of_the_last_success_against_the_objective(
    now: int, met: bool, health: Health
) -> None:
    opened = store(descriptor(), run(1, "COMPLETE", 1, [A], [B]))
    found = port(opened, now)
    assert [(one.slo, one.met) for one in found.slos] == [(SLO, met)]
    assert (found.health, status(opened, now=now).health) == (health, health)


def test_freshness__without_a_success_cannot_be_told() -> None:
    (slo,) = port(store(descriptor(), run(1, "FAIL", 1, [A], [B]))).slos
    assert (slo.met, slo.reason) == (None, "No run that succeeded is known.")


@pytest.mark.parametrize(
    ("said", "limit_minutes"),
    [
        ({"threshold": "1", "unit": "h"}, 60),
        ({"threshold": "PT30M"}, 30),
        ({"threshold": "2 hours", "unit": ""}, 120),
        ({"threshold": "0.5", "unit": "hours"}, 30),
        ({"threshold": "600", "unit": "s", "operator": "lt"}, 10),
    ],
)
def test_freshness__understands_units(said: dict[str, Any], limit_minutes: int) -> None:
    opened = store(descriptor(**said), run(1, "COMPLETE", 1, [A], [B]))
    for minutes, met in ((limit_minutes - 1, True), (limit_minutes + 1, False)):
        with opened.read() as reader:
            mesh = read_mesh(reader, None, at(1) + minutes * 60 * 10**9)
            (found,) = mesh.statuses((PRODUCT,))[PRODUCT].ports
        assert [slo.met for slo in found.slos] == [met]


def test_freshness__in_words_that_are_not_understood_is_not_judged() -> None:
    opened = store(descriptor(threshold="soon"), run(1, "COMPLETE", 1, [A], [B]))
    assert [slo.met for slo in port(opened).slos] == [None]


def test_objective__that_is_not_about_age_is_not_judged() -> None:
    opened = store(descriptor(name="availability", threshold="99.9", unit="percent"))
    (slo,) = port(opened).slos
    assert (slo.met, slo.reason) == (None, "Meshline does not measure this.")


def test_checks__that_fail_flaw_the_product() -> None:
    opened = store(descriptor(), run(1, "COMPLETE", 1, [A], [checked(True, False, False)]))
    found = port(opened)
    assert (found.checks, found.failed_count, found.health) == (3, 2, Health.FLAWED)
    assert [(one.dataset, one.job, one.name) for one in found.failed] == [
        (B.key, JOB.key, "check 1"),
        (B.key, JOB.key, "check 2"),
    ]
    assert status(store(descriptor(), run(1, "COMPLETE", 1, [A], [checked(True)]))).health is Health.HEALTHY


def test_statuses__of_what_is_no_product_are_none() -> None:
    opened = store(descriptor(), run(1, "COMPLETE", 1, [A], [B]))
    with opened.read() as reader:
        assert read_mesh(reader).statuses(("product/none",)) == {}


def test_mesh__as_of_a_time_has_what_documents_said_then() -> None:
    """First the port serves A, then B; before the first version there is no product."""
    opened = store(
        descriptor(1, A), run(1, "COMPLETE", 2, [A], [B]), descriptor(4, B), Version("b.yaml", at(8), {})
    )
    served = {}
    for minute in (0, 2, 5, 9):
        with opened.read() as reader:
            binding = read_mesh(reader, at(minute)).bindings.get(PORT)
            served[minute] = None if binding is None else binding.dataset
    assert served == {0: None, 2: A.key, 5: B.key, 9: None}
    with opened.read() as reader:
        assert (read_mesh(reader).products(), read_mesh(reader, at(5)).products()) == ([], [PRODUCT])


def test_findings__as_of_a_time_are_those_of_then() -> None:
    opened = store(descriptor(1, A), run(1, "COMPLETE", 2, [A], [B]), descriptor(4, B))
    for minute, kinds in {
        0: set(),
        1: {FindingKind.PORT_WITHOUT_DATA, FindingKind.PRODUCT_WITHOUT_RUNS},
        3: {FindingKind.PORT_WITHOUT_DATA, FindingKind.PRODUCT_WITHOUT_RUNS},
        5: set(),
    }.items():
        with opened.read() as reader:
            found = evaluate(read_mesh(reader, at(minute)))
        assert {one.kind for one in found} == kinds
        assert {one.since for one in found} <= {at(1)}


def test_source_conflict__is_told_with_who_says_what_and_since_when() -> None:
    """The newest counts; a document that says the same, or is gone, is no conflict."""
    one = Version("one.yaml", at(1), dict([thing(PRODUCT, label="DataProduct", name="B", purpose="Reports")]))
    other = Version(
        "other.yaml", at(3), dict([thing(PRODUCT, label="DataProduct", name="B", purpose="Bills")])
    )
    opened = store(one, other)
    with opened.read() as reader:
        (told,) = (f for f in evaluate(read_mesh(reader)) if f.kind is FindingKind.SOURCE_CONFLICT)
    assert (told.subject, told.product, told.since) == (PRODUCT, PRODUCT, at(3))
    assert told.message == "Documents differ in the purpose of product 'B'; the newest version counts."
    assert [proof.text for proof in told.evidence] == [
        "other.yaml says 'Bills', which counts.",
        "one.yaml says 'Reports'.",
    ]
    send(opened, [Version("one.yaml", at(5), {})])
    with opened.read() as reader:
        assert not [f for f in evaluate(read_mesh(reader)) if f.kind is FindingKind.SOURCE_CONFLICT]
