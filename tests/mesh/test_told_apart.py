"""Findings about what documents say: of one thing differently, or of what nobody describes; from their texts."""

from collections.abc import Mapping, Sequence

import pytest

from catalog.mesh.finding import Finding, FindingKind, FindingSeverity
from catalog.mesh.findings import references
from catalog.mesh.findings.evaluation import findings
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.given import Given
from tests.convergence.cases import at

OURS = """meshline: 1
teams: [{id: dteam, name: D, email: d@shop.example}]
people: [{id: ada, name: Ada}]
domains: [{id: sales, owner: dteam, parent: shop}, {id: shop, owner: dteam, name: Shop}]
products:
  - id: k1
    owner: dteam
    domain: sales
    lifecycle: active
    outputs:
      - {name: t, visibility: restricted, datasets: [{namespace: db, name: one}]}
contracts:
  - id: c
    owner: dteam
    versions:
      - version: 1.0.0
        schema: [{name: o, fields: [{name: id, type: integer}]}]
"""


def found(
    *texts: str, kind: FindingKind | None = None, source: str | None = None
) -> dict[str, list[Finding]]:
    """The findings of a kind, of documents one after the other, by subject. ``source``: that of all."""
    store = MemoryStore()
    for minute, text in enumerate(texts):
        reading = interpret_descriptor(
            f"meshline: 1\n{text.removeprefix('meshline: 1')}".encode(),
            source or f"{minute}.yaml",
            Given(at(minute)),
            received_ns=at(minute),
            max_bytes=10_000,
        )
        assert not reading.kept_out
        Projection(store).apply([(reading.entry, reading.statements)])
    with store.read() as reader:
        by_subject: dict[str, list[Finding]] = {}
        for one in findings(reader):
            if kind is None or one.kind is kind:
                by_subject.setdefault(one.subject, []).append(one)
    return by_subject


@pytest.mark.parametrize(
    ("text", "subject", "kind", "severity", "message"),
    [
        *(
            (text, "domain/sales", FindingKind.OWNERSHIP_CONFLICT, FindingSeverity.WARN, message)
            for text, message in (
                (
                    "domains: [{id: sales, owner: evil}]",
                    "domain 'sales' has several owners: team 'D' and team",
                ),
                ("domains: [{id: sales, parent: x}]", "domain 'sales' has several domains above it: "),
            )
        ),
        (
            "contracts: [{id: c, owner: evil}]",
            "contract/c",
            FindingKind.OWNERSHIP_CONFLICT,
            "WARN",
            "several",
        ),
        *(
            (text, subject, FindingKind.SOURCE_CONFLICT, severity, message)
            for text, subject, severity, message in (
                ("teams: [{id: dteam, name: E}]", "team/dteam", "INFO", "differ in the name of team 'E'"),
                ("teams: [{id: dteam, email: e@x.example}]", "team/dteam", "INFO", "differ in the email"),
                ("people: [{id: ada, name: Eve}]", "person/ada", "INFO", "differ in the name of person"),
                ("products: [{id: k1, lifecycle: retired}]", "product/k1", "WARN", "differ in the lifecycle"),
                (
                    *("products: [{id: k1, outputs: [{name: t, visibility: private}]}]",),
                    *("output-port/k1/t", "WARN", "differ in the visibility"),
                ),
                (
                    "products: [{id: k1, outputs: [{name: t, datasets: [{namespace: db, name: two}]}]}]",
                    *(
                        "output-port/k1/t",
                        "WARN",
                        "Documents give output-port 't' different data; all count.",
                    ),
                ),
                (
                    "contracts: [{id: c, versions: [{version: 1.0.0, "
                    "schema: [{name: o, fields: [{name: id, type: string}]}]}]}]",
                    *("contract-version/c/1.0.0", "WARN", "different fields"),
                ),
                (
                    "contracts: [{id: c, versions: [{version: 1.0.0, "
                    "schema: [{name: p, fields: [{name: id, type: integer}]}]}]}]",
                    *("contract-version/c/1.0.0", "WARN", "different fields"),
                ),
            )
        ),
    ],
)
def test_document__that_says_otherwise_is_a_finding(
    text: str, subject: str, kind: FindingKind, severity: str, message: str
) -> None:
    assert subject not in found(OURS, kind=kind)
    [one] = found(OURS, text, kind=kind)[subject]
    assert one.severity == severity
    assert message in one.message
    assert one.evidence
    assert one.since is not None
    assert found(OURS, OURS, kind=kind) == {}


def test_conflict_of_a_domain__is_told_to_its_owners_and_is_of_the_domain() -> None:
    [one] = found(OURS, "domains: [{id: sales, owner: evil}]", kind=FindingKind.OWNERSHIP_CONFLICT)[
        "domain/sales"
    ]
    assert (one.tell, one.domains) == (("team/dteam", "team/evil"), ("domain/sales", "domain/shop"))


