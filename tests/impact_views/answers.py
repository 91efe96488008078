"""Impact answers made by hand and at random."""

from typing import Any

from hypothesis import strategies as st

from api.answers import Coverage, Reason
from api.impact_answer import (
    ImpactAnswer,
    ImpactChange,
    ImpactClause,
    ImpactCount,
    ImpactFacet,
    ImpactFacets,
    ImpactItem,
    ImpactParty,
    ImpactProposal,
    ImpactStep,
    Named,
)
from catalog.coverage import spoken
from catalog.identity import DatasetId, FieldId, JobId
from catalog.impact.change import ChangeKind
from catalog.impact.severity import RANK, Certainty, Severity, Verdict

RAW = DatasetId("duckdb://shop", "raw.orders")


def party(name: str = "Team Finance", *contacts: str) -> ImpactParty:
    return ImpactParty(id=f"team/{name}", name=name, contacts=list(contacts))


def step(source: str, job: str | None, target: str) -> ImpactStep:
    return ImpactStep(
        source=source, job=job, target=target, use="DIRECT", transformations=[], origins=[], last_seen=None
    )


def item(key: str, severity: Severity, why: str = "uses a column that is gone", **told: Any) -> ImpactItem:
    """An item with the kind of its key, and a route of one step to it."""
    kinds = {"dataset": "Dataset", "field": "Field", "job": "Job", "product": "DataProduct"}
    kind = kinds[key.partition("/")[0]]
    words = {"Field": "Field", "Dataset": "Dataset", "Job": "Job"}.get(kind, kind)
    name = spoken(key)
    values: dict[str, Any] = {
        "id": key,
        "kind": kind,
        "name": name,
        "aliases": [],
        "severity": severity,
        "unknown": severity is Severity.UNKNOWN,
        "certainty": Certainty.UNKNOWN if severity is Severity.UNKNOWN else Certainty.STRUCTURAL,
        "hops": 1,
        "reason": f"{words} {name} {why}.",
        "changed": [RAW.field("email").key],
        "message": None,
        "clauses": [],
        "routes": [[step(RAW.field("email").key, JobId("jobs", "load").key, key)]],
        "all_routes": True,
        "product": None,
        "domain": None,
        "owners": [],
        "runs": None,
        "last_used": None,
        "status": None,
        "action": None,
    }
    return ImpactItem(**{**values, **told})


def change(subject: DatasetId = RAW, path: str = "email", **told: Any) -> ImpactChange:
    values = {"kind": ChangeKind.FIELD_REMOVED, "said": f"drop {path}", "path": path}
    return ImpactChange(subject=subject.key, **{**values, **told})


def answer(items: list[ImpactItem], **told: Any) -> ImpactAnswer:
    """An answer with these items, counted as the catalog counts them."""
    found: dict[tuple[Severity, str], list[bool]] = {}
    ranked = sorted(items, key=lambda one: (RANK[one.severity], one.hops, one.id))
    for one in ranked:
        found.setdefault((one.severity, one.kind), []).append(one.unknown)
    values: dict[str, Any] = {
        "id": "c0ffee",
        "verdict": Verdict.REVIEW if items else Verdict.SAFE,
        "why": "",
        "semver": "none",
        "semver_why": "",
        "proposal": ImpactProposal(source="flags", changes=[change()], unread=[]),
        "total": len(items),
        "counts": [
            ImpactCount(severity=severity, kind=kind, count=len(marks), unknown=sum(marks))
            for (severity, kind), marks in found.items()
        ],
        "facets": ImpactFacets(severity=[], kind=[], owner=[], product=[], domain=[]),
        "items": ranked,
        "next": None,
        "policies": [],
        "coverage": Coverage(status="COMPLETE", reasons=[], nodes=len(items), edges=3),
        "graph_version": 112,
        "as_of": None,
        "usage": None,
    }
    return ImpactAnswer(**{**values, **told})


EVIL = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="|`@<>&*_[](){}#!\\\n\r\t =+-:/.'\"~^$,;ax1", max_size=16),
    st.sampled_from(
        [
            "@everyone",
            "=cmd|' /C calc'!A0",
            "<script>alert(1)</script>",
            "</summary></details>",
            "--> <!-- meshline-impact -->",
            "![x](http://a.example/p.png)",
            "| --- |",
            "```",
            "\u202egpj",
            "\x00\x1b[31m",
            "a" * 400,
            "{0} [t](1)",
        ]
    ),
)
"""Names and sentences that somebody may have chosen to do harm."""

_NAMES = EVIL.filter(bool)
_DATASETS = st.builds(DatasetId, _NAMES, _NAMES)
_KEYS = st.one_of(
    _DATASETS.map(lambda one: one.key),
    st.builds(FieldId, _DATASETS, _NAMES).map(lambda one: one.key),
    st.builds(JobId, _NAMES, _NAMES).map(lambda one: one.key),
)
_PARTIES = st.builds(ImpactParty, id=EVIL, name=EVIL, contacts=st.lists(EVIL, max_size=2))
_NAMED = st.builds(Named, id=EVIL, name=EVIL)
_CLAUSES = st.builds(ImpactClause, contract=_NAMED, part=EVIL, message=EVIL)


@st.composite
def items(draw: st.DrawFn) -> ImpactItem:
    key = draw(_KEYS)
    severity = draw(st.sampled_from(Severity))
    return item(
        key,
        severity,
        draw(EVIL),
        unknown=severity is Severity.UNKNOWN or draw(st.booleans()),
        certainty=draw(st.sampled_from(Certainty)),
        owners=draw(st.lists(_PARTIES, max_size=2)),
        action=draw(st.none() | EVIL),
        message=draw(st.none() | EVIL),
        status=draw(st.none() | EVIL),
        product=draw(st.none() | _NAMED),
        clauses=draw(st.lists(_CLAUSES, max_size=1)),
        routes=[[step(draw(_KEYS), draw(st.none() | _KEYS), key)]],
    )


@st.composite
def answers(draw: st.DrawFn) -> ImpactAnswer:
    """Answers with evil in every place that may hold it."""
    found = draw(st.lists(items(), max_size=4, unique_by=lambda one: one.id))
    subject, path = draw(_DATASETS), draw(_NAMES)
    proposed = change(
        subject,
        path,
        said=draw(EVIL),
        confidence=draw(st.sampled_from([1.0, 0.5])),
        file=draw(st.none() | _NAMES),
        line=draw(st.none() | st.integers(1, 9)),
    )
    reasons = [Reason(code="NO_FIELDS", message=text) for text in draw(st.lists(EVIL, max_size=2))]
    facet = ImpactFacet(value="domain/x", name=draw(EVIL), count=1, unknown=0, worst=Severity.BREAKS)
    return answer(
        found,
        verdict=draw(st.sampled_from(Verdict)),
        why=draw(EVIL),
        semver=draw(st.sampled_from(["none", "major"])),
        semver_why=draw(EVIL),
        proposal=ImpactProposal(
            source=draw(EVIL), changes=[proposed], unread=draw(st.lists(EVIL, max_size=2))
        ),
        policies=draw(st.lists(EVIL, max_size=1)),
        coverage=Coverage(status="PARTIAL", reasons=reasons, nodes=1, edges=1),
        facets=ImpactFacets(severity=[], kind=[], owner=[], product=[], domain=[facet]),
        permalink=draw(st.sampled_from([None, "https://mesh.example/impact/c0ffee"])),
    )
