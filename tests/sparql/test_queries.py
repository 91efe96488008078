"""The questions of a knowledge engineer in docs/sparql.md, asked of a small mesh whose answers are known."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.sparql.answers import Sparql
from catalog.identity import DatasetId
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.rdf.document import interpret_document, read_document
from ontology.rdf_reading import RdfSyntax
from tests.convergence import observed
from tests.convergence.cases import about
from tests.convergence.events import RECEIVED_NS, envelope, named
from tests.docs.markdown import ROOT, snippets
from tests.sparql.asking import asking, rows

RAW, MART = DatasetId("postgres://shop", "raw.customers"), DatasetId("postgres://shop", "mart.customers")
RECIPIENTS, INVOICES = DatasetId("s3://mailing", "recipients"), DatasetId("postgres://finance", "invoices")
STEPS: tuple[tuple[str, DatasetId, str, DatasetId, str, str, bool], ...] = (
    ("publish", RAW, "email", MART, "email", "IDENTITY", False),
    ("publish", RAW, "email", MART, "email_hash", "TRANSFORMATION", True),
    ("mail", MART, "email", RECIPIENTS, "address", "IDENTITY", False),
    ("bill", MART, "email_hash", INVOICES, "payer", "IDENTITY", False),
)
QUERIES = dict(
    zip(
        ("owner", "personal data", "derivation", "contracts", "themes"),
        (snippet.text for snippet in snippets(ROOT / "docs" / "sparql.md") if snippet.language == "sparql"),
        strict=True,
    )
)


def events() -> Iterator[dict[str, Any]]:
    """A run of each job."""
    for number, job in enumerate(dict.fromkeys(step[0] for step in STEPS), 1):
        mine = [step for step in STEPS if step[0] == job]
        columns = {
            target: {
                "inputFields": [
                    named(
                        (source.namespace, source.name),
                        field=field,
                        transformations=[{"type": "DIRECT", "subtype": how, "masking": masked}],
                    )
                ]
            }
            for _, source, field, _, target, how, masked in mine
        }
        schema = {"fields": [{"name": step[4], "type": "text"} for step in mine]}
        yield envelope(
            f"2024-05-01T10:0{number}:00Z",
            eventType="COMPLETE",
            run={"runId": f"00000000-0000-4000-8000-00000000000{number}"},
            job=named(("airflow", job)),
            inputs=[about(mine[0][1])],
            outputs=[about(mine[0][3], schema=schema, columnLineage={"fields": columns})],
        )


@pytest.fixture(scope="module")
def mesh() -> Iterator[Sparql]:
    store = MemoryStore()
    observed.send(store, [list(events())])
    source = Path(__file__).with_name("mesh.ttl")
    document = read_document(source.read_bytes(), RdfSyntax.TURTLE, source.name)
    reading = interpret_document(document, source.name, received_ns=RECEIVED_NS)
    assert not reading.kept_out
    Projection(store).apply([(reading.entry, reading.statements)])
    with asking(store) as sparql:
        yield sparql


def test_products__without_an_owner(mesh: Sparql) -> None:
    assert rows(mesh, QUERIES["owner"]) == [("Ledger", "Finance"), ("Mailing list", "Marketing")]


def test_personal_data__that_reaches_another_domain(mesh: Sparql) -> None:
    source = ("E-mail address", "raw.customers", "email", "Sales")
    assert rows(mesh, QUERIES["personal data"]) == [
        (*source, "invoices", "payer", "Finance"),
        (*source, "recipients", "address", "Marketing"),
    ]


def test_derivation__of_a_field_from_its_sources(mesh: Sparql) -> None:
    assert rows(mesh, QUERIES["derivation"]) == [
        ("mart.customers email_hash", "invoices payer", "job/airflow/bill", "IDENTITY", ""),
        ("raw.customers email", "mart.customers email_hash", "job/airflow/publish", "TRANSFORMATION", "true"),
    ]


def test_contracts__by_version(mesh: Sparql) -> None:
    assert rows(mesh, QUERIES["contracts"]) == [
        ("Orders contract", "1.0.0", "retired", ""),
        ("Orders contract", "2.0.0", "active", "Orders by SQL"),
    ]


def test_datasets__by_theme(mesh: Sparql) -> None:
    found = [
        (theme, int(number), set(names.split(", "))) for theme, number, names in rows(mesh, QUERIES["themes"])
    ]
    customers = {"mart.customers", "raw.customers", "recipients"}
    assert found == [("Customer", 3, customers), ("Mail", 1, {"recipients"}), ("Party", 3, customers)]
