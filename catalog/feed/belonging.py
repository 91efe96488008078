"""Where things belong: the products that offer them, and the domains of these with all above them."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from catalog.aliases import is_dataset, is_job
from catalog.curated import counting
from catalog.feed.change import Place
from catalog.graph import Direction
from catalog.identity import kind_of
from catalog.mesh.members import Members
from catalog.store.port import Reader
from ontology.vocabulary import Rel

PORTS = (Rel.HAS_OUTPUT_PORT, Rel.HAS_INPUT_PORT, Rel.HAS_MANAGEMENT_PORT)

_UP_IN = (
    *PORTS,
    Rel.SERVES,
    Rel.OFFERS,
    Rel.EXPOSES,
    Rel.CONTAINS,
    Rel.GOVERNED_BY,
    Rel.VERSION_OF,
    Rel.HAS_SCHEMA,
    Rel.BOUND_TO,
)
"""From what these edges enter to what they leave: a port to its product, a contract to the ports under it."""

_UP_OUT = (Rel.COVERS, Rel.VERSION_OF, Rel.PRODUCES)
"""From what these edges leave to what they enter: an agreement to the port, a job to what it writes."""

_STEPS = 5
"""From a job: its dataset, the schema bound to it, the contract's version, the port under it, the product."""

_DOMAIN_STEPS = 8

_PRODUCT, _CONSUMER = "product", "input-port"


class Belonging:
    """Answers for a set of keys; read with a fixed number of questions."""

    def __init__(self, reader: Reader, keys: Collection[str], members: Members | None = None) -> None:
        """``members``: what products have by rules of binding too, as far as that is known."""
        self._products, homes = _homes(reader, keys)
        if members is not None:
            for key, found in homes.items():
                own = {
                    one
                    for home in found
                    if is_dataset(home) or is_job(home)
                    for one in members.products(home)
                }
                self._products[key] |= own
                found |= own
        shown = {product for found in self._products.values() for product in found}
        above = _domains(reader, {home for found in homes.values() for home in found})
        self._domains = {key: _nearest_first(above, found) for key, found in homes.items()}
        nodes = reader.nodes({*shown, *(one for found in self._domains.values() for one in found)})
        self._names = {key: str(node.properties.get("name", key)) for key, node in nodes.items()}

    def products(self, key: str) -> tuple[Place, ...]:
        """The products that a thing belongs to, by key; a product belongs to itself."""
        return self._places(sorted(self._products.get(key, ())))

    def domains(self, key: str) -> tuple[Place, ...]:
        """The domains of a thing, of its products and of what is between, then those above, level by level."""
        return self._places(self._domains.get(key, ()))

    def _places(self, keys: Collection[str]) -> tuple[Place, ...]:
        return tuple(Place(key, self._names.get(key, key)) for key in keys)


def _homes(
    reader: Reader, keys: Collection[str]
) -> tuple[defaultdict[str, set[str]], defaultdict[str, set[str]]]:
    """Thing → the products that it belongs to, and → those with all on the way to them and itself.

    An input port uses a contract, and owns nothing that is under it.
    """
    reached: dict[str, set[str]] = {key: {key} for key in keys}  # thing → whose way has come to it
    found: defaultdict[str, set[str]] = defaultdict(set)
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for step in range(_STEPS + 1):
        for key, roots in reached.items():
            for root in roots:
                homes[root].add(key)
        for key in [key for key in reached if kind_of(key) == _PRODUCT]:
            for root in reached.pop(key):
                found[root].add(key)
        if not reached or step == _STEPS:
            break
        ups: defaultdict[str, set[str]] = defaultdict(set)
        for edge in reader.edges(reached, _UP_IN, Direction.IN):
            if kind_of(edge.source) != _CONSUMER or edge.type in PORTS:
                ups[edge.source] |= reached[edge.target]
        for edge in reader.edges(reached, _UP_OUT, Direction.OUT):
            if edge.type != Rel.VERSION_OF or kind_of(edge.source) == "contract-version":
                ups[edge.target] |= reached[edge.source]
        reached = dict(ups)
    return found, homes


def _domains(reader: Reader, keys: Collection[str]) -> Mapping[str, Mapping[str, int]]:
    """Thing → its domains with all above, and how far above; a domain is its own."""
    own: defaultdict[str, set[str]] = defaultdict(set)
    for key in keys:
        if kind_of(key) == "domain":
            own[key].add(key)
    for edge in counting(reader.edges(keys, (Rel.IN_DOMAIN,), Direction.OUT)) if keys else ():
        own[edge.source].add(edge.target)
    parents: defaultdict[str, set[str]] = defaultdict(set)
    fresh, seen = {one for found in own.values() for one in found}, set[str]()
    for _ in range(_DOMAIN_STEPS):
        seen |= fresh
        edges = reader.edges(fresh, (Rel.PART_OF,), Direction.OUT) if fresh else []
        for edge in edges:
            parents[edge.source].add(edge.target)
        fresh = {edge.target for edge in edges} - seen
    return {key: _levels(found, parents) for key, found in own.items()}


def _levels(domains: Collection[str], parents: Mapping[str, Collection[str]]) -> Mapping[str, int]:
    """Domains and all above them, with the level at which each is met first."""
    found: dict[str, int] = {}
    level, fresh = 0, set(domains)
    while fresh:
        found.update(dict.fromkeys(fresh, level))
        fresh = {parent for one in fresh for parent in parents.get(one, ())} - found.keys()
        level += 1
    return found


def _nearest_first(above: Mapping[str, Mapping[str, int]], homes: Collection[str]) -> list[str]:
    nearest: dict[str, int] = {}
    for home in homes:
        for domain, level in above.get(home, {}).items():
            nearest[domain] = min(level, nearest.get(domain, level))
    return sorted(nearest, key=lambda domain: (nearest[domain], domain))
