"""Documents in any form, from bytes to what they say."""

from ingest.descriptors.document import interpret_descriptor
from ingest.documents.given import Given
from ingest.documents.reading import Reading
from ingest.documents.syntax import Syntax, TextSyntax
from ingest.rdf.document import interpret_document, read_document
from ontology.rdf_reading import RdfLimits


def read_any(
    data: bytes,
    syntax: Syntax,
    source: str,
    given: Given,
    limits: RdfLimits,
    *,
    received_ns: int,
    actor: str | None = None,
) -> Reading:
    """What a document says, and the log entry that it is.

    Raises RdfError; MalformedDescriptor, TooLarge, UnknownFormat.
    """
    if isinstance(syntax, TextSyntax):
        return interpret_descriptor(
            data, source, given, received_ns=received_ns, max_bytes=limits.bytes, actor=actor
        )
    read = read_document(data, syntax, source, limits)
    return interpret_document(read, source, received_ns=received_ns, given=given, actor=actor)
