"""What readers of all formats fill: nodes and edges with the places where they are said."""

from catalog.graph import EdgeSpec
from catalog.identity import DatasetId
from catalog.statement import Described
from ingest.descriptors.draft import Draft, Drafted, Fault, Place, Unmapped
from ingest.descriptors.text import read_parts
from ontology.shapes import Severity
from ontology.vocabulary import Label, Rel

TEXT = b"""product:
  id: orders
  owner: shop
  lifecycle: ready
colour: blue
"""


def drafted(lifecycle: str | None = None) -> Drafted:
    [part] = read_parts(TEXT)
    draft = Draft("mesh/orders.yaml")
    draft.begin(part)
    product = draft.thing(Label.DATA_PRODUCT, "orders", at=("product",))
    draft.say(product, ("product",), name="Orders", tags=["b", "a", "b"], description=None)
    draft.say(product, ("product", "lifecycle"), lifecycle=lifecycle)
    owner = draft.thing(Label.TEAM, "shop", at=("product", "owner"))
    draft.link(Rel.OWNED_BY, product, owner, ("product", "owner"))
    draft.unmapped(("colour",), "nobody asks")
    return draft.drafted(source="mesh/orders.yaml")


def test_draft__comes_to_nodes_that_are_described_or_only_named() -> None:
    found = drafted()

    assert found.statement.nodes == (
        Described(
            "product/orders",
            "DataProduct",
            (("name", "Orders"), ("tags", ["a", "b"])),
            (EdgeSpec(Rel.OWNED_BY, "product/orders", "team/shop"),),
        ),
        Described("team/shop", "Team", stub=True),
    )
    assert found.statement.properties == (("source", "mesh/orders.yaml"),)
    assert not found.kept_out


def test_draft__knows_where_each_fact_is_said() -> None:
    found = drafted("active")

    assert found.nodes["product/orders"] == Place("product", 1)
    assert found.properties["product/orders", "lifecycle"] == Place("product.lifecycle", 4)
    assert found.edges[Rel.OWNED_BY, "product/orders", "team/shop"] == Place("product.owner", 3)
    assert found.unmapped == (Unmapped("colour", "nobody asks", 5),)


def test_draft__is_judged_by_the_shapes_of_the_ontology_at_the_place() -> None:
    found = drafted("ready")

    [wrong] = [fault for fault in found.faults if fault.severity is Severity.VIOLATION]
    assert (wrong.path, wrong.line) == ("product.lifecycle", 4)
    assert "draft, active, deprecated, retired" in wrong.message
    assert found.kept_out


def test_second_value_of_one_property__is_a_fault_and_not_an_accident() -> None:
    draft = Draft("x")
    key = draft.thing(Label.TEAM, "a")
    draft.say(key, name="A")
    draft.say(key, name="B")

    assert draft.drafted().faults == (
        Fault("$", "team/a already has 'A' as name; here it is 'B'.", Severity.VIOLATION),
    )


def test_draft__refuses_numbers_that_no_store_holds() -> None:
    draft = Draft("a.yaml")
    server = draft.thing(Label.SERVER, "c", "1.0.0", "s")

    draft.say(server, portNumber=2**63 - 1)
    draft.say(server, portNumber=2**63)

    assert [fault.message for fault in draft.drafted().faults] == [
        "9223372036854775808 is too large for a number."
    ]


def test_draft__has_no_secrets_in_names_and_properties() -> None:
    """A dataset has the key that events of it have, which are kept without them."""
    draft = Draft("a.yaml")
    server = draft.thing(Label.SERVER, "c", "1.0.0", "s")
    dataset = draft.dataset("postgres://ada:hunter2@db:5432", "shop.orders")
    field = draft.field(DatasetId("postgres://ada:hunter2@db:5432", "shop.orders"), "id")

    draft.say(server, location="jdbc:postgresql://db/shop?user=ada&password=hunter2")

    assert dataset == DatasetId("postgres://***@db:5432", "shop.orders").key
    assert field == DatasetId("postgres://***@db:5432", "shop.orders").field("id").key
    found = draft.drafted()
    assert "hunter2" not in repr(found)
    assert [(one.severity, one.message) for one in found.faults] == [
        (
            Severity.WARNING,
            "A secret in location is not shown; take it out of the document, whose text is kept.",
        )
    ]
