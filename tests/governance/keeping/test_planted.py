"""A dependency that is left out is found by the comparison with a full evaluation."""

from collections.abc import Sequence
from typing import Any

import pytest

from catalog.governance.keeping import clock, dependencies, keeper, look, turn
from catalog.graph import Direction
from catalog.mesh import followed
from catalog.store.memory import MemoryStore
from ontology.vocabulary import Rel
from tests.governance.keeping.test_incremental import assert_kept_is_full_all_life_long
from tests.governance.keeping.worlds import (
    HAPPENING,
    Happening,
    change_alias,
    change_contract,
    change_flow,
    change_member,
    change_product,
    change_tag,
    change_waiver,
    end_run,
    pass_time,
)

SEEDS = 60
"""Lives that are looked at, always the same ones."""

FAULTS: dict[str, tuple[object, str, Any, Sequence[Happening]]] = {
    "paths are not walked back": (dependencies, "_back", lambda _, keys, hop: set(keys), (change_product,)),
    "inverse paths are walked the wrong way": (
        *(dependencies, "_back"),
        lambda seen, keys, hop: seen.far(keys, Direction.IN, Rel(hop.relationship)),
        (change_product,),
    ),
    "other names are not followed": (
        look.Look,
        "names",
        lambda _, keys: frozenset(keys),
        (change_alias, change_flow),
    ),
    "nothing moves": (look.Look, "placed", property(lambda _: frozenset()), HAPPENING),
    "parts do not move with the whole": (look.Look, "_parts", lambda *_: (), HAPPENING),
    "nothing is bound anew": (followed, "of_declared", lambda *_: set(), HAPPENING),
    "nothing is due": (clock, "due", lambda *_: [], (end_run, pass_time, pass_time)),
    "waivers do not matter": (clock, "turned", lambda *_: [], (change_waiver, change_member)),
    "jobs do not depend on what they read": (
        dependencies,
        "_of_reading",
        lambda _: set(),
        (change_flow, change_product),
    ),
    "runs do not matter": (dependencies, "_of_stale", lambda _: set(), (end_run, change_flow)),
    "ports do not depend on their data": (dependencies, "_giving", lambda *_: set(), (end_run,)),
    "promises do not matter": (dependencies, "_OF_OBJECTIVES", (), (change_contract,)),
    "lineage does not matter": (dependencies, "_may_flow", lambda *_: False, (change_tag, change_flow)),
    "rules over lineage look at no relationship": (
        *(dependencies, "is_quiet", lambda *_: True),
        (change_product, change_flow),
    ),
    "whatever passes goes on to pass": (keeper, "is_still", lambda *_: True, HAPPENING),
    "what does not pass stays as it is": (
        *(keeper, "moved"),
        lambda ground, policies, among: {id_: set() for id_ in among},
        (change_product,),
    ),
    "policies are not edited": (turn.Turn, "edited", lambda _: set(), HAPPENING),
}
QUICK = (
    "paths are not walked back",
    "waivers do not matter",
    "lineage does not matter",
    "what does not pass stays as it is",
    "policies are not edited",
)


def _is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> bool:
    thing, member, broken, happening = FAULTS[name]
    monkeypatch.setattr(thing, member, broken)
    for seed in range(SEEDS):
        try:
            assert_kept_is_full_all_life_long(MemoryStore(), seed, 8, happening)
        except AssertionError:
            return True
    return False


@pytest.mark.parametrize("name", QUICK)
def test_planted_fault__is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert _is_found(monkeypatch, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FAULTS.keys() - set(QUICK)))
def test_planted_fault__is_found_in_many_lives(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert _is_found(monkeypatch, name)
