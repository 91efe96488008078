"""The canonical export: the whole graph and its history as sorted N-Quads (design §4).

It holds every node, edge, timeline (of facts, and of the lineage of jobs), run and their evidence; not receipt times,
receipts or versions of the store. Two stores that hold the same set of log entries give the same bytes. Lines are
sorted within one node's block, blocks by key; memory is bounded by a page of nodes with all that is told of them.

An edge is one quad whose graph is the edge itself, and the edge's own quads: ``<job> mesh:produces <dataset> <edge>``.
"""

from collections.abc import Iterator
from urllib.parse import quote

from catalog.canonical import sha256
from catalog.fold.history import Fold, History, Stretch, load_closed
from catalog.fold.ledger import RUNS, Address
from catalog.fold.runs import Member, RunState
from catalog.graph import Direction, Edge, Node
from catalog.instant import format_instant, instant_of
from catalog.rdf.pages import pages
from catalog.state import blobs, histories, lineage_folds, run_states
from catalog.store.port import ALL_TIME, At, Range, Reader, Space
from ontology.compiler import load_model
from ontology.rdf import DATE_TIME, JSON, NS, TYPE, Iri, Typed, Value, quad
from ontology.vocabulary import Label, Rel

DEFAULT_BASE = "http://127.0.0.1:8000/id/"


def nquads(reader: Reader, base: str = DEFAULT_BASE) -> Iterator[str]:
    """Lines of canonical N-Quads, without their ends, in canonical order."""
    for nodes in pages(reader):
        blocks = _Blocks(reader, nodes, base)
        for node in nodes:
            yield from sorted(set(blocks.of(node)))


def _leaving(reader: Reader, nodes: list[Node], at: At) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = {node.key: [] for node in nodes}
    for edge in reader.edges(list(found), tuple(Rel), Direction.OUT, at):
        found[edge.source].append(edge)
    return found


def _node_values(node: Node, base: str) -> Iterator[tuple[str, Value]]:
    kind = load_model().node(node.label)
    yield TYPE, Iri(kind.iri)
    for name, value in node.properties.items():
        term = kind.property_type(name)
        for single in value if isinstance(value, list) else [value]:
            if name == "dataset":
                yield term.iri, Iri(base + str(single))
            elif term.datatype == "dateTime":
                yield term.iri, Typed((str(single), DATE_TIME))
            elif not term.internal:
                yield term.iri, single


def _rel(edge: Edge) -> str:
    return load_model().relationship(edge.type).iri


def _closed(reader: Reader, addresses: list[Address]) -> dict[str, list[tuple[str, Stretch]]]:
    """The ended stretches of histories, by entity."""
    entities = {address.stretches: address.entity for address in addresses}
    found: dict[str, list[tuple[str, Stretch]]] = {entity: [] for entity in entities.values()}
    for row in reader.scan(Space.STRETCH, [Range(partition) for partition in entities]) if entities else []:
        closed = load_closed(row.value)
        found[entities[row.partition]].append((closed.key, closed.stretch))
    return found


