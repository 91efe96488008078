"""What is deprecated and read nevertheless, on each store: a warning, an error when the day has come, nothing without
readers."""

import pytest

from api.proposals.terms import DeprecateTerms
from catalog.aliases import is_job
from catalog.feed.change import ChangeKind
from catalog.feed.log import events
from catalog.identity import DatasetId
from catalog.impact.change import Change, Proposal
from catalog.impact.change import ChangeKind as Kind
from catalog.impact.evaluation import impact
from catalog.impact.severity import Severity
from catalog.instant import format_instant
from catalog.mesh.finding import Finding, FindingFilter, FindingKind, FindingSeverity
from catalog.mesh.findings.evaluation import evaluate
from catalog.mesh.mesh import Mesh as Known
from catalog.signoff.deprecations import deprecated
from catalog.store.port import Store
from tests.signoff.test_feed import NOW_NS, Mesh
from tests.signoff.world import FINANCE, ORDERS, reading

FIELD = DatasetId("warehouse", "mart.orders").field("email_domain").key
OTHER = DatasetId("warehouse", "mart.orders").field("id").key
DAY_NS = 86_400 * 10**9
IN_USE = FindingFilter(kinds=(FindingKind.DEPRECATED_IN_USE,))


@pytest.fixture
def mesh(store: Store) -> Mesh:
    return Mesh(store)


def deprecate(mesh: Mesh, subject: str, days: int | None = None, *, withdrawn: bool = False) -> None:
    removal = None if days is None else format_instant(NOW_NS + days * DAY_NS)
    reason = None if withdrawn else "old"
    mesh.desk.deprecate(DeprecateTerms(subject=subject, removal=removal, reason=reason, withdrawn=withdrawn))


def findings(mesh: Mesh, at: int | None = None) -> list[Finding]:
    with mesh.store.read() as reader:
        return evaluate(Known(reader, at, now_ns=mesh.now_ns), IN_USE)


def test_deprecated_column__warns_who_reads_it_and_is_an_error_when_the_day_has_come(mesh: Mesh) -> None:
    assert findings(mesh) == []
    deprecate(mesh, FIELD, days=30)
    [one] = findings(mesh)
    assert (one.severity, one.product, one.tell[-1:]) == (
        *(FindingSeverity.WARN, "product/revenue"),
        ("team/orders",),
    )
    assert FINANCE in one.tell
    assert one.concerns == ("product/orders",)
    mesh.now_ns = NOW_NS + 30 * DAY_NS
    [late] = findings(mesh)
    assert (late.severity, late.id) == (FindingSeverity.ERROR, one.id)


def test_deprecated_dataset__is_read_by_all_its_jobs(mesh: Mesh) -> None:
    deprecate(mesh, ORDERS)
    assert {one.product for one in findings(mesh)} == {"product/revenue", "product/parcels"}


def test_deprecation__that_is_withdrawn_warns_nobody_and_is_still_known_of_its_time(mesh: Mesh) -> None:
    deprecate(mesh, FIELD)
    with mesh.store.read() as reader:
        [said] = deprecated(reader)
    assert said.since is not None
    deprecate(mesh, FIELD, withdrawn=True)
    assert findings(mesh) == []
    with mesh.store.read() as reader:
        assert deprecated(reader) == []
        assert [one.subject for one in deprecated(reader, said.since)] == [FIELD]


def test_deprecated_column__that_nobody_reads_any_more_is_no_finding_and_safe_to_remove(mesh: Mesh) -> None:
    deprecate(mesh, FIELD)
    assert _breaking(mesh) == {"job/jobs/revenue"}
    later = {**reading(9, "revenue", "fin.revenue", "id"), "eventTime": "2024-06-01T10:00:00Z"}
    mesh.send(later)
    assert findings(mesh) == []
    assert _breaking(mesh) == set()


def _breaking(mesh: Mesh) -> set[str]:
    """The jobs that break when the column goes."""
    with mesh.store.read() as reader:
        report = impact(reader, Proposal((Change(ORDERS, Kind.FIELD_REMOVED, "email_domain"),)))
    return {one.key for one in report.items if is_job(one.key) and one.severity is Severity.BREAKS}


def test_readers_of_what_is_deprecated__are_told_by_the_feed(mesh: Mesh) -> None:
    mesh.follow()
    deprecate(mesh, FIELD, days=30)
    mesh.follower._next_look_s = 0.0
    mesh.follow()
    with mesh.store.read() as reader:
        opened = [one.news for one in events(reader, 0, 1000) if one.news.kind is ChangeKind.FINDING_OPENED]
    told = [one for one in opened if "deprecated" in one.name]
    assert [{place.name for place in one.products} for one in told] == [{"Revenue", "Orders"}]


def test_deprecation__is_a_property_of_the_column(mesh: Mesh) -> None:
    deprecate(mesh, FIELD, days=30)
    with mesh.store.read() as reader:
        before = deprecated(reader)
        [node] = reader.nodes([FIELD]).values()
    assert node.properties["deprecated"] is True
    assert node.properties["removal"] == format_instant(NOW_NS + 30 * DAY_NS)
    assert [one.subject for one in before] == [FIELD]
