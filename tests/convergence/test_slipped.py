"""Observations that slip in between others and say the same: told at once what folding all of them again tells."""

from collections.abc import Sequence

import hypothesis.strategies as st
from hypothesis import given, settings

from catalog.fold.history import Closed, Fold, History, Observation, slipped_in

KEYS = "ab"
VALUES = "xyz"


def folded(observations: Sequence[Observation]) -> History:
    history = History()
    for observation in sorted(observations, key=lambda one: one.at):
        history = History(history.fold(lambda _digest: frozenset()), observation)
    return history


def shown(history: History) -> tuple[Fold, Observation | None, list[Closed]]:
    """What is stored of a history: its end, and what its last observation closed."""
    assert history.last is not None
    return history.before, history.last, history.before.after(history.last, lambda _digest: frozenset())[1]


@st.composite
def observations(draw: st.DrawFn) -> list[Observation]:
    places = draw(st.lists(st.integers(10, 30), min_size=2, max_size=9, unique=True))
    values = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=2)
    return [Observation(str(at), draw(values)) for at in places]


@settings(max_examples=500, deadline=None)
@given(observations(), st.integers(1, 3))
def test_what_slips_in__leaves_what_folding_all_again_leaves(all_: list[Observation], count: int) -> None:
    added, known = all_[:count], all_[count:]
    if not known:
        return
    slipped = slipped_in(folded(known), {one.at: one for one in added})
    if slipped is not None:
        assert shown(slipped) == shown(folded(all_))


def test_what_goes_on__slips_in() -> None:
    known = [Observation(str(at), {"a": "x"}) for at in (10, 20, 30)]
    late = Observation("25", {"a": "x"})
    slipped = slipped_in(folded(known), {"25": late})
    assert slipped is not None
    assert shown(slipped) == shown(folded([*known, late]))


def test_what_says_something_else_or_stands_at_the_end__does_not() -> None:
    known = folded([Observation(str(at), {"a": "x"}) for at in (10, 20, 30)])
    others = (Observation("25", {"a": "y"}), Observation("25", {"b": "x"}), Observation("05", {"a": "x"}))
    for one in (*others, Observation("31", {"a": "x"})):
        assert slipped_in(known, {one.at: one}) is None
    assert slipped_in(known, {"25": None}) is None
    assert slipped_in(History(), {"25": Observation("25", {})}) is None
