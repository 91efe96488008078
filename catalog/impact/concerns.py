"""Whose matter affected things are: product, domain, whom to tell, and what to do. Set-wise: five questions at most."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from catalog.aliases import is_dataset, is_job
from catalog.graph import Direction, Edge, Node
from catalog.identity import kind_of
from catalog.impact.actions import action
from catalog.impact.promised import called
from catalog.impact.report import Affected, Concern, Party
from catalog.lineage_view import View
from catalog.mesh.mesh import Mesh
from catalog.precedence import precedence
from ontology.vocabulary import Rel

PORTS = (Rel.HAS_OUTPUT_PORT, Rel.HAS_INPUT_PORT, Rel.HAS_MANAGEMENT_PORT)


class Concerns:
    """The concerns of items by key, and what people call the declared things that are named.

    Told are the owners of the product of a thing; where it has none, who owns the dataset, job or thing itself; else
    who owns its domain.
    """

    def __init__(self, view: View, mesh: Mesh, items: Collection[Affected]) -> None:
        self._view = view
        self._mesh = mesh
        self._homes = {item.key: self._home_keys(item) for item in items}
        self._outputs = self._writing(items)
        self._edges = self._told(items)
        self._agents = self._people()
        self.by_item: dict[str, Concern] = {item.key: self._concern(item) for item in items}
        self.names = self._names(items)

    def products_of(self, item: Affected) -> tuple[str, ...]:
        """The products that a thing belongs to: a job that none contains to those of what it writes."""
        kind, declared = kind_of(item.key), self._mesh.declared
        if kind == "product":
            return (item.key,)
        if kind.endswith("-port"):
            return tuple(declared.sources(item.key, *PORTS))
        if kind in ("schema", "contract-version", "contract"):
            return self._of_contract(item.key)
        if kind == "agreement":
            return tuple(
                key for key in declared.targets(item.key, Rel.GRANTED_TO) if kind_of(key) == "product"
            )
        own = self._owning(self._homes[item.key])
        return own or self._owning(self._outputs.get(item.key, ()))

    def _owning(self, keys: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({one for key in keys for one in self._mesh.members.products(key)}))

    def _of_contract(self, key: str) -> tuple[str, ...]:
        """The products whose output ports are governed by a contract, or offer a schema."""
        declared = self._mesh.declared
        above = {key, *declared.sources(key, Rel.HAS_SCHEMA), *declared.sources(key, Rel.VERSION_OF)}
        above |= {one for version in above for one in declared.targets(version, Rel.VERSION_OF)}
        ports = {port for one in above for port in declared.sources(one, Rel.GOVERNED_BY, Rel.OFFERS)}
        return tuple(sorted({one for port in ports for one in declared.sources(port, Rel.HAS_OUTPUT_PORT)}))

    def _home_keys(self, item: Affected) -> tuple[str, ...]:
        """The keys that a thing is owned under: a field's are those of its dataset."""
        if kind_of(item.key) != "field":
            return (item.key, *item.aliases)
        home = self._view.classes.home(self._view.classes.name(item.key))
        return () if home is None else self._view.classes.members(home)

    def _writing(self, items: Collection[Affected]) -> dict[str, list[str]]:
        jobs = {item.key for item in items if is_job(item.key)}
        found: dict[str, list[str]] = defaultdict(list)
        for edge in self._ask(jobs, Rel.PRODUCES):
            found[edge.source].append(edge.target)
        return found

    def _told(self, items: Collection[Affected]) -> dict[str, list[Edge]]:
        """Owners and domains of the things that are no products, by their key."""
        keys = {key for item in items for key in self._homes[item.key] if kind_of(key) != "product"}
        keys |= {one for key in keys for one in self._mesh.declared.targets(key, Rel.VERSION_OF)}
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._ask(keys, Rel.OWNED_BY, Rel.IN_DOMAIN):
            found[edge.source].append(edge)
        return found

    def _ask(self, keys: Collection[str], *rels: Rel) -> list[Edge]:
        return self._mesh.reader.edges(keys, rels, Direction.OUT, self._mesh.at) if keys else []

    def _people(self) -> Mapping[str, Node]:
        """The agents that own something: those that documents describe, and those that only events name."""
        known = self._mesh.declared.nodes
        named = {e.target for edges in self._edges.values() for e in edges if e.type == Rel.OWNED_BY}
        strange = named - known.keys()
        return {**known, **(self._mesh.reader.nodes(strange) if strange else {})}

    def _concern(self, item: Affected) -> Concern:
        products = self.products_of(item)
        product = products[0] if products else None
        domain = self._domain(item, product)
        parties = tuple(self._party(key, products) for key in self._owners(item, products, domain))
        return Concern(product, domain, parties)

    def _owners(self, item: Affected, products: Sequence[str], domain: str | None) -> Sequence[str]:
        declared = self._mesh.declared
        granted = declared.targets(item.key, Rel.GRANTED_TO) if kind_of(item.key) == "agreement" else []
        agents = [key for key in granted if kind_of(key) != "product"]
        if agents:
            return agents
        found = sorted({owner for product in products for owner in declared.owners(product)})
        if found:
            return found
        edges = [edge for key in self._keys(item) for edge in self._edges.get(key, ())]
        owned = precedence().foremost([edge for edge in edges if edge.type == Rel.OWNED_BY])
        found = sorted({edge.target for edge in owned})
        return found or ([] if domain is None else declared.owners(domain))

    def _domain(self, item: Affected, product: str | None) -> str | None:
        declared = self._mesh.declared
        found = None if product is None else declared.domain(product)
        if found is not None:
            return found
        edges = [edge for key in self._keys(item) for edge in self._edges.get(key, ())]
        return min((edge.target for edge in edges if edge.type == Rel.IN_DOMAIN), default=None)

    def _keys(self, item: Affected) -> Sequence[str]:
        keys = self._homes[item.key]
        return [*keys, *(one for key in keys for one in self._mesh.declared.targets(key, Rel.VERSION_OF))]

    def _party(self, key: str, products: Sequence[str]) -> Party:
        node = self._agents.get(key)
        said = {} if node is None else node.properties
        email = said.get("email")
        contacts = [email] if isinstance(email, str) and email else self._support(products)
        return Party(key, str(said.get("name") or key.partition("/")[2]), tuple(contacts))

    def _support(self, products: Sequence[str]) -> list[str]:
        """Where products say that people get help, in place of an address of who owns them."""
        nodes = (self._mesh.declared.nodes.get(product) for product in products)
        told = (node.properties.get("support") for node in nodes if node is not None)
        return [str(one) for found in told if isinstance(found, list | tuple) for one in found]

    def _names(self, items: Collection[Affected]) -> dict[str, str]:
        """What people call the declared things, the products and the domains."""
        keys = {item.key for item in items if not is_dataset(item.key) and not is_job(item.key)}
        keys = {key for key in keys if kind_of(key) != "field"}
        keys |= {clause.contract for item in items for clause in item.clauses}
        for concern in self.by_item.values():
            keys |= {key for key in (concern.product, concern.domain) if key is not None}
        names = {key: called(self._mesh, key) for key in keys}
        names |= {party.key: party.name for one in self.by_item.values() for party in one.owners}
        return names


def with_actions(
    items: Iterable[Affected], concerns: Mapping[str, Concern], names: Mapping[str, str]
) -> dict[str, Concern]:
    """The concerns with what to do about each item."""
    return {
        item.key: replace(concerns[item.key], action=action(item, concerns[item.key], names))
        for item in items
    }
