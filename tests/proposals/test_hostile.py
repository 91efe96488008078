"""Whatever a document says, it is answered or refused, and nothing else happens."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.impact.change import Proposal
from ingest.descriptors.text import read_parts
from ingest.errors import IngestError
from tests.proposals.test_contracts import CONTRACT, PRODUCT
from tests.proposals.test_given import SCHEMA
from tests.proposals.words import DAILY_SQL, ORDERS, event, nested, propose, shop

WHOLE: list[dict[str, Any]] = [
    read_parts(CONTRACT.encode())[0].value,
    read_parts(PRODUCT.encode())[0].value,
    SCHEMA,
    {"fields": nested(ORDERS)},
    event("load", {"orders": ORDERS}, query=DAILY_SQL),
]
ODD = st.sampled_from([None, 1, -1.5, True, "x", "", "properties", [], {}, [1], {"a": 1}])
WORDS = [
    "create",
    "table",
    "view",
    "orders",
    "(",
    ")",
    ",",
    "int",
    "varchar(10)",
    "not",
    "null",
    "alter",
    "drop",
    "column",
    "rename",
    "to",
    "as",
    "select",
    "*",
    "from",
    ";",
    "'",
    '"',
    "struct<",
    "array<",
    ">",
    "--",
    "/*",
    "default",
    "1",
    "primary",
    "key",
    "if",
    "exists",
    "add",
    "type",
    "set",
]


def spoiled(value: Any, draw: st.DataObject, chance: int) -> Any:
    """A value of which one part in ``chance`` is something odd, or missing."""
    lot = draw.draw(st.integers(0, chance))
    if lot == 0:
        return draw.draw(ODD)
    if isinstance(value, dict):
        kept = {key: spoiled(one, draw, chance) for key, one in value.items()}
        return {key: one for key, one in kept.items() if lot != 1 or key != next(iter(kept))}
    return [spoiled(one, draw, chance) for one in value] if isinstance(value, list) else value


def answered(head: str | dict[str, Any], **options: Any) -> bool:
    try:
        return isinstance(propose(shop(CONTRACT), head, **options), Proposal)
    except IngestError as error:
        return bool(error.message and error.code)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WHOLE), st.data(), st.booleans())
def test_document__with_odd_parts_is_answered_or_refused(
    whole: dict[str, Any], data: st.DataObject, pair: bool
) -> None:
    head = spoiled(whole, data, 30)
    assert answered(
        head if isinstance(head, dict) else "x", base=[whole] if pair else [], dataset="shop.sales.orders"
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from([None, "postgres", "spark", "tsql"]))
def test_ddl__of_any_words_is_answered_or_refused(words: list[str], dialect: str | None) -> None:
    assert answered("create table orders (a int); " + " ".join(words), dialect=dialect)
