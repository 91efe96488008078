"""Data flows from product to product as lineage has it; input ports state it beside."""

from catalog.mesh.mesh import read_mesh
from catalog.store.port import Store
from tests.mesh.words import alias, contract, dataset, edge, input_, job, mesh, output, product, reads, writes


def flows(store: Store, at: int | None = None) -> set[tuple[str, str, bool, bool]]:
    """(from, to, observed, declared) of the whole mesh."""
    with store.read() as reader:
        found = read_mesh(reader, at).graph().edges
    return {
        (one.source.partition("/")[2], one.target.partition("/")[2], one.is_observed, one.is_declared)
        for one in found
    }


def test_product_edge__is_observed_through_a_job() -> None:
    store = mesh(
        product("orders", exposes=["orders"]),
        product("revenue", exposes=["revenue"]),
        reads("book", "orders"),
        writes("book", "revenue"),
    )
    assert flows(store) == {("orders", "revenue", True, False)}


def test_product_edge__leads_through_datasets_of_no_product() -> None:
    store = mesh(
        product("orders", exposes=["orders"]),
        product("revenue", exposes=["revenue"]),
        reads("stage", "orders"),
        writes("stage", "staging"),
        reads("book", "staging"),
        writes("book", "revenue"),
    )
    with store.read() as reader:
        (found,) = read_mesh(reader).graph().edges
    (route,) = found.routes
    assert route.between == (job("stage"), dataset("staging"), job("book"))


def test_product_edge__ends_at_the_next_product() -> None:
    store = mesh(
        product("a", exposes=["a"]),
        product("b", exposes=["b"]),
        product("c", exposes=["c"]),
        *(reads("ab", "a"), writes("ab", "b"), reads("bc", "b"), writes("bc", "c")),
    )
    assert flows(store) == {("a", "b", True, False), ("b", "c", True, False)}


def test_product_edge__is_one_for_all_names_of_a_dataset() -> None:
    store = mesh(
        product("orders", exposes=["orders"]),
        product("revenue", exposes=["revenue"]),
        alias("s3://lake:orders", "orders"),
        reads("book", "s3://lake:orders"),
        writes("book", "revenue"),
    )
    assert flows(store) == {("orders", "revenue", True, False)}


def test_product_edge__is_declared_by_an_input_port() -> None:
    store = mesh(
        product("orders", exposes=["orders"]),
        output("orders", "tables", ["orders"]),
        product("revenue"),
        input_("revenue", "in", receives="orders/tables"),
    )
    assert flows(store) == {("orders", "revenue", False, True)}


def test_product_edge__is_declared_by_the_contract_of_both_ports() -> None:
    store = mesh(
        contract("orders", {}),
        product("orders"),
        output("orders", "tables", contract="orders"),
        product("revenue"),
        input_("revenue", "in", contract="orders"),
    )
    assert flows(store) == {("orders", "revenue", False, True)}


def test_product_edge__ends_at_a_job_that_a_product_contains() -> None:
    store = mesh(
        product("orders", exposes=["orders"]), product("mail", jobs=["send"]), reads("send", "orders")
    )
    assert flows(store) == {("orders", "mail", True, False)}


def test_product_edge__is_that_of_the_time_asked_for() -> None:
    store = mesh(
        product("orders", exposes=["orders"]),
        product("revenue", exposes=["revenue"]),
        reads("book", "orders", since=10, until=20),
        writes("book", "revenue", since=10),
    )
    assert flows(store) == set()


def test_product_edge__between_domains_leaves_out_what_is_inside_of_one() -> None:
    store = mesh(
        product("a", domain="x", exposes=["a"]),
        product("b", domain="x", exposes=["b"]),
        product("c", domain="y", exposes=["c"]),
        *(reads("ab", "a"), writes("ab", "b"), reads("bc", "b"), writes("bc", "c")),
    )
    with store.read() as reader:
        found = read_mesh(reader).domains().edges
    assert [(one.source, one.target, len(one.routes)) for one in found] == [("domain/x", "domain/y", 1)]


def test_product_edge__goes_past_a_job_that_states_its_sources() -> None:
    """A job reads two products and states that the output comes from one of them."""
    stated = edge("PRODUCES", job("book"), dataset("revenue"), explicit=True)
    store = mesh(
        product("orders", exposes=["orders"]),
        product("rates", exposes=["rates"]),
        product("revenue", exposes=["revenue"]),
        reads("book", "orders", "rates"),
        [stated, edge("HAD_DERIVATION", dataset("orders"), dataset("revenue"))],
    )
    assert flows(store) == {("orders", "revenue", True, False)}


def test_product_edge__of_one_product_goes_past_a_job_that_states_its_sources_too() -> None:
    """The job is met on the way back, for it writes another dataset of the product without stating anything."""
    stated = edge("PRODUCES", job("book"), dataset("revenue"), explicit=True)
    store = mesh(
        product("orders", exposes=["orders"]),
        product("revenue", exposes=["revenue", "summary"]),
        *(reads("book", "orders"), writes("book", "summary"), [stated]),
    )
    with store.read() as reader:
        whole, part = (read_mesh(reader).graph(of) for of in (None, ("product/revenue",)))
    assert [route.target for one in whole.edges for route in one.routes] == [dataset("summary")]
    assert part == whole
