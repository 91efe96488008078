"""The rule ``reach``: data of what carries a tag comes along lineage; also against brute force."""

from collections import defaultdict
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.governance.policy import Parameter, Policy, Rule, Scope, ScopeKind
from catalog.governance.verdict import EdgeRef, Status, Verdict
from catalog.graph import Edge, Node
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet, Store
from tests.governance.words import judged, rule, statuses
from tests.lineage.conftest import store
from tests.mesh.oracle import Thing
from tests.mesh.test_product_graph_oracle import SHARED_STORE, Mesh, meshes
from tests.mesh.words import (
    Part,
    agreement,
    alias,
    contract,
    dataset,
    edge,
    job,
    mesh,
    node,
    output,
    product,
    reads,
    schema_of,
    seen,
    writes,
)

__all__ = ["store"]

PASS, FAIL, NOT_EVALUATED = Status.PASS, Status.FAIL, Status.NOT_EVALUATED
RAW: Part = [node("tag/raw", "Tag"), edge("TAGGED", dataset("raw"), "tag/raw")]
FLOW: Part = [
    *reads("clean", "raw"),
    *writes("clean", "silver"),
    *reads("sum", "silver"),
    *writes("sum", "gold"),
    *product("raw", owner="sources", exposes=["raw"]),
    *product("gold", owner="marts", exposes=["gold"], contains=["silver"]),
    *output("gold", "table", ["gold"]),
]


def raw(of: str = "Dataset", **parameters: Parameter) -> Policy:
    return rule(Rule.REACH, of, **{"tags": ("raw",), **parameters})


def failing(opened: Store, policy: Policy) -> set[str]:
    found = statuses(judged(opened, policy))
    assert set(found.values()) <= {PASS, FAIL}
    return {key for key, one in found.items() if one is FAIL}


def test_reach__goes_along_lineage_for_so_many_hops() -> None:
    opened = mesh(RAW, FLOW)
    assert failing(opened, raw()) == {dataset("silver"), dataset("gold")}
    assert failing(opened, raw(hops=1)) == {dataset("silver")}
    assert failing(opened, raw("DataProduct")) == {"product/gold"}
    assert failing(opened, raw("OutputPort", hops=1)) == set()
    assert failing(opened, raw("OutputPort")) == {"output-port/gold/table"}


def test_reach__counts_hops_from_each_start_by_itself() -> None:
    far: Part = [
        *RAW,
        edge("TAGGED", dataset("silver"), "tag/raw"),
        *reads("more", "gold"),
        *writes("more", "top"),
    ]
    opened = mesh(far, FLOW)
    assert failing(opened, raw(hops=1)) == {dataset("silver"), dataset("gold")}
    starts = {step.source for one in judged(opened, raw(hops=2)).verdicts for step in _tags(one)}
    assert starts == {dataset("raw"), dataset("silver")}
    gold = next(one for one in judged(opened, raw(hops=1)).verdicts if one.target == dataset("gold"))
    assert {step.source for step in _tags(gold)} == {dataset("silver")}


def _tags(one: Verdict) -> list[EdgeRef]:
    return [step.edge for step in one.explanation if step.edge is not None and step.edge.type == "TAGGED"]


def test_reach__is_explained_by_the_way() -> None:
    found = judged(mesh(RAW, FLOW), raw("OutputPort")).verdicts[0]
    assert [(step.edge.type, step.edge.source, step.told_by) for step in found.explanation if step.edge] == [
        ("TAGGED", dataset("raw"), "document/mesh.yaml"),
        ("CONSUMED_BY", dataset("raw"), job("clean")),
        ("PRODUCES", job("clean"), job("clean")),
        ("CONSUMED_BY", dataset("silver"), job("sum")),
        ("PRODUCES", job("sum"), job("sum")),
    ]


def test_reach__goes_over_other_names_and_from_fields_and_products() -> None:
    other = mesh(RAW, alias("raw_v", of="raw"), reads("spy", "raw_v"), writes("spy", "copy"))
    assert failing(other, raw()) == {dataset("copy")}
    for tagged in (seen("raw", "id")[1].key, "product/raw"):  # type: ignore[union-attr]
        told: Part = [node("tag/raw", "Tag"), edge("TAGGED", tagged, "tag/raw"), *seen("raw", "id")]
        assert failing(mesh(told, FLOW), raw("DataProduct")) == {"product/gold"}


