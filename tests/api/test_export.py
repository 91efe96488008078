"""``meshline export``: forms, profiles, what is selected, and what is refused."""

import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from catalog.store.registry import open_store
from tests.api.asking import Cli
from tests.rdf_export.meshes import BASE, stored
from tests.rdf_export.shop import shop

FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "nquads": RdfFormat.N_QUADS,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
}


@pytest.fixture
def mesh(tmp_path: Path) -> str:
    """The URL of a store that holds the shop."""
    url = f"sqlite:///{tmp_path}/shop.db"
    opened = open_store(url)
    stored(*shop(), opened)
    opened.close()
    return url


def exported(cli: Cli, mesh: str, form: str, *arguments: str) -> set[object]:
    code, text, err = cli("export", "--store", mesh, "--format", form, "--base", BASE, *arguments)
    assert (code, err) == (0, "")
    return set(parse(text, format=FORMATS[form]))


@pytest.mark.parametrize(
    "options", [("--profile", "mesh"), ("--profile", "dcat-ap"), ("--product", "Orders")]
)
def test_each_form__says_the_same_of_the_graph_now(cli: Cli, mesh: str, options: tuple[str, str]) -> None:
    found = [exported(cli, mesh, form, *options) for form in FORMATS]
    assert len(found[0]) > 100
    assert [one == found[0] for one in found] == [True] * 4


def test_quads_of_everything__have_the_history(cli: Cli, mesh: str) -> None:
    quads, trig = exported(cli, mesh, "nquads"), exported(cli, mesh, "trig")
    assert quads == trig
    assert len({quad.graph_name for quad in quads}) > 40  # type: ignore[attr-defined]
    assert exported(cli, mesh, "turtle") == exported(cli, mesh, "nquads", "--profile", "mesh")


def test_base__begins_every_iri_of_ours(cli: Cli, mesh: str) -> None:
    code, text, _ = cli(
        "export", "--store", mesh, "--format", "turtle", "--base", "https://a.example.org/id/"
    )
    assert code == 0
    assert "<https://a.example.org/id/product/orders>" in text
    assert "127.0.0.1" not in text


def test_domain__is_written_with_what_is_in_it(cli: Cli, mesh: str, tmp_path: Path) -> None:
    file = tmp_path / "sales.jsonld"
    arguments = ("--domain", "Sales", "--format", "jsonld", "--profile", "dprod-2026", "--output", str(file))
    assert cli("export", "--store", mesh, *arguments) == (0, "", "")
    graph = json.loads(file.read_text())["@graph"]
    products = {node["dct:title"] for node in graph if "dprod:DataProduct" in node.get("@type", ())}
    assert products == {"Orders", "Accounts"}  # the other was granted access


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--product", "Nothing"), "no DataProduct 'Nothing'"),
        (("--domain", "product/orders"), "no Domain 'product/orders'"),
        (("--product", "Orders", "--domain", "Sales"), "exclude each other"),
        (("--base", "nowhere"), "MESHLINE_BASE_IRI"),
        (("--output", "no/such/folder/file.ttl"), "Cannot write"),
    ],
)
def test_what_cannot_be_exported__is_refused_with_what_to_do(
    cli: Cli, mesh: str, arguments: tuple[str, ...], said: str
) -> None:
    exit_code, out, err = cli("export", "--store", mesh, *arguments)
    assert (exit_code, out) == (3, "")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize(("option", "value"), [("--format", "rdfxml"), ("--profile", "dprod")])
def test_unknown_form_or_profile__is_refused_with_the_known_ones(
    cli: Cli, mesh: str, option: str, value: str
) -> None:
    exit_code, out, err = cli("export", "--store", mesh, option, value)
    assert (exit_code, out) == (3, "")
    known = ("turtle", "jsonld") if option == "--format" else ("mesh", "dprod-2024", "dcat-ap")
    assert [name for name in known if name not in err] == []


def test_export_that_fails__leaves_the_file_as_it_was(cli: Cli, mesh: str, tmp_path: Path) -> None:
    file = tmp_path / "graph.ttl"
    file.write_text("before")
    assert cli("export", "--store", mesh, "--product", "Nothing", "--output", str(file))[0] == 3
    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.glob("graph*")] == ["graph.ttl"]
