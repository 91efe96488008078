"""Active versions of contracts whose fields a document changes under the same number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog import state, values
from catalog.coverage import spoken
from catalog.fold.history import NODE, load_closed
from catalog.fold.ledger import Address
from catalog.graph import Direction, Edge
from catalog.identity import kind_of
from catalog.instant import instant_of
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from catalog.statement import Described
from catalog.store.port import Range, Reader, Space
from ontology.vocabulary import Label, Rel

OF_FIELDS = frozenset(("type", "physicalType", "required", "unique", "primaryKey"))
"""What a contract promises of a field."""
ACTIVE = "active"
_KINDS = frozenset(("contract-version", "schema-property"))
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Said:
    """What a document said of a node from ``begin`` until ``end`` (nanoseconds, None: it says so still)."""

    begin: int
    end: int | None
    digest: str

    def holds(self, at: int) -> bool:
        return self.begin <= at and (self.end is None or at < self.end)


_Past = dict[str, list[_Said]]
"""Node → what one document said of it, the oldest first."""


def changed_promises(context: Context) -> Iterator[Finding]:
    """A document has other fields in an active version of a contract than when it became active: four questions."""
    declared, reader = context.declared, context.mesh.reader
    versions = [
        node.key
        for node in declared.of(Label.CONTRACT_VERSION)
        if declared.text(node.key, "status") == ACTIVE and context.is_asked(context.product_of(node.key))
    ]
    describing = reader.edges(versions, (Rel.DESCRIBES,), Direction.IN, context.mesh.at) if versions else []
    pasts = _pasts(reader, {edge.source for edge in describing}, context.mesh.at)
    digests = {said.digest for past in pasts.values() for told in past.values() for said in told}
    texts = state.blobs(reader, digests) if digests else {}
    nodes = {digest: values.decode_described(text) for digest, text in texts.items()}
    for edge in sorted(describing, key=lambda one: (one.target, one.source)):
        past = pasts.get(edge.source, {})
        since = _active_since(past.get(edge.target, []), nodes)
        if since is None:
            continue
        mine = f"schema-property/{edge.target.partition('/')[2]}/"
        fields = [said for key, told in past.items() if key.startswith(mine) for said in told]
        then, now = _promised(fields, nodes, since), _promised(fields, nodes, None)
        if then and then != now:
            changes = [time for said in fields for time in (said.begin, said.end) if time and time > since]
            yield _finding(context, edge, min(changes), sorted(then ^ now))


def _pasts(reader: Reader, documents: Collection[str], at: int | None) -> dict[str, _Past]:
    """What documents have said of versions of contracts and their fields, up to an instant."""
    found: dict[str, _Past] = {document: defaultdict(list) for document in documents}

    def add(document: str, key: str, begin: int, end: int | None, digest: str) -> None:
        node = key.removeprefix(NODE)
        if key.startswith(NODE) and kind_of(node) in _KINDS and (at is None or begin <= at):
            ended = None if at is not None and end is not None and end > at else end
            found[document][node].append(_Said(begin, ended, digest))

    partitions = {Address(document).stretches: document for document in documents}
    for row in reader.scan(Space.STRETCH, [Range(one) for one in partitions]) if partitions else ():
        closed = load_closed(row.value)
        first = instant_of(closed.stretch.first)
        add(partitions[row.partition], closed.key, first, instant_of(closed.at), closed.stretch.value)
    for document, history in state.histories(reader, documents).items():
        for key, stretch in history.stretches.items():
            add(document, key, instant_of(stretch.first), None, stretch.value)
    return {document: {k: sorted(t, key=_begin) for k, t in past.items()} for document, past in found.items()}


def _begin(said: _Said) -> int:
    return said.begin


def _active_since(told: Sequence[_Said], nodes: Mapping[str, Described]) -> int | None:
    """Since when a document calls a version active without a break; None where it does not now."""
    since, until = None, None
    for said in reversed(told):
        if said.end != until or dict(nodes[said.digest].properties).get("status") != ACTIVE:
            break
        since = until = said.begin
    return since


def _promised(fields: Iterable[_Said], nodes: Mapping[str, Described], at: int | None) -> set[str]:
    """What was promised of fields at an instant (None: what is): which there are, of which types and rules."""
    held = [nodes[said.digest] for said in fields if (said.end is None if at is None else said.holds(at))]
    named = {node.key for node in held if not node.stub}
    return named | {f"{n.key}: {k} {v}" for n in held for k, v in n.properties if k in OF_FIELDS}


def _finding(context: Context, edge: Edge, since: int, changed: Sequence[str]) -> Finding:
    more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    return context.finding(
        kind=FindingKind.SOURCE_CONFLICT,
        severity=FindingSeverity.WARN,
        cause=(edge.target, edge.source, Rel.HAS_PROPERTY),
        subject=edge.target,
        product=context.product_of(edge.target),
        message=f"The fields of {context.spoken(edge.target)} are others than when it became active.",
        remedy="Give what has changed a version of its own, or take the change back.",
        since=since,
        evidence=[
            Proof(
                f"{spoken(edge.source)} has changed {', '.join(changed[:_SHOWN])}{more}.",
                (edge.source, edge.target),
                (edge,),
            )
        ],
    )
