"""What the shop's domains say of themselves, beside what their pipelines emit: in the formats that teams keep.

Turtle for what the whole shop agrees on, ODPS for products, ODCS for contracts, our own YAML for the rest. Some things
are wrong in them on purpose, so that there is at least one finding of each kind: docs/findings.md tells them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from api.client import ServiceClient
from api.demo.history import DAYS
from api.errors import ServiceError
from ingest.documents.given import Given
from ingest.documents.report import DocumentReport
from ingest.documents.syntax import Syntax, TextSyntax
from ontology.rdf_reading import RdfSyntax

NAMES = (
    "shop.ttl",
    *("orders.odps.yaml", "orders.odcs.yaml", "customers.odcs.yaml", "orders.yaml"),
    "logistics.yaml",
    *("finance.odps.yaml", "revenue.odcs.yaml", "finance.yaml"),
    *("agreements.yaml", "policies.yaml"),
)
SOURCE = "https://shop.example/descriptors/"
"""Where the documents would be published; a later version from the same place replaces an earlier one."""


def documents() -> Iterator[tuple[str, bytes, Syntax]]:
    """Source, text and syntax of each document."""
    for name in NAMES:
        syntax = RdfSyntax.TURTLE if name.endswith(".ttl") else TextSyntax.YAML
        yield f"{SOURCE}{name}", files(__name__).joinpath(name).read_bytes(), syntax


def publish(url: str, api_key: str | None = None, *, now: datetime | None = None) -> list[DocumentReport]:
    """Send the documents to the service at ``url``, as of the demo's first day, so that its past has products too.

    Raises ServiceError when the service does not answer or refuses one.
    """
    midnight = (now or datetime.now(UTC)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    at_ns = int((midnight - timedelta(days=DAYS)).timestamp()) * 1_000_000_000
    reports: list[DocumentReport] = []
    with ServiceClient(url, api_key) as client:
        for source, text, syntax in documents():
            report = client.post_document(text, syntax, source, Given(at_ns), dry_run=False)
            if not report.is_kept:
                raise ServiceError(f"{url} refused {source}.", "Is it a Meshline of this version?")
            reports.append(report)
    return reports
