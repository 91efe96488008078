"""New or changed policies from files, to be tried before anybody has to follow them."""

import time
from collections.abc import Iterator

from api.errors import UsageError
from catalog.governance.policy import Policy
from catalog.governance.stored import Stored
from ingest.documents.files import FoundDocument, read_documents
from ingest.documents.given import NOTHING_GIVEN
from ingest.documents.read import read_any
from ingest.documents.syntax import Syntax, TextSyntax
from ingest.files import NotRead
from ingest.policies.documents import said_in
from ontology.rdf_reading import RdfLimits


def drafts_in(path: str) -> list[Policy]:
    """The policies of a file, whether they are enabled or not. Raises UsageError where one cannot be followed, or there
    is none; Rejected and RdfError where the file cannot be read."""
    found = [one for stored in _said(path) for one in stored.policies]
    if not found:
        raise UsageError(f"{path} has no policy.", "`meshline policy schema` prints the form of one.")
    return found


def drafts_of(text: str) -> list[Policy]:
    """The policies of a descriptor, whether they are enabled or not. Raises UsageError, Rejected."""
    return list(_followed(text.encode(), TextSyntax.YAML, "draft").policies)


def _said(path: str) -> Iterator[Stored]:
    for item in read_documents([path]):
        if isinstance(item, NotRead):
            raise UsageError(f"{item.source} cannot be read: {item.error}", "Name a file with policies.")
        if not isinstance(item, FoundDocument):
            raise UsageError(f"{path} is no document with policies.", "Name a file in YAML or RDF.")
        yield _followed(item.data, item.syntax, item.source)


def _followed(data: bytes, syntax: Syntax, source: str) -> Stored:
    reading = read_any(*(data, syntax, source, NOTHING_GIVEN, RdfLimits()), received_ns=time.time_ns())
    wrong = [one.message for one in reading.interpretation.violations] if reading.kept_out else []
    stored = said_in(reading.interpretation.statement)
    wrong += [f"{one.name}: {one.reason}" for one in stored.unreadable]
    if wrong:
        raise UsageError(f"{source} cannot be followed: {wrong[0]}", "Correct it and try again.")
    return stored
