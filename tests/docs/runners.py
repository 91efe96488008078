"""One runner for each language of snippets; each raises AssertionError when the snippet does not do what it says."""

import sqlite3
from collections.abc import Callable, Mapping

import httpx

from tests.docs.markdown import Snippet
from tests.docs.transcript import normalised, transcribe
from tests.docs.workspace import STORE, Workspace


def run_console(snippet: Snippet, workspace: Workspace) -> None:
    """Every command prints what the page shows."""
    printed = transcribe(snippet.text, workspace)
    assert normalised(printed) == normalised(snippet.text), f"it prints now:\n{printed}"


def run_shell(snippet: Snippet, workspace: Workspace) -> None:
    """The script ends with 0."""
    done = workspace.run("bash", "-eu", "-o", "pipefail", "-c", workspace.here(snippet.text))
    assert done.returncode == 0, done.stdout


def run_python(snippet: Snippet, workspace: Workspace) -> None:
    """The program ends with 0; warnings are errors."""
    done = workspace.run("python", "-W", "error", "-c", workspace.here(snippet.text))
    assert done.returncode == 0, done.stdout


def run_graphql(snippet: Snippet, workspace: Workspace) -> None:
    """The query is answered with data and without errors."""
    answer = httpx.post(f"{workspace.url}/graphql", json={"query": snippet.text}, trust_env=False)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert "errors" not in body, body
    assert all(value is not None for value in body["data"].values()), f"nothing is found: {body}"


def run_sql(snippet: Snippet, workspace: Workspace) -> None:
    """The query, as typed into the sqlite3 shell, finds rows."""
    connection = sqlite3.connect(f"file:{workspace.folder / STORE}?mode=ro", uri=True)
    try:
        for statement in filter(None, map(str.strip, snippet.text.split(";"))):
            assert connection.execute(statement).fetchall(), f"nothing is found: {statement}"
    finally:
        connection.close()


RUNNERS: Mapping[str, Callable[[Snippet, Workspace], None]] = {
    "console": run_console,
    "bash": run_shell,
    "sh": run_shell,
    "python": run_python,
    "graphql": run_graphql,
    "sql": run_sql,
}
"""All languages that run but cypher, which needs the real Neo4j (test_cypher.py)."""
