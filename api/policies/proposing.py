"""What descriptors would newly violate: the question of CI, answered from what a reader sees."""

import time
from collections.abc import Sequence

from api.errors import UsageError
from catalog.governance.newly import OpenQueries, newly
from catalog.governance.verdict import Compliance, Evaluation, Status
from catalog.projection import ahead
from catalog.store.port import Reader
from ingest.documents.files import FoundDocument, read_documents
from ingest.documents.syntax import TextSyntax
from ingest.files import NotRead
from ingest.proposals.arriving import arriving
from ingest.proposals.documents import GivenDocument

MAX_DOCUMENTS = 100
MAX_CHARACTERS = 8 * 1024 * 1024
"""Of all documents of one question."""


def documents_in(paths: Sequence[str]) -> list[GivenDocument]:
    """The descriptors of files and folders. Raises UsageError for what is none."""
    found: list[GivenDocument] = []
    for item in read_documents(paths):
        if isinstance(item, NotRead):
            raise UsageError(f"{item.source} cannot be read: {item.error}", "Name descriptors.")
        if not isinstance(item, FoundDocument) or not isinstance(item.syntax, TextSyntax):
            continue  # what is no descriptor is passed over, as an import does
        found.append(GivenDocument(item.source, item.data.decode(errors="replace")))
    if not found:
        raise UsageError("There is no descriptor among these files.", "Name files in YAML or JSON.")
    return found


def proposed(reader: Reader, documents: Sequence[GivenDocument], queries: OpenQueries | None) -> Evaluation:
    """What the policies newly say once these documents are imported. Raises UsageError, Rejected, StoreError."""
    size = sum(len(one.text) for one in documents)
    if not documents or len(documents) > MAX_DOCUMENTS or size > MAX_CHARACTERS:
        message = f"{len(documents)} documents of {size} characters are not asked about at once."
        raise UsageError(
            message, f"At most {MAX_DOCUMENTS} of {MAX_CHARACTERS} are; ask a store or an export."
        )
    now_ns = time.time_ns()
    found = newly(ahead(reader, arriving(reader, documents)), now_ns=now_ns, queries=queries)
    return Evaluation(found.verdicts, now_ns, None, found.unevaluated)


def state_of(found: Evaluation) -> Compliance:
    """What it comes to that these verdicts are new: nothing new is good news."""
    statuses = {one.status for one in found.verdicts}
    if Status.FAIL in statuses:
        return Compliance.NOT_COMPLIANT
    unknown = found.unevaluated or Status.NOT_EVALUATED in statuses
    return Compliance.UNKNOWN if unknown else Compliance.COMPLIANT
