"""Extensions: they add to the ontology, and change nothing of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ontology.compiler import compile_extended, configure_model, load_model
from ontology.errors import OntologyError
from ontology.extension import Extension
from ontology.model import Datatype, GraphModel
from ontology.validation import Subject, keeps_out, validate

OURS = load_model()
PAGE = Path(__file__).parents[2] / "docs" / "ontology.md"
(EXAMPLE,) = re.findall(r"```turtle\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
HEAD = EXAMPLE[: EXAMPLE.index("acme:MlModel a")]


def extended(*turtles: str) -> GraphModel:
    return compile_extended([Extension(f"{number}.ttl", turtle) for number, turtle in enumerate(turtles, 1)])


def problems(*turtles: str) -> tuple[str, ...]:
    with pytest.raises(OntologyError) as caught:
        extended(*turtles)
    return caught.value.problems


@pytest.fixture
def _own_model() -> Iterator[None]:
    yield
    configure_model([])


def test_example__adds_a_class_a_property_a_relationship_and_a_shape() -> None:
    model = extended(EXAMPLE)
    assert set(model.labels) - set(OURS.labels) == {"MlModel"}
    assert set(model.relationship_types) - set(OURS.relationship_types) == {"TRAINED_ON"}
    assert model.label_path("MlModel") == ("Resource", "MlModel")
    assert model.label_of_kind("ml-model") == "MlModel"
    assert model.node("MlModel").property_type("framework").datatype is Datatype.STRING
    assert model.node("MlModel").property_type("searchText").internal
    assert (
        model.node("DataProduct").property_type("costCentre").iri
        == "https://ontology.acme.example/ns#costCentre"
    )
    assert len(model.shapes) == len(OURS.shapes) + 1


def test_example__is_validated() -> None:
    model = extended(EXAMPLE)
    right = Subject("ml-model/churn", "MlModel", {"name": "Churn", "framework": "torch"})
    (warning,) = validate(model, [right])
    assert warning.message == 'Ml model "Churn" (ml-model/churn) has no TRAINED_ON; 1 is needed.'
    assert not keeps_out([warning])
    wrong = Subject("ml-model/churn", "MlModel", {"name": "Churn", "framework": "abacus"})
    assert keeps_out(validate(model, [wrong]))


def test_extension__leaves_our_terms_as_they_are() -> None:
    model = extended(EXAMPLE)
    for ours in OURS.nodes:
        theirs = model.node(ours.label)
        own = {property_.iri for property_ in ours.properties}
        assert tuple(p for p in theirs.properties if p.iri in own) == ours.properties
        assert (theirs.iri, theirs.kind, theirs.super_label) == (ours.iri, ours.kind, ours.super_label)
        assert theirs.exported_types == ours.exported_types
    assert [r for r in model.relationships if r.type in OURS.relationship_types] == list(OURS.relationships)
    assert [shape for shape in model.shapes if shape in OURS.shapes] == list(OURS.shapes)
    assert all(model.label_of_kind(n.kind) == OURS.label_of_kind(n.kind) for n in OURS.nodes if n.kind)


def test_extension__changes_the_digest_and_not_the_version() -> None:
    model = extended(EXAMPLE)
    assert model.version == OURS.version
    assert model.digest != OURS.digest
    assert extended().digest == OURS.digest


def test_extension__may_be_in_several_files_in_any_order() -> None:
    terms, shapes = (
        EXAMPLE[: EXAMPLE.index("acme:MlModelShape")],
        HEAD + EXAMPLE[EXAMPLE.index("acme:MlModelShape") :],
    )
    assert extended(terms, shapes) == extended(shapes, terms) == extended(EXAMPLE)


def test_extension__may_specialise_one_of_our_classes() -> None:
    model = extended(EXAMPLE.replace("rdfs:subClassOf mesh:Resource", "rdfs:subClassOf mesh:Dataset"))
    assert model.label_path("MlModel") == ("Resource", "DatasetName", "Dataset", "MlModel")
    assert "http://www.w3.org/ns/dcat#Dataset" in model.node("MlModel").exported_types
    assert model.labels_of_kind("dataset") == OURS.labels_of_kind("dataset")


def test_extension__may_have_a_header_and_be_aligned() -> None:
    header = '<https://ontology.acme.example/ns> a owl:Ontology ; owl:versionInfo "3" .\n'
    aligned = EXAMPLE.replace("mesh:Resource .", "mesh:Resource , <https://schema.org/SoftwareApplication> .")
    model = extended(aligned + header)
    assert model.version == OURS.version
    assert model.node("MlModel").exported_types == ("https://schema.org/SoftwareApplication",)


REFUSED = {
    "our class": (
        'mesh:Dataset rdfs:comment "x" .',
        "It states something of a term that is not its own: mesh:Dataset",
    ),
    "our class below theirs": (
        "mesh:Job rdfs:subClassOf acme:MlModel .",
        "of a term that is not its own: mesh:Job",
    ),
    "our property": (
        "mesh:purpose mesh:propertyOf acme:MlModel .",
        "of a term that is not its own: mesh:purpose",
    ),
    "our relationship": (
        "mesh:covers mesh:target acme:MlModel .",
        "of a term that is not its own: mesh:covers",
    ),
    "our shape": (
        "<https://w3id.org/meshline/shapes#DatasetShape> sh:property acme:MlModel-framework .",
        "of a term that is not its own: <https://w3id.org/meshline/shapes#DatasetShape>",
    ),
    "a standard's class": (
        "<http://www.w3.org/ns/dcat#Dataset> rdfs:subClassOf mesh:Job .",
        "of a term that is not its own: <http://www.w3.org/ns/dcat#Dataset>",
    ),
    "our namespace": (
        "mesh:Model a owl:Class .",
        "It names a term in a namespace that is not its own: mesh:Model",
    ),
    "our closed list": (
        'acme:asleep skos:inScheme mesh:Lifecycles ; skos:notation "asleep" .',
        "It adds a value to a closed list that is not its own: acme:asleep",
    ),
    "import": (
        "acme:x owl:imports <https://example.org/other> .",
        "It imports another file, which is not read",
    ),
    "index": ('acme:framework mesh:index "range" .', "It says how the stores keep a property"),
    "hidden property": ("acme:framework mesh:internal true .", "It says how the stores keep a property"),
    "no Turtle": ("acme:x acme:y", "It is not Turtle"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_extension__is_refused_where_it_would_change_what_is_there(what: str) -> None:
    said, problem = REFUSED[what]
    found = problems(EXAMPLE + said)
    assert any(one.startswith("1.ttl: ") and problem in one for one in found), found


CONFLICTS = {
    "label": ('"MlModel"', '"Job"', "acme:MlModel has the label Job, which another term has"),
    "kind": ('"ml-model"', '"dataset"', "MlModel has the kind 'dataset', which is that of"),
    "kind of what is no node": (
        '"ml-model"',
        '"edge"',
        "MlModel has the kind 'edge', which is kept for what is no node",
    ),
    "relationship type": (
        '"TRAINED_ON"',
        '"FEEDS"',
        "acme:trainedOn has the relationship type FEEDS, which another",
    ),
    "property": (
        '"costCentre" ;',
        '"purpose" ;',
        "acme:costCentre has the name 'purpose' of another property of mesh:DataProduct",
    ),
    "bookkeeping": ('"MlModel"', '"MeshlineModel"', "MeshlineModel begins with Meshline"),
    "view": ('"MlModel"', '"Produce"', "Produce would have the view produces, which is another's"),
    "table": ('"TRAINED_ON"', '"LOG"', "LOG would have the view log, which is another's"),
    "view of a relationship": ('"TRAINED_ON"', '"DATASETS"', "DATASETS would have the view datasets"),
    "not below ours": (
        "rdfs:subClassOf mesh:Resource .",
        "skos:note 'x' .",
        "acme:MlModel is not below mesh:Resource",
    ),
    "no definition": (
        'skos:definition "Who pays for the product."@en ;',
        "",
        "acme:costCentre has no skos:definition",
    ),
    "unknown source": (
        "mesh:source acme:MlModel",
        "mesh:source acme:Model",
        "acme:trainedOn has acme:Model as mesh:source",
    ),
    "unknown annotation": (
        "mesh:searchable true",
        "mesh:serchable true",
        "mesh:serchable is used but not declared",
    ),
    "unknown feature": (
        "sh:minCount 1 ;",
        "sh:equals mesh:name ;",
        "acme:MlModel-framework uses sh:equals, which",
    ),
    "shape beside the vocabulary": (
        "sh:path acme:framework ;",
        "sh:path mesh:level ;",
        "has the path mesh:level, which is no",
    ),
}


@pytest.mark.parametrize("what", CONFLICTS)
def test_extension__problems_name_the_file(what: str) -> None:
    right, wrong, problem = CONFLICTS[what]
    faulty = EXAMPLE.replace(right, wrong)
    assert faulty != EXAMPLE
    found = problems(HEAD, faulty)
    assert any(problem in one for one in found), found
    assert what == "unknown annotation" or all(one.startswith("2.ttl: ") for one in found), found


def test_extension__problems_of_all_files_are_gathered() -> None:
    found = problems("not turtle", EXAMPLE + "mesh:Job rdfs:comment 'x' .", EXAMPLE)
    assert [one[:6] for one in found] == ["1.ttl:", "2.ttl:"]


def test_extension__two_files_cannot_have_the_same_label() -> None:
    other = EXAMPLE.replace("acme.example", "other.example")
    found = problems(EXAMPLE, other)
    assert {one.partition(":")[0] for one in found} == {"1.ttl", "2.ttl"}
    assert any("has the label MlModel, which another term has" in one for one in found)


@pytest.mark.usefixtures("_own_model")
def test_configure_model__makes_it_the_model_of_the_process(tmp_path: Path) -> None:
    file = tmp_path / "acme.ttl"
    file.write_text(EXAMPLE, encoding="utf-8")
    assert configure_model([file]) == load_model()
    assert "MlModel" in load_model().labels
    configure_model([])
    assert load_model() == OURS


@pytest.mark.usefixtures("_own_model")
def test_configure_model__with_faults_leaves_the_model_as_it_was(tmp_path: Path) -> None:
    bad, binary = tmp_path / "bad.ttl", tmp_path / "binary.ttl"
    bad.write_text("acme:x", encoding="utf-8")
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(OntologyError) as caught:
        configure_model([tmp_path / "none.ttl", binary])
    assert caught.value.problems == (
        f"{tmp_path / 'none.ttl'}: It cannot be read: No such file or directory",
        f"{binary}: It cannot be read: it is not UTF-8",
    )
    with pytest.raises(OntologyError, match=re.escape(f"{bad}: It is not Turtle")):
        configure_model([bad])
    assert load_model() == OURS
