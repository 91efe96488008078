import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.tokens import search_text, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("...", []),
        ("public.orders", ["public", "orders"]),
        ("customer_id", ["customer", "id"]),
        ("orderItems", ["orderitems", "order", "items"]),
        ("OrderItems order", ["orderitems", "order", "items"]),
        ("parseHTTPResponse2", ["parsehttpresponse2", "parse", "http", "response2"]),
        ("ORDERS", ["orders"]),
        ("s3://bucket/a-b", ["s3", "bucket", "a", "b"]),
        ("Größe kundenNr", ["größe", "kundennr", "kunden", "nr"]),
        ("gro\u0308sse", ["grösse"]),
        ("注文 表", ["注文", "表"]),
        ("हिन्दी", ["हिन्दी"]),
    ],
)
def test_tokens__are_the_words_and_humps_of_a_text(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(st.text())
def test_tokens__of_tokens_are_the_same(text: str) -> None:
    assert set(tokens(" ".join(tokens(text)))) == set(tokens(text))


def test_search_text__names_each_token_once() -> None:
    assert (
        search_text("db", "public.orders", "Orders of the shop", "order_id")
        == "db public orders of the shop order id"
    )
