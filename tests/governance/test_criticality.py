"""What is critical because something critical is made of it."""

from catalog.coverage import ReasonCode
from catalog.governance.criticality import Criticality, criticalities
from catalog.governance.sayings import Sayings
from catalog.governance.spread import MAX_FIELDS
from catalog.lineage_view import View
from catalog.mesh.mesh import Mesh
from catalog.store.port import Store
from tests.governance.test_propagation import CHAIN, column
from tests.mesh.words import Part, contract, dataset, edge, job, mesh, node, reads, schema_of, seen, writes

SCHEMA = schema_of("page", "page")


def element(path: str, critical: bool = True) -> Part:
    key = f"schema-property/page/1.0.0/page/{path}"
    return [
        *contract("page", {"page": {}}),
        edge("BOUND_TO", SCHEMA, dataset("page")),
        node(key, "SchemaProperty", name=path, criticalDataElement=critical),
        edge("HAS_PROPERTY", SCHEMA, key, ordinal=1),
    ]


def ask(store: Store, *fields: str, max_fields: int = MAX_FIELDS) -> dict[str, Criticality]:
    with store.read() as reader:
        view = View(reader, None)
        keys = [column(field) for field in fields]
        found = criticalities(view, Sayings(view, Mesh(reader)), keys, max_fields)
    return {field: found[column(field)] for field in fields}


def needs(found: Criticality) -> list[tuple[str, int]]:
    return [(one.element.rpartition("/")[2], len(one.way)) for one in found.needed]


def test_criticality__goes_from_an_element_to_all_that_it_is_made_of() -> None:
    found = ask(mesh(*CHAIN, element("mail")), "raw.email", "clean.email", "page.mail", "page.code", "raw.id")
    assert {field: needs(one) for field, one in found.items()} == {
        **{"raw.email": [("mail", 2)], "clean.email": [("mail", 1)], "page.mail": [("mail", 0)]},
        **{"page.code": [], "raw.id": []},
    }
    way = found["raw.email"].needed[0].way
    assert [hop.edge.via for hop in way] == [job("show"), job("clean")]


def test_criticality__is_not_stopped_by_masking() -> None:
    assert needs(ask(mesh(*CHAIN, element("code")), "raw.email")["raw.email"]) == [("code", 2)]


def test_criticality__is_of_no_element_that_is_not_critical() -> None:
    assert needs(ask(mesh(*CHAIN, element("mail", critical=False)), "raw.email")["raw.email"]) == []


def test_criticality__is_only_told_where_rows_depend() -> None:
    told: Part = [
        edge("INFLUENCES", column("raw.id"), column("page.mail"), origin="OBSERVED", via=job("show"))
    ]
    found = ask(mesh(*CHAIN, element("mail"), told), "raw.id")["raw.id"]
    assert needs(found) == []
    assert [(one.element.rpartition("/")[2], len(one.way)) for one in found.informs] == [("mail", 1)]


def test_criticality__is_not_known_where_data_goes_on_without_columns() -> None:
    dark: list[Part] = [seen("dark", "x"), [*reads("blind", "clean"), *writes("blind", "dark")]]
    found = ask(mesh(*CHAIN, *dark), "raw.email", "page.mail")
    assert [one.code for one in found["raw.email"].unknown] == [ReasonCode.NO_COLUMN_LINEAGE]
    assert found["page.mail"].unknown == ()


def test_criticality__of_many_fields_is_that_of_each() -> None:
    """A job that says what its output comes from says of its other input that nothing does."""
    said: Part = [
        *reads("join", "raw", "clean"),
        edge(
            "PRODUCES",
            job("join"),
            dataset("dark"),
            origin="OBSERVED",
            via=job("join"),
            explicit=True,
            partial=True,
        ),
        edge("HAD_DERIVATION", dataset("clean"), dataset("dark"), origin="OBSERVED", via=job("join")),
    ]
    found = ask(mesh(*CHAIN, seen("dark", "x"), said), "raw.id", "clean.email")
    assert found["raw.id"].unknown == ()
    assert [one.code for one in found["clean.email"].unknown] == [ReasonCode.NO_COLUMN_LINEAGE]


def test_criticality__says_where_its_bound_was() -> None:
    found = ask(mesh(*CHAIN, element("mail")), "raw.email", max_fields=1)["raw.email"]
    assert (needs(found), [one.code for one in found.unknown]) == ([], [ReasonCode.MAX_NODES])
