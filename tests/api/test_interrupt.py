"""Ctrl-C ends a command with 130 and no trace, whenever it comes."""

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEARD = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""A shell starts what runs in its background deaf to Ctrl-C, and so are its children: these tests among them."""
MAIN = f"{HEARD}; import sys; sys.path.insert(0, {str(ROOT)!r}); from api.cli import main; main()"
SLOW_IMPORT = f"""
{HEARD}
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


@contextmanager
def held_at(event: int) -> Iterator[tuple[str, threading.Event, threading.Event]]:
    """A service that takes events, and holds one of them until it is told to go on: its URL, reached, go on."""
    reached, go_on, taken = threading.Event(), threading.Event(), count(1)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if next(taken) == event:
                reached.set()
                go_on.wait(30)
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", reached, go_on
        server.shutdown()
        thread.join()


def test_interrupted_demo_of_a_service__says_that_it_is_loaded_in_part(tmp_path: Path) -> None:
    with held_at(20) as (url, reached, go_on):
        command = [sys.executable, "-c", MAIN, "demo", "--url", url]
        with subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as loads:
            assert reached.wait(60)
            loads.send_signal(signal.SIGINT)
            time.sleep(0.5)  # it hears the signal while it waits for the answer
            go_on.set()
            _, err = loads.communicate(timeout=30)
    assert (loads.returncode, err.strip()) == (130, IN_PART)
