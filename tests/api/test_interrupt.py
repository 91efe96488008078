"""Ctrl-C ends a command with 130 and no trace, whenever it comes."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.api.running import Service

ROOT = Path(__file__).parents[2]
MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from api.cli import main; main()"
SLOW_IMPORT = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
class Slow:
    def find_spec(self, name, path, target=None):
        if name == "api.program":
            print("loading", flush=True)
            time.sleep(30)
sys.meta_path.insert(0, Slow())
from api.cli import main
main()
"""
IN_PART = "The demo is loaded in part. Loading it again on the same day completes it."


def events(store: Path) -> int:
    """How many events a store has, that another process writes."""
    if not store.exists():
        return 0
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM log").fetchone()[0])
        except sqlite3.OperationalError:  # the tables are being made
            return 0


def interrupted(script: str, *arguments: str, folder: Path, until: str) -> tuple[int, str]:
    """Exit code and standard error of a command that is stopped when ``until`` is printed, or a store with events."""
    command = [sys.executable, "-c", script, *arguments]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        if until == "loading":
            assert process.stdout.readline() == "loading\n"
        else:
            deadline = time.monotonic() + 30
            while not events(folder / until) and time.monotonic() < deadline:
                time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    return process.returncode, err


def test_interrupt_while_modules_are_loaded__leaves_no_trace(tmp_path: Path) -> None:
    assert interrupted(SLOW_IMPORT, "search", "x", folder=tmp_path, until="loading") == (130, "")


@pytest.mark.parametrize("options", [["demo"], ["demo", "--serve", "--port", "0"]])
def test_interrupted_demo__says_that_it_is_loaded_in_part(tmp_path: Path, options: list[str]) -> None:
    store = ["--store", "sqlite:///mesh.db"]
    code, err = interrupted(MAIN, *options, *store, folder=tmp_path, until="mesh.db")
    assert (code, err.strip()) == (130, IN_PART)


def test_interrupted_demo_of_a_service__says_that_it_is_loaded_in_part(
    tmp_path: Path, service: Service
) -> None:
    command = [sys.executable, "-c", MAIN, "demo", "--url", service.url]
    with service.client() as http:  # the first query builds the schema, and the demo would be done by then
        http.post("/graphql", json={"query": "{ jobs { totalCount } }"}).raise_for_status()
    with (
        subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as loads,
        service.client() as http,
    ):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = http.post("/graphql", json={"query": "{ jobs { totalCount } }"}).json()
            if found["data"]["jobs"]["totalCount"]:
                break
            time.sleep(0.01)
        loads.send_signal(signal.SIGINT)
        _, err = loads.communicate(timeout=30)
    assert (loads.returncode, err.strip()) == (130, IN_PART)
