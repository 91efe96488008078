"""The descriptors of a proposal as they would come: the entries that importing them would make."""

import time
from collections.abc import Iterable, Sequence

from catalog.described import described, speaks
from catalog.identity import DocumentId, is_hashed
from catalog.projection import Said
from catalog.statement import DocumentStatement
from catalog.store.port import Reader
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.given import NOTHING_GIVEN
from ingest.errors import BrokenDocument
from ingest.proposals.documents import GivenDocument
from ontology.vocabulary import Label

_MAIN = (
    Label.DATA_PRODUCT,
    Label.DATA_CONTRACT,
    Label.CONTRACT_VERSION,
    Label.GOVERNANCE_POLICY,
    Label.WAIVER,
)
"""What a document is mostly about."""


def arriving(reader: Reader, documents: Iterable[GivenDocument]) -> tuple[Said, ...]:
    """The entries of documents, each in place of the one that the graph has of it.

    Raises Rejected for one that cannot be read or imported.
    """
    now_ns = time.time_ns()
    found: list[Said] = []
    for one in documents:
        data = one.text.encode("utf-8", "surrogatepass")
        read = interpret_descriptor(
            data, one.name, NOTHING_GIVEN, received_ns=now_ns, max_bytes=max(len(data), 1)
        )
        source = source_of(reader, one.name, read.interpretation.statement)
        if source != one.name:
            read = interpret_descriptor(
                data, source, NOTHING_GIVEN, received_ns=now_ns, max_bytes=max(len(data), 1)
            )
        if read.kept_out:
            raise BrokenDocument(f"{one.name}: {read.interpretation.violations[0].message}")
        found.append((read.entry, read.statements))
    return tuple(found)


def source_of(reader: Reader, name: str, document: DocumentStatement) -> str:
    """Where the version of a document comes from that the graph has: it has the same name; or the same path in a
    repository, or is the only one, and says something of the same things. Else its own name."""
    if speaks(reader, DocumentId(name).key):
        return name
    main = {node.key for node in document.nodes if not node.stub and node.label in _MAIN}
    told = described(reader, main).values() if main else ()
    sources = sorted(
        {
            DocumentId.parse(key).source
            for one in told
            for key in one.documents
            if key.startswith("document/") and not is_hashed(key)
        }
    )
    path = name.removeprefix("./")
    alike = [source for source in sources if source.endswith(f"/{path}")]
    return _only(alike) or _only(sources) or name


def _only(sources: Sequence[str]) -> str | None:
    return sources[0] if len(sources) == 1 else None
