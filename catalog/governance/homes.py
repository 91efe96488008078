"""What belongs to other products or domains, or may, because something in the graph is different."""

from collections.abc import Collection, Iterator, Sequence

from catalog.governance.checks.ground import Ground
from catalog.governance.difference import Difference
from catalog.governance.scope import PARTS, Places
from catalog.graph import Direction, Node
from catalog.identity import kind_of
from catalog.mesh.declared import Declared
from catalog.store.port import batched
from ontology.vocabulary import Rel

HOMES = frozenset(
    (
        *(Rel.HAS_OUTPUT_PORT, Rel.HAS_INPUT_PORT, Rel.HAS_MANAGEMENT_PORT, Rel.EXPOSES, Rel.CONTAINS),
        *(Rel.SERVES, Rel.OFFERS, Rel.RECEIVES, Rel.GOVERNED_BY, Rel.VERSION_OF, Rel.PREVIOUS_VERSION),
        *(Rel.HAS_SCHEMA, Rel.BOUND_TO, Rel.NOT_BOUND_TO, Rel.DEPENDS_ON, Rel.HAS_SERVER, Rel.ON_PLATFORM),
        *(Rel.IN_ENVIRONMENT, Rel.IN_DOMAIN, Rel.PART_OF, Rel.ALIAS_OF, Rel.RENAMED_TO, Rel.PRODUCES),
    )
)
"""Relationships by which it is found where a thing belongs."""
STAYING = frozenset(
    (
        *("product", "domain", "team", "person", "field", "schema-property", "slo", "metric", "tag", "term"),
        *("classification", "personal-data", "document", "curation", "policy", "waiver", "agreement", "job"),
        *("run", "usage-policy", "quality-rule", "proposal", "sign-off", "role"),
    )
)
"""Kinds of things by whose properties nothing else belongs elsewhere."""
_PAGE = 1_000


def may_move(found: Difference) -> bool:
    """Whether anything may belong elsewhere."""
    return not found.types.isdisjoint(HOMES) or any(
        kind_of(key) not in STAYING and (key in found.existing or kind_of(key) != "dataset")
        for key in found.nodes
    )


class Homes:
    """What may have moved: all that belongs to the products of what is different, before or after."""

    def __init__(self, grounds: Sequence[Ground], found: Difference) -> None:
        self._grounds = grounds
        self._found = found
        self._moved: frozenset[str] | None = None

    def moved(self) -> frozenset[str] | None:
        """The keys of all that may have moved; None: of that no bound is known."""
        if self._found.types & {Rel.PART_OF} or any(kind_of(key) == "domain" for key in self._found.existing):
            return None
        if self._moved is None:
            touched = {*self._found.nodes, *self._found.ends}
            products = {one for ground in self._grounds for one in _products(ground, touched)}
            self._moved = frozenset(touched.union(*(parts(ground, products) for ground in self._grounds)))
        return self._moved


def _products(ground: Ground, keys: set[str]) -> Iterator[str]:
    places, declared = Places(ground), ground.mesh.declared
    for some in batched(sorted(keys), _PAGE):
        known = ground.reader.nodes(some)
        for key in some:
            yield from places.products(known.get(key) or Node(key, ""))
            for end in _above(declared, key):
                yield from places.products(Node(end, ""))


def _above(declared: Declared, key: str) -> set[str]:
    """What leads to something by which things are found, such as a server of a contract."""
    found: set[str] = set()
    frontier = {key}
    while frontier:
        ahead = {
            end for one in frontier if kind_of(one) not in STAYING for end in declared.sources(one, *Rel)
        }
        frontier = ahead - found
        found |= ahead
    return found


def parts(ground: Ground, products: Collection[str]) -> set[str]:
    """The products, and all that belongs to them."""
    mesh = ground.mesh
    found = set(products)
    frontier = set(products)
    while frontier:
        ahead = {end for key in frontier for end in mesh.declared.targets(key, *PARTS)}
        frontier = ahead - found
        found |= ahead
    found |= {one.member for product in products for one in mesh.members.of_product(product)}
    datasets = {key for key in found if kind_of(key) == "dataset"}
    names = {name for key in datasets for name in mesh.binder.names(key)} | datasets
    edges = ground.reader.edges(names, (Rel.HAS_FIELD,), Direction.OUT, ground.at) if names else []
    return found | names | {edge.target for edge in edges}
