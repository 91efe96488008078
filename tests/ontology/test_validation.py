"""Validating nodes: what is found, what is not held against a node, and in which words."""

from dataclasses import replace

import pytest

from ontology.compiler import compile_turtle, load_model, shipped
from ontology.errors import UnknownTerm
from ontology.rdf import Iri, Typed
from ontology.shapes import Severity
from ontology.validation import Given, Key, Subject, keeps_out, validate
from tests.ontology.every_feature import EVERY_FEATURE

MODEL = load_model()
FEATURES = compile_turtle(shipped()[0], EVERY_FEATURE)
XSD = "http://www.w3.org/2001/XMLSchema#"

Edges = tuple[tuple[str, str, str | None], ...]
OWNED: Edges = (("OWNED_BY", "team/a", "Team"), ("IN_DOMAIN", "domain/d", "Domain"))


def product(properties: dict[str, Given] | None = None, edges: Edges = OWNED) -> Subject:
    return Subject("product/orders", "DataProduct", {"name": "Orders", **(properties or {})}, edges)


def sentences(*nodes: Subject) -> list[str]:
    return [found.message for found in validate(MODEL, nodes)]


def test_validate__finds_nothing_wrong_with_what_is_right() -> None:
    whole: dict[str, Given] = {
        "description": "All orders.",
        "lifecycle": "active",
        "tags": ["sales", "eu"],
        "sameAs": ["https://example.org/orders"],
    }
    assert sentences(product(whole)) == []


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Subject("product/o", "DataProduct", {}, OWNED), "Data product product/o has no name; 1 is needed."),
        (
            product({"lifecycle": "asleep"}),
            'Data product "Orders" (product/orders) has "asleep" as lifecycle, which is none of draft, active, '
            "deprecated, retired.",
        ),
        (
            product({"name": 5}),
            'Data product product/orders has "5" as name, which is not text.',
        ),
        (product({"name": ""}), 'Data product product/orders has "" as name, which is empty.'),
        (
            product({"homepage": "nowhere"}),
            'Data product "Orders" (product/orders) has "nowhere" as homepage, which is not an IRI.',
        ),
        (
            product({"version": ["1", "2"]}),
            'Data product "Orders" (product/orders) has 2 values of version; 1 is allowed.',
        ),
        (
            product(edges=(*OWNED, ("THEME", "team/a", "Team"))),
            'Data product "Orders" (product/orders) has "team/a" as THEME, which is not a glossary term.',
        ),
        (
            Subject("classification/c", "Classification", {"name": "C", "level": -1}),
            'Classification "C" (classification/c) has "-1" as level, which is not at least 0.',
        ),
        (
            Subject("waiver/w", "Waiver", {"name": "W", "reason": "r", "expiresAt": "soon"}),
            'Waiver "W" (waiver/w) has "soon" as expiresAt, which is not a date and time such as '
            "2026-01-31T12:00:00Z.",
        ),
        (
            Subject(
                "contract-version/c",
                "ContractVersion",
                {"name": "C", "version": "1"},
                (("VERSION_OF", "c", None),),
            ),
            'Contract version "C" (contract-version/c): The version of a contract is a semantic version: three numbers '
            "with dots between them, such as 1.2.0.",
        ),
        (
            Subject("person/p", "Person", {"name": "P"}, (("MEMBER_OF", "person/q", "Person"),)),
            'Person "P" (person/p) has "person/q" as MEMBER_OF, which is not a team.',
        ),
        (
            product(edges=(*OWNED, ("CONTAINS", "team/a", "Team"))),
            'Data product "Orders" (product/orders) has "team/a" as CONTAINS, which is none of these: '
            "a dataset name, a job, a schema.",
        ),
    ],
)
def test_validate__says_what_is_wrong_in_a_sentence(node: Subject, expected: str) -> None:
    assert expected in sentences(node)


def test_validate__gathers_everything_sorted_by_node() -> None:
    nodes = [product({"lifecycle": "x", "version": 1}, ()), Subject("domain/d", "Domain", {})]
    found = validate(MODEL, nodes)
    assert [(v.focus, v.path and v.path.rpartition("#")[2]) for v in found] == [
        ("domain/d", "name"),
        ("product/orders", "inDomain"),
        ("product/orders", "ownedBy"),
        ("product/orders", "lifecycle"),
        ("product/orders", "version"),
    ]
    assert validate(MODEL, list(reversed(nodes))) == found


