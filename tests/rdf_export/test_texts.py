"""Turtle, TriG, N-Quads and JSON-LD: each form of one export says the same, in pieces that make one text."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from catalog.export import nquads
from catalog.rdf.export import rdf
from catalog.rdf.pages import pages
from catalog.rdf.profile import Profile, triples_of
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ontology.compiler import load_model
from ontology.json_ld_context import json_ld_context
from ontology.rdf import NS, Iri, Triple
from ontology.rdf_writing import MAX_EXACT, Form, texts, trig_texts
from tests.rdf_export.meshes import BASE, everything, stored
from tests.rdf_export.shop import shop

FORMATS = {
    Form.TURTLE: RdfFormat.TURTLE,
    Form.TRIG: RdfFormat.TRIG,
    Form.NQUADS: RdfFormat.N_QUADS,
    Form.JSON_LD: RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def store() -> Store:
    return stored(*everything())


def in_pages(store: Store, size: int) -> Iterator[list[Triple]]:
    with store.read() as reader:
        for nodes in pages(reader, size=size):
            told = triples_of(reader, nodes, Profile.MESH, BASE)
            yield [triple for _, triples in told for triple in triples]


def text(store: Store, form: Form, size: int = 500) -> str:
    return "".join(texts(in_pages(store, size), form, json_ld_context(load_model())))


def statements(text: str, form: Form) -> set[Any]:
    return set(parse(text, format=FORMATS[form]))


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.NQUADS])
def test_each_form__says_the_same(store: Store, form: Form) -> None:
    expected = statements(text(store, Form.NQUADS), Form.NQUADS)
    assert len(expected) > 1_000
    assert statements(text(store, form), form) == expected


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.NQUADS])
@pytest.mark.parametrize("profile", Profile)
def test_each_form__says_the_same_in_each_profile(form: Form, profile: Profile) -> None:
    for mesh in (shop, everything):
        store = stored(*mesh())
        with store.read() as reader:
            lines = "".join(rdf(reader, Form.NQUADS, profile, BASE))
            text = "".join(rdf(reader, form, profile, BASE))
        assert statements(text, form) == statements(lines, Form.NQUADS)
        assert len(statements(lines, Form.NQUADS)) == lines.count("\n")


def test_json_ld_of_a_standard__names_things_by_prefix_and_links_plainly() -> None:
    store = stored(*shop())
    with store.read() as reader:
        document = json.loads("".join(rdf(reader, Form.JSON_LD, Profile.DPROD_2026, BASE)))
    orders = next(node for node in document["@graph"] if node["@id"] == f"{BASE}product/orders")
    assert orders["@type"] == ["dcat:Resource", "dprod:DataProduct"]
    assert orders["dprod:domain"] == f"{BASE}domain/sales-eu"
    assert document["@context"]["dprod"] == "https://www.omg.org/spec/DPROD/dprod/"


@pytest.mark.parametrize("form", Form)
def test_text__is_the_same_whatever_the_size_of_its_pages(store: Store, form: Form) -> None:
    assert text(store, form, 1) == text(store, form, 500)


@pytest.mark.parametrize("form", Form)
def test_empty_graph__is_a_valid_text(form: Form) -> None:
    assert statements(text(MemoryStore(), form), form) == set()


def test_turtle__has_its_prefixes_once_and_uses_them(store: Store) -> None:
    turtle = text(store, Form.TURTLE, 1)
    assert turtle.count("\n@prefix mesh: ") + turtle.startswith("@prefix mesh: ") == 1
    assert f"<{NS}" not in turtle.partition("\n<")[2]


def test_json_ld__is_one_document_of_our_words(store: Store) -> None:
    document = json.loads(text(store, Form.JSON_LD, 1))
    by_id = {node["@id"]: node for node in document["@graph"]}
    run = by_id[f"{BASE}run/run/a%2Fb"]
    assert run["@type"] == ["Run", "prov:Activity"]
    assert run["startedAt"] == "2024-05-01T10:00:00.25Z"
    assert run["inferred"] is True
    assert run["ofJob"] == [f"{BASE}job/job/a%2Fb", f"{BASE}job/pipeline/a%2Fb"]
    keys = {key for node in document["@graph"] for key in node}
    assert [key for key in keys if "//" in key] == []


def test_json_ld__keeps_values_that_its_context_would_change() -> None:
    iri = f"{BASE}team/a"
    triples: list[Triple] = [
        (iri, f"{NS}sameAs", "text where an IRI is meant"),
        (iri, f"{NS}name", Iri("https://example.org/an-iri-where-text-is-meant")),
        (iri, f"{NS}startedAt", 5),
        (iri, f"{NS}ordinal", MAX_EXACT * 1000 + 1),
        (iri, "https://example.org/ns/own-term", "a"),
    ]
    context = json_ld_context(load_model())
    found = {form: "".join(texts([triples], form, context)) for form in (Form.JSON_LD, Form.NQUADS)}
    assert statements(found[Form.JSON_LD], Form.JSON_LD) == statements(found[Form.NQUADS], Form.NQUADS)


def test_trig_of_the_history__says_what_the_canonical_export_says(store: Store) -> None:
    with store.read() as reader:
        lines = [f"{line}\n" for line in nquads(reader, BASE)]
    trig = "".join(trig_texts(lines))
    assert statements(trig, Form.TRIG) == statements("".join(lines), Form.NQUADS)
    assert "GRAPH" not in trig
    assert trig.count("@prefix mesh:") == 1


@pytest.mark.parametrize("form", Form)
def test_text__is_written_while_it_is_read(form: Form) -> None:
    read: list[int] = []

    def endless() -> Iterator[list[Triple]]:
        for number in range(1_000_000):
            read.append(number)
            yield [(f"{BASE}team/{number}", f"{NS}name", str(number))]

    pieces = texts(endless(), form, json_ld_context(load_model()))
    for _ in range(5):
        next(pieces)
    assert 3 <= len(read) <= 6


def test_trig_of_the_history__is_written_while_it_is_read() -> None:
    read: list[int] = []

    def endless() -> Iterator[str]:
        for number in range(1_000_000):
            read.append(number)
            yield f'<{BASE}team/{number}> <{NS}name> "{number}" .\n'

    pieces = trig_texts(endless())
    for _ in range(3):
        next(pieces)
    assert 0 < len(read) < 100_000
