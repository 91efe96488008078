"""Rules over lineage against brute force on generated meshes, on every store."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.governance.policy import Policy, Rule
from catalog.governance.verdict import Status
from catalog.graph import Edge, Node
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet, Store
from tests.governance.words import judged, rule, statuses
from tests.lineage.conftest import store
from tests.mesh.oracle import Thing
from tests.mesh.test_product_graph_oracle import SHARED_STORE, Mesh, meshes

__all__ = ["store"]

HOMES = st.lists(st.sampled_from([None, "x", "y"]), min_size=3, max_size=3)


class RuleOracle:
    """A mesh as of now, with the domains of its products."""

    def __init__(self, mesh: Mesh, of: list[str | None]) -> None:
        self.mesh = mesh
        self.flow = mesh.oracle()
        self.live = [edge for edge in mesh.world.edges if edge.holds(None)]
        members = [edge for edge in mesh.members if edge.holds(None)]
        self.products = sorted({edge.source for edge in mesh.members if edge.source.startswith("product/")})
        named = zip(self.products, of, strict=False)
        self.homes = {product: f"domain/{domain}" for product, domain in named if domain is not None}
        self.served = {self.flow.thing(edge.target) for edge in members if edge.type == "SERVES"}

    def domains(self, thing: Thing) -> set[str]:
        return {self.homes[one] for one in self.flow.owners.get(thing, ()) if one in self.homes}

    def is_foreign(self, thing: Thing, domains: set[str]) -> bool:
        own = self.domains(thing)
        return isinstance(thing, frozenset) and bool(own) and not own & domains and thing not in self.served

    def crossing_products(self) -> set[str]:
        return {
            target
            for (_, target), ends in self.flow.edges().items()
            for thing, _ in ends
            if self.is_foreign(thing, {home for one, home in self.homes.items() if one == target})
        }

    def crossing_jobs(self) -> set[str]:
        return {
            edge.target
            for edge in self.live
            if edge.type == "CONSUMED_BY"
            and self.is_foreign(self.flow.thing(edge.source), self.domains_of_job(edge.target))
        }

    def domains_of_job(self, job: str) -> set[str]:
        if self.flow.owners.get(job):
            return self.domains(job)
        made = {
            self.flow.thing(edge.target)
            for edge in self.live
            if edge.type == "PRODUCES" and edge.source == job
        }
        return {domain for thing in made for domain in self.domains(thing)}

    def on_cycles(self) -> set[str]:
        ahead = set(self.flow.edges())
        grown = ahead
        while True:
            more = grown | {(a, d) for a, b in grown for c, d in ahead if b == c}
            if more == grown:
                return {a for a, b in grown if a == b}
            grown = more

    def orphans(self) -> set[str]:
        leading = ("PRODUCES", "HAD_DERIVATION", "RENAMED_TO")
        written = {self.flow.thing(edge.target) for edge in self.live if edge.type in leading}
        datasets = [key for key, label in self.mesh.world.labels.items() if label == "Dataset"]
        return {
            key
            for key in datasets
            if self.flow.thing(key) not in written and not self.flow.owners.get(self.flow.thing(key))
        }


RULES: dict[str, tuple[Policy, str]] = {
    "crossing_products": (rule(Rule.CROSSING, "DataProduct"), "product/"),
    "crossing_jobs": (rule(Rule.CROSSING, "Job"), "job/"),
    "on_cycles": (rule(Rule.CYCLE, "DataProduct"), "product/"),
    "orphans": (rule(Rule.ORPHAN, "Dataset"), "dataset/"),
}


def assert_found_as_by_brute_force(opened: Store, mesh: Mesh, of: list[str | None]) -> None:
    mesh.graph(opened)
    oracle = RuleOracle(mesh, of)
    edges = [Edge("IN_DOMAIN", *pair, pair[0], "DECLARED") for pair in oracle.homes.items()]
    nodes = [Node(key, "Domain", {"name": key}) for key in oracle.homes.values()]
    changes = ChangeSet({node.key: node for node in nodes}, {edge.id: edge for edge in edges})
    opened.write(lambda transaction: transaction.apply(changes))
    mine = {*mesh.world.labels, *oracle.products}
    for name, (policy, kind) in RULES.items():
        found = {key: one for key, one in statuses(judged(opened, policy)).items() if key in mine}
        assert all(key.startswith(kind) for key in found)
        assert set(found.values()) <= {Status.PASS, Status.FAIL}
        failing = {key for key, one in found.items() if one is Status.FAIL}
        assert failing == getattr(oracle, name)(), name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mesh=meshes(), of=HOMES)
def test_rules__find_what_brute_force_finds(mesh: Mesh, of: list[str | None]) -> None:
    assert_found_as_by_brute_force(MemoryStore(), replace(mesh, at=None), of)


@settings(max_examples=6, deadline=None, suppress_health_check=SHARED_STORE)
@given(mesh=meshes(), of=HOMES)
def test_rules__find_what_brute_force_finds_on_every_store(
    store: Store, mesh: Mesh, of: list[str | None]
) -> None:
    assert_found_as_by_brute_force(store, replace(mesh, at=None), of)
