"""Whose matter affected things are: product, domain, and whom to tell. Set-wise: five questions at most."""

from collections import ChainMap, defaultdict
from collections.abc import Collection, Iterable, Sequence

from catalog.aliases import is_job
from catalog.governance.newly import Newly
from catalog.graph import Direction, Edge, Node
from catalog.identity import kind_of
from catalog.impact.facets import NOBODY
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
    who owns its domain. ``add``: three questions at most for as many items as there are. ``products``: all of them.
    ``parties``: those that verdicts name, by key.
    """

    def __init__(self, view: View, mesh: Mesh) -> None:
        self._view = view
        self._mesh = mesh
        self._homes: dict[str, tuple[str, ...]] = {}
        self._outputs: dict[str, list[str]] = defaultdict(list)
        self._edges: dict[str, list[Edge]] = defaultdict(list)
        self._agents: ChainMap[str, Node] = ChainMap({}, mesh.declared.nodes)
        self._products: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._same: dict[tuple[str, ...], Concern] = {}
        self._has_members = not mesh.members.is_empty
        self.by_item: dict[str, Concern] = {}
        self.products: set[str] = set()
        self.names: dict[str, str] = {}
        self.parties: dict[str, Party] = {}

    def add(self, items: Collection[Affected]) -> None:
        """Look some more items up."""
        homes = {item.key: self._home_keys(item) for item in items}
        self._homes.update(homes)
        if self._has_members:
            self._read_outputs({item.key for item in items if is_job(item.key)})
        self._read_owners({key for keys in set(homes.values()) for key in keys})
        self.by_item.update({item.key: self._concern(item) for item in items})
        self._name(items)

    def name(self, newly: Newly) -> None:
        """Learn what people call the targets of verdicts, and whom they are to be told to."""
        owners = {key for one in newly.verdicts for key in one.owners}
        strange = owners - self._agents.keys()
        self._agents.update(self._mesh.reader.nodes(strange) if strange else {})
        self.parties.update({key: self._party(key, ()) for key in owners})
        keys = {one.target for one in newly.verdicts if kind_of(one.target) not in _SPOKEN}
        self.names.update({key: called(self._mesh, key) for key in keys - self.names.keys()})

    def _products_of(self, item: Affected) -> tuple[str, ...]:
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
        return self._owning(self._homes[item.key]) or self._owning(tuple(self._outputs.get(item.key, ())))

    def _owning(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        if not self._has_members:
            return ()
        if keys not in self._products:
            found = {one for key in keys for one in self._mesh.members.products(key)}
            self._products[keys] = tuple(sorted(found))
        return self._products[keys]

    def _of_contract(self, key: str) -> tuple[str, ...]:
        """The products whose output ports are governed by a contract, or offer a schema."""
        declared = self._mesh.declared
        above = {key, *declared.sources(key, Rel.HAS_SCHEMA), *declared.sources(key, Rel.VERSION_OF)}
        above |= {one for version in above for one in declared.targets(version, Rel.VERSION_OF)}
        ports = {port for one in above for port in declared.sources(one, Rel.GOVERNED_BY, Rel.OFFERS)}
        return tuple(sorted({one for port in ports for one in declared.sources(port, Rel.HAS_OUTPUT_PORT)}))

    def _home_keys(self, item: Affected) -> tuple[str, ...]:
        """The keys that a thing is owned under: a field's are those of its dataset."""
        if not item.key.startswith("field/"):
            return (item.key, *item.aliases)
        home = self._view.classes.home(self._view.classes.name(item.key))
        return (item.key,) if home is None else self._view.classes.members(home)

    def _read_outputs(self, jobs: Collection[str]) -> None:
        for edge in self._ask(jobs, Rel.PRODUCES):
            self._outputs[edge.source].append(edge.target)

    def _read_owners(self, homes: Collection[str]) -> None:
        """Owners and domains of the things that are no products, and the agents that only events name."""
        keys = {key for key in homes if not key.startswith("product/")}
        things = {key for key in keys if not key.startswith(_SPOKEN)}
        keys |= {one for key in things for one in self._mesh.declared.targets(key, Rel.VERSION_OF)}
        strange: set[str] = set()
        for edge in self._ask(keys - self._edges.keys(), Rel.OWNED_BY, Rel.IN_DOMAIN):
            self._edges[edge.source].append(edge)
            if edge.type == Rel.OWNED_BY and edge.target not in self._agents:
                strange.add(edge.target)
        self._agents.update(self._mesh.reader.nodes(strange) if strange else {})

    def _ask(self, keys: Collection[str], *rels: Rel) -> list[Edge]:
        return self._mesh.reader.edges(keys, rels, Direction.OUT, self._mesh.at) if keys else []

    def _concern(self, item: Affected) -> Concern:
        """Of things that are owned under the same keys, as the fields of a dataset are, it is the same."""
        place = self._homes[item.key]
        if place not in self._same:
            self._same[place] = self._found(item)
        return self._same[place]

    def _found(self, item: Affected) -> Concern:
        is_spoken = item.key.startswith(_SPOKEN)
        products = self._products_of(item) if self._has_members or not is_spoken else ()
        self.products.update(products)
        edges = [edge for key in self._keys(item) for edge in self._edges.get(key, ())]
        if is_spoken and not products and not edges:
            return NOBODY
        product = products[0] if products else None
        domain = self._domain(product, edges)
        owners = self._owners(item, products, domain, edges)
        return Concern(product, domain, tuple(self._party(key, products) for key in owners))

    def _owners(
        self, item: Affected, products: Sequence[str], domain: str | None, edges: Sequence[Edge]
    ) -> Sequence[str]:
        declared = self._mesh.declared
        granted = declared.targets(item.key, Rel.GRANTED_TO) if kind_of(item.key) == "agreement" else []
        agents = [key for key in granted if kind_of(key) != "product"]
        if agents:
            return agents
        found = sorted({owner for product in products for owner in declared.owners(product)})
        if found:
            return found
        owned = precedence().foremost([edge for edge in edges if edge.type == Rel.OWNED_BY])
        found = sorted({edge.target for edge in owned})
        return found or ([] if domain is None else declared.owners(domain))

    def _domain(self, product: str | None, edges: Iterable[Edge]) -> str | None:
        found = None if product is None else self._mesh.declared.domain(product)
        if found is not None:
            return found
        return min((edge.target for edge in edges if edge.type == Rel.IN_DOMAIN), default=None)

    def _keys(self, item: Affected) -> Sequence[str]:
        keys = self._homes[item.key]
        if item.key.startswith(_SPOKEN):
            return keys
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

    def _name(self, items: Collection[Affected]) -> None:
        """What people call the declared things, the products and the domains."""
        keys = {item.key for item in items if not item.key.startswith(_SPOKEN)}
        keys |= {clause.contract for item in items for clause in item.clauses}
        for concern in {id(one): one for one in self._same.values()}.values():
            keys |= {key for key in (concern.product, concern.domain) if key is not None}
            self.names.update({party.key: party.name for party in concern.owners})
        self.names.update({key: called(self._mesh, key) for key in keys - self.names.keys()})


_SPOKEN = ("dataset/", "field/", "job/")
"""Things whose key says what people call them."""
