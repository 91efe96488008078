"""What is declared of data products as of one instant: products, ports, contracts, schemas, agreements, and the edges
between them. All of it is read in a fixed number of questions, and then asked in memory.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from copy import copy

from catalog.described import described
from catalog.graph import Direction, Edge, Node
from catalog.identity import kind_of
from catalog.precedence import precedence
from catalog.store.port import NodeFilter, Reader
from ontology.vocabulary import Label, Origin, Rel

MAX_THINGS = 20_000
"""Things of one kind that are read; which kinds have more is told in ``cut``."""

_FEW = 1_000
"""Things that are read in one question, where there are no more of all kinds."""
KINDS: tuple[tuple[Label, ...], ...] = (
    (Label.DATA_PRODUCT,),
    (Label.OUTPUT_PORT,),
    (Label.INPUT_PORT,),
    (Label.MANAGEMENT_PORT,),
    (Label.DATA_CONTRACT,),
    (Label.CONTRACT_VERSION,),
    (Label.SCHEMA,),
    (Label.ACCESS_AGREEMENT,),
    (Label.DOMAIN,),
    (Label.EXPOSURE,),
    (Label.TEAM,),
    (Label.PERSON,),
)
"""What is read page by page, each kind by itself, so that none crowds out another."""

LEAVING = (
    *(Rel.HAS_OUTPUT_PORT, Rel.HAS_INPUT_PORT, Rel.HAS_MANAGEMENT_PORT, Rel.EXPOSES, Rel.CONTAINS),
    *(Rel.SERVES, Rel.OFFERS, Rel.RECEIVES, Rel.GOVERNED_BY, Rel.HAS_SLO, Rel.HAS_SERVER, Rel.IN_ENVIRONMENT),
    *(Rel.VERSION_OF, Rel.PREVIOUS_VERSION, Rel.HAS_SCHEMA, Rel.BOUND_TO, Rel.NOT_BOUND_TO, Rel.DEPENDS_ON),
    *(Rel.COVERS, Rel.GRANTED_TO, Rel.GRANTED_BY, Rel.IN_DOMAIN, Rel.OWNED_BY, Rel.PART_OF),
    *(Rel.CLASSIFIED_AS, Rel.THEME, Rel.TAGGED, Rel.HAS_POLICY, Rel.HAS_QUALITY_RULE),
)
FURTHER = (Rel.ON_METRIC, Rel.IN_ENVIRONMENT)
"""What leaves the targets of targets, service level objectives and servers, that answers need."""
ASSETS = frozenset(("dataset", "dataset-version", "job", "field"))


class Declared:
    """The declared things by key, with the properties that they have at the instant, and their edges then.

    A thing that nothing describes then is not here, nor is an edge that leaves it; of one that is only named the
    property ``inferred`` is true. ``at`` None is now. ``cut``: the labels of which there are more than ``MAX_THINGS``.
    """

    def __init__(self, reader: Reader, at: int | None = None) -> None:
        self.reader = reader
        self.at = at
        self.cut: tuple[str, ...] = ()
        self._out: dict[str, list[Edge]] = defaultdict(list)
        self._in: dict[str, list[Edge]] = defaultdict(list)
        self.nodes: dict[str, Node] = {}
        self._of: dict[tuple[Label, ...], list[Node]] = {}
        self._read()

    def beside(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> "Declared":
        """All of it, as if further things were told as well: of a thing that both have the further one counts, with all
        that leaves it, beside what people curated."""
        joined = copy(self)
        added = {node.key: node for node in nodes}
        joined.nodes = {**self.nodes, **added}
        joined._of, joined._out, joined._in = {}, defaultdict(list), defaultdict(list)
        kept = (
            edge
            for told in self._out.values()
            for edge in told
            if edge.source not in added or edge.origin == Origin.CURATED
        )
        for edge in (*kept, *edges):
            joined._out[edge.source].append(edge)
            joined._in[edge.target].append(edge)
        return joined

    def of(self, *labels: Label) -> list[Node]:
        """The things with one of these labels, by key."""
        if labels not in self._of:
            found = (node for node in self.nodes.values() if node.label in labels)
            self._of[labels] = sorted(found, key=lambda node: node.key)
        return [*self._of[labels]]

    def renew(self) -> None:
        """Sort the things anew: they are others now."""
        self._of = {}

    def out(self, key: str, *rels: Rel) -> list[Edge]:
        """The edges of these types that leave a thing."""
        return [edge for edge in self._out.get(key, ()) if edge.type in rels]

    def into(self, key: str, *rels: Rel) -> list[Edge]:
        """The edges of these types that declared things lead to a node."""
        return [edge for edge in self._in.get(key, ()) if edge.type in rels]

    def targets(self, key: str, *rels: Rel) -> list[str]:
        """What such edges lead to, each once, sorted."""
        return sorted({edge.target for edge in self.out(key, *rels)})

    def sources(self, key: str, *rels: Rel) -> list[str]:
        """What such edges come from, each once, sorted."""
        return sorted({edge.source for edge in self.into(key, *rels)})

    def single(self, key: str, rel: Rel) -> list[Edge]:
        """The edges of a relationship of which one is meant to be: those that people curated, where there are any, else
        those of the sources that stand highest."""
        return precedence().foremost(self.out(key, rel))

    def owners(self, key: str) -> tuple[str, ...]:
        """Who answers for a thing, sorted; mostly one."""
        return tuple(sorted({edge.target for edge in self.single(key, Rel.OWNED_BY)}))

    def domain(self, key: str) -> str | None:
        """The domain of a thing: the least by key where several are declared."""
        return min((edge.target for edge in self.single(key, Rel.IN_DOMAIN)), default=None)

    def domains(self, key: str) -> tuple[str, ...]:
        """The domain of a thing (of a domain itself), and those that it is a part of, from the nearest on."""
        found: list[str] = []
        here = key if kind_of(key) == "domain" else self.domain(key)
        while here is not None and here not in found:
            found.append(here)
            here = next(iter(self.targets(here, Rel.PART_OF)), None)
        return tuple(found)

    def text(self, key: str, name: str) -> str | None:
        """A text property of a thing."""
        node = self.nodes.get(key)
        value = None if node is None else node.properties.get(name)
        return value if isinstance(value, str) and value else None

    def is_described(self, key: str) -> bool:
        """Whether something is said of a thing, beyond its name."""
        node = self.nodes.get(key)
        return node is not None and node.properties.get("inferred") is not True

    def name(self, key: str) -> str:
        """What people call a thing: its name, else the end of its key."""
        return self.text(key, "name") or key.partition("/")[2]

    def _read(self) -> None:
        found, cut = self._pages()
        edges = self.edges_of(found, LEAVING)
        ends = {end for edge in edges for end in (edge.target,) if kind_of(end) not in ASSETS} - found.keys()
        further = self.edges_of(ends, FURTHER)
        ends |= {edge.target for edge in further if kind_of(edge.target) not in ASSETS}
        found.update(self.reader.nodes(ends - found.keys()))
        self.nodes = self._then(found)
        self.cut = tuple(cut)
        for edge in (*edges, *further):
            if edge.source in self.nodes:
                self._out[edge.source].append(edge)
                self._in[edge.target].append(edge)

    def leaving(self, key: str) -> Sequence[Edge]:
        """All edges that leave a thing."""
        return self._out.get(key, ())

    def is_end(self, key: str) -> bool:
        """Whether a declared thing leads to a node."""
        return bool(self._in.get(key))

    def take_away(self, key: str) -> list[Edge]:
        """Let no edge leave a thing any more; those that did."""
        edges = self._out.pop(key, [])
        for target in {edge.target for edge in edges}:
            self._in[target] = [edge for edge in self._in[target] if edge.source != key]
        return edges

    def add(self, edges: Iterable[Edge]) -> None:
        """Let further edges leave their sources; in the order in which a store tells them."""
        leaving: dict[str, list[Edge]] = defaultdict(list)
        entering: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            leaving[edge.source].append(edge)
            entering[edge.target].append(edge)
        for key, more in leaving.items():
            self._out[key] = [*self._out[key], *more]
        for key, more in entering.items():
            its = [*self._in[key], *more]
            self._in[key] = sorted(its, key=lambda edge: (edge.type, edge.source, edge.target, edge.id))

    def _pages(self) -> tuple[dict[str, Node], list[str]]:
        every = tuple(label for labels in KINDS for label in labels)
        most = min(_FEW, MAX_THINGS)
        few = self.reader.page(NodeFilter(every), None, most + 1)
        if len(few) <= most:
            return {node.key: node for node in few}, []
        found: dict[str, Node] = {}
        cut: list[str] = []
        for labels in KINDS:
            nodes = self.reader.page(NodeFilter(labels), None, MAX_THINGS + 1)
            if len(nodes) > MAX_THINGS:
                cut += labels
            found.update({node.key: node for node in nodes[:MAX_THINGS]})
        return found, cut

    def edges_of(self, keys: Collection[str], rels: Collection[Rel]) -> list[Edge]:
        """The edges of these types that leave the keys in the store then: one question."""
        return self.reader.edges(keys, rels, Direction.OUT, self.at) if keys else []

    def seen_by(self, reader: Reader) -> "Declared":
        """The same, for further questions to another reader of the same graph."""
        same = copy(self)
        same.reader = reader
        return same

    def copied(self) -> "Declared":
        """The same, which goes on by itself: what becomes of one is nothing to the other."""
        same = copy(self)
        same.nodes, same._out, same._in = dict(self.nodes), self._out.copy(), self._in.copy()
        same._of = {}
        return same

    def known(self, keys: Collection[str]) -> dict[str, Node]:
        """Other things that documents describe, as they were at the instant: one question now."""
        return self._then(self.reader.nodes(keys)) if keys else {}

    def _then(self, found: dict[str, Node]) -> dict[str, Node]:
        """The nodes as they were at the instant."""
        if self.at is None:
            return {key: node for key, node in found.items() if node.properties.get("gone") is not True}
        said = described(self.reader, found, self.at)
        then: dict[str, Node] = {}
        for key, thing in said.items():
            named = {"inferred": True} if thing.only_named else {}
            name = found[key].properties.get("name")
            known = {} if name is None else {"name": name}
            then[key] = Node(key, thing.label, {**known, **thing.properties, **named})
        return then


def begin(edges: Iterable[Edge]) -> int | None:
    """Since when all of these edges hold; None where that is not known of any."""
    return max((edge.valid_from for edge in edges if edge.valid_from is not None), default=None)
