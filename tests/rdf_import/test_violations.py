"""What is wrong with a document is told all at once, each time with what it is about."""

import pytest

from ontology.rdf import NS, TYPE
from tests.rdf_import.build import interpreted, messages, x

SH = "http://www.w3.org/ns/shacl#"


@pytest.mark.parametrize(
    ("says", "message"),
    [
        (
            ":t a mesh:DataProdukt ; mesh:name 'T' .",
            "https://x.org/t: mesh:DataProdukt is no class of the ontology. Did you mean mesh:DataProduct?",
        ),
        (
            ":t a mesh:Domain ; mesh:name 'T' ; mesh:ownedby :o .",
            "https://x.org/t: mesh:ownedby is no term of the ontology."
            " Did you mean mesh:ownedBy or mesh:governedBy or mesh:consumedBy?",
        ),
        (
            ":t a mesh:Domain ; mesh:name 'T' ; mesh:level 3 .",
            "https://x.org/t: A Domain has no mesh:level.",
        ),
        (
            ":t a mesh:Domain ; mesh:name 'T' ; mesh:inDomain :o .",
            "https://x.org/t: A Domain has no mesh:inDomain.",
        ),
        (
            ":t a mesh:Domain ; mesh:name 'T' ; mesh:ownedBy 'Ann' .",
            "https://x.org/t: mesh:ownedBy leads to a thing, and 'Ann' is a text.",
        ),
        (
            ":t a mesh:Domain , mesh:Team ; mesh:name 'T' .",
            "https://x.org/t: It is of several kinds (Domain, Team), and a thing has one.",
        ),
        (
            ":t a mesh:Domain ; mesh:name 'T' ; mesh:key 'product/t' .",
            "https://x.org/t: The key 'product/t' is not one of a Domain.",
        ),
        (
            ":t a mesh:Domain ; mesh:name 'T' ; mesh:key 'no key' .",
            "https://x.org/t: 'no key' is no key of a node.",
        ),
        (
            ":t a mesh:Dataset ; mesh:key 'dataset/n/a' ; mesh:namespace 'm' .",
            "https://x.org/t: Its key says mesh:namespace 'n', and the document 'm'.",
        ),
        (
            ":t a mesh:Field ; mesh:name 'a' .",
            "https://x.org/t: A field needs its name and the one dataset that it belongs to (mesh:name, mesh:dataset).",
        ),
        (
            ":t a mesh:Namespace ; mesh:name 'a' .",
            "https://x.org/t: A namespace needs its name and what it is of (mesh:name, mesh:namespaceOf).",
        ),
        (
            ":t a mesh:Waiver ; mesh:name 'W' ; mesh:reason 'R' ; mesh:expiresAt '2027-01-01T00:00:00Z'^^xsd:dateTime ."
            " :v a mesh:Violation ; mesh:name 'V' ; mesh:on :what .",
            "https://x.org/v: What https://x.org/what is, the document does not say: give it a class of the ontology.",
        ),
        (
            ":p a mesh:Person ; mesh:name 'P' ; mesh:memberOf :t . [] a rdf:Statement ; rdf:subject :p ;"
            " rdf:predicate mesh:memberOf ; rdf:object :t ; mesh:ownerType 'lead' .",
            "_:c14n0: mesh:memberOf has no mesh:ownerType.",
        ),
        (
            ":f a mesh:Field ; mesh:name 'f' ; mesh:dataset :d ; mesh:feeds :g . :g a mesh:Field ; mesh:name 'g' ;"
            " mesh:dataset :d . :d a mesh:Dataset . [] a rdf:Statement ; rdf:subject :f ;"
            " rdf:predicate mesh:feeds ; rdf:object :g ; mesh:masking 'yes' .",
            "_:c14n0: mesh:masking 'yes' is not of the datatype xsd:boolean.",
        ),
        (
            ":t mesh:inDomain :d .",
            "https://x.org/t: What https://x.org/t is, the document does not say: give it a class of the ontology.",
        ),
        (
            "<http://127.0.0.1:8000/id/team/t> a mesh:Domain ; mesh:name 'T' .",
            "http://127.0.0.1:8000/id/team/t: The key 'team/t' is not one of a Domain.",
        ),
    ],
)
def test_violation__says_what_and_of_which_thing(says: str, message: str) -> None:
    assert message in messages(says)


def test_violations__are_gathered_with_focus_component_and_path() -> None:
    found = interpreted(
        ":t a mesh:Domain ; mesh:name 'T' ; mesh:level 3 ; mesh:nope 1 . :u a mesh:Thing . :v a dcat:Dataset ; :w 1 ."
    )

    focus = x("domain", "t")
    assert {(one.focus, one.component.removeprefix(SH), one.path, one.value) for one in found.violations} == {
        (focus, "ClosedConstraintComponent", f"{NS}level", "3"),
        (focus, "ClosedConstraintComponent", f"{NS}nope", "1"),
        ("document/mesh.ttl", "ClassConstraintComponent", TYPE, f"{NS}Thing"),
    }


def test_terms_of_others__are_no_violation() -> None:
    assert messages(":t a :Thing ; :says 1 ; dcat:nope 2 .") == []
