"""What the current graph says of one node: itself, and its edges to and from others, at most so many each way."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.graph import Direction, Node
from catalog.state import runs_of
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
    """A node with the edges that hold now: those that leave it and those that enter it."""

    node: Node
    leaving: Links
    entering: Links


def describe(reader: Reader, key: str) -> Description | None:
    """The description of a node; None where the graph has no node of that key."""
    node = reader.nodes((key,)).get(key)
    if node is None:
        return None
    leaving = (Link(edge.type, edge.target) for edge in reader.edges((key,), tuple(Rel), Direction.OUT))
    return Description(node, Links.first(leaving), Links.first(_entering(reader, node)))


def _entering(reader: Reader, node: Node) -> list[Link]:
    """The links from others. What grows without end, members of a namespace and runs of a job, is asked for by page:
    of a job with too many runs the latest."""
    if node.label == Label.NAMESPACE:
        return [Link(Rel.IN_NAMESPACE, member.key) for member in _members(reader, node)]
    rels = set(Rel)
    latest: list[Link] = []
    if node.label == Label.JOB:
        runs = runs_of(reader, (node.key,), limit=LIMIT + 1)
        latest = [Link(Rel.OF_JOB, run) for _, run in runs.get(node.key, [])]
    if len(latest) > LIMIT:
        rels.discard(Rel.OF_JOB)
    else:
        latest = []  # the edges have them all, and the runs that are only known as parents
    edges = reader.edges((node.key,), rels, Direction.IN)
    return [*(Link(edge.type, edge.source) for edge in edges), *latest]


def _members(reader: Reader, namespace: Node) -> list[Node]:
    """The first datasets, names of datasets, or jobs of a namespace by key, one more than are shown."""
    model = load_model()
    labels = set(model.concrete(model.relationship(Rel.IN_NAMESPACE).sources))
    jobs = set(model.concrete([Label.JOB]))
    labels = labels & jobs if namespace.properties["of"] == "job" else labels - jobs
    where = NodeFilter(tuple(sorted(labels)), {"namespace": str(namespace.properties["name"])})
    return reader.page(where, None, LIMIT + 1)
