"""The product graph against the oracle, on generated meshes; planted faults are found."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from catalog.aliases import Classes
from catalog.graph import Edge, Node
from catalog.lineage_view import View
from catalog.mesh import product_graph as folded
from catalog.mesh.declared import Declared
from catalog.mesh.members import Members
from catalog.mesh.mesh import read_mesh
from catalog.mesh.product_graph import ANSWER, UNBOUNDED, Bound, ProductGraph
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet, Store
from ontology.vocabulary import Rel
from tests.lineage.conftest import store
from tests.lineage.oracle import E, World
from tests.lineage.worlds import INSTANTS, worlds, write
from tests.mesh.oracle import Ends, Pair, ProductOracle

__all__ = ["store"]

PRODUCTS = ("product/a", "product/b", "product/c")
_worlds_made = count()
_INTERVALS = st.sampled_from([(None, None), (None, None), (1, None), (None, 3), (2, 4)])
# The stores outlive the examples of a test on purpose: every world has a namespace of its own.
SHARED_STORE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture(autouse=True)
def undated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The products of these meshes are in no document: they are there at all times."""
    monkeypatch.setattr(Declared, "_then", lambda self, found: found)


@dataclass(frozen=True)
class Mesh:
    """A world, whose it is, and when it is asked about."""

    world: World
    members: tuple[E, ...]
    at: int | None

    def oracle(self) -> ProductOracle:
        return ProductOracle(self.world, list(self.members), self.at)

    def folded(self, opened: Store, products: Collection[str] | None = None) -> dict[Pair, set[Ends]]:
        """The edges as the catalog has them, in the words of the oracle."""
        thing, mine = self.oracle().thing, {edge.source for edge in self.members}
        return {
            (edge.source, edge.target): {(thing(route.source), thing(route.target)) for route in edge.routes}
            for edge in self.graph(opened, products).edges
            if edge.is_observed and mine.issuperset((edge.source, edge.target))
        }

    def graph(
        self, opened: Store, products: Collection[str] | None = None, bound: Bound = ANSWER
    ) -> ProductGraph:
        write(opened, self.world)
        edges = [Edge(*edge) for edge in self.members]
        keys = {edge.source for edge in edges} | {
            edge.target for edge in edges if edge.type == Rel.HAS_OUTPUT_PORT
        }
        labels = {"product": "DataProduct", "output-port": "OutputPort"}
        nodes = [Node(key, labels[key.partition("/")[0]], {"name": key}) for key in keys]
        changes = ChangeSet({node.key: node for node in nodes}, {edge.id: edge for edge in edges})
        opened.write(lambda transaction: transaction.apply(changes))
        with opened.read() as reader:
            return read_mesh(reader, self.at).graph(products, bound)


@st.composite
def meshes(draw: st.DrawFn) -> Mesh:
    """A world of its own namespace with up to three products, which have any of its datasets and jobs."""
    number = next(_worlds_made)
    world = draw(worlds(namespace=f"m{number}"))
    names = st.sampled_from([f"{product}{number}" for product in PRODUCTS])
    things = st.sampled_from([key for key, label in sorted(world.labels.items()) if label != "Field"])
    members: list[E] = []
    for _ in range(draw(st.integers(1, 7))):
        product, thing, interval = draw(names), draw(things), draw(_INTERVALS)
        how = draw(st.sampled_from(["EXPOSES", "CONTAINS", "SERVES"]))
        if how == "SERVES" and thing.startswith("dataset/"):
            port = f"output-port/{product.partition('/')[2]}/p"
            members.append(E("HAS_OUTPUT_PORT", product, port, product, "DECLARED"))
            members.append(E("SERVES", port, thing, port, "DECLARED", (), *interval))
        else:
            how = "CONTAINS" if thing.startswith("job/") else "EXPOSES"
            members.append(E(how, product, thing, product, "DECLARED", (), *interval))
    stretches = {Edge(*edge).id: edge for edge in members}  # one that ends is the same stretch
    return Mesh(world, tuple(stretches.values()), draw(INSTANTS))


@settings(max_examples=100, deadline=None, suppress_health_check=SHARED_STORE)
@given(mesh=meshes())
def test_product_graph__is_the_fold_of_the_oracle(mesh: Mesh) -> None:
    assert mesh.folded(MemoryStore()) == mesh.oracle().edges()


@pytest.mark.parametrize("portion", [1, 2])
@settings(max_examples=60, deadline=None, suppress_health_check=SHARED_STORE)
@given(mesh=meshes())
def test_product_graph__is_the_same_read_in_portions(
    portion: int, monkeypatch: pytest.MonkeyPatch, mesh: Mesh
) -> None:
    at_once = mesh.graph(MemoryStore())
    monkeypatch.setattr(folded, "_PORTION", portion)
    assert mesh.graph(MemoryStore()) == at_once
    assert mesh.folded(MemoryStore()) == mesh.oracle().edges()


