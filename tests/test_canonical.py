"""Canonical JSON: one text for one value, in time that grows with the value and not with its square."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import canonical
from catalog.canonical import encode

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=6),
    max_leaves=20,
)


@given(VALUES)
def test_encode__is_the_same_however_long_the_text_is(value: object) -> None:
    long = encode([value, "x" * canonical.MAX_SORTED_BYTES])

    assert long == f"[{encode(value)},{json.dumps('x' * canonical.MAX_SORTED_BYTES)}]"


class Spy:
    """An encoder that looks at the order of the keys that it is given."""

    def __init__(self) -> None:
        self.given: list[list[str]] = []

    def encode(self, value: dict[str, int]) -> bytes:
        self.given.append([*value])
        return b"{}"


def test_encode__gives_many_keys_to_the_encoder_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own sort takes time by the square of their number where smaller keys follow sorted ones."""
    value = {**{f"n{number:06}": 1 for number in range(10_000)}, "a": 1, "m": 1}
    spy = Spy()
    monkeypatch.setattr(canonical, "_encoder", spy)
    encode(value)

    assert spy.given == [sorted(value)]
