"""A small report of an impact, made by hand."""

from catalog.coverage import Coverage, CoverageStatus, Reason, ReasonCode
from catalog.impact.change import Change, ChangeKind, Place, Proposal
from catalog.impact.report import Affected, Clause, Concern, ImpactReport, Party, RouteStep, Story
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.lineage_shown import Transformation
from catalog.lineage_steps import Kind

ORDERS, STATUS = "dataset/db/orders", "field/db/orders/status"
BOOK, BILLS = "job/airflow/book", "dataset/db/bills"
CONTRACT, BILLING = "contract-version/orders/1.0.0", "product/billing"
DAY_NS = 86_400_000_000_000
TEAM = Party("team/finance", "Team Finance", ("finance@example.com",))


def affected(key: str, label: str, severity: Severity, hops: int = 1, **said: object) -> Affected:
    known: dict[str, object] = {
        "aliases": (),
        "unknown": severity is Severity.UNKNOWN,
        "certainty": Certainty.PROVEN,
        "tale": Story(f"{label} {key} is affected.", (STATUS,), ()),
    }
    return Affected(key=key, label=label, severity=severity, hops=hops, **{**known, **said})  # type: ignore[arg-type]


def report() -> ImpactReport:
    step = RouteStep(
        *(STATUS, BOOK, BOOK, Kind.DIRECT, (Transformation("IDENTITY"),), ("OBSERVED",)), last_seen=DAY_NS
    )
    story = Story(f"Job {BOOK} is affected.", (STATUS,), ((step,),), message="no such column")
    clause = Clause(CONTRACT, "orders.status", "status is promised and goes away")
    return ImpactReport(
        id="0123abcd",
        proposal=Proposal(
            (Change(ORDERS, ChangeKind.FIELD_REMOVED, "status", place=Place("new.odcs.yaml", 12)),), "a test"
        ),
        verdict=Verdict.BLOCK,
        why="Job airflow/book breaks.",
        semver="major",
        semver_why="status is removed.",
        items=(
            affected(CONTRACT, "ContractVersion", Severity.BREAKS, 0, clauses=(clause,)),
            affected(BOOK, "Job", Severity.BREAKS, tale=story),
            affected(BILLS, "Dataset", Severity.STALE, 2, aliases=("dataset/s3/bills",)),
            affected("job/airflow/look", "Job", Severity.UNKNOWN),
        ),
        coverage=Coverage(
            CoverageStatus.PARTIAL,
            (Reason(ReasonCode.NO_COLUMN_LINEAGE, ("job/airflow/look",), "Job look told none."),),
            4,
            9,
        ),
        version=7,
        at=None,
        concerns={
            BOOK: Concern(BILLING, "domain/finance", (TEAM,), 3, DAY_NS, None, "Change book first."),
            BILLS: Concern(BILLING, "domain/finance", (TEAM,)),
        },
        policies=("A policy.",),
        names={
            BILLING: "Billing",
            CONTRACT: "Orders 1.0.0",
            "domain/finance": "Finance",
            TEAM.key: TEAM.name,
        },
        used_until=40 * DAY_NS,
    )