class _Blocks:
    """The quads of one page of nodes, read set-wise."""

    def __init__(self, reader: Reader, nodes: list[Node], base: str) -> None:
        keys = [node.key for node in nodes]
        self._base = base
        self._edges = _leaving(reader, nodes, ALL_TIME)
        self._runs = run_states(reader, keys) if nodes[0].label == Label.RUN else {}
        facts = keys if nodes[0].label in (Label.DATASET, Label.JOB) else []
        self._histories = histories(reader, facts)
        self._lineages = lineage_folds(reader, facts) if nodes[0].label == Label.JOB else {}
        self._closed = _closed(reader, [Address(key) for key in facts])
        self._ended = _closed(reader, [Address(key, RUNS) for key in self._lineages])
        self._texts = blobs(reader, self._digests())

    def of(self, node: Node) -> Iterator[str]:
        """The quads of one node."""
        subject = self._base + node.key
        for predicate, value in _node_values(node, self._base):
            yield quad(subject, predicate, value)
        for edge in self._edges[node.key]:
            yield from self._edge(edge)
        if node.key in self._histories:
            yield from self._facts(node.key, self._histories[node.key])
        if node.key in self._lineages:
            yield from self._lineage(node.key, self._lineages[node.key])
        if node.key in self._runs:
            yield from self._run(self._runs[node.key])

    def _digests(self) -> set[str]:
        found = {s.value for history in self._histories.values() for s in history.stretches().values()}
        found |= {stretch.value for rows in self._closed.values() for _, stretch in rows}
        for run in self._runs.values():
            found |= {digest for digest, _ in run.facets.values()}
            for part in run.parts.values():
                for member in (*part.inputs.values(), *part.outputs.values()):
                    found |= {digest for digest, _ in member.facets.values()}
        return found

    def _edge(self, edge: Edge) -> Iterator[str]:
        name = f"{self._base}edge/{edge.id}"
        yield quad(self._base + edge.source, _rel(edge), Iri(self._base + edge.target), name)
        yield quad(name, f"{NS}via", edge.via)
        yield quad(name, f"{NS}origin", edge.origin)
        for term, instant in (("validFrom", edge.valid_from), ("validTo", edge.valid_to)):
            if instant is not None:
                yield quad(name, NS + term, Typed((format_instant(instant), DATE_TIME)))
        kind = load_model().relationship(edge.type)
        for key, value in edge.properties:
            yield quad(name, kind.property_type(key).iri, value)

    def _facts(self, key: str, history: History) -> Iterator[str]:
        rows = [*self._closed[key], *history.stretches().items()]
        for value_key, stretch in rows:
            name = f"{self._base}stretch/{sha256(f'{key} {value_key} {stretch.first}')[:32]}"
            yield quad(name, f"{NS}of", Iri(self._base + key))
            yield quad(name, f"{NS}key", value_key)
            yield from self._seen(name, stretch.first, stretch.last)
            yield from self._value(name, stretch.value)

    def _lineage(self, job: str, fold: Fold) -> Iterator[str]:
        """The stretches of what the runs of a job told, and the open runs that add to it; with the runs as evidence."""
        for value_key, stretch in [*self._ended[job], *fold.stretches.items()]:
            name = f"{self._base}stretch/{sha256(f'{job} {RUNS} {value_key} {stretch.first}')[:32]}"
            yield quad(name, f"{NS}of", Iri(self._base + job))
            yield quad(name, f"{NS}key", value_key)
            yield quad(name, f"{NS}digest", stretch.value)
            for term, place in (("first", stretch.first), ("last", stretch.last)):
                yield quad(name, f"{NS}{term}Seen", Typed((format_instant(instant_of(place)), DATE_TIME)))
                yield quad(name, f"{NS}{term}Run", Iri(f"{self._base}run/{place[16:]}"))
        for observation in fold.open:
            yield quad(self._base + job, f"{NS}openSince", Iri(f"{self._base}run/{observation.at[16:]}"))

    def _value(self, name: str, digest: str) -> Iterator[str]:
        if digest:
            yield quad(name, f"{NS}value", Typed((self._texts[digest], JSON)))
        else:
            yield quad(name, f"{NS}deleted", value=True)

    def _seen(self, name: str, first: str, last: str) -> Iterator[str]:
        """First and last sight, and their evidence: the log entries by the start of their hash."""
        for term, order_key in (("first", first), ("last", last)):
            yield quad(name, f"{NS}{term}Seen", Typed((format_instant(instant_of(order_key)), DATE_TIME)))
            yield quad(name, f"{NS}{term}Evidence", order_key[16:])

    def _run(self, run: RunState) -> Iterator[str]:
        subject = self._base + run.id.key
        yield from self._seen(subject, run.first, run.last)
        for term, latest in (("terminal", run.terminal), ("active", run.active)):
            if latest is not None:
                yield quad(subject, f"{NS}{term}Evidence", f"{latest[0]} {latest[1][16:]}")
        yield from self._facets(subject, "facet", run.facets)
        for job, part in run.parts.items():
            terminal = "" if part.terminal is None else f"{part.terminal[0]} {part.terminal[1][16:]}"
            yield quad(subject, f"{NS}part", f"{job} {part.first} {part.last} {terminal}".rstrip())
            for side, members in (("input", part.inputs), ("output", part.outputs)):
                for dataset, member in members.items():
                    yield from self._member(subject, side, job, dataset, member)
            for output, digest in part.columns.items():
                yield quad(subject, f"{NS}columns", f"{job} {output} {digest}")

    def _member(self, subject: str, side: str, job: str, dataset: str, member: Member) -> Iterator[str]:
        name = f"{subject}/{side}/{quote(job, safe='')}/{quote(dataset, safe='')}"
        yield quad(subject, NS + side, Iri(name))
        yield quad(name, f"{NS}dataset", Iri(self._base + dataset))
        yield from self._seen(name, member.first, member.last)
        yield from self._facets(name, "facet", member.facets)

    def _facets(self, subject: str, prefix: str, facets: dict[str, tuple[str, str]]) -> Iterator[str]:
        for key, (digest, order_key) in facets.items():
            name = f"{subject}/{prefix}/{quote(key, safe='')}"
            yield quad(subject, NS + prefix, Iri(name))
            yield quad(name, f"{NS}key", key)
            yield quad(name, f"{NS}evidence", order_key[16:])
            yield from self._value(name, digest)