REFERENCES: Mapping[str, tuple[str, str, str]] = {
    "owner": (
        "products: [{id: k2, owner: dteem}]",
        "product/k2",
        "product 'k2' refers to team 'dteem', which nobody describes. Did you mean dteam?",
    ),
    "domain": ("products: [{id: k2, domain: sale}]", "product/k2", "Did you mean sales?"),
    "parent": ("domains: [{id: d2, parent: shopp}]", "domain/d2", "Did you mean shop?"),
    "input": (
        "products: [{id: k2, inputs: [{name: i, from: {product: k1typo, port: t}}]}]",
        *("input-port/k2/i", "output-port 'k1typo/t', which nobody describes. Did you mean k1/t?"),
    ),
    "covers": (
        "agreements: [{id: a, status: approved, to: {product: k1}, covers: [{product: k1, port: x}]}]",
        "agreement/a",
        "Did you mean k1/t?",
    ),
    "granted": (
        "agreements: [{id: a, status: approved, to: {product: nothing}, covers: [{product: k1}]}]",
        "agreement/a",
        "product 'nothing', which nobody",
    ),
    "contract": ("contracts: [{id: c2, owner: dteem}]", "contract/c2", "Did you mean dteam?"),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_reference__to_what_nobody_describes_is_a_finding(name: str) -> None:
    text, subject, message = REFERENCES[name]
    assert found(OURS, kind=FindingKind.UNKNOWN_REFERENCE) == {}

    [one] = found(OURS, text, kind=FindingKind.UNKNOWN_REFERENCE)[subject]
    assert (one.severity, one.since) == (FindingSeverity.WARN, at(1))
    assert message in one.message


NAMING = """products:
  - {id: k2, owner: marketing, domain: weather}
  - {id: k3, owner: marketing, domain: weather}
"""


def test_names__are_compared_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    typos = "products: [{id: k2, owner: dteem}, {id: k3, owner: dtwam}]"
    assert set(found(OURS, typos, kind=FindingKind.UNKNOWN_REFERENCE)) == {"product/k2", "product/k3"}
    monkeypatch.setattr(references, "_MAX_COMPARED", 1)
    assert set(found(OURS, typos, kind=FindingKind.UNKNOWN_REFERENCE)) == {"product/k2", "team/dtwam"}


def test_team_or_domain_that_is_only_a_name__is_told_once_where_others_are_described() -> None:
    said = found(OURS, NAMING, kind=FindingKind.UNKNOWN_REFERENCE)
    assert set(said) == {"team/marketing", "domain/weather"}
    [one] = said["domain/weather"]
    assert (one.severity, one.since) == (FindingSeverity.INFO, at(1))
    assert (one.product, one.domain) == (None, "domain/weather")
    assert one.concerns == ("product/k2", "product/k3")
    assert one.tell == ("team/marketing",)
    assert one.message == (
        "domain 'weather' is only a name, which product 'k2', product 'k3' give; nobody describes it."
    )
    assert {key for proof in one.evidence for key in proof.keys} == {
        *("domain/weather", "product/k2", "product/k3")
    }


def test_team_or_domain_that_is_only_a_name__is_no_finding_where_none_is_described() -> None:
    assert found(NAMING, kind=FindingKind.UNKNOWN_REFERENCE) == {}
    domains = "domains: [{id: shop, name: Shop}]"
    assert set(found(NAMING, domains, kind=FindingKind.UNKNOWN_REFERENCE)) == {"domain/weather"}


def test_domain_above__is_not_taken_for_the_one_that_is_in_it() -> None:
    said = found("domains: [{id: sales_1, parent: sales}]", kind=FindingKind.UNKNOWN_REFERENCE)
    assert [(one.severity, one.subject) for [one] in said.values()] == [
        (FindingSeverity.INFO, "domain/sales")
    ]


def test_contract_of_a_port__is_no_unknown_reference() -> None:
    text = "products: [{id: k2, outputs: [{name: o, contract: {id: no, version: 1.0.0}}]}]"
    assert found(OURS, text, kind=FindingKind.UNKNOWN_REFERENCE) == {}
    assert list(found(OURS, text, kind=FindingKind.CONTRACT_VERSION_UNKNOWN)) == ["output-port/k2/o"]


def version(status: str, *fields: str) -> str:
    """Contract c in that status of its one version, with fields."""
    said = ", ".join(fields)
    return (
        f"contracts: [{{id: c, versions: [{{version: 1.0.0, status: {status}, "
        f"schema: [{{name: o, fields: [{said}]}}]}}]}}]"
    )


ID, NAME = "{name: id, type: integer}", "{name: name, type: string}"
TEXT_ID, SPOKEN_ID = "{name: id, type: string}", "{name: id, type: integer, description: Number}"
DRAFT, LIVE = version("draft", ID), version("active", ID)


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        ((LIVE, version("active", TEXT_ID)), "id: type string"),
        ((LIVE, version("active", ID, NAME)), "schema-property/c/1.0.0/o/name"),
        ((version("active", ID, NAME), LIVE), "schema-property/c/1.0.0/o/name"),
        ((DRAFT, LIVE, version("active", TEXT_ID), version("active", TEXT_ID, NAME)), "id: type string"),
    ],
)
def test_active_version__that_is_changed_is_a_finding(texts: Sequence[str], shown: str) -> None:
    [one] = found(*texts, kind=FindingKind.SOURCE_CONFLICT, source="c.yaml")["contract-version/c/1.0.0"]
    changed = 1 if len(texts) == 2 else 2
    assert (one.severity, one.since) == (FindingSeverity.WARN, at(changed))
    assert one.message.endswith("are others than when it became active.")
    assert shown in one.evidence[0].text


@pytest.mark.parametrize(
    "texts",
    [
        (LIVE, LIVE),
        (DRAFT, version("draft", TEXT_ID), version("active", TEXT_ID)),
        (LIVE, version("active", TEXT_ID), LIVE),
        (LIVE, version("active", SPOKEN_ID)),
        (LIVE, version("retired", TEXT_ID)),
    ],
)
def test_version__that_keeps_what_it_promised_is_no_finding(texts: Sequence[str]) -> None:
    assert found(*texts, kind=FindingKind.SOURCE_CONFLICT, source="c.yaml") == {}
