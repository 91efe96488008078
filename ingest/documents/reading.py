"""A document that was read: the entry that it would be, what it says, and what came of reading it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from catalog.claims import Claims
from catalog.described import in_force_instead
from catalog.entry import LogEntry, Problem, Status
from catalog.statement import NOTHING, Described, DocumentStatement, Statements
from catalog.store.port import Reader
from ingest.problems import Code
from ingest.rdf.findings import Note
from ontology.validation import Violation, keeps_out


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a document says. ``things``: what it calls each node, by key. ``violations``: see ``keeps_out``."""

    statement: DocumentStatement
    notes: tuple[Note, ...]
    violations: tuple[Violation, ...]
    things: Mapping[str, str] = field(default_factory=dict)

    @property
    def described(self) -> Mapping[str, int]:
        """How many things it describes, by label."""
        return _counted(node for node in self.statement.nodes if not node.stub)

    @property
    def named(self) -> Mapping[str, int]:
        """How many things it only names, by label."""
        return _counted(node for node in self.statement.nodes if node.stub)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that the document breaks: where (a key, and what the document calls it), which, and a sentence for people.

    ``path``: of what is wrong, an IRI in RDF, else in the text. ``line``: where the text has it, in RDF as far as
    words tell that.
    """

    focus: str
    thing: str
    path: str | None
    value: str | None
    component: str
    shape: str
    severity: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """``broken``: the violations with their places, where reading knows them; None in RDF. ``formats``: those of a
    descriptor; ``lines``: where it first says something of a node (key)."""

    entry: LogEntry
    interpretation: Interpretation
    notes: tuple[Note, ...]
    broken: tuple[Broken, ...] | None = None
    formats: tuple[str, ...] = ()
    lines: Mapping[str, int | None] = field(default_factory=dict)
    claims: Claims = field(default_factory=Claims)

    @property
    def kept_out(self) -> bool:
        """Whether it breaks rules in a way that forbids to apply it."""
        return keeps_out(self.interpretation.violations)

    @property
    def source(self) -> str:
        """Where the document comes from."""
        return self.interpretation.statement.document.source

    @property
    def commit(self) -> str | None:
        """The SHA of the commit that has it."""
        said = dict(self.interpretation.statement.properties).get("commit")
        return None if said is None else str(said)

    def in_force_instead(self, reader: Reader) -> int | None:
        """The time of the later version of the document that is in force and says something else, else None. One that
        came before counts from then on."""
        known = reader.entries((self.entry.hash,)).get(self.entry.hash, self.entry)
        return in_force_instead(reader, self.interpretation.statement, known.order_key)

    @property
    def statements(self) -> Statements:
        """What it says, as the catalog takes it."""
        return Statements(document=self.interpretation.statement)

    @property
    def arriving(self) -> Statements:
        """The same as it arrives, guarded against what it may not do to other documents."""
        return Statements(document=self.interpretation.statement, guard=self.claims)

    @property
    def replayed(self) -> tuple[LogEntry, Statements]:
        """What it says when it is read again. One that the ontology of today refuses is kept as quarantined."""
        if not self.kept_out:
            return self.entry, self.statements
        broken = self.interpretation.violations
        found = tuple(Problem(Code.VIOLATION, one.path or "$", one.message) for one in broken)
        return replace(self.entry, status=Status.QUARANTINED, problems=found), NOTHING


def _counted(nodes: Iterable[Described]) -> Mapping[str, int]:
    return dict(sorted(Counter(str(node.label) for node in nodes).items()))
