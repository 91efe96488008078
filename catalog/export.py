"""The canonical export: the whole graph and its history as sorted N-Quads (design §4).

It holds every node, edge, timeline (of facts, and of the lineage of jobs), run and their evidence; not receipt times,
receipts or versions of the store. Two stores that hold the same set of log entries give the same bytes. A node's block
begins with its type, then come its lines, sorted; blocks are in order of label and key. Memory is bounded by a page of
nodes with all that is told of them. It can be read back: ``catalog.snapshot``.

An edge is one quad whose graph is the edge itself, and the edge's own quads: ``<job> mesh:produces <dataset> <edge>``.
"""

import hashlib
from collections.abc import Iterator

from catalog.command import given
from catalog.fold.history import Fold, History, Stretch, load_closed
from catalog.fold.ledger import RUNS, Address
from catalog.fold.runs import digests
from catalog.graph import Direction, Edge, Node
from catalog.identity import DEFAULT_BASE, DOCUMENT_KINDS, kind_of
from catalog.instant import format_instant, instant_of
from catalog.rdf.pages import pages
from catalog.snapshot import terms
from catalog.snapshot.command_quads import command_quads
from catalog.snapshot.facts import Facts, Said, fact_quads
from catalog.snapshot.quads import part_of
from catalog.snapshot.run_quads import RunWriter
from catalog.state import blobs, first_sights, histories, lineage_folds, run_states, sights
from catalog.store.port import ALL_TIME, At, Range, Reader, Space
from ontology.compiler import load_model
from ontology.rdf import DATE_TIME, TYPE, Iri, Typed, Value, quad

_WITH_FACTS = ("dataset", "job", *DOCUMENT_KINDS)
"""Kinds of keys whose nodes may have a history of facts."""


def nquads(reader: Reader, base: str = DEFAULT_BASE) -> Iterator[str]:
    """Lines of canonical N-Quads, without their ends, in canonical order.

    The first names the form, the last has the SHA-256 of all others; between them are the blocks of the commands, then
    those of the nodes.
    """
    checksum = hashlib.sha256()
    for line in _lines(reader, base):
        checksum.update(f"{line}\n".encode())
        yield line
    yield quad(base, terms.CHECKSUM, checksum.hexdigest())


def _lines(reader: Reader, base: str) -> Iterator[str]:
    yield quad(base, terms.FORMAT, terms.FORM)
    for command in sorted(given(reader), key=lambda one: one.key):
        yield from command_quads(command, base)
    for nodes in filter(None, pages(reader)):
        blocks = _Blocks(reader, nodes, base)
        for node in nodes:
            first = quad(base + node.key, TYPE, Iri(load_model().node(node.label).iri))
            yield first
            yield from sorted(set(blocks.of(node)) - {first})


def _leaving(reader: Reader, nodes: list[Node], at: At) -> dict[str, list[Edge]]:
    found: dict[str, list[Edge]] = {node.key: [] for node in nodes}
    for edge in reader.edges(list(found), load_model().relationship_types, Direction.OUT, at):
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
        kind = kind_of(nodes[0].key)
        self._base = base
        self._edges = _leaving(reader, nodes, ALL_TIME)
        self._runs = run_states(reader, keys) if kind == "run" else {}
        facts = keys if kind in _WITH_FACTS else []
        self._histories = histories(reader, facts)
        self._begun = first_sights(reader, facts)
        self._versions = sights(reader, keys if kind in DOCUMENT_KINDS else [])
        self._lineages = lineage_folds(reader, facts) if kind == "job" else {}
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
            yield from fact_quads(node.key, self._facts(node.key, self._histories[node.key]), self._base)
        if node.key in self._lineages:
            yield from self._lineage(node.key, self._lineages[node.key])
        if node.key in self._runs:
            yield from RunWriter(self._runs[node.key], self._texts, self._base).quads()

    def _digests(self) -> set[str]:
        found = {s.value for history in self._histories.values() for s in history.stretches.values()}
        found |= {stretch.value for rows in self._closed.values() for _, stretch in rows}
        for run in self._runs.values():
            found |= digests(run)
        return found

    def _edge(self, edge: Edge) -> Iterator[str]:
        name = f"{self._base}edge/{edge.id}"
        yield quad(self._base + edge.source, _rel(edge), Iri(self._base + edge.target), name)
        yield quad(name, terms.VIA, edge.via)
        yield quad(name, terms.ORIGIN, edge.origin)
        for term, instant in ((terms.VALID_FROM, edge.valid_from), (terms.VALID_TO, edge.valid_to)):
            if instant is not None:
                yield quad(name, term, Typed((format_instant(instant), DATE_TIME)))
        kind = load_model().relationship(edge.type)
        for key, value in edge.properties:
            yield quad(name, kind.property_type(key).iri, value)

    def _facts(self, key: str, history: History) -> Facts:
        assert history.last is not None  # a history without observations is not kept
        rows = [*self._closed[key], *history.stretches.items()]
        said = [Said(name, s.first, s.last, self._texts.get(s.value)) for name, s in rows]
        return Facts(self._begun[key], history.last.at, tuple(said), self._versions.get(key, ()))

    def _lineage(self, job: str, fold: Fold) -> Iterator[str]:
        """The stretches of what the runs of a job told, and the open runs that add to it; with the runs as evidence."""
        for value_key, stretch in [*self._ended[job], *fold.stretches.items()]:
            name = self._base + part_of("lineage", job, value_key, stretch.first)
            yield quad(name, terms.OF, Iri(self._base + job))
            yield quad(name, terms.VALUE_KEY, value_key)
            yield quad(name, terms.DIGEST, stretch.value)
            for run, seen, place in (
                (terms.FIRST_RUN, terms.seen_terms("first")[0], stretch.first),
                (terms.LAST_RUN, terms.seen_terms("last")[0], stretch.last),
            ):
                yield quad(name, seen, Typed((format_instant(instant_of(place)), DATE_TIME)))
                yield quad(name, run, Iri(f"{self._base}run/{place[16:]}"))
        for observation in fold.open:
            run_key = f"run/{observation.at[16:]}"
            yield quad(self._base + job, terms.OPEN_SINCE, Iri(self._base + run_key))
