"""What a change of type is, in the words of many engines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.data_types.change import TypeChange, type_change
from catalog.data_types.families import differ, families
from catalog.data_types.reading import MAX_CHARACTERS, read_type
from catalog.data_types.words import WORDS, Kind

WIDER = [
    ("INT", "BIGINT"),
    ("smallint", "Int64"),
    ("int unsigned", "bigint"),
    ("varchar(10)", "varchar(20)"),
    ("VARCHAR(10)", "TEXT"),
    ("char(3)", "varchar(3)"),
    ("decimal(10,2)", "decimal(12,2)"),
    ("decimal(10,2)", "decimal(12,4)"),
    ("NUMERIC(10,2)", "numeric"),
    ("int", "decimal(12,2)"),
    ("int", "double"),
    ("float4", "double precision"),
    ("date", "timestamp"),
    ("timestamp(3)", "timestamp(6)"),
    ("uuid", "varchar"),
    ("struct<a:int>", "struct<a:int,b:string>"),
    ("STRUCT(a INTEGER)", "STRUCT(a BIGINT)"),
    ("array<int>", "bigint[]"),
    ("map<string,int>", "MAP(VARCHAR, BIGINT)"),
    ("ENUM('a', 'b')", "ENUM('a', 'b', 'c')"),
    ("Nullable(Int32)", "Nullable(Int64)"),
]
OTHER = [
    ("text", "int"),
    ("int", "text"),
    ("date", "text"),
    ("boolean", "int"),
    ("timestamp", "timestamp with time zone"),
    ("timestamp(3) with time zone", "timestamp(3)"),
    ("struct<a:int,b:int>", "struct<a:int>"),
    ("struct<a:int>", "struct<a:string>"),
    ("array<int>", "array<string>"),
    ("array<int>", "int"),
    ("binary", "text"),
    ("json", "text"),
    ("int", "geometry"),
    ("my_domain", "int"),
    ("my_domain", "your_domain"),
]
SAME = [
    ("INT", "integer"),
    ("STRING", "varchar"),
    ("character varying(20)", "VARCHAR(20)"),
    ("DECIMAL(10, 2)", "numeric(10,2)"),
    ("timestamp_ntz", "TIMESTAMP"),
    ("timestamp(3) with time zone", "timestamp(3) WITH TIME ZONE"),
    ("struct<a:int,b:array<string>>", "ROW(a integer, b varchar[])"),
    ("struct", "struct<a:int>"),
    ("LowCardinality(String)", "text"),
    ("my_domain", "MY_DOMAIN"),
    ("int not null", "INT"),
]


@pytest.mark.parametrize(("before", "after"), WIDER)
def test_type_change__widens_what_holds_every_value_and_narrows_the_other_way(
    before: str, after: str
) -> None:
    assert type_change(before, after) is TypeChange.WIDENED
    assert type_change(after, before) in (TypeChange.NARROWED, TypeChange.INCOMPATIBLE)


@pytest.mark.parametrize(("before", "after"), OTHER)
def test_type_change__is_incompatible_where_values_are_something_else(before: str, after: str) -> None:
    assert type_change(before, after) is TypeChange.INCOMPATIBLE


@pytest.mark.parametrize(("before", "after"), SAME)
def test_type_change__is_none_between_two_spellings(before: str, after: str) -> None:
    assert type_change(before, after) is TypeChange.SAME
    assert type_change(after, before) is TypeChange.SAME


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("decimal(10,2)", "decimal(10,4)"),
        ("bigint", "double"),
        ("double", "decimal(38,10)"),
        ("int", "uint64"),
    ],
)
def test_type_change__narrows_where_some_values_do_not_fit(before: str, after: str) -> None:
    assert type_change(before, after) is TypeChange.NARROWED


def test_type_change__of_a_struct_is_the_worst_of_its_members() -> None:
    assert type_change("struct<a:int,b:int>", "struct<a:bigint,b:smallint,c:int>") is TypeChange.NARROWED


def test_read_type__knows_a_member_with_a_quoted_name() -> None:
    found = read_type('STRUCT("first name" VARCHAR(3), `b,c` INT)')
    assert found is not None
    assert [(name, inner and inner.size) for name, inner in found.members] == [
        ("first name", 3),
        ("b,c", None),
    ]


def test_families__of_a_decimal_with_a_scale_are_no_whole_numbers() -> None:
    assert families("decimal(10,2)") == {"fraction"}
    assert differ("decimal(10,2)", "bigint")
    assert not differ("decimal", "bigint")
    assert not differ("jsonb", "array")
    assert not differ("my_domain", "bigint")


PLAIN = st.sampled_from(sorted(WORDS))
TYPES = st.recursive(
    PLAIN | st.builds("decimal({},{})".format, st.integers(10, 38), st.integers(0, 9)),
    lambda inner: (
        st.builds("array<{}>".format, inner)
        | st.builds("map<string,{}>".format, inner)
        | st.builds("struct<a:{},b:{}>".format, inner, inner)
    ),
    max_leaves=5,
)


@given(TYPES)
def test_type_change__of_a_type_to_itself_is_none(text: str) -> None:
    assert read_type(text) is not None
    assert type_change(text, text.upper()) is TypeChange.SAME


@given(TYPES, TYPES)
def test_type_change__never_widens_in_both_directions(one: str, other: str) -> None:
    there, back = type_change(one, other), type_change(other, one)
    assert TypeChange.WIDENED not in (there, back) or there is not back
    assert (there is TypeChange.SAME) == (back is TypeChange.SAME)


@given(st.text(alphabet="<>()[],:ab \"'`0", max_size=60))
def test_read_type__takes_any_text(text: str) -> None:
    found = read_type(text)
    assert found is None or found.kind in Kind


def test_read_type__gives_up_on_what_is_too_long_or_too_deep() -> None:
    assert read_type("array<" * 100 + "int" + ">" * 100) is not None
    assert read_type("int" + " " * MAX_CHARACTERS) is None
