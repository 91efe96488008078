"""To which things a policy applies: what belongs to a domain or product by the mesh, or carries a tag."""

from collections.abc import Collection

from catalog.aliases import dataset_of
from catalog.governance.checks.ground import Ground
from catalog.governance.policy import Scope, ScopeKind
from catalog.governance.tags import is_known, tagged
from catalog.governance.things import nodes_at
from catalog.graph import Node
from catalog.identity import kind_of
from catalog.mesh.declared import Declared
from ontology.vocabulary import Rel

_PORT_OF = (Rel.HAS_OUTPUT_PORT, Rel.HAS_INPUT_PORT, Rel.HAS_MANAGEMENT_PORT)
_ABOVE = {
    "output-port": _PORT_OF,
    "input-port": _PORT_OF,
    "management-port": _PORT_OF,
    "schema": (Rel.HAS_SCHEMA, Rel.OFFERS, Rel.EXPOSES, Rel.CONTAINS),
    "contract-version": (Rel.GOVERNED_BY,),
    "contract": (Rel.GOVERNED_BY, Rel.VERSION_OF),
}
"""What leads from a product, step by step, to what is a part of it."""
PARTS = frozenset((*_PORT_OF, *(rel for rels in _ABOVE.values() for rel in rels)))
"""All of these relationships."""


class Places:
    """Where things belong, by the mesh of a ground."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    @property
    def _declared(self) -> Declared:
        return self._ground.mesh.declared

    def products(self, node: Node) -> tuple[str, ...]:
        """The products that a thing is, is a part of or belongs to, sorted; of a contract those that give data under
        it, and not those that take it."""
        kind = kind_of(node.key)
        if kind == "product":
            return (node.key,)
        if kind in ("dataset", "job"):
            return self._ground.mesh.members.products(node.key)
        if kind == "field":
            home = dataset_of(node.key) or str(node.properties.get("dataset", ""))
            return self._ground.mesh.members.products(home)
        return tuple(sorted(self._above(node.key, set())))

    def domains(self, node: Node) -> set[str]:
        """The domains of a thing and of its products, with those above them."""
        homes = (node.key, *self.products(node))
        return {domain for home in homes for domain in self._declared.domains(home)}

    def owners(self, node: Node) -> tuple[str, ...]:
        """Who answers for a thing: its own owners, else those of its products, else those of its nearest domain that
        has any."""
        own = self._declared.owners(node.key)
        if own:
            return own
        products = self.products(node)
        found = {owner for product in products for owner in self._declared.owners(product)}
        if not found:
            homes = (node.key, *products)
            above = (domain for home in homes for domain in self._declared.domains(home))
            found = set(next((owners for one in above if (owners := self._declared.owners(one))), ()))
        return tuple(sorted(found))

    def _above(self, key: str, seen: set[str]) -> set[str]:
        if key in seen:
            return set()
        seen.add(key)
        if kind_of(key) == "product":
            return {key}
        near = self._declared.sources(key, *_ABOVE.get(kind_of(key), ()))
        is_port = kind_of(key).endswith("-port")
        return {
            product
            for one in near
            if is_port or kind_of(one) != "input-port"
            for product in self._above(one, seen)
        }


def problem(ground: Ground, scope: Scope) -> str | None:
    """Why it cannot be told to which things a policy applies; None where it can."""
    if scope.kind is ScopeKind.GLOBAL:
        return None
    key = scope.key
    there = is_known(ground, scope.name) if key is None else key in nodes_at(ground.reader, [key], ground.at)
    if not there:
        return f"Its scope is the {scope.kind} {scope.name!r}, which there is not."
    return None if scope.kind is ScopeKind.TAG else ground.gap


def inside(ground: Ground, places: Places, scope: Scope, nodes: Collection[Node]) -> list[Node]:
    """Those of the things that a policy of the scope applies to; for a tag one question."""
    match scope.kind:
        case ScopeKind.GLOBAL:
            return list(nodes)
        case ScopeKind.DOMAIN:
            return [node for node in nodes if scope.key in places.domains(node)]
        case ScopeKind.PRODUCT:
            return [node for node in nodes if scope.key in places.products(node)]
        case ScopeKind.TAG:
            keys = tagged(ground, scope.name, nodes)
            return [node for node in nodes if node.key in keys]
