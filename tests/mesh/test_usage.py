"""Who uses which product, on what terms, and under which agreement."""

import pytest

from catalog.mesh.mesh import read_mesh
from catalog.mesh.usage import Terms, Use, usage
from tests.mesh.words import (
    Part,
    agreement,
    dataset,
    input_,
    job,
    mesh,
    output,
    product,
    reads,
    writes,
)

ORDERS, BILLS, PORT = "product/orders", "product/bills", "output-port/orders/table"
NOW = 1_800_000_000_000_000_000
OFFER: Part = [
    *product("orders", owner="shop", contains=["inside"]),
    *writes("load", "orders", "inside"),
]
ASKING = output("orders", "table", ["orders"], visibility="restricted")
TAKER: Part = [*product("bills", owner="finance", exposes=["bills"]), *writes("book", "bills")]
USE: Part = [*OFFER, *ASKING, *TAKER, *reads("book", "orders")]


def uses(*parts: Part) -> dict[tuple[str, str], Use]:
    with mesh(*parts).read() as reader:
        return {(one.product, one.by): one for one in usage(read_mesh(reader, None, NOW))}


def granted(status: str = "approved", to: str = BILLS, **said: str) -> Part:
    return agreement("a", PORT, to, status, **said)


@pytest.mark.parametrize(
    ("parts", "terms", "standings"),
    [
        ([], Terms.NOT_AGREED, []),
        (granted(), Terms.AGREED, ["IN_FORCE"]),
        (granted("pending"), Terms.NOT_AGREED, ["PENDING"]),
        (granted(validUntil="2020-01-01"), Terms.NOT_AGREED, ["OVER"]),
        (granted(to="team/finance"), Terms.AGREED, ["IN_FORCE"]),
        (granted(to="team/other"), Terms.NOT_AGREED, []),
    ],
    ids=["none", "in-force", "pending", "over", "by-owner", "for-another"],
)
def test_usage__tells_the_terms_and_the_agreements(parts: Part, terms: Terms, standings: list[str]) -> None:
    one = uses(USE, parts)[ORDERS, BILLS]
    assert (one.terms, [str(told.standing) for told in one.agreements]) == (terms, standings)
    assert (one.ports, one.datasets, one.declared) == ((PORT,), (dataset("orders"),), False)


def test_usage__of_an_open_port_and_of_ones_own_needs_no_agreement() -> None:
    open_ = output("orders", "table", ["orders"], visibility="unrestricted")
    assert uses(OFFER, open_, TAKER, reads("book", "orders"))[ORDERS, BILLS].terms is Terms.OPEN
    own: Part = [*product("bills", owner="shop", exposes=["bills"]), *writes("book", "bills")]
    assert uses(OFFER, ASKING, own, reads("book", "orders"))[ORDERS, BILLS].terms is Terms.OWN


def test_usage__past_the_ports_is_told_whatever_is_agreed() -> None:
    found = uses(USE, granted(), reads("book", "inside"))[ORDERS, BILLS]
    assert (found.terms, set(found.datasets)) == (Terms.INTERNAL, {dataset("orders"), dataset("inside")})


def test_usage__is_not_agreed_where_one_of_its_ports_is_not() -> None:
    more: Part = [
        *output("orders", "people", ["people"], visibility="private"),
        *writes("load", "people"),
        *reads("book", "people"),
    ]
    assert uses(USE, granted(), more)[ORDERS, BILLS].terms is Terms.NOT_AGREED
    both = agreement("b", "output-port/orders/people", BILLS)
    assert uses(USE, granted(), more, both)[ORDERS, BILLS].terms is Terms.AGREED


def test_usage__of_a_job_of_no_product_is_not_known_to_be_agreed() -> None:
    one = uses(USE, reads("spy", "orders"))[ORDERS, job("spy")]
    assert (one.terms, one.ports) == (Terms.UNKNOWN, (PORT,))


def test_usage__that_is_only_granted_or_declared_is_told_with_what_states_it() -> None:
    granted_ = uses(OFFER, ASKING, TAKER, granted())[ORDERS, BILLS]
    assert (granted_.terms, granted_.datasets, granted_.declared) == (Terms.AGREED, (), True)
    stated = uses(OFFER, ASKING, TAKER, input_("bills", "orders", receives="orders/table"))[ORDERS, BILLS]
    assert (stated.ports, stated.datasets, stated.declared) == ((PORT,), (), True)


def test_usage__of_one_product_is_a_part_of_that_of_all() -> None:
    opened = mesh(USE, granted(), product("apart", exposes=["orders"]))
    with opened.read() as reader:
        every = usage(read_mesh(reader, None, NOW))
        one = usage(read_mesh(reader, None, NOW), ORDERS)
    assert one == [told for told in every if told.product == ORDERS]
    assert one
