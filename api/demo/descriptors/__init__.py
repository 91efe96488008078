"""What the shop's domains say of themselves: a document of each, in Turtle, beside what their pipelines emit."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from api.client import ServiceClient
from api.demo.history import DAYS
from api.errors import ServiceError
from ingest.documents.given import Given
from ingest.documents.report import DocumentReport
from ontology.rdf_reading import RdfSyntax

NAMES = ("shop", "orders", "logistics", "finance")
SOURCE = "https://shop.example/descriptors/"
"""Where the documents would be published; a later version from the same place replaces an earlier one."""


def documents() -> Iterator[tuple[str, bytes]]:
    """Source and Turtle of each document."""
    for name in NAMES:
        yield f"{SOURCE}{name}.ttl", files(__name__).joinpath(f"{name}.ttl").read_bytes()


def publish(url: str, api_key: str | None = None, *, now: datetime | None = None) -> list[DocumentReport]:
    """Send the documents to the service at ``url``, as of the demo's first day, so that its past has products too.

    Raises ServiceError when the service does not answer or refuses one.
    """
    midnight = (now or datetime.now(UTC)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    at_ns = int((midnight - timedelta(days=DAYS)).timestamp()) * 1_000_000_000
    reports: list[DocumentReport] = []
    with ServiceClient(url, api_key) as client:
        for source, turtle in documents():
            report = client.post_document(turtle, RdfSyntax.TURTLE, source, Given(at_ns), dry_run=False)
            if not report.is_kept:
                raise ServiceError(f"{url} refused {source}.", "Is it a Meshline of this version?")
            reports.append(report)
    return reports
