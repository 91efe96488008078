"""Retention and criticality along lineage against brute force, on generated worlds and all stores."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.governance.criticality import criticalities
from catalog.governance.retention import retentions
from catalog.governance.sayings import Sayings
from catalog.lineage_view import View
from catalog.mesh.mesh import Mesh
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.governance.classified_worlds import classified, put
from tests.governance.fixpoint import Classified, Rules, believed, passing
from tests.governance.test_propagation_oracle import SHARED_STORE
from tests.lineage.oracle import Oracle, Thing
from tests.mesh.words import Part, contract, edge, mesh, node, schema_of

DAYS = st.integers(1, 5)


def promising(dataset: str, days: int | None, elements: list[tuple[str, str]]) -> Part:
    """A contract that is bound to a dataset: for how many days it is kept, and (field, path) of what is critical."""
    name = dataset.partition("/")[2].replace("/", "-")
    schema = schema_of(name, "t")
    parts = [*contract(name, {"t": {}}), edge("BOUND_TO", schema, dataset)]
    if days is not None:
        slo = f"slo/{name}/kept"
        parts += [
            node(slo, "ServiceLevelObjective", name="retention", threshold=str(days), unit="d"),
            edge("HAS_SLO", f"contract-version/{name}/1.0.0", slo),
        ]
    for _, path in elements:
        key = element(dataset, path)
        parts += [
            node(key, "SchemaProperty", name=path, criticalDataElement=True),
            edge("HAS_PROPERTY", schema, key),
        ]
    return parts


def element(dataset: str, path: str) -> str:
    name = dataset.partition("/")[2].replace("/", "-")
    return f"schema-property/{name}/1.0.0/t/{quote(path, safe='.')}"


def steps(case: Classified, *, masking: bool) -> list[tuple[Thing, Thing]]:
    """The pairs of fields along which values pass, whatever people say of classes."""
    rules = Rules(masking=masking)
    return [
        (source, target)
        for source, target, told in believed(Oracle(case.world, None))
        if source != target and passing(told, rules, ruled=False) == "CARRIED"
    ]


def behind(start: Thing, links: Mapping[Thing, set[Thing]]) -> set[Thing]:
    """All that can be reached, without where it begins (unless it comes back)."""
    found: set[Thing] = set()
    fresh = set(links.get(start, ()))
    while fresh:
        found |= fresh
        fresh = {near for here in fresh for near in links.get(here, ())} - found
    return found


def assert_retention_is_that_of_brute_force(opened: Store, case: Classified, days: dict[str, int]) -> None:
    put(opened, case)
    mesh(*(promising(dataset, count, []) for dataset, count in days.items()), store=opened)
    oracle = Oracle(case.world, None)
    kept: dict[Thing, dict[str, int]] = defaultdict(dict)
    for dataset, count in days.items():
        kept[oracle.thing(dataset)][dataset] = count
    homes = {oracle.thing(key): oracle.home(key) for key in case.world.fields}
    sources: dict[Thing, set[Thing]] = defaultdict(set)
    for source, target in steps(case, masking=True):
        sources[target].add(source)
    with opened.read() as reader:
        view, meshed, fields = View(reader, None), Mesh(reader), sorted(case.world.fields)
        found = {key: one for field in fields for key, one in retentions(view, meshed, [field]).items()}
        assert found == retentions(view, meshed, fields)
    for key, one in found.items():
        thing = oracle.thing(key)
        own = kept.get(homes[thing], {})
        upstream = [
            count
            for field in behind(thing, sources)
            for dataset, count in kept.get(homes[field], {}).items()
            if dataset not in own
        ]
        assert [told.seconds for told in one.stated] == [Decimal(86_400 * n) for n in sorted(own.values())]
        shortest = None if one.upstream is None else one.upstream.seconds
        assert shortest == (Decimal(86_400 * min(upstream)) if upstream else None)
        assert not one.way or one.way[-1].taker == one.field


def assert_criticality_is_that_of_brute_force(opened: Store, case: Classified, elements: list[str]) -> None:
    put(opened, case)
    by_home: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key in elements:
        home, path = case.world.fields[key]
        by_home[home].append((key, path))
    mesh(*(promising(home, None, its) for home, its in by_home.items()), store=opened)
    oracle = Oracle(case.world, None)
    said: dict[Thing, set[str]] = defaultdict(set)
    for home, its in by_home.items():
        for _, path in its:
            for key, (own, name) in case.world.fields.items():
                if name == path and oracle.thing(own) == oracle.thing(home):
                    said[oracle.thing(key)].add(element(home, path))
    takers: dict[Thing, set[Thing]] = defaultdict(set)
    for source, target in steps(case, masking=False):
        takers[source].add(target)
    with opened.read() as reader:
        view, fields = View(reader, None), sorted(case.world.fields)
        sayings = Sayings(view, Mesh(reader))
        found = {key: one for field in fields for key, one in criticalities(view, sayings, [field]).items()}
        assert found == criticalities(view, sayings, fields)
    for key, one in found.items():
        thing = oracle.thing(key)
        needed = set(said[thing]).union(*(said[field] for field in behind(thing, takers)))
        assert {told.element for told in one.needed} == needed


@st.composite
def kept_worlds(draw: st.DrawFn) -> tuple[Classified, dict[str, int]]:
    case = draw(classified())
    datasets = sorted({home for home, _ in case.world.fields.values()})
    return case, draw(st.dictionaries(st.sampled_from(datasets), DAYS, min_size=1, max_size=3))


@st.composite
def critical_worlds(draw: st.DrawFn) -> tuple[Classified, list[str]]:
    case = draw(classified())
    return case, draw(
        st.lists(st.sampled_from(sorted(case.world.fields)), min_size=1, max_size=3, unique=True)
    )


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=kept_worlds())
def test_retention__upstream_is_the_shortest_that_brute_force_finds(
    world: tuple[Classified, dict[str, int]],
) -> None:
    assert_retention_is_that_of_brute_force(MemoryStore(), *world)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=critical_worlds())
def test_criticality__is_of_what_brute_force_finds(world: tuple[Classified, list[str]]) -> None:
    assert_criticality_is_that_of_brute_force(MemoryStore(), *world)


@settings(max_examples=4, deadline=None, suppress_health_check=SHARED_STORE)
@given(kept=kept_worlds(), needed=critical_worlds())
def test_retention_and_criticality__are_so_on_every_store(
    store: Store, kept: tuple[Classified, dict[str, int]], needed: tuple[Classified, list[str]]
) -> None:
    assert_retention_is_that_of_brute_force(store, *kept)
    assert_criticality_is_that_of_brute_force(store, *needed)
