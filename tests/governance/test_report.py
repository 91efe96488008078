"""``meshline policy report``: the same counts in every form, and a SHACL report that any tool reads."""

import csv
import io
import json

import pyshacl
import pytest
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import RDF, SH, Graph, Literal, URIRef

from api import exit_codes
from tests.api.asking import Cli
from tests.api.conftest import cli as cli
from tests.governance.test_faults import WAIVED, WAIVER, Meshes
from tests.governance.test_faults import meshes as meshes

REPORTS = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
  sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ;
  sh:property [ sh:path sh:result ; sh:class sh:ValidationResult ] .
[] a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
  sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ;
    sh:in ( sh:Info sh:Warning sh:Violation ) ] ;
  sh:property [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path sh:sourceShape ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path sh:resultMessage ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] .
"""
BASE = "http://127.0.0.1:8000/id/"
FAILING = f"{BASE}product/orders"
CASES = [("passes", True, ""), ("fails", False, ""), ("waived", False, WAIVER)]


@pytest.fixture(params=CASES, ids=[one[0] for one in CASES])
def case(request: pytest.FixtureRequest, meshes: Meshes) -> tuple[str, str]:
    name, passes, more = request.param
    return name, meshes.url(WAIVED, passes=passes, more=more)


def told(cli: Cli, url: str, form: str, *more: str) -> str:
    code, out, err = cli("policy", "report", "--format", form, "--store", url, *more)
    assert (code, err) == (exit_codes.OK, "")
    return out


def graph(cli: Cli, url: str, form: str) -> Graph:
    read = RdfFormat.TURTLE if form == "turtle" else RdfFormat.JSON_LD
    lines = serialize(parse(told(cli, url, form), format=read), format=RdfFormat.N_TRIPLES)
    assert lines is not None
    return Graph().parse(data=lines, format="nt")


def test_report__as_shacl_is_one_and_the_same_graph_in_both_forms(cli: Cli, case: tuple[str, str]) -> None:
    turtle, json_ld = graph(cli, case[1], "turtle"), graph(cli, case[1], "jsonld")

    conforms, _, text = pyshacl.validate(turtle, shacl_graph=Graph().parse(data=REPORTS), inference="none")

    assert conforms, text
    assert set(turtle) == set(json_ld)


def test_report__as_shacl_conforms_only_where_everything_passes(cli: Cli, case: tuple[str, str]) -> None:
    name, url = case
    found = graph(cli, url, "turtle")
    [report] = found.subjects(RDF.type, SH.ValidationReport)
    results = list(found.objects(report, SH.result))
    assert found.value(report, SH.conforms) == Literal(name == "passes")
    assert {str(found.value(one, SH.focusNode)) for one in results} == (
        set() if name == "passes" else {FAILING}
    )
    severity = {"fails": {SH.Violation}, "waived": {SH.Info}, "passes": set()}
    assert {found.value(one, SH.resultSeverity) for one in results} == severity[name]
    shapes = {found.value(one, SH.sourceShape) for one in results}
    assert shapes == (set() if name == "passes" else {URIRef(f"{BASE}policy/{WAIVED}")})


def test_report__has_the_same_counts_in_every_form(cli: Cli, case: tuple[str, str]) -> None:
    name, url = case
    said = json.loads(told(cli, url, "json"))
    rows = list(csv.DictReader(io.StringIO(told(cli, url, "csv"))))
    page = told(cli, url, "markdown")

    whole, product = rows[0], next(row for row in rows if row["of"] == "product/orders")
    assert (whole["by"], product["by"]) == ("mesh", "product")
    assert whole["state"] == said["check"]["state"] == ("NOT_COMPLIANT" if name == "fails" else "COMPLIANT")
    [score] = [one for one in said["products"] if one["of"] == "product/orders"]
    assert [product[one.lower()] for one in score["byStatus"]] == [
        str(one) for one in score["byStatus"].values()
    ]
    assert score["total"] == sum(score["byStatus"].values()) == 1
    assert score["passing"] == int(product["passing"]) == (100 if name == "passes" else 0)
    state = score["state"].replace("_", " ").lower()
    assert f"| `orders` | {state} | {score['byStatus']['PASS']} of 1 ({score['passing']} %) |" in page
    assert page.startswith(f"# Policies: {whole['state'].replace('_', ' ').lower()}\n")
    assert ("## What does not pass" in page) == (name != "passes")


def test_report__ends_as_it_is_told_to(cli: Cli, meshes: Meshes) -> None:
    url = meshes.url(WAIVED, passes=False)
    assert cli("policy", "report", "--store", url)[0] == exit_codes.OK
    assert cli("policy", "report", "--fail-on", "block", "--store", url)[0] == exit_codes.BLOCK


def test_report__of_no_policies_conforms_to_nothing(cli: Cli) -> None:
    code, turtle, _ = cli("policy", "report", "--format", "turtle", "--store", "memory:")
    assert code == exit_codes.COULD_NOT
    found = Graph().parse(data=turtle)
    [report] = found.subjects(RDF.type, SH.ValidationReport)
    assert found.value(report, SH.conforms) == Literal(False)
    [result] = found.objects(report, SH.result)
    assert "No policy says anything" in str(found.value(result, SH.resultMessage))
    code, page, _ = cli("policy", "report", "--store", "memory:")
    assert (code, page.splitlines()[0]) == (exit_codes.COULD_NOT, "# Policies: not known")
