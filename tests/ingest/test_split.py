"""Splitting documents into events."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import Unparsable
from ingest.split import split

A, B = b'{"eventTime":"[}\\"","n":[{}]}', b'{"eventTime":2}'


@pytest.mark.parametrize(
    "document",
    [
        A + B,
        A + b"\n" + B + b"\n",
        A + b"\r\n\r\n" + B,
        b"[" + A + b"," + B + b"]",
        b" [ " + A + b" , " + B + b" ]\n",
        b"[" + A + b"]" + B,
        b'{"events":[' + A + b"," + B + b"]}",
        b'{"n":1, "events" : [' + A + b"," + B + b"]}",
        b"\xef\xbb\xbf" + A + b"\n" + B,
        b"[" + A + b"][" + B + b"]",
    ],
)
def test_split__gives_the_bytes_of_each_event(document: bytes) -> None:
    assert list(split(document)) == [A, B]


def test_split__a_single_event_as_it_is() -> None:
    pretty = json.dumps(json.loads(A), indent=2).encode()
    assert list(split(pretty)) == [pretty]


def test_split__keeps_what_strict_json_has_not_inside_its_event() -> None:
    odd = b'{"eventTime":NaN,"t":"\\ud800"}'
    assert list(split(b"[" + odd + b"," + B + b"]")) == [odd, B]
    assert [
        json.dumps(json.loads(e)) for e in split(b'{"events":[' + odd + b"]}") if isinstance(e, bytes)
    ] == ['{"eventTime": NaN, "t": "\\ud800"}']


@pytest.mark.parametrize("empty", [b"", b" \n", b"[]", b'{"events":[]}', b"\xef\xbb\xbf"])
def test_split__nothing_has_no_events(empty: bytes) -> None:
    assert list(split(empty)) == []


def test_split__an_event_may_have_a_member_called_events() -> None:
    event = b'{"eventTime":1,"events":[1]}'
    assert list(split(event)) == [event]


@pytest.mark.parametrize(
    "wrapper", [b'{"events":5}', b'{"n":"events"}', b'{"events":[NaN', b'{"events":NaN}']
)
def test_split__an_odd_wrapper_is_handed_on_or_told(wrapper: bytes) -> None:
    [item] = split(wrapper)
    assert item == wrapper or isinstance(item, Unparsable)


def test_split__what_is_no_object_is_handed_on_to_be_rejected() -> None:
    assert list(split(A + b" nonsense " + B + b' "text" } 5')) == [A, b"nonsense", B, b'"text"', b"}", b"5"]


def test_split__what_is_cut_off_is_told() -> None:
    first, told = split(A + B[:-1])
    assert first == A
    assert isinstance(told, Unparsable)
    first, told = split(b"[" + A)
    assert first == A
    assert isinstance(told, Unparsable)


def test_split__lines_recover_behind_a_cut_line() -> None:
    assert list(split(A[:-3] + b"\n" + B + b"\n" + A)) == [A[:-3], B, A]


def test_split__deep_nesting_is_one_value() -> None:
    deep = b"{" * 100_000 + b"}" * 100_000
    assert list(split(deep)) == [deep]


VALUES = st.recursive(
    st.text(max_size=4) | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(st.dictionaries(st.text(max_size=3), VALUES), max_size=4), st.sampled_from(["", " ", "\n", ","])
)
def test_split__concatenated_objects_come_back(values: list[dict[str, Any]], separator: str) -> None:
    texts = [json.dumps(value, indent=1) for value in values]
    assert list(split(separator.join(texts).encode())) == [text.encode() for text in texts]
    assert list(split(f"[{','.join(texts)}]".encode())) == [text.encode() for text in texts]


@given(st.binary(max_size=60) | st.text('[]{}"\\, a1:\n', max_size=40).map(str.encode))
def test_split__loses_no_byte_of_any_document_but_separators(document: bytes) -> None:
    items = list(split(document))
    if all(isinstance(item, bytes) for item in items) and b"events" not in document:
        kept = b"".join(item for item in items if isinstance(item, bytes))
        ignored = b" \t\r\n,[]\xef\xbb\xbf\x0b\x0c\x1c\x1d\x1e\x85"
        assert kept.translate(None, ignored) == document.translate(None, ignored)
