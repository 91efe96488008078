"""Errors of ingest: what a sender is told when nothing of what was sent can be kept.

    IngestError
    ├── Rejected             sending the same again can never succeed (4xx)
    │   ├── Unparsable       no JSON
    │   ├── NotAnEvent       JSON, but not recognisable as an OpenLineage event
    │   ├── TooLarge         more bytes than the bound
    │   ├── TooDeep          nested deeper than the bound
    │   ├── CorruptArchive   a gzip body or file that does not inflate
    │   ├── IsAnExport       a canonical export where a document belongs
    │   ├── DamagedExport    a canonical export that is cut off, edited or of another form
    │   ├── Unreadable       a file or folder that cannot be read
    │   ├── NotACommand      a command that there is not, or that cannot be done so
    │   ├── MalformedDescriptor  a descriptor that is no YAML and no JSON
    │   ├── UnknownFormat    YAML or JSON that no reader of descriptors knows
    │   ├── NoSource         a document of which nobody says where it comes from
    │   └── ImproperProposal a proposed change that cannot be answered: never "safe"
    │       ├── UnknownDataset       it is of a dataset that the graph does not hold
    │       ├── UnknownColumn        it is of a column that the dataset does not have
    │       ├── UnparsableDdl        a text of SQL that is none
    │       ├── UnboundContract      a contract of which no dataset is known
    │       ├── WrongDocument        a file of a kind that says nothing of schemas, or of the wrong one
    │       ├── BrokenDocument       a file that its own standard does not allow
    │       ├── EmptyChange          nothing differs
    │       └── Contradiction        changes that cannot all be
    ├── Unavailable          sending the same later may succeed (503)
    │   ├── Overloaded       the queue is full
    │   ├── Closing          the service is stopping
    │   └── NotKept          the event could not be stored, not even as quarantined
    └── KafkaUnavailable     no broker answers, a topic is not there, or the broker refuses us

Each has a ``code``, a message and a ``hint`` that says what to do; docs/errors.md has a heading for each.
"""


class IngestError(Exception):
    """Base of all errors of ingest."""

    code = "ingest"
    hint = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if hint is not None:
            self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Rejected(IngestError):
    code = "rejected"


class Unparsable(Rejected):
    code = "unparsable"
    hint = "Send one JSON object in UTF-8 (or UTF-16), as an OpenLineage client writes it."


class NotAnEvent(Rejected):
    code = "not-an-event"
    hint = (
        "An OpenLineage event is a JSON object with an eventTime and a run, job or dataset that is an object."
    )


class TooLarge(Rejected):
    code = "too-large"
    hint = (
        "Leave out heavy facets (for example spark.logicalPlan), send events one by one, or raise the bound."
    )


class TooDeep(Rejected):
    code = "too-deep"
    hint = "No OpenLineage facet needs such nesting; leave out the facet that has it."


class CorruptArchive(Rejected):
    code = "corrupt-archive"
    hint = "Compress it again with gzip, or send it uncompressed."


class IsAnExport(Rejected):
    code = "is-an-export"
    hint = "Import it where the store is: meshline import FILE --store URL. The service may run meanwhile."


class DamagedExport(Rejected):
    code = "damaged-export"
    hint = "Nothing of it was stored. Export it again, with the version of Meshline that reads it."


class Unreadable(Rejected):
    code = "unreadable"
    hint = "Check that the path exists and that you may read it."


class NotACommand(Rejected):
    code = "not-a-command"
    hint = "Nothing was changed. See `meshline --help` for the commands of operators."


class MalformedDescriptor(Rejected):
    """``line`` and ``column`` count from 1; None where they are not known."""

    code = "malformed-descriptor"
    hint = "Correct the document and import it again: nothing of it was taken."

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class UnknownFormat(Rejected):
    code = "unknown-format"
    hint = "Known are ODCS, ODPS (Bitol), dbt manifests, Backstage entities, Meshline's own YAML, and RDF."


class NoSource(Rejected):
    code = "no-source"
    hint = "Name it (an IRI or a path): a later version with the same source replaces this one."


class ImproperProposal(Rejected):
    """No answer can be given to the proposal as it stands. Never a verdict: exit code 3, HTTP 422."""

    code = "improper-proposal"
    hint = "docs/impact.md shows what a proposed change may be."


class UnknownDataset(ImproperProposal):
    code = "unknown-dataset"
    hint = "Search for its name."


class UnknownColumn(ImproperProposal):
    code = "unknown-column"
    hint = "Name a column as its schema has it."


class UnparsableDdl(ImproperProposal):
    code = "unparsable-ddl"
    hint = "Correct the text, or name its dialect, for example --dialect postgres."


class UnboundContract(ImproperProposal):
    code = "unbound-contract"
    hint = (
        "Give it a server and a physicalName, or bind it (docs/contracts.md says how), or name the dataset."
    )


class WrongDocument(ImproperProposal):
    code = "wrong-document"
    hint = "Known are DDL, ODCS and ODPS (Bitol), dbt manifests, JSON Schema, schema facets and OpenLineage events."


class BrokenDocument(ImproperProposal):
    code = "broken-document"
    hint = "Correct the document: a change that cannot be read in whole is not answered."


class EmptyChange(ImproperProposal):
    code = "empty-change"
    hint = "Name what is to change, or give the version that is to come."


class Contradiction(ImproperProposal):
    code = "contradiction"
    hint = "Say each change once, as the dataset will be after all of them."


class Unavailable(IngestError):
    code = "unavailable"
    hint = "Nothing was stored. Send the same again later."
    retry_after_s = 1


class Overloaded(Unavailable):
    code = "overloaded"


class Closing(Unavailable):
    code = "closing"
    retry_after_s = 5


class NotKept(Unavailable):
    code = "not-kept"
    hint = "Nothing was stored; the service's log has the cause. Send the same again later."
    retry_after_s = 30


class KafkaUnavailable(IngestError):
    code = "kafka-unavailable"
    hint = "Check the address, the properties of the connection, and the rights of the user."
