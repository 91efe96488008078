"""The text of descriptors: values, lines, and what is refused with the line where it stands."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.descriptors.place import Path, spelled
from ingest.descriptors.text import MAX_DEPTH, read_parts
from ingest.errors import MalformedDescriptor, Rejected, TooLarge

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def value(text: str) -> Any:
    [part] = read_parts(text.encode())
    return part.value


def refusal(text: str | bytes) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read_parts(text if isinstance(text, bytes) else text.encode())
    return caught.value


@given(VALUES.filter(lambda one: isinstance(one, dict | list)))
def test_json__is_read_as_it_is_with_the_line_of_each_value(given_value: Any) -> None:
    text = json.dumps(given_value, indent=1)
    [part] = read_parts(text.encode())

    assert part.value == given_value
    lines = text.split("\n")
    for path in _paths(given_value):
        line = part.line(path)
        assert line is not None
        if path and isinstance(path[-1], str):
            assert json.dumps(path[-1]) in lines[line - 1]


def _paths(inside: Any, path: Path = ()) -> list[Path]:
    steps = (
        inside.items() if isinstance(inside, dict) else enumerate(inside) if isinstance(inside, list) else ()
    )
    return [path, *(found for step, one in steps for found in _paths(one, (*path, step)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("true", True),
        ("12:30", "12:30"),
        ("2024-01-31", "2024-01-31"),
        ("010", 10),
        ("0o10", 8),
        ("1.10", 1.1),
        ("'1.10'", "1.10"),
        ("~", None),
        ("1e3", 1000.0),
        ("!!str 1", "1"),
        ("!!int '1'", 1),
    ],
)
def test_yaml__scalars_are_those_of_its_core_schema(text: str, expected: object) -> None:
    assert value(f"a: {text}")["a"] == expected


def test_yaml__lines_are_those_of_keys_and_items() -> None:
    [part] = read_parts(b"a:\n  - x: 1\n    y:\n      - deep\n  - z\nb: 2\n")

    assert part.value == {"a": [{"x": 1, "y": ["deep"]}, "z"], "b": 2}
    assert [
        part.line(p) for p in [("a",), ("a", 0, "y"), ("a", 0, "y", 0), ("a", 1), ("b",), ("b", "none")]
    ] == [
        1,
        3,
        4,
        5,
        6,
        6,
    ]


def test_yaml__parts_keep_their_place_and_empty_ones_are_left_out() -> None:
    found = read_parts(b"a: 1\n---\n---\nb: 2\n")

    assert [(part.index, part.value, part.line(("b",))) for part in found][1] == (2, {"b": 2}, 4)
    assert len(found) == 2


def test_yaml__aliases_and_merges_stand_for_what_they_name() -> None:
    text = "base: &b {x: 1, y: [1]}\nmore:\n  <<: *b\n  x: 2\ncopy: *b\n"

    assert value(text) == {"base": {"x": 1, "y": [1]}, "more": {"x": 2, "y": [1]}, "copy": {"x": 1, "y": [1]}}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: [1\nc: 2\n", 3, "This is no YAML"),
        ("a: 1\na: 2\n", 2, "The key 'a' is there twice."),
        ("a: !!python/object:os.system x\n", 1, "The tag"),
        ("a: !x {b: 1}\n", 1, "The tag"),
        ("? [1, 2]\n: x\n", 1, "A key that is a list"),
        ("a: &x [*x]\n", 1, "stands for nothing that is complete"),
        ("a: *nobody\n", 1, "nobody"),
        (b"a: \xff\n", 1, "UTF-8"),
        ("a: \x01\n", 1, "character"),
        ('{"a": 1,\n "b" 2}', 2, "This is no JSON"),
        ('{"a": 1, "a": 2}', None, "twice"),
        ('{"a": 1,\n "b": "\\ud800"}', 2, "half of a character"),
        ('{"\\udfff": 1}', 1, "half of a character"),
        ("<<: 3\n", 1, "<<"),
    ],
)
def test_malformed__says_what_and_on_which_line(text: str | bytes, line: int | None, message: str) -> None:
    found = refusal(text)

    assert isinstance(found, MalformedDescriptor)
    assert message in found.message
    assert found.line == line


def test_bomb_of_aliases__is_refused_before_it_is_made() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 12))

    assert isinstance(refusal(f"l0: &l0 [x, x, x, x]\n{levels}"), TooLarge)


@pytest.mark.parametrize("opening", ["[", "- ", "{a: "])
def test_deep_nesting__is_refused_whatever_the_stack_holds(opening: str) -> None:
    assert isinstance(refusal(opening * 200_000), MalformedDescriptor | TooLarge)
    assert MAX_DEPTH < 200_000


def test_paths__are_spelled_as_people_write_them() -> None:
    assert [spelled(p) for p in [(), ("a",), ("a", 0, "b"), (1, "x")]] == ["$", "a", "a[0].b", "[1].x"]


def test_json__is_nested_as_deeply_as_yaml_and_no_deeper() -> None:
    def nested(levels: int) -> str:
        return "[" * levels + "]" * levels

    assert value(nested(MAX_DEPTH)) == value("- " * (MAX_DEPTH - 1) + "[]")
    for levels in (MAX_DEPTH + 1, 500, 100_000):
        assert "nested deeper than 100 levels" in refusal(nested(levels)).message


def test_json__has_long_numbers_as_texts_like_yaml() -> None:
    for digits in (100, 101, 5_000):
        assert value('{"a": ' + "9" * digits + "}") == value("a: " + "9" * digits)
