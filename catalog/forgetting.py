"""What entries say in the light of the commands to forget: all but what came before a command and is about its scope.

``Forget.covers`` an order key before its own. What is left of an entry is a function of the entry and of the set of
commands, so whichever comes first, the graph is the same.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from catalog.canonical import encode, plain
from catalog.command import Command
from catalog.curation import as_withdrawn
from catalog.entry import LogEntry
from catalog.fold.documents import ABOUT, names_of
from catalog.fold.edges import Entity
from catalog.fold.history import NODE, NODES
from catalog.fold.run_redaction import run_left
from catalog.forget import FORGET, Scope
from catalog.identity import CurationId, DatasetId, DocumentId, JobId, RunId, is_hashed
from catalog.lifecycle import LIFECYCLE, PREVIOUS, previous_of
from catalog.redaction import also_naming, covered, may_name, redact, redact_event
from catalog.statement import (
    ASSERTIONS,
    NOTHING,
    TOLD_BY_RUN,
    Described,
    DocumentStatement,
    SnapshotStatement,
    Statements,
    Values,
)
from catalog.values import decode_described, encode_described

ReadAgain = Callable[[LogEntry], tuple[LogEntry, Statements]]
"""What a stored entry says today: ``ingest.replay.interpret_again``."""


@dataclass(frozen=True, slots=True)
class Forget:
    """A command to forget: what entries before ``at`` (an order key) say of ``scope`` is not said."""

    at: str
    scope: Scope


def forgets(commands: Iterable[Command]) -> list[Forget]:
    """The commands to forget among commands."""
    return [_forget(one) for one in commands if one.name == FORGET]


@lru_cache(maxsize=10_000)
def _forget(command: Command) -> Forget:
    """Remembered: each batch of entries asks all commands of a store."""
    return Forget(command.at, Scope.of(command.terms))


def scopes_at(orders: Collection[Forget], at: str) -> list[Scope]:
    """What is forgotten of an entry at an order key."""
    return [one.scope for one in orders if at < one.at]


def left(
    entry: LogEntry, said: Statements, orders: Collection[Forget], read_again: ReadAgain | None
) -> Statements:
    """What an entry says that is not forgotten; the same object where nothing of it is.

    Of an event that is what its body says without the forgotten: so it is the same however much of that the log still
    has. ``read_again`` reads it; raises ValueError where there is none and it is needed.
    """
    if not orders:
        return said
    if said.snapshot is not None:
        snapshot = _snapshot_left(said.snapshot, orders)
        return said if snapshot is said.snapshot else replace(said, snapshot=snapshot)
    scopes = scopes_at(orders, entry.order_key)
    if not scopes or said == NOTHING or said.command is not None:
        return said
    if said.document is not None:
        document = _document_left(said.document, scopes)
        if document is None:
            return NOTHING
        return said if document == said.document else replace(said, document=document)
    return rest(entry, said, scopes, read_again)[1]


def rest(
    entry: LogEntry, said: Statements, scopes: Collection[Scope], read_again: ReadAgain | None
) -> tuple[str, Statements]:
    """The body of an event without what the scopes cover, and what it says; the same objects where that is nothing.

    What the event names only together with the forgotten stays named: else retention, which leaves the last sight of a
    thing, and forgetting would depend on which comes first. Raises ValueError.
    """
    named = [scope for scope in scopes if may_name(entry.body, scope)]
    body = redact_event(entry.body, named) if named else entry.body
    if body == entry.body:
        return entry.body, said
    if read_again is None:
        raise ValueError("this projection cannot read entries again, and so leave out what is forgotten")
    _, found = read_again(replace(entry, body=body))
    lost = _sighted(said) - _sighted(found)
    still = {dataset for dataset in lost if not covered(dataset, scopes)}
    if still:
        body = also_naming(body, still)
        _, found = read_again(replace(entry, body=body))
    return body, said if found == said else found


def _sighted(said: Statements) -> set[DatasetId]:
    """What an entry sights, but for what it says to be renamed: that is said of the new name."""
    return {one.dataset for one in said.datasets if one.values.keys() != {LIFECYCLE}}


def _values_left(values: Values, scopes: Collection[Scope]) -> Values:
    """Values of a sighting, each without what is forgotten. What a forgotten job checked is not said; of what else a
    forgotten run told it is not said which run that was, nor the name before a rename that is forgotten."""
    return {
        key: None if text is None else _value_left(key, text, scopes)
        for key, text in values.items()
        if not _is_of_covered_job(key, scopes)
    }


def _is_of_covered_job(key: str, scopes: Collection[Scope]) -> bool:
    """Whether a key is that of results of checks by a job that is forgotten."""
    _, checks, job = key.partition(ASSERTIONS)
    return bool(checks and job) and not is_hashed(job) and covered(JobId.parse(job), scopes)


def _value_left(key: str, text: str, scopes: Collection[Scope]) -> str | None:
    if key == PREVIOUS:
        return None if covered(previous_of(text), scopes) else text
    if key.startswith(TOLD_BY_RUN):
        return None if covered(RunId(str(plain(text))), scopes) else text
    return redact(key, text, scopes)


def observation_left(entity: Entity, values: Values, scopes: Collection[Scope]) -> Values:
    """The values of an observation of a thing that is not forgotten itself, each without what is."""
    if isinstance(entity, CurationId):
        return _curation_values_left(values, scopes)
    return (
        document_values_left(values, scopes)
        if isinstance(entity, DocumentId)
        else _values_left(values, scopes)
    )


def document_values_left(values: Values, scopes: Collection[Scope]) -> Values:
    """The values of a version of a document, without the nodes that are forgotten."""
    nodes = _nodes_in(values)
    gone = _forgotten_nodes(nodes.values(), scopes)
    if not gone:
        return values
    found = {key: text for key, text in values.items() if key not in nodes}
    for key, node in nodes.items():
        if node.key not in gone:
            found[key] = encode_described(_node_left(node, gone))
    found[NODES] = encode(sorted(node.key for node in nodes.values() if node.key not in gone))
    return found


def _curation_values_left(values: Values, scopes: Collection[Scope]) -> Values:
    """The values of a version of a curation, as if it were withdrawn where it names what is forgotten."""
    about = values.get(ABOUT)
    if about is None or not _forgotten_nodes(_nodes_in(values).values(), scopes):
        return values
    return {NODES: encode([]), ABOUT: encode(as_withdrawn(plain(about)))}


def _nodes_in(values: Values) -> dict[str, Described]:
    return {key: decode_described(text) for key, text in values.items() if key.startswith(NODE) and text}


def _forgotten_nodes(nodes: Iterable[Described], scopes: Collection[Scope]) -> set[str]:
    named = names_of((node.key, dict(node.properties)) for node in nodes)
    return {key for key, identity in named.items() if any(scope.covers(identity) for scope in scopes)}


def _document_left(said: DocumentStatement, scopes: Collection[Scope]) -> DocumentStatement | None:
    """A version of a document without the nodes that are forgotten, and the edges that touch them. A curation of what
    is forgotten says nothing; one that names it beside is as if it were withdrawn, for its value may name it too."""
    if isinstance(said.document, CurationId) and covered(said.document, scopes):
        return None
    gone = _forgotten_nodes(said.nodes, scopes)
    if not gone:
        return said
    if isinstance(said.document, CurationId):
        about = as_withdrawn(dict(said.properties))
        return replace(said, nodes=(), properties=tuple(sorted(about.items())))
    nodes = tuple(_node_left(node, gone) for node in said.nodes if node.key not in gone)
    return replace(said, nodes=nodes)


def _node_left(node: Described, gone: Collection[str]) -> Described:
    return replace(node, edges=tuple(edge for edge in node.edges if edge.target not in gone))


def _snapshot_left(said: SnapshotStatement, orders: Collection[Forget]) -> SnapshotStatement | None:
    if said.run is not None:
        run, texts = run_left(said.run, said.texts, orders)
        if run is said.run:
            return said
        return None if run is None else replace(said, run=run, texts=texts)
    observations = {
        at: observation_left(said.entity, values, scopes_at(orders, at))
        for at, values in said.observations.items()
        if isinstance(said.entity, DocumentId | RunId) or not covered(said.entity, scopes_at(orders, at))
    }
    if observations == said.observations:
        return said
    return replace(said, observations=observations) if observations else None