def test_validate__a_missing_owner_is_told_and_keeps_nothing_out() -> None:
    found = validate(MODEL, [product(edges=())])
    assert {violation.severity for violation in found} == {Severity.WARNING}
    assert not keeps_out(found)
    assert keeps_out(validate(MODEL, [product({"lifecycle": "x"}, ())]))


def test_validate__does_not_hold_against_a_node_what_is_not_known_of_its_neighbours() -> None:
    unknown: Edges = (("OWNED_BY", "x", None), ("IN_DOMAIN", "y", None), ("CONTAINS", "z", None))
    assert sentences(product(edges=unknown)) == []


def test_validate__what_is_not_known_is_not_known_to_be_otherwise() -> None:
    """Neither a class that is asked for nor one that is forbidden is found missing."""
    found = validate(FEATURES, [Subject("product/1", "DataProduct", {}, (("OWNED_BY", "x", None),))])
    assert not {"Or", "Not", "Class"} & {
        v.component.rpartition("#")[2].removesuffix("ConstraintComponent") for v in found if v.path
    }


def test_validate__takes_the_label_of_a_neighbour_from_itself() -> None:
    neighbour = Subject("team/a", "Team", {"name": "A"})
    assert sentences(product(edges=(*OWNED[1:], ("THEME", "team/a", None))), neighbour) == [
        'Data product "Orders" (product/orders): Nobody owns the data product.',
        'Data product "Orders" (product/orders) has "team/a" as THEME, which is not a glossary term.',
    ]


def test_validate__counts_equal_values_once() -> None:
    again = (*OWNED, *OWNED)
    assert sentences(product({"version": ["1", "1"]}, again)) == []


def test_validate__tells_true_from_one_and_a_text_from_an_iri() -> None:
    node = Subject("classification/c", "Classification", {"name": "C", "level": True})
    assert 'has "true" as level, which is not a whole number.' in sentences(node)[0]
    (_, limit) = [v for v in validate(MODEL, [node]) if v.value is True]
    assert limit.component.endswith("MinInclusiveConstraintComponent")


def test_validate__gives_values_as_terms() -> None:
    nodes = [
        Subject("waiver/w", "Waiver", {"name": "W", "reason": "r", "expiresAt": "soon"}),
        product({"homepage": "nowhere"}, (*OWNED, ("THEME", "team/a", "Team"))),
    ]
    values = [violation.value for violation in validate(MODEL, nodes)]
    assert values == ["nowhere", Key("team/a"), Typed(("soon", f"{XSD}dateTime"))]
    assert [type(value) for value in values] == [str, Key, Typed]
    assert isinstance(values[1], Iri)


def test_validate__of_an_inverse_path_says_so() -> None:
    port = Subject("output-port/p", "OutputPort", {"name": "P"})
    serving: Edges = (*OWNED, ("HAS_OUTPUT_PORT", port.key, None))
    products = [replace(product(edges=serving), key=f"product/{number}") for number in range(2)]
    (found,) = validate(MODEL, [port, *products])
    assert (found.focus, found.inverse, found.path) == (
        port.key,
        True,
        "https://w3id.org/meshline/ns#hasOutputPort",
    )
    assert found.message == 'Output port "P" (output-port/p): A port belongs to one data product.'


def test_validate__a_shape_of_a_superclass_is_for_its_subclasses() -> None:
    found = validate(MODEL, [Subject("personal-data/p", "PersonalDataCategory", {"name": "P", "level": -1})])
    assert [violation.shape.rpartition("#")[2] for violation in found] == ["Classification-level"]


def test_validate__leaves_out_what_serves_the_store_alone() -> None:
    assert sentences(product({"searchText": 5})) == []


@pytest.mark.parametrize(
    "node",
    [
        Subject("x/y", "Nothing", {}),
        Subject("product/o", "DataProduct", {"nothing": 1}),
        Subject("product/o", "DataProduct", {}, (("NOTHING", "x", None),)),
        Subject("product/o", "DataProduct", {}, (("OWNED_BY", "x", "Nothing"),)),
    ],
)
def test_validate__of_a_term_that_there_is_not_is_an_error(node: Subject) -> None:
    with pytest.raises(UnknownTerm):
        validate(MODEL, [node])


def test_validate__shows_the_start_of_a_long_value() -> None:
    (message,) = sentences(product({"lifecycle": "x" * 1000}))
    assert f'"{"x" * 80}…" as lifecycle' in message
