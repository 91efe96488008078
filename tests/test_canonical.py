"""Canonical JSON: one text for one value, in time that grows with the value and not with its square."""

import json
import time

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


def test_encode__of_many_keys_in_an_evil_order_takes_no_longer_than_sorting_them() -> None:
    """A sort by the square of their number takes tens of seconds here."""
    value = {**{f"n{number:06}": 1 for number in range(100_000)}, "a": 1, "m": 1}
    begin = time.process_time()
    text = encode(value)

    assert time.process_time() - begin < 1.5
    assert text.startswith('{"a":1,"m":1,"n000000":1')
