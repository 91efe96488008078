"""``meshline follow`` with the real client's file transport, into a store that goes away and comes back."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
from openlineage.client.transport.file import FileConfig, FileTransport

from api.settings import Settings
from catalog.store.registry import open_store
from tests.api.running import serving
from tests.ports import free_port


def emit(client: OpenLineageClient, number: int) -> None:
    run = Run(f"00000000-0000-4000-8000-{number:012}")
    client.emit(
        RunEvent(
            eventType=RunState.COMPLETE,
            eventTime=f"2024-05-01T10:00:{number % 60:02}Z",
            run=run,
            job=Job("jobs", "load"),
            producer="urn:test",
        )
    )


def follow(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", "follow", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stored(url: str) -> int:
    store = open_store(url)
    try:
        with store.read() as reader:
            return sum(reader.entry_counts().values())
    finally:
        store.close()


def test_events_of_the_file_transport__are_stored_while_they_are_written(tmp_path: Path) -> None:
    log, url = tmp_path / "events.ndjson", f"sqlite:///{tmp_path}/mesh.db"
    client = OpenLineageClient(transport=FileTransport(FileConfig(log_file_path=str(log), append=True)))
    emit(client, 1)
    process = follow(str(log), "--store", url, "--json")
    for number in (2, 3, 4):
        emit(client, number)
        time.sleep(0.2)
    with log.open("a") as file:
        file.write("oops\n")
    deadline = time.monotonic() + 60
    while not (tmp_path / "mesh.db").exists() or stored(url) < 4:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    told = json.loads(out)
    assert (process.returncode, told["applied"], told["rejected"]) == (1, 4, 1), err
    assert "events.ndjson:5: The body is not JSON" in err


def test_service_that_is_not_there_yet__is_waited_for(tmp_path: Path) -> None:
    log, port = tmp_path / "events.ndjson", free_port()
    client = OpenLineageClient(transport=FileTransport(FileConfig(log_file_path=str(log), append=True)))
    emit(client, 1)
    process = follow(str(log), "--url", f"http://127.0.0.1:{port}", "--once", "--json")
    assert process.stderr is not None
    assert "Next attempt in 0.5 s" in process.stderr.readline()
    with serving(Settings(store=f"sqlite:///{tmp_path}/mesh.db", port=port)):
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out)["applied"] == 1


def test_once__reads_what_is_there(tmp_path: Path) -> None:
    log = tmp_path / "events.ndjson"
    log.write_text("")
    process = follow(str(log), "--store", f"sqlite:///{tmp_path}/mesh.db", "--once")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "received" in out


def test_once__of_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    process = follow(str(tmp_path / "later.ndjson"), "--store", f"sqlite:///{tmp_path}/mesh.db", "--once")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (3, "")
    assert "later.ndjson" in err
    assert not (tmp_path / "mesh.db").exists()