def test_reach__knows_the_tags_that_documents_list() -> None:
    listed: Part = [
        *product("raw", exposes=["raw"], tags=["raw"]),
        *product("gold", exposes=["gold"], tags=["gold"]),
        *FLOW[:4],
    ]
    opened = mesh(listed)
    gold = replace(raw("DataProduct"), scope=Scope(ScopeKind.TAG, "gold"))
    assert statuses(judged(opened, gold)) == {"product/gold": FAIL}
    assert statuses(judged(opened, replace(gold, scope=Scope(ScopeKind.TAG, "silver")))) == {}
    promised: Part = [
        *contract("raw", {"raw": {}}),
        node("contract-version/raw/1.0.0", "ContractVersion", version="1.0.0", status="active", tags=["raw"]),
        edge("BOUND_TO", schema_of("raw", "raw"), dataset("raw")),
    ]
    assert failing(mesh(FLOW, promised), raw("DataProduct")) == {"product/gold"}


def test_reach__is_allowed_by_an_agreement_in_force() -> None:
    for status, found in (("approved", set()), ("revoked", {"product/gold"})):
        opened = mesh(RAW, FLOW, agreement("a", "product/raw", "product/gold", status))
        assert failing(opened, raw("DataProduct")) == found
        assert failing(opened, raw("DataProduct", unlessAgreed=False)) == {"product/gold"}


def test_reach__is_not_known_of_tags_that_there_are_not_or_that_name_no_data() -> None:
    for parts in (FLOW, [*FLOW, node("tag/raw", "Tag"), edge("TAGGED", job("clean"), "tag/raw")]):
        assert set(statuses(judged(mesh(parts), raw())).values()) == {NOT_EVALUATED}
    classified = rule(Rule.REACH, "Dataset", classifications=("pii",), tags=("raw",))
    assert set(statuses(judged(mesh(RAW, FLOW), classified)).values()) == {NOT_EVALUATED}


class ReachOracle:
    """What comes to datasets and products of a mesh, by brute force: jobs of no product lead on what they do not state
    to come from elsewhere."""

    def __init__(self, world: Mesh) -> None:
        self.flow = world.oracle()
        self.live = [one for one in world.world.edges if one.holds(None)]
        self.links: dict[Thing, set[Thing]] = defaultdict(set)
        for one in self.live:
            if one.type == "PRODUCES" and ("explicit", True) in one.properties:
                continue
            if one.type in ("CONSUMED_BY", "PRODUCES", "HAD_DERIVATION", "RENAMED_TO", "PASSES_DATA_TO"):
                self.links[self.flow.thing(one.source)].add(self.flow.thing(one.target))

    def within(self, start: Thing, hops: int) -> set[Thing]:
        """Datasets by walking every way; a dataset is a hop."""
        reached: set[tuple[Thing, int]] = {(start, 0)}
        while True:
            more = {
                (near, cost + isinstance(near, frozenset))
                for here, cost in reached
                for near in self.links.get(here, ())
                if cost + isinstance(near, frozenset) <= hops
            }
            if more <= reached:
                return {thing for thing, _ in reached if isinstance(thing, frozenset)}
            reached |= more


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=meshes(), data=st.data())
def test_reach__finds_what_brute_force_finds(world: Mesh, data: st.DataObject) -> None:
    assert_found_as_by_brute_force(MemoryStore(), replace(world, at=None), data)


@settings(max_examples=6, deadline=None, suppress_health_check=SHARED_STORE)
@given(world=meshes(), data=st.data())
def test_reach__finds_what_brute_force_finds_on_every_store(
    store: Store, world: Mesh, data: st.DataObject
) -> None:
    assert_found_as_by_brute_force(store, replace(world, at=None), data)


def assert_found_as_by_brute_force(opened: Store, world: Mesh, data: st.DataObject) -> None:
    world.graph(opened)
    keys = sorted(key for key, label in world.world.labels.items() if label == "Dataset")
    if not keys:
        return
    tagged, hops = data.draw(st.sampled_from(keys)), data.draw(st.integers(1, 4))
    name = f"tag{tagged}".replace("/", "-")
    told = Edge("TAGGED", tagged, f"tag/{name}", tagged, "DECLARED")
    changes = ChangeSet({told.target: Node(told.target, "Tag", {"name": name})}, {told.id: told})
    opened.write(lambda transaction: transaction.apply(changes))
    oracle = ReachOracle(world)
    start = oracle.flow.thing(tagged)
    reached = oracle.within(start, hops) - {start}
    found = failing(opened, rule(Rule.REACH, "Dataset", tags=(name,), hops=hops))
    assert found & set(keys) == {key for key in keys if oracle.flow.thing(key) in reached}
