"""Policies in Turtle are those of the YAML, and their shapes are SHACL that another engine follows alike."""

import pyshacl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import SH, Graph

from catalog.governance.policy import Policy, ShapeCheck
from catalog.governance.stored import Stored
from catalog.governance.verdict import Status
from catalog.governance.waiver import Waiver
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from catalog.store.port import Store
from ingest.descriptors.policies_writing import policies_yaml
from ingest.policies.documents import said_in
from ingest.policies.turtle import check_shape, policies_turtle
from ingest.rdf.document import interpret_document, read_document
from ontology.rdf_reading import RdfSyntax
from ontology.rdf_writing import Form as RdfForm
from tests.descriptors.saying import drafted
from tests.descriptors.test_meshline_policies import POLICIES
from tests.governance.policies import WAIVERS, policies
from tests.governance.test_shape_check import BASE, checks, stores
from tests.governance.words import judged, policy, statuses

HEAD = """@base <https://w3id.org/meshline/id/> .
@prefix check: <https://w3id.org/meshline/check#> .
@prefix mesh: <https://w3id.org/meshline/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
OWNED = '<policy/p> a mesh:GovernancePolicy ; mesh:name "P" ; mesh:ownedBy <team/t> ; '
SHAPE = "check:shape [ a sh:NodeShape ; sh:targetClass mesh:DataProduct ; "
ONE = "sh:property [ sh:path mesh:purpose ; sh:minCount 1 ]"


def read(turtle: str) -> tuple[Stored, list[str]]:
    """What a text says, and what is wrong with it."""
    document = read_document(turtle.encode(), RdfSyntax.TURTLE, "policies.ttl")
    found = interpret_document(document, "policies.ttl", received_ns=0).interpretation
    return said_in(found.statement), [one.message for one in found.violations if one.severity == "Violation"]


@given(
    st.lists(policies(), max_size=3, unique_by=lambda one: one.id),
    st.lists(WAIVERS, max_size=2, unique_by=lambda one: one.id),
)
def test_turtle__is_read_back_as_what_was_written(found: list[Policy], waivers: list[Waiver]) -> None:
    stored = Stored(
        tuple(sorted(found, key=lambda one: one.key)), tuple(sorted(waivers, key=lambda one: one.key))
    )

    assert read(policies_turtle(stored)) == (stored, [])


def test_turtle__and_yaml_say_the_same_there_and_back() -> None:
    stored = said_in(drafted(POLICIES).statement)

    out_of_turtle, _ = read(policies_turtle(stored))

    assert out_of_turtle == stored
    assert said_in(drafted(policies_yaml(out_of_turtle)).statement) == stored


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (SHAPE + ONE + " ; sh:closed true ] .", "sh:closed has no place there"),
        (
            SHAPE + "sh:property [ sh:path mesh:purpose ; sh:minLength 3 ] ] .",
            "sh:minLength has no place there",
        ),
        (SHAPE + "sh:property [ sh:path mesh:purpos ; sh:minCount 1 ] ] .", "mesh:purpos is no relationship"),
        (SHAPE + "sh:property [ sh:minCount 1 ] ] .", "sh:path is missing"),
        (
            SHAPE + 'sh:property [ sh:path mesh:purpose ; sh:minCount "x" ] ] .',
            "sh:minCount is a whole number",
        ),
        (
            SHAPE + "sh:property [ sh:path [ sh:oneOrMorePath mesh:ownedBy ] ; sh:minCount 1 ] ] .",
            "a path is of",
        ),
        (SHAPE + ONE + " ; sh:or ( [ " + ONE + " ] ) ] .", "not both"),
        (SHAPE + "sh:property [ sh:path mesh:purpose ; sh:qualifiedMinCount 1 ] ] .", "qualified counts"),
        (SHAPE + "sh:property [ sh:path mesh:ownedBy ; sh:class <x> ] ] .", "is no class of the ontology"),
        ("check:shape [ " + ONE + " ] .", "sh:targetClass is missing"),
        ('check:query [ sh:targetClass mesh:Dataset ; sh:select "SELECT ?x {}" ] .', "no ?this"),
        (
            'check:lineage [ sh:targetClass mesh:Dataset ; check:rule "orphan" ; check:hops 1 ] .',
            "knows no 'hops'",
        ),
        (
            'check:lineage [ sh:targetClass mesh:Dataset ; check:rule "orphan" ; check:x 1 ] .',
            "check:x has no place",
        ),
        (SHAPE + ONE + ' ] ; mesh:check "{}" .', "2 values of check"),
    ],
)
def test_turtle__that_asks_for_what_no_check_has_is_refused(check: str, message: str) -> None:
    _, wrong = read(HEAD + OWNED + check)

    assert [one for one in wrong if message in one], wrong


def test_turtle__of_people_needs_no_order_and_may_name_its_shape() -> None:
    named = OWNED + "check:shape <#shape> . <#shape> a sh:NodeShape ; sh:targetClass mesh:DataProduct ; "
    other = "sh:property [ sh:path mesh:ownedBy ; sh:maxCount 1 ]"

    one, wrong = read(HEAD + named + f"{ONE} , {other.removeprefix('sh:property ')} .")
    two, _ = read(HEAD + OWNED + SHAPE + f"{other} ; {ONE} ] .")

    assert wrong == []
    assert one == two
    assert len(one.policies) == 1


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(store=stores(), check=checks())
def test_shapes__that_are_written_are_followed_by_pyshacl_as_by_us(store: Store, check: ShapeCheck) -> None:
    ours = {key for key, one in statuses(judged(store, policy(check))).items() if one is Status.FAIL}
    with store.read() as reader:
        data = Graph().parse(data="".join(rdf(reader, RdfForm.NQUADS, Profile.MESH, BASE)), format="nt")
    shapes = Graph().parse(data=f"{HEAD}{check_shape(check)} .", format="turtle")

    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")

    assert isinstance(report, Graph)
    found = {report.value(one, SH.focusNode) for one in report.objects(None, SH.result)}
    assert {str(one).removeprefix(BASE) for one in found} == ours
