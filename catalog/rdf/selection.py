"""What belongs to a data product or to a domain, for an export of that alone.

*Parts* are followed further: its ports, the datasets that it serves, exposes or contains and their versions, schemas
and fields, contracts with their targets and metrics, policies, agreements, measurements and violations, the jobs that
it contains or that write its datasets; of a domain all of that for each thing in it, and its subdomains. *Named* things
come with what is said of themselves: owners and members, domains, glossary terms and classifications (with those above
them), namespaces, platforms, environments, and the ports of other products that it takes from, with what they serve.

Runs and the documents that say all this stay out. An edge is written where both its ends belong to the selection.
Memory grows with the things that are selected, but not with their fields.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from catalog.errors import InvalidQuery, UnknownNode
from catalog.graph import Direction, Edge, Node
from catalog.store.port import NodeFilter, Reader, batched
from ontology.compiler import load_model
from ontology.vocabulary import Label, Rel

_BATCH = 1_000
_LISTED = 10

PARTS_OUT = (
    *(
        Rel.HAS_OUTPUT_PORT,
        Rel.HAS_INPUT_PORT,
        Rel.HAS_MANAGEMENT_PORT,
        Rel.SERVES,
        Rel.EXPOSES,
        Rel.CONTAINS,
    ),
    *(Rel.HAS_SCHEMA, Rel.GOVERNED_BY, Rel.VERSION_OF, Rel.HAS_SLO, Rel.ON_METRIC, Rel.IN_DIMENSION),
    *(Rel.HAS_POLICY, Rel.WAIVED_BY, Rel.OFFERS, Rel.HAS_PROPERTY, Rel.HAS_SERVER, Rel.HAS_QUALITY_RULE),
)
PARTS_IN = (*(Rel.VERSION_OF, Rel.COVERS, Rel.MEASURES, Rel.ON, Rel.PRODUCES, Rel.IN_DOMAIN, Rel.PART_OF),)
NAMED_OUT = (
    *(
        Rel.IN_DOMAIN,
        Rel.PART_OF,
        Rel.OWNED_BY,
        Rel.THEME,
        Rel.MEANS,
        Rel.CLASSIFIED_AS,
        Rel.TAGGED,
        Rel.IN_NAMESPACE,
    ),
    *(Rel.IN_ENVIRONMENT, Rel.GRANTED_TO, Rel.GRANTED_BY, Rel.OF_METRIC, Rel.VIOLATES, Rel.RECEIVES),
    *(Rel.BOUND_TO, Rel.NOT_BOUND_TO, Rel.DEPENDS_ON),
)
NAMED_IN = (Rel.HAS_ROLE, Rel.MEMBER_OF, Rel.APPLIES_TO, Rel.ALIAS_OF, Rel.DEPENDS_ON)
FURTHER = (Rel.BROADER, Rel.PART_OF, Rel.IN_DIMENSION, Rel.ON_PLATFORM, Rel.SERVES)
"""Edges that leave named things and lead to more that are only named."""


@dataclass
class Selection:
    """The keys that are selected, without those of fields."""

    parts: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)

    def held(self, reader: Reader, keys: Collection[str]) -> set[str]:
        """Those of the keys that belong to the selection; a field belongs where its dataset is a part."""
        found = {key for key in keys if key in self.parts or key in self.named}
        fields = [key for key in keys if key.startswith("field/")]
        for node in reader.nodes(fields).values() if fields else ():
            if node.properties.get("dataset") in self.parts:
                found.add(node.key)
        return found


def named_node(reader: Reader, label: Label, name: str, base: str) -> Node:
    """The node of a label that has the key, IRI or name. Raises UnknownNode, and InvalidQuery where several have it."""
    model = load_model()
    key, labels = name.removeprefix(base), model.concrete((label,))
    short = f"{model.node(label).kind}/{key}"  # product/orders said as orders
    stored = reader.nodes((key, short))
    found = stored.get(key) or stored.get(short)
    if found is not None and found.label in labels:
        return found
    things = reader.page(NodeFilter(labels, {"name": name}), None, _LISTED)
    if len(things) == 1:
        return things[0]
    said = model.node(label).iri.rpartition("#")[2]
    if things:
        listed = ", ".join(node.key for node in things)
        raise InvalidQuery(f"Several have the name {name!r} ({said}): {listed}.", "Name one by its key.")
    raise UnknownNode(f"There is no {said} {name!r}.", "Look for it with `meshline search`, or give its key.")


def select(reader: Reader, start: Node) -> Selection:
    """What belongs to a product or domain."""
    found = Selection({start.key})
    fresh = [start.key]
    while fresh:
        parts: set[str] = set()
        for keys in batched(fresh, _BATCH):
            parts |= _ends(reader, keys, PARTS_OUT, PARTS_IN)
            found.named |= _ends(reader, keys, NAMED_OUT, NAMED_IN)
            fields = [edge.target for edge in reader.edges(keys, (Rel.HAS_FIELD,), Direction.OUT)]
            parts |= _ends(reader, fields, (), (Rel.MEASURES, Rel.ON))
            found.named |= _ends(reader, fields, (Rel.MEANS, Rel.CLASSIFIED_AS), ())
        fresh = sorted(parts - found.parts)
        found.parts |= parts
    _add_further(reader, found)
    return found


def _ends(reader: Reader, keys: Collection[str], out: Collection[str], into: Collection[str]) -> set[str]:
    """The other ends of edges that leave and that enter; fields are no keys of a selection."""
    ends = {edge.target for edge in reader.edges(keys, out, Direction.OUT)} if keys and out else set()
    if keys and into:
        ends |= {edge.source for edge in reader.edges(keys, into, Direction.IN)}
    return {key for key in ends if not key.startswith("field/")}


def _add_further(reader: Reader, found: Selection) -> None:
    fresh = sorted(found.named - found.parts)
    while fresh:
        more: set[str] = set()
        for keys in batched(fresh, _BATCH):
            more |= _ends(reader, keys, FURTHER, ())
        fresh = sorted(more - found.named - found.parts)
        found.named |= more


def selected_pages(
    reader: Reader, selection: Selection, labels: Iterable[str], size: int
) -> Iterator[list[Node]]:
    """The selected nodes of some labels: label by label, then by key; fields by the key of their dataset, then by their
    own."""
    known = _labels(reader, selection)
    for label in labels:
        if label == Label.FIELD:
            yield from _field_pages(reader, selection, size)
        for keys in batched(sorted(key for key, own in known.items() if own == label), size):
            nodes = reader.nodes(keys)
            yield [nodes[key] for key in keys if key in nodes]


def _labels(reader: Reader, selection: Selection) -> dict[str, str]:
    """The label of each selected node."""
    found: dict[str, str] = {}
    for keys in batched(sorted(selection.parts | selection.named), _BATCH):
        found.update((key, node.label) for key, node in reader.nodes(keys).items())
    return found


def _field_pages(reader: Reader, selection: Selection, size: int) -> Iterator[list[Node]]:
    datasets = sorted(key for key in selection.parts if key.startswith("dataset/"))
    for keys in batched(datasets, max(1, size // 10)):
        edges = reader.edges(keys, (Rel.HAS_FIELD,), Direction.OUT)
        order = dict.fromkeys(target for _, target in sorted((edge.source, edge.target) for edge in edges))
        for some in batched(order, size):
            nodes = reader.nodes(some)
            yield [nodes[key] for key in some if key in nodes]


def inside(reader: Reader, selection: Selection, edges: Iterable[Edge]) -> list[Edge]:
    """The edges both of whose ends are selected."""
    found = list(edges)
    held = selection.held(reader, {end for edge in found for end in (edge.source, edge.target)})
    return [edge for edge in found if edge.source in held and edge.target in held]
