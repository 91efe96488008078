"""What differs in the demo between what is declared and what is observed: each kind once at least, each with its cause.

The cause of each is removed, where it stands; then the finding is gone, and the others are as they were.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from openlineage.client.serde import Serde

from api.demo import emit_demo
from api.demo.descriptors import documents
from catalog.mesh.finding import Finding, FindingKind
from catalog.mesh.findings.evaluation import findings
from catalog.projection import Projection, Said
from catalog.store.memory import MemoryStore
from ingest.documents.given import Given
from ingest.documents.read import read_any
from ingest.event import recognise
from ontology.rdf_reading import RdfLimits
from tests.demo.conftest import NOW

RECEIVED = int(datetime(2026, 3, 4, tzinfo=UTC).timestamp()) * 1_000_000_000


class Cause(NamedTuple):
    """Why there is a finding of a kind about a thing: what a document says, and what it would say without the cause.
    ``also``: the kind of another finding that has the same cause."""

    kind: FindingKind
    subject: str
    document: str
    says: str
    instead: str
    also: FindingKind | None = None


CAUSES = [
    Cause(
        FindingKind.UNDECLARED_INPUT,
        "product/revenue",
        "finance.odps.yaml",
        "inputPorts:\n",
        "inputPorts:\n  - {name: times, version: 1.0.0, contractId: delivery}\n",
    ),
    Cause(
        FindingKind.INTERNAL_READ,
        "dataset/duckdb%3A%2F%2Fshop/logistics.shipments",
        "logistics.yaml",
        '          - {namespace: "duckdb://shop", name: logistics.delivery_times}\n    datasets:',
        '          - {namespace: "duckdb://shop", name: logistics.delivery_times}\n'
        '          - {namespace: "duckdb://shop", name: logistics.shipments}\n    datasets:',
    ),
    Cause(
        FindingKind.PORT_WITHOUT_DATA,
        "output-port/returns/returns",
        "orders.yaml",
        "    outputs:\n      - name: returns\n        description: One row for each parcel that came back.\n"
        "        protocol: SQL\n        visibility: unrestricted\n        datasets:\n"
        '          - {namespace: "duckdb://shop", name: orders.returns}\n',
        "",
    ),
    Cause(
        FindingKind.PRODUCT_WITHOUT_RUNS,
        "product/returns",
        "orders.yaml",
        "lifecycle: active\n    purpose: Order less",
        "lifecycle: retired\n    purpose: Order less",
        FindingKind.PORT_WITHOUT_DATA,
    ),
    Cause(
        FindingKind.SCHEMA_DRIFT,
        "schema/orders/2.1.0/orders",
        "orders.odcs.yaml",
        "name: status, logicalType: string, physicalType: VARCHAR",
        "name: channel, logicalType: string, physicalType: VARCHAR",
    ),
    Cause(
        FindingKind.USE_WITHOUT_AGREEMENT,
        "output-port/orders/customers",
        "agreements.yaml",
        "  # Granted for a campaign that never came.\n",
        "  - {id: delivery-customers, status: approved, to: {product: delivery}, "
        "covers: [{product: orders, port: customers}]}\n",
    ),
    Cause(
        FindingKind.AGREEMENT_WITHOUT_USE,
        "agreement/returns-customer-value",
        "agreements.yaml",
        "name: Returns reads the value of customers\n    status: approved",
        "name: Returns reads the value of customers\n    status: denied",
    ),
    Cause(
        FindingKind.OWNERSHIP_CONFLICT,
        "dataset/duckdb%3A%2F%2Fshop/logistics.demand_forecast",
        "logistics.yaml",
        "      # The demand forecast claims it too: one of the two is wrong.\n"
        '      - {namespace: "duckdb://shop", name: logistics.demand_forecast}\n',
        "",
    ),
    Cause(
        FindingKind.SOURCE_CONFLICT,
        "product/revenue",
        "finance.yaml",
        "    version: 1.2.0\n",
        "    version: 1.3.0\n",
    ),
    Cause(
        FindingKind.CONTRACT_VERSION_UNKNOWN,
        "input-port/revenue/customers",
        "finance.odps.yaml",
        "name: customers, version: 2.0.0",
        "name: customers, version: 1.0.0",
        FindingKind.UNDECLARED_INPUT,
    ),
    Cause(
        FindingKind.UNKNOWN_REFERENCE,
        "agreement/revenue-customers",
        "agreements.yaml",
        "from: {team: order}",
        "from: {team: orders}",
    ),
]


@pytest.fixture(scope="module")
def events() -> list[Said]:
    found: list[Said] = []
    emit_demo(lambda event: found.append(recognise(Serde.to_json(event), received_ns=RECEIVED)), now=NOW)
    return found


@pytest.fixture(scope="module")
def as_shipped(events: list[Said]) -> list[Finding]:
    return found_in(events, {})


def found_in(events: list[Said], changed: dict[str, str]) -> list[Finding]:
    """The findings of the demo, some of its documents changed (name → text)."""
    store = MemoryStore()
    projection = Projection(store)
    projection.apply(events)
    projection.apply(list(said(changed)))
    with store.read() as reader:
        return findings(reader)


def said(changed: dict[str, str]) -> Iterator[Said]:
    for source, text, syntax in documents():
        given = changed.get(source.rpartition("/")[2])
        data = text if given is None else given.encode()
        reading = read_any(data, syntax, source, Given(RECEIVED), RdfLimits(), received_ns=RECEIVED)
        assert not reading.kept_out
        yield reading.entry, reading.statements


OF_PEOPLE = {FindingKind.DEPRECATED_IN_USE}
"""What no document is the cause of, but a person (tests/signoff/test_deprecations.py)."""


def test_demo__has_a_finding_of_each_kind(as_shipped: list[Finding]) -> None:
    assert {one.kind for one in as_shipped} == set(FindingKind) - OF_PEOPLE
    assert {cause.kind for cause in CAUSES} == set(FindingKind) - OF_PEOPLE


def test_demo__tells_each_finding_to_somebody_with_what_to_do(as_shipped: list[Finding]) -> None:
    assert [one.message for one in as_shipped if not one.remedy or not one.evidence] == []
    assert [
        one.message for one in as_shipped if not one.tell and one.product != "product/demand-forecast"
    ] == []
    assert [one.message for one in as_shipped if one.since is None] == []


@pytest.mark.parametrize("cause", CAUSES, ids=[cause.kind for cause in CAUSES])
def test_cause__makes_its_finding_and_takes_it_away(
    cause: Cause, events: list[Said], as_shipped: list[Finding]
) -> None:
    [text] = [text.decode() for source, text, _ in documents() if source.endswith(f"/{cause.document}")]
    assert text.count(cause.says) == 1

    after = found_in(events, {cause.document: text.replace(cause.says, cause.instead)})

    gone = {(one.kind, one.subject) for one in as_shipped if one.id not in {other.id for other in after}}
    came = {one.id for one in after} - {one.id for one in as_shipped}
    assert (cause.kind, cause.subject) in gone
    assert {kind for kind, _ in gone} == {cause.kind, cause.also or cause.kind}
    assert came == set()
