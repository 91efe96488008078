"""``meshline sparql``, over a store and over a service."""

import io
import json
from pathlib import Path

import pytest

from tests.api.asking import Cli
from tests.api.running import Service

QUERY = """PREFIX mesh: <https://w3id.org/meshline/ns#>
SELECT ?name ?type ?none { ?s mesh:name ?name ; a ?type FILTER(?type IN (mesh:Job, mesh:Dataset)) } ORDER BY ?name"""
GRAPH = QUERY.partition("SELECT")[0] + "CONSTRUCT { ?s mesh:name ?name } { ?s a mesh:Job ; mesh:name ?name }"
ROWS = [["mart.orders", "mesh:Dataset"], ["orders", "mesh:Job"], ["raw.orders", "mesh:Dataset"]]


@pytest.fixture
def asked(filled: Service, tmp_path: Path) -> tuple[tuple[str, ...], ...]:
    """The options that name a store, and a service over another one."""
    (tmp_path / "query.rq").write_text(QUERY)
    (tmp_path / "graph.rq").write_text(GRAPH)
    return ("--store", filled.settings.store), ("--url", filled.url)


def test_sparql__prints_an_aligned_table(cli: Cli, asked: tuple[tuple[str, ...], ...]) -> None:
    for options in asked:
        code, out, err = cli("sparql", "query.rq", *options)
        lines = out.splitlines()
        assert (code, err) == (0, "")
        assert lines[0].split() == ["name", "type", "none"]
        assert [line.split() for line in lines[1:4]] == ROWS
        assert {line.find("mesh:") for line in lines[1:4]} == {lines[0].find("type")}
        assert lines[4:] == ["3 rows"]


def test_sparql__prints_each_form(cli: Cli, asked: tuple[tuple[str, ...], ...]) -> None:
    def printed(query: str, form: str) -> str:
        code, out, _ = cli("sparql", query, *asked[1], "--format", form)
        assert code == 0
        return out

    assert len(json.loads(printed("query.rq", "json"))["results"]["bindings"]) == 3
    assert printed("query.rq", "csv").splitlines()[0] == "name,type,none"
    assert printed("query.rq", "tsv").splitlines()[0] == "?name\t?type\t?none"
    assert printed("query.rq", "xml").startswith("<?xml")
    graphs = [printed("graph.rq", form) for form in ("turtle", "ntriples", "jsonld")]
    assert all("orders" in graph for graph in graphs)
    assert graphs[0].splitlines()[0] == "@prefix mesh: <https://w3id.org/meshline/ns#> ."
    assert len(set(graphs)) == 3
    for options in asked:
        assert cli("sparql", "graph.rq", *options) == (0, graphs[0], "")


def test_sparql__reads_standard_input_and_says_yes_or_no(
    cli: Cli,
    asked: tuple[tuple[str, ...], ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for query, answer in (("ASK { ?s ?p ?o }", "yes\n"), ("ASK { ?s ?s ?s }", "no\n")):
        for options in asked:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(query.encode())))
            assert cli("sparql", "-", *options) == (0, answer, "")


def test_sparql__refuses_what_cannot_be_asked(
    cli: Cli,
    asked: tuple[tuple[str, ...], ...],
    tmp_path: Path,
) -> None:
    (tmp_path / "wrong.rq").write_text("SELECT *\n{ ?s ?p ?o }\nLIMIT x")
    (tmp_path / "update.rq").write_text("CLEAR ALL")
    (tmp_path / "long.rq").write_text("#" * 300_000)
    (tmp_path / "latin.rq").write_bytes(b"ASK { ?s ?p '\xe4' }")
    for options in asked:
        code, out, err = cli("sparql", "wrong.rq", *options)
        assert (code, out) == (3, "")
        assert "line 3, column 7" in err
        assert "cannot be changed" in cli("sparql", "update.rq", *options)[2]
        assert "not written as turtle" in cli("sparql", "query.rq", *options, "--format", "turtle")[2]
        assert "not written as table" in cli("sparql", "graph.rq", *options, "--format", "table")[2]
        assert "more than 262144 bytes" in cli("sparql", "long.rq", *options)[2]
        assert "not in UTF-8" in cli("sparql", "latin.rq", *options)[2]
        assert "Cannot read none.rq" in cli("sparql", "none.rq", *options)[2]
    assert cli("sparql", "query.rq", *asked[0], *asked[1])[0] == 3


def test_sparql__of_a_store_that_is_not_there_makes_none(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "query.rq").write_text("ASK {}")
    code, _, err = cli("sparql", "query.rq", "--store", "sqlite:///none.db")

    assert (code, "There is no store" in err) == (3, True)
    assert [path.name for path in tmp_path.iterdir()] == ["query.rq"]
