"""What a command loads before it begins: the libraries of other commands would take longer than most of them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from inspect import cleandoc
from pathlib import Path

import pytest

from api.verbs import VERBS, Verbs
from tests.api.running import Service

ROOT = Path(__file__).parents[2]
LARGE = {
    "duckdb",
    "graphql",
    "httpx",
    "jsonschema",
    "neo4j",
    "prometheus_client",
    "pyoxigraph",
    "rdflib",
    "rdflib.plugins.sparql.parser",
    "sqlglot",
    "starlette",
    "strawberry",
    "uvicorn",
    "yaml",
}
_RUN = """
import json, sys
from contextlib import suppress
from api.cli import main
commands, large = json.loads(sys.stdin.read())
for command in commands:
    with suppress(SystemExit):
        main(command)
print("\\n" + json.dumps([name for name in large if name in sys.modules]))
"""


def loaded(*commands: Sequence[str]) -> set[str]:
    """The large libraries that a process has loaded when the commands have ended."""
    ended = subprocess.run(
        [sys.executable, "-c", _RUN],
        cwd=ROOT,
        input=json.dumps([commands, sorted(LARGE)]),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(ended.stdout.splitlines()[-1]))


def test_program__loads_nothing_large_by_itself() -> None:
    assert loaded(["--version"], ["--help"], ["no-such-verb"]) == set()


def test_help__of_what_is_asked_most_loads_no_server_and_no_reader_of_documents() -> None:
    asked = ("search", "lineage", "findings", "product", "products", "propagated", "export")
    assert loaded(*([verb, "--help"] for verb in asked)) <= {"httpx", "pyoxigraph", "rdflib", "sqlglot"}


def test_help__of_no_verb_loads_a_driver_or_the_schema_of_graphql() -> None:
    found = loaded(*([verb, "--help"] for verb in VERBS))
    assert "rdflib" in found
    assert not found & {"duckdb", "graphql", "neo4j", "strawberry"}


@pytest.mark.parametrize(
    "question", [["search", "orders"], ["lineage", "raw.orders"], ["findings"]], ids=" ".join
)
def test_question_of_a_service__loads_no_store_that_would_answer(
    filled: Service, question: list[str]
) -> None:
    found = loaded([*question, "--url", filled.url])
    assert "httpx" in found
    assert not found & LARGE - {"httpx", "pyoxigraph", "rdflib"}


def test_lineage_of_a_store__loads_no_reader_of_sql_or_documents(filled: Service) -> None:
    found = loaded(["lineage", "raw.orders", "--store", filled.settings.store])
    assert "rdflib" in found
    assert not found & {"jsonschema", "neo4j", "prometheus_client", "starlette", "strawberry", "yaml"}


@pytest.mark.parametrize("verb", VERBS)
def test_summary__is_the_first_sentence_of_the_help_of_the_verb(verb: str) -> None:
    command = Verbs(name="meshline").commands[verb]
    sentence, _, _ = cleandoc(command.help).splitlines()[0].partition(". ")
    assert sentence.removesuffix(".") + "." == VERBS[verb][1]
