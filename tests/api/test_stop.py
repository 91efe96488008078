"""A graceful stop: every event that was answered 2xx is in the store, and the process ends with 0."""

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from catalog.store.registry import open_store
from tests.api.events import run_event

SERVE = "from api.cli import main; main()"


@contextmanager
def served(store: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``meshline serve`` in a process of its own, and its address."""
    arguments = [sys.executable, "-c", SERVE, "serve", "--store", store, "--port", "0", *options]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            found = re.search(r"http://\S+", process.stderr.readline())
            assert found is not None
            drain = threading.Thread(target=process.stderr.read)
            drain.start()
            yield process, found.group()
        finally:
            process.kill()
            drain.join()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_stop_while_posting__keeps_every_event_that_was_acknowledged(
    tmp_path: Path, stop: signal.Signals
) -> None:
    store = f"sqlite:///{tmp_path}/mesh.db"
    acknowledged: list[str] = []
    enough = threading.Event()

    def post(sender: int, url: str) -> None:
        with httpx.Client(base_url=url, timeout=10, trust_env=False) as http:
            for number in range(10_000):
                try:
                    answer = http.post("/api/v1/lineage", json=run_event(sender * 10_000 + number))
                except httpx.TransportError:
                    return
                if answer.status_code == 201:
                    acknowledged.append(answer.json()["hash"])
                if len(acknowledged) > 100:
                    enough.set()

    with served(store) as (process, url):
        senders = [threading.Thread(target=post, args=(sender, url)) for sender in range(4)]
        for sender in senders:
            sender.start()
        assert enough.wait(30)
        process.send_signal(stop)
        assert process.wait(30) == 0
        for sender in senders:
            sender.join()
    opened = open_store(store)
    with opened.read() as reader:
        kept = reader.entries(acknowledged)
    opened.close()
    assert set(acknowledged) <= kept.keys()
    assert len(acknowledged) > 100


def test_stopped_service__has_let_go_of_its_port(tmp_path: Path) -> None:
    with served(f"sqlite:///{tmp_path}/mesh.db") as (process, url):
        assert httpx.get(f"{url}/readyz", trust_env=False).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    host, port = url.removeprefix("http://").split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=2)