@settings(max_examples=8, deadline=None, suppress_health_check=SHARED_STORE)
@given(mesh=meshes())
def test_product_graph__is_the_fold_of_the_oracle_on_every_store(
    store: Store, monkeypatch: pytest.MonkeyPatch, mesh: Mesh
) -> None:
    monkeypatch.setattr(folded, "_PORTION", 2)
    assert mesh.folded(store) == mesh.oracle().edges()


@settings(max_examples=60, deadline=None, suppress_health_check=SHARED_STORE)
@given(mesh=meshes(), links=st.integers(0, 6), hops=st.integers(0, 2))
def test_product_graph__says_where_a_bound_left_something_out(mesh: Mesh, links: int, hops: int) -> None:
    opened = MemoryStore()
    whole = {(edge.source, edge.target) for edge in mesh.graph(opened, bound=UNBOUNDED).edges}
    found = mesh.graph(opened, bound=Bound(hops, links))
    assert {(edge.source, edge.target) for edge in found.edges} <= whole
    assert found.cut or found == mesh.graph(opened, bound=UNBOUNDED)


@settings(max_examples=60, deadline=None, suppress_health_check=SHARED_STORE)
@given(mesh=meshes())
def test_product_graph__of_one_product_is_its_part_of_the_whole(mesh: Mesh) -> None:
    for product in {edge.source for edge in mesh.members if edge.source.startswith("product/")}:
        whole = {pair: ends for pair, ends in mesh.oracle().edges().items() if product in pair}
        assert mesh.folded(MemoryStore(), (product,)) == whole


@settings(max_examples=60, deadline=None, suppress_health_check=SHARED_STORE)
@given(mesh=meshes())
def test_route__is_made_of_edges_that_hold_and_join(mesh: Mesh) -> None:
    opened = MemoryStore()
    thing = mesh.oracle().thing
    for edge in mesh.graph(opened).edges:
        for route in edge.routes:
            way = (route.source, *route.between, route.target)
            ends = [(thing(one.source), thing(one.target)) for one in route.edges]
            assert ends == [(thing(a), thing(b)) for a, b in pairwise(way)]
            assert all(one.holds_at(mesh.at) for one in route.edges)


@settings(max_examples=60, deadline=None, suppress_health_check=SHARED_STORE)
@given(mesh=meshes(), of=st.lists(st.sampled_from([None, "domain/x", "domain/y"]), min_size=3, max_size=3))
def test_domain_graph__is_the_fold_of_the_oracle_by_domains(mesh: Mesh, of: list[str | None]) -> None:
    products = sorted({edge.source for edge in mesh.members if edge.source.startswith("product/")})
    homes = {product: domain for product, domain in zip(products, of, strict=False) if domain is not None}
    opened = MemoryStore()
    mesh.graph(opened)
    edges = [Edge("IN_DOMAIN", *pair, pair[0], "DECLARED") for pair in homes.items()]
    nodes = [Node(key, "Domain", {"name": key}) for key in homes.values()]
    changes = ChangeSet({node.key: node for node in nodes}, {edge.id: edge for edge in edges})
    opened.write(lambda transaction: transaction.apply(changes))
    with opened.read() as reader:
        found = read_mesh(reader, mesh.at).domains().edges
    thing = mesh.oracle().thing
    expected: dict[Pair, set[Ends]] = {}
    for (one, other), ends in mesh.oracle().edges().items():
        pair = homes.get(one), homes.get(other)
        if pair[0] is not None and pair[1] is not None and pair[0] != pair[1]:
            expected.setdefault((pair[0], pair[1]), set()).update(ends)
    assert {
        (edge.source, edge.target): {(thing(route.source), thing(route.target)) for route in edge.routes}
        for edge in found
        if edge.is_observed
    } == expected


def differs(mesh: Mesh) -> bool:
    return mesh.folded(MemoryStore()) != mesh.oracle().edges()


def _forget_aliases(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Classes, "close_datasets", lambda self, keys: None)


def _go_through_jobs_of_products(patch: pytest.MonkeyPatch) -> None:
    def only_datasets(self, name):  # type: ignore[no-untyped-def]
        return name.startswith("dataset/") and Members.owning(self._members, name) != ()

    patch.setattr(folded._Flow, "_is_member", only_datasets)


def _take_one_hop(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(folded._Flow, "_beyond", lambda self, entry, around: {})


def _forget_renames(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(View, "_renames", lambda self, datasets, direction: [])


FAULTS = [_forget_aliases, _go_through_jobs_of_products, _take_one_hop, _forget_renames]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.__name__)
def test_fault__is_found(
    fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    shown = find(
        meshes(),
        differs,
        settings=settings(max_examples=3000, deadline=None, phases=[Phase.generate], database=None),
    )
    assert differs(shown)
