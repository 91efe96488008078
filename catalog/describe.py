"""What the current graph says of one node: itself, and its edges to and from others, at most so many each way."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.aliases import is_job
from catalog.graph import Direction, Edge, Node
from catalog.rdf.mesh import Told, told_with_target
from catalog.state import run_states, runs_of
from catalog.store.port import NodeFilter, Reader
from ontology.compiler import load_model
from ontology.vocabulary import Label, Rel

LIMIT = 1000
"""Edges shown in each direction."""


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """An edge as seen from one of its ends: its type and the key of the other end."""

    type: str
    key: str


@dataclass(frozen=True, slots=True)
class Links:
    """The edges of one direction; ``cut``: there are more than these."""

    links: tuple[Link, ...]
    cut: bool = False

    @classmethod
    def first(cls, links: Iterable[Link]) -> "Links":
        """The first ``LIMIT`` different links, then in order of type and key."""
        different = list(dict.fromkeys(links))
        return cls(tuple(sorted(different[:LIMIT])), len(different) > LIMIT)


@dataclass(frozen=True, slots=True)
class Description:
    """A node with the edges that hold now: those that leave it and those that enter it.

    ``told``: the node with those of its edges that its own triples depend on.
    """

    leaving: Links
    entering: Links
    told: Told

    @property
    def node(self) -> Node:
        """The node itself."""
        return self.told.node


def describe(reader: Reader, key: str) -> Description | None:
    """The description of a node; None where the graph has no node of that key."""
    node = reader.nodes((key,)).get(key)
    if node is None:
        return None
    types = load_model().relationship_types
    out = reader.edges((key,), types, Direction.OUT)
    leaving = Links.first(Link(edge.type, edge.target) for edge in out)
    links, edges = _entering(reader, node)
    entering = Links.first(links)
    kept = (
        {(link.type, link.key) for link in leaving.links},
        {(link.type, link.key) for link in entering.links},
    )
    telling = told_with_target((node.label,))
    told = Told(
        node,
        [edge for edge in out if (edge.type, edge.target) in kept[0]],
        [edge for edge in edges if edge.type in telling and (edge.type, edge.source) in kept[1]],
        run_states(reader, (key,)).get(key) if node.label == Label.RUN else None,
    )
    return Description(leaving, entering, told)


def _entering(reader: Reader, node: Node) -> tuple[list[Link], list[Edge]]:
    """The links from others, and the edges that they are. What grows without end, members of a namespace and runs of a
    job, is asked for by page and has no edges here: of a job with too many runs the latest."""
    if node.label == Label.NAMESPACE:
        return [Link(Rel.IN_NAMESPACE, member.key) for member in _members(reader, node)], []
    rels = set(load_model().relationship_types)
    latest: list[Link] = []
    if is_job(node.key):
        runs = runs_of(reader, (node.key,), limit=LIMIT + 1)
        latest = [Link(Rel.OF_JOB, run) for _, run in runs.get(node.key, [])]
    if len(latest) > LIMIT:
        rels.discard(Rel.OF_JOB)
    else:
        latest = []  # the edges have them all, and the runs that are only known as parents
    edges = reader.edges((node.key,), rels, Direction.IN)
    return [*(Link(edge.type, edge.source) for edge in edges), *latest], edges


def _members(reader: Reader, namespace: Node) -> list[Node]:
    """The first datasets, names of datasets, or jobs of a namespace by key, one more than are shown."""
    model = load_model()
    labels = set(model.concrete(model.relationship(Rel.IN_NAMESPACE).sources))
    jobs = set(model.concrete([Label.JOB]))
    labels = labels & jobs if namespace.properties["of"] == "job" else labels - jobs
    where = NodeFilter(tuple(sorted(labels)), {"namespace": str(namespace.properties["name"])})
    return reader.page(where, None, LIMIT + 1)
