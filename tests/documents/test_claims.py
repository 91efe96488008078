"""What a document may not do to others without being told to."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from catalog.claims import Claims
from catalog.entry import Receipt, Status
from catalog.errors import Orphans, Refused, TakesOver
from catalog.projection import Projection, Said
from catalog.store.port import Store
from tests.documents.conftest import fresh_store, kind, store
from tests.documents.versions import PlainEdge, Version, key, stub, thing, version

__all__ = ["fresh_store", "kind", "store"]

ORDERS, SHOP, OPS = key("product", "orders"), key("domain", "shop"), key("domain", "ops")
ORDER_TEAM, BILLING = key("team", "orders"), key("team", "billing")
BILLS = key("product", "billing")
PORT, INPUT = key("output-port", "orders", "table"), key("input-port", "billing", "orders")


def product(
    source: str,
    *,
    owner: str | None = ORDER_TEAM,
    domain: str | None = SHOP,
    minute: int = 0,
    ports: Iterable[str] = (),
) -> Version:
    edges: list[PlainEdge] = [("HAS_OUTPUT_PORT", ORDERS, port, ()) for port in ports]
    if owner is not None:
        edges.append(("OWNED_BY", ORDERS, owner, ()))
    if domain is not None:
        edges.append(("IN_DOMAIN", ORDERS, domain, ()))
    return version(source, minute, thing(ORDERS, *edges, name="Orders"))


def ports(source: str, *, minute: int = 0, described: bool = True) -> Version:
    """The output port of orders."""
    return version(source, minute, *([thing(PORT, name="Table")] if described else []))


def reader(source: str) -> Version:
    """An input port that receives it."""
    return version(source, 0, thing(INPUT, ("RECEIVES", INPUT, PORT, ()), name="Orders"))


def guarded(one: Version, claims: Claims | None = None) -> Said:
    entry, said = one.said()
    return entry, replace(said, guard=claims or Claims())


def apply(store: Store, versions: Iterable[Version], claims: Claims | None = None) -> list[Receipt]:
    projection = Projection(store)
    return [receipt for one in versions for receipt in projection.apply([guarded(one, claims)])]


@pytest.mark.parametrize(
    ("owner", "domain", "count"), [(BILLING, SHOP, 1), (None, OPS, 2), (BILLING, OPS, 2)]
)
def test_product__of_another_document_keeps_its_owner_and_domain(
    store: Store, owner: str | None, domain: str, count: int
) -> None:
    apply(store, [product("one.ttl")])

    with pytest.raises(TakesOver) as caught:
        apply(store, [product("two.ttl", owner=owner, domain=domain)])
    assert {one.key for one in caught.value.against} == {ORDERS}
    assert len(caught.value.against) == count
    assert all("one.ttl since 2024-05-01T10:00:00Z" in one.message for one in caught.value.against)


@pytest.mark.parametrize(
    "second",
    [
        product("two.ttl"),
        product("two.ttl", domain=None),
        product("one.ttl", owner=BILLING, domain=OPS, minute=1),
    ],
)
def test_document__of_the_same_owner_or_that_is_the_same_is_taken(store: Store, second: Version) -> None:
    receipts = apply(store, [product("one.ttl"), second])

    assert [one.status for one in receipts] == [Status.APPLIED] * 2


@pytest.mark.parametrize(
    ("second", "focus"),
    [
        (product("two.ttl", owner=None), ORDERS),
        (product("two.ttl", owner=None, domain=None), ORDERS),
        (version("two.ttl", 0, thing(PORT, visibility="unrestricted")), PORT),
        (
            version("two.ttl", 0, thing(BILLS, ("HAS_OUTPUT_PORT", BILLS, PORT, ())), thing(PORT, name="X")),
            PORT,
        ),
    ],
)
def test_product__and_its_ports_are_described_by_who_names_its_owner(
    store: Store, second: Version, focus: str
) -> None:
    apply(store, [product("one.ttl", ports=[PORT])])

    with pytest.raises(TakesOver) as caught:
        apply(store, [second])
    [against] = caught.value.against
    assert against.key == focus
    assert "owned by team/orders, says one.ttl since 2024-05-01T10:00:00Z; here no owner" in against.message
    assert apply(store, [second], Claims(take_over=True))[0].status is Status.APPLIED


@pytest.mark.parametrize("second", ["port", "product", "agreement"])
def test_product__may_be_named_by_everyone(store: Store, second: str) -> None:
    agreement = key("agreement", "a")
    naming = {
        "port": thing(INPUT, ("RECEIVES", INPUT, PORT, ())),
        "product": thing(agreement, ("GRANTED_TO", agreement, ORDERS, ())),
        "agreement": thing(agreement, ("COVERS", agreement, PORT, ())),
    }

    receipts = apply(store, [product("one.ttl", ports=[PORT]), version("two.ttl", 0, naming[second])])

    assert receipts[-1].status is Status.APPLIED


def test_product__that_nobody_owns_is_described_by_everyone(store: Store) -> None:
    receipts = apply(store, [product("one.ttl", owner=None), product("two.ttl", owner=None, domain=None)])

    assert receipts[-1].status is Status.APPLIED


def test_document__may_be_told_to_take_over(store: Store) -> None:
    apply(store, [product("one.ttl")])

    [receipt] = apply(store, [product("two.ttl", owner=BILLING)], Claims(take_over=True))

    assert receipt.status is Status.APPLIED


def test_product__that_its_document_left_out_can_be_taken(store: Store) -> None:
    receipts = apply(store, [product("one.ttl"), version("one.ttl", 1), product("two.ttl", owner=BILLING)])

    assert receipts[-1].status is Status.APPLIED


def test_port__that_others_receive_is_not_left_out(store: Store) -> None:
    apply(store, [ports("one.ttl"), reader("two.ttl")])

    with pytest.raises(Orphans) as caught:
        apply(store, [ports("one.ttl", minute=1, described=False)])
    [against] = caught.value.against
    assert against.key == PORT
    assert f"{INPUT} (says two.ttl)" in against.message
    apply(store, [ports("one.ttl", minute=1, described=False)], Claims(retire=True))


@pytest.mark.parametrize(
    "before",
    [
        [ports("one.ttl", minute=2), reader("two.ttl")],  # what comes is older than what is in force
        [ports("one.ttl"), ports("three.ttl"), reader("two.ttl")],  # another document describes it too
        [ports("one.ttl"), reader("one.ttl")],  # its own version before depended on it
        [ports("one.ttl")],
    ],
)
def test_port__that_nobody_else_loses_may_be_left_out(store: Store, before: list[Version]) -> None:
    Projection(store).apply([one.said() for one in before])

    [receipt] = apply(store, [ports("one.ttl", minute=1, described=False)])

    assert receipt.status is Status.APPLIED


DATA = ("SERVES", PORT, key("dataset", "db", "orders"), ())


@pytest.mark.parametrize(
    "beside",
    [
        version("three.ttl", 0, thing(PORT, name="Table")),  # without the data
        version("three.ttl", 0, thing(ORDERS, ("HAS_OUTPUT_PORT", ORDERS, PORT, ())), thing(PORT, DATA)),
    ],
)
def test_port__of_which_others_say_less_is_not_left_out(store: Store, beside: Version) -> None:
    ours = version(
        *("one.ttl", 0),
        thing(ORDERS, ("OWNED_BY", ORDERS, ORDER_TEAM, ()), ("HAS_OUTPUT_PORT", ORDERS, PORT, ())),
        thing(PORT, DATA, name="Table"),
    )
    apply(store, [beside, ours, reader("two.ttl")])

    with pytest.raises(Orphans) as caught:
        apply(store, [version("one.ttl", 1)])
    assert [one.key for one in caught.value.against] == [PORT]


def test_port__that_others_describe_as_fully_may_be_left_out(store: Store) -> None:
    claim = [("OWNED_BY", ORDERS, ORDER_TEAM, ()), ("HAS_OUTPUT_PORT", ORDERS, PORT, ())]
    whole = [
        version(source, 0, thing(ORDERS, *claim), thing(PORT, DATA)) for source in ("one.ttl", "three.ttl")
    ]
    apply(store, [*whole, reader("two.ttl")])

    assert apply(store, [version("one.ttl", 1)])[0].status is Status.APPLIED


def test_refused__is_not_in_the_log_and_may_come_again(store: Store) -> None:
    apply(store, [product("one.ttl")])
    with pytest.raises(Refused):
        apply(store, [product("two.ttl", owner=BILLING)])

    receipts = apply(store, [version("one.ttl", 1), product("two.ttl", owner=BILLING)])

    assert [one.status for one in receipts] == [Status.APPLIED] * 2


def test_stub__says_nothing_of_a_product(store: Store) -> None:
    apply(store, [product("one.ttl")])
    named = Version("two.ttl", product("two.ttl").ns, {ORDERS: stub(ORDERS)})

    assert apply(store, [named])[0].status is Status.APPLIED


def test_check__refuses_as_the_writing_does_and_changes_nothing(store: Store) -> None:
    apply(store, [product("one.ttl")])

    with pytest.raises(TakesOver):
        Projection(store).check(guarded(product("two.ttl", owner=BILLING)))
    Projection(store).check(guarded(product("two.ttl")))
    with store.read() as reader:
        assert reader.nodes((key("document", "two.ttl"),)) == {}


def test_claims__that_race_are_taken_once(store: Store) -> None:
    barrier = Barrier(4)

    def claim(number: int) -> bool:
        said = guarded(product(f"{number}.ttl", owner=key("team", str(number))))
        barrier.wait(30)
        try:
            Projection(store).apply([said])
        except TakesOver:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(claim, range(4)))
    assert taken.count(True) == 1
