"""Canonical JSON: one text for one value, in time that grows with the value and not with its square."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import canonical
from catalog.canonical import encode
from catalog.fold.descriptions import Description, Standing, dump_description
from catalog.fold.runs import RunState, dump_run

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=6),
    max_leaves=20,
)


@given(VALUES)
def test_encode__is_the_same_however_long_the_text_is(value: object) -> None:
    long = encode([value, "x" * canonical.MAX_SORTED_BYTES])

    assert long == f"[{encode(value)},{json.dumps('x' * canonical.MAX_SORTED_BYTES)}]"


class Pair(msgspec.Struct):
    """What a store keeps: a struct, its fields not in the order of their names, with keys that somebody else chose."""

    right: dict[str, "Pair"]
    left: tuple[str, ...] = ()


@given(st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=6))
def test_encode__of_a_struct_is_that_of_an_object_with_its_fields(chosen: dict[str, str]) -> None:
    for padding in ("", "x" * canonical.MAX_SORTED_BYTES):
        struct = Pair({key: Pair({}, (said,)) for key, said in chosen.items()}, (padding,))
        plain = {key: {"right": {}, "left": [said]} for key, said in chosen.items()}
        assert encode(struct) == encode({"right": plain, "left": [padding]})


EVIL = (*(f"n{number:06}" for number in range(10_000)), "a", "m")
"""Keys in an order for which the encoder's own sort takes time by the square of their number."""


class Spy:
    """An encoder that looks at the order of the keys that it is given, of the value itself or of one of its members."""

    def __init__(self, member: str | int | None = None) -> None:
        self.member = member
        self.given: list[list[str]] = []

    def encode(self, value: Any) -> bytes:
        self.given.append([*(value if self.member is None else value[self.member])])
        return b"{}"


def test_encode__gives_many_keys_to_the_encoder_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    spy = Spy()
    monkeypatch.setattr(canonical, "_encoder", spy)
    encode(dict.fromkeys(EVIL, 1))

    assert spy.given == [sorted(EVIL)]


@pytest.mark.parametrize(
    ("dump", "member"),
    [
        (lambda evil: dump_run(RunState("r", "", "", facets=dict.fromkeys(evil, ("", "")))), "facets"),
        (
            lambda evil: dump_description(
                Description({}, "Team", Standing.DESCRIBED, dict.fromkeys(evil, ""))
            ),
            3,
        ),
    ],
    ids=["run", "description"],
)
def test_state__gives_many_keys_to_the_encoder_in_their_order(
    dump: Callable[[list[str]], str], member: str | int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = Spy(member)
    monkeypatch.setattr(canonical, "_encoder", spy)
    dump([*EVIL])

    assert spy.given == [sorted(EVIL)]
