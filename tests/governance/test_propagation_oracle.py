"""What follows from classes against a brute-force fixpoint, on generated worlds and all stores."""

from collections.abc import Callable
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from catalog.aliases import Classes
from catalog.governance import barriers as walls
from catalog.governance import spread
from catalog.governance.barriers import Barriers, Passing
from catalog.governance.propagation import Standing, propagate, standings
from catalog.governance.sayings import Sayings
from catalog.graph import Edge
from catalog.lineage_view import View
from catalog.mesh.mesh import Mesh
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.governance.classified_worlds import RULES, classified, put, values_of
from tests.governance.fixpoint import Classified, Held, Rules, fixpoint
from tests.lineage.oracle import Oracle, Thing
from tests.lineage.worlds import INSTANTS

SHARED_STORE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def asked_of_each(store: Store, case: Classified, at: int | None, rules: Rules) -> Held:
    """The answer for every field of a world, each found from itself upstream."""
    oracle = Oracle(case.world, at)
    with store.read() as reader:
        view = View(reader, at)
        barriers = Barriers(rules.masking, rules.aggregation)
        sayings = Sayings(view, Mesh(reader, at))
        found: dict[str, Standing] = {}
        for field in sorted(case.world.fields):
            found |= standings(view, sayings, [field], barriers)
        assert found == standings(View(reader, at), sayings, sorted(case.world.fields), barriers)
    hops: dict[Thing, dict[str, int]] = {}
    stopped = set()
    for key, one in found.items():
        mine = hops.setdefault(oracle.thing(key), {})
        mine.update({saying.value: 0 for saying in one.said})
        for derived in one.derived:
            assert derived.route[-1].taker == one.field
            assert all(a.taker == b.giver for a, b in zip(derived.route, derived.route[1:], strict=False))
            assert derived.value in {s.value for s in found[_key(case, derived.route[0].giver)].said}
            mine[derived.value] = len(derived.route)
        stopped |= {(oracle.thing(key), end.value, end.passing.value) for end in one.stopped}
    return Held(hops, frozenset(stopped))


def _key(case: Classified, name: str) -> str:
    assert name in case.world.fields
    return name


def expected_of_each(case: Classified, at: int | None, rules: Rules) -> Held:
    """The same by brute force; what is a class of a field anyway is not told as stopped."""
    held = fixpoint(case, at, rules)
    return Held(held.hops, frozenset(one for one in held.stopped if one[1] not in held.hops.get(one[0], {})))


def asked_of_all(store: Store, case: Classified, at: int | None, rules: Rules) -> dict[Thing, set[str]]:
    """All that follows from all classes, found from where they are said on."""
    oracle = Oracle(case.world, at)
    with store.read() as reader:
        view = View(reader, at)
        barriers = Barriers(rules.masking, rules.aggregation)
        found = propagate(view, Sayings(view, Mesh(reader, at)), values_of(case), barriers)
        reached = {oracle.thing(field): set(values) for field, values in found.reached.items()}
        told = {(one.field, one.value) for one in found.derived()}
        assert told == {(field, value) for field, values in found.reached.items() for value in values}
        assert all(one.passing is not Passing.CARRIED for one in found.stopped())
    return reached


def expected_of_all(case: Classified, at: int | None, rules: Rules) -> dict[Thing, set[str]]:
    held = fixpoint(case, at, rules)
    new = {thing: {value for value, hops in values.items() if hops} for thing, values in held.hops.items()}
    return {thing: values for thing, values in new.items() if values}


CASES = {"case": classified(), "at": st.none() | INSTANTS, "rules": RULES}


@settings(max_examples=100, deadline=None, suppress_health_check=SHARED_STORE)
@given(**CASES)
def test_standings__are_the_fixpoint(case: Classified, at: int | None, rules: Rules) -> None:
    store = MemoryStore()
    put(store, case)
    assert asked_of_each(store, case, at, rules) == expected_of_each(case, at, rules)
    assert asked_of_all(store, case, at, rules) == expected_of_all(case, at, rules)


@settings(max_examples=8, deadline=None, suppress_health_check=SHARED_STORE)
@given(**CASES)
def test_standings__are_the_fixpoint_on_every_store(
    store: Store, case: Classified, at: int | None, rules: Rules
) -> None:
    put(store, case)
    assert asked_of_each(store, case, at, rules) == expected_of_each(case, at, rules)
    assert asked_of_all(store, case, at, rules) == expected_of_all(case, at, rules)


def _carry_masked_values(patch: pytest.MonkeyPatch) -> None:
    plain = Barriers.passing
    patch.setattr(Barriers, "passing", lambda self, edge: plain(walls.NONE, edge))


def _carry_what_only_informs(patch: pytest.MonkeyPatch) -> None:
    plain = Barriers.passing

    def passing(self: Barriers, edge: Edge) -> Passing:
        found = plain(self, edge)
        return Passing.CARRIED if found is Passing.INFORMED else found

    patch.setattr(Barriers, "passing", passing)


def _ignore_people(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Sayings, "overruled", lambda self, fields: {})


def _believe_sql_beside_producers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(spread, "Origin", SimpleNamespace(PARSED="nobody"))


def _forget_datasets(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Sayings, "of_datasets", lambda self, datasets: {})


def _forget_renames(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(View, "_renamed_fields", lambda self, fields, direction: [])


def _forget_aliases(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Classes, "close_datasets", lambda self, keys: None)


def _stop_after_a_hop(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(View, "feeds", lambda self, fields, direction: [])


FAULTS = [
    _carry_masked_values,
    _carry_what_only_informs,
    _ignore_people,
    _believe_sql_beside_producers,
    _forget_datasets,
    _forget_renames,
    _forget_aliases,
    _stop_after_a_hop,
]
BOUNDED = settings(max_examples=1_000, deadline=None, phases=[Phase.generate], database=None)


def differs(case: Classified, rules: Rules) -> bool:
    """Whether the comparison of the property above fails."""
    store = MemoryStore()
    put(store, case)
    try:
        return asked_of_each(store, case, None, rules) != expected_of_each(case, None, rules)
    except (AssertionError, KeyError):
        return True


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__.strip("_"))
def test_fixpoint__detects_a_planted_fault(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    cases = st.tuples(classified(), st.just(Rules()))
    case, rules = find(cases, lambda one: differs(*one), settings=BOUNDED, random=Random(0))
    assert differs(case, rules)
