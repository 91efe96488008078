"""Policies of files, looked at together: what is wrong with each, and whether what tightens another is proven to.

What only the graph knows (whether a domain is part of another, what a scope covers) is asked of the files as far as
they say it, and else left to the evaluation.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from catalog.governance.layers import compile_layers
from catalog.governance.names import near
from catalog.governance.policy import Policy, QueryCheck, ScopeKind, policy_key
from catalog.governance.stored import Stored
from catalog.instant import DAY_NS, format_instant
from ingest.documents.files import FoundDocument, FoundExport, Item, Stranger
from ingest.documents.given import NOTHING_GIVEN
from ingest.documents.read import read_any
from ingest.documents.report import read_report
from ingest.errors import Rejected
from ingest.files import NotRead
from ingest.policies.documents import said_in
from ontology.compiler import load_model
from ontology.errors import QueryError, RdfError
from ontology.rdf import NS
from ontology.rdf_reading import RdfLimits
from ontology.sparql import Question, RdfStore
from ontology.sparql_text import iris_in
from ontology.validation import keeps_out
from ontology.vocabulary import Label

_SCOPED = {ScopeKind.DOMAIN: Label.DOMAIN, ScopeKind.PRODUCT: Label.DATA_PRODUCT}
_MAX_BYTES = 100_000


class Level(StrEnum):
    """An ERROR is refused; a WARNING is told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Something about a file. ``policy``: the id of the policy or waiver, where it is about one."""

    source: str
    level: Level
    message: str
    line: int | None = None
    path: str | None = None
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Linted:
    """What came of looking at files. ``unread``: those that cannot be read, and why."""

    findings: tuple[LintFinding, ...]
    unread: tuple[LintFinding, ...]
    documents: int
    policies: int
    waivers: int


@dataclass(slots=True)
class _Files:
    """All that was read so far. ``places``: where each policy and waiver (key) is said first."""

    now_ns: int
    findings: list[LintFinding] = field(default_factory=list)
    unread: list[LintFinding] = field(default_factory=list)
    said: list[Stored] = field(default_factory=list)
    places: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    declared: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    documents: int = 0


def lint(items: Iterable[Item], *, now_ns: int) -> Linted:
    """Look at documents, which may be of more than policies. ``now_ns``: by which waivers are told to be over."""
    files = _Files(now_ns)
    for item in items:
        _look(files, item.found if isinstance(item, Stranger) and item.seems else item)
    policies = {one.id: one for stored in files.said for one in stored.policies}
    _judge_together(files, policies)
    for one in policies.values():
        files.findings += _of_policy(files, one)
    waivers = {one.id: one for stored in files.said for one in stored.waivers}
    files.findings += _of_waivers(files)
    found = sorted(set(files.findings), key=lambda one: (one.source, one.line or 0, one.message))
    return Linted(tuple(found), tuple(files.unread), files.documents, len(policies), len(waivers))


def _look(files: _Files, item: Item) -> None:
    if isinstance(item, NotRead):
        files.unread.append(LintFinding(item.source, Level.ERROR, str(item.error)))
    elif isinstance(item, FoundExport):
        files.unread.append(
            LintFinding(item.source, Level.ERROR, "This is a graph, not a document of policies.")
        )
    elif isinstance(item, FoundDocument):
        _read(files, item)


def _read(files: _Files, found: FoundDocument) -> None:
    try:
        reading = read_any(
            found.data, found.syntax, found.source, NOTHING_GIVEN, RdfLimits(), received_ns=files.now_ns
        )
    except (Rejected, RdfError) as error:
        message = f"{error.message} {error.hint}".strip()
        line = getattr(error, "line", None)
        files.unread.append(LintFinding(found.source, Level.ERROR, message, line))
        return
    files.documents += 1
    statement = reading.interpretation.statement
    for broken in read_report(found.source, found.data, reading, None).violations:
        level = Level.ERROR if broken.severity.endswith("Violation") else Level.WARNING
        files.findings.append(LintFinding(found.source, level, broken.message, broken.line, broken.path))
    for node in statement.nodes:
        if not node.stub and node.label in _SCOPED.values():
            files.declared[node.label].add(node.key)
    stored = said_in(statement)
    kept_out = keeps_out(reading.interpretation.violations)
    for one in stored.unreadable:
        files.broken.add(one.key)
        if not kept_out:
            line = reading.lines.get(one.key)
            files.findings.append(LintFinding(found.source, Level.ERROR, one.reason, line, policy=one.name))
    files.broken |= {
        node.key for node in statement.nodes if kept_out and node.label == Label.GOVERNANCE_POLICY
    }
    for key in (*(one.key for one in stored.policies), *(one.key for one in stored.waivers)):
        _place(files, key, found.source, reading.lines)
    files.said.append(stored)


def _place(files: _Files, key: str, source: str, lines: Mapping[str, int | None]) -> None:
    """Note where something is said; said in two files, it would be joined to what neither of them says."""
    first = files.places.setdefault(key, (source, lines.get(key)))
    if first[0] != source:
        message = f"It is said in {first[0]} too: a policy or waiver is said in one file."
        id_ = key.partition("/")[2]
        files.findings.append(LintFinding(source, Level.ERROR, message, lines.get(key), policy=id_))


def _judge_together(files: _Files, policies: Mapping[str, Policy]) -> None:
    """What is refused, and what nothing can follow at once; what is above and in no file is not known here."""
    broken = {key.partition("/")[2] for key in files.broken}
    known = {None, *policies, *broken}
    layers = compile_layers([one for one in policies.values() if one.tightens in known], broken)
    for refused in layers.refused:
        for reason in refused.reasons:
            files.findings.append(_about(files, refused.policy, Level.ERROR, reason))
    for conflict in layers.conflicts:
        message = f"Nothing can follow it and {conflict.other}. {conflict.reason}"
        files.findings.append(_about(files, conflict.policy, Level.ERROR, message))
    for one in policies.values():
        if one.tightens is not None and one.tightens not in known:
            hint = near(one.tightens, policies.keys() - {one.id}) if len(policies) > 1 else ""
            message = (
                f"It tightens {one.tightens!r}, which no file here says; that it does is not proven.{hint}"
            )
            files.findings.append(_about(files, one.id, Level.WARNING, message))


def _about(files: _Files, id_: str, level: Level, message: str) -> LintFinding:
    source, line = files.places[policy_key(id_)]
    return LintFinding(source, level, message, line, policy=id_)


def _of_policy(files: _Files, one: Policy) -> Iterator[LintFinding]:
    label = _SCOPED.get(one.scope.kind)
    known = files.declared.get(label, set()) if label is not None else set()
    if known and one.scope.key not in known:
        names = {key.partition("/")[2] for key in known}
        message = (
            f"No file here says what the {one.scope.kind} {one.scope.name!r} is.{near(one.scope.name, names)}"
        )
        yield _about(files, one.id, Level.WARNING, message)
    if isinstance(one.check, QueryCheck):
        wrong = _wrong_query(one.check)
        if wrong is not None:
            yield _about(files, one.id, Level.ERROR, wrong)
        for name in _strange_names(one.check.select) if wrong is None else ():
            yield _about(
                files, one.id, Level.WARNING, f"Its query asks for what the ontology has not: {name}"
            )


def _wrong_query(check: QueryCheck) -> str | None:
    """What is wrong with a query, by asking it of nothing."""
    try:
        RdfStore(None).answer(Question(check.select, "application/sparql-results+json", _MAX_BYTES))
    except QueryError as error:
        return f"Its query cannot be asked: {error}"
    return None


def _strange_names(select: str) -> list[str]:
    """The names of our namespace that the ontology has not: a typing error makes a rule that nothing breaks."""
    known = _own_names()
    told = dict.fromkeys(iri.removeprefix(NS) for iri in iris_in(select) if iri.startswith(NS) and iri != NS)
    return [f"mesh:{name}.{near(name, _alike(name, known))}" for name in told if name not in known]


def _alike(name: str, known: Iterable[str]) -> list[str]:
    """Classes for what is written as one, else all others."""
    return [one for one in known if one[:1].isupper() == name[:1].isupper()]


@cache
def _own_names() -> frozenset[str]:
    """Classes, relationships, properties, and what is told of edges."""
    model = load_model()
    iris = {node.iri for node in model.nodes} | {edge.iri for edge in model.relationships}
    iris |= {one.iri for node in model.nodes for one in node.by_name.values()}
    iris |= {one.iri for edge in model.relationships for one in edge.properties}
    return frozenset({iri.removeprefix(NS) for iri in iris if iri.startswith(NS)} | {"origin", "via"})


def _of_waivers(files: _Files) -> Iterator[LintFinding]:
    for stored in files.said:
        for one in stored.waivers:
            source, line = files.places[one.key]
            if not one.holds_at(files.now_ns):
                message = f"It ended on {format_instant(one.expires_ns)}, and waives nothing any more."
                yield LintFinding(source, Level.WARNING, message, line, policy=one.id)
            elif one.expires_soon(files.now_ns):
                days = (one.expires_ns - files.now_ns) // DAY_NS
                message = f"It ends in {days} days, on {format_instant(one.expires_ns)}."
                yield LintFinding(source, Level.WARNING, message, line, policy=one.id)


def policies_of(items: Iterable[Item], *, now_ns: int) -> tuple[Stored, tuple[LintFinding, ...]]:
    """All policies and waivers of documents, sorted; and what keeps them from being read, none where all are."""
    files = _Files(now_ns)
    for item in items:
        _look(files, item)
    wrong = [*files.unread, *(one for one in files.findings if one.level is Level.ERROR)]
    policies = {one.key: one for stored in files.said for one in stored.policies}
    waivers = {one.key: one for stored in files.said for one in stored.waivers}
    found = Stored(
        tuple(policies[key] for key in sorted(policies)), tuple(waivers[key] for key in sorted(waivers))
    )
    return found, tuple(wrong)
