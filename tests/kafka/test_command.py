"""``meshline consume`` as it is run: to the end, killed, wrongly told."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main
from catalog.store.registry import open_store
from ingest.problems import Code
from tests.convergence.cases import run
from tests.kafka.broker import Broker
from tests.kafka.test_source import entries, events, send

Topics = Callable[[int], str]


def command(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", "consume", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_consume__reads_to_the_end_and_says_what_became_of_all(
    kafka: Broker, topic: Topics, tmp_path: Path
) -> None:
    name, url = topic(1), f"sqlite:///{tmp_path}/mesh.db"
    send(kafka, name, [*events(3), b"oops"])
    process = command(name, "--brokers", kafka.address, "--store", url, "--until-end", "--json")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    told = {"applied": 3, "partial": 0, "quarantined": 1, "duplicate": 0}
    assert json.loads(out) == {"received": 4, **told}


def test_consume__stores_nothing_that_the_settings_take_out(
    kafka: Broker, topic: Topics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESHLINE_DROP_FACETS", "heavy")
    name, url = topic(1), f"sqlite:///{tmp_path}/mesh.db"
    event = run(1, "COMPLETE", 1, facets={"heavy": {"plan": "a very long one"}})
    send(kafka, name, [json.dumps(event).encode()])
    process = command(name, "--brokers", kafka.address, "--store", url, "--until-end")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    (entry,) = entries(open_store(url))
    assert "a very long one" not in entry.body
    assert Code.REDACTED in {problem.code for problem in entry.problems}


def test_consume__ends_at_sigterm_with_all_durable(kafka: Broker, topic: Topics, tmp_path: Path) -> None:
    name, url = topic(1), f"sqlite:///{tmp_path}/mesh.db"
    send(kafka, name, events(20))
    process = command(name, "--brokers", kafka.address, "--store", url)
    deadline = time.monotonic() + 60
    while not Path(tmp_path / "mesh.db").exists() or len(entries(open_store(url))) < 20:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Received 20 events: 20 applied." in out


@pytest.mark.slow
def test_consume__killed_again_and_again_loses_nothing(kafka: Broker, topic: Topics, tmp_path: Path) -> None:
    name, url = topic(1), f"sqlite:///{tmp_path}/mesh.db"
    send(kafka, name, events(500))
    for _ in range(6):
        process = command(name, "--brokers", kafka.address, "--store", url, "--batch", "5")
        time.sleep(3.5)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    process = command(name, "--brokers", kafka.address, "--store", url, "--until-end", "--json")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert len(entries(open_store(url))) == 500


def test_properties_file__with_a_line_that_is_none_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kafka.properties"
    file.write_text("# ours\nsecurity.protocol=SSL\nnonsense\n")
    with pytest.raises(SystemExit) as ended:
        main(["consume", "events", "--brokers", "127.0.0.1:1", "--config", str(file)])
    assert ended.value.code == 3
    assert "line 3 is no name=value" in capsys.readouterr().err
