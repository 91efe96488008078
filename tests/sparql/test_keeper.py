"""The copy of the graph: kept in step node by node, made anew only when it must be, whole after any crash."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api.errors import SparqlUnavailable
from api.sparql import keeper as keeping
from api.sparql.folder import SLOTS, Folder
from api.sparql.process import WorkerProcess
from catalog import changes
from catalog.changes import Position
from catalog.identity import DatasetId
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from catalog.store.registry import open_store
from tests.convergence import observed
from tests.convergence.cases import A, B, dataset_event, run
from tests.sparql.asking import asking, count, fresh, held

SCHEMA = {"fields": [{"name": "x", "type": "int"}]}


def describe(store: Store, dataset: DatasetId, text: str, minute: int) -> None:
    """One change of one node."""
    observed.send(store, [[dataset_event(minute, dataset, documentation={"description": text})]])


@pytest.fixture
def filled(store: Store) -> Store:
    """A store of each kind with some nodes."""
    observed.send(store, [[dataset_event(1, A, schema=SCHEMA)], [run(1, "COMPLETE", 2, [A], [B])]])
    return store


def test_copy__is_kept_in_step_by_the_nodes_that_changed_alone(filled: Store, tmp_path: Path) -> None:
    with asking(filled, tmp_path / "rdf") as sparql:
        keeper = sparql.keeper
        assert held(sparql) == fresh(filled)
        assert (keeper.rebuilds, keeper.rewritten) == (1, 0)
        for number in range(5):
            describe(filled, A, f"text {number}", number + 3)
            assert held(sparql) == fresh(filled)
        assert (keeper.rebuilds, keeper.rewritten) == (1, 5)
        observed.send(filled, [[run(number, "COMPLETE", 20, [A], [B]) for number in range(2, 6)]])
        assert held(sparql) == fresh(filled)
        assert (keeper.rebuilds, keeper.rewritten) == (1, 5 + 4 + 1)  # four runs and their job


def test_copy__on_the_disk_is_caught_up_with_after_a_stop(tmp_path: Path) -> None:
    store = MemoryStore()
    describe(store, A, "first", 1)
    with asking(store, tmp_path / "rdf") as sparql:
        count(sparql)
    describe(store, A, "second", 2)
    with asking(store, tmp_path / "rdf") as sparql:
        assert held(sparql) == fresh(store)
        assert (sparql.keeper.rebuilds, sparql.keeper.rewritten) == (0, 1)


def test_copy__in_memory_leaves_no_file(tmp_path: Path) -> None:
    store = MemoryStore()
    describe(store, A, "first", 1)
    with asking(store) as sparql:
        assert held(sparql) == fresh(store)
    assert list(tmp_path.iterdir()) == []


def test_copy__of_an_empty_graph_is_empty_and_grows() -> None:
    store = MemoryStore()
    with asking(store) as sparql:
        assert count(sparql) == 0
        describe(store, A, "first", 1)
        assert held(sparql) == fresh(store)
        assert sparql.keeper.rebuilds == 1


def longer_than_the_journal(store: Store, root: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(changes, "KEPT", 3)
    for number in range(5):
        describe(store, A, f"more {number}", 10 + number)


def another_ontology(store: Store, root: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(keeping, "FORM", 2)


def damage(store: Store, root: Path, patch: pytest.MonkeyPatch) -> None:
    for path in (root / "1").glob("MANIFEST*"):
        path.write_bytes(b"\0" * 100)


def removal(store: Store, root: Path, patch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(root)


def another_store(store: Store, root: Path, patch: pytest.MonkeyPatch) -> None:
    """The same file, brought back from a copy, and gone on from there with as many changes."""
    patch.setattr("secrets.token_hex", lambda length: "other")
    store.write(lambda transaction: changes.note_changes(transaction, ["dataset/none/none"]))


@pytest.mark.parametrize(
    "happens", [longer_than_the_journal, another_ontology, damage, removal, another_store]
)
def test_copy__that_cannot_be_caught_up_with_is_made_anew(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Store, Path, pytest.MonkeyPatch], None],
) -> None:
    store, root = MemoryStore(), tmp_path / "rdf"
    describe(store, A, "first", 1)
    with asking(store, root) as sparql:
        count(sparql)
        if happens is another_store:  # the copy is ahead of the store that came back
            describe(store, A, "second", 2)
            count(sparql)
            store = MemoryStore()
            describe(store, A, "first", 1)
    happens(store, root, monkeypatch)
    with asking(store, root) as sparql:
        assert held(sparql) == fresh(store)
        assert sparql.keeper.rebuilds == 1


def test_copy__with_another_base_is_another_copy(tmp_path: Path) -> None:
    store = MemoryStore()
    describe(store, A, "first", 1)
    for base in ("https://one.example.org/", "https://two.example.org/"):
        with asking(store, tmp_path / "rdf", base) as sparql:
            assert held(sparql) == fresh(store, base)
            assert sparql.keeper.rebuilds == 1


@pytest.mark.parametrize("step", ["load", "replace", "commit", "before"])
def test_worker__killed_at_any_step_leaves_a_copy_that_catches_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store = MemoryStore()
    describe(store, A, "first", 1)
    kills = 0
    original = WorkerProcess.ask

    def ask(self: WorkerProcess, do: str, body: bytes = b"", **fields: object) -> object:
        nonlocal kills
        if (do, step, kills) == ("replace", "before", 0):
            kills += 1
            os.kill(self.pid, signal.SIGKILL)
        answer = original(self, do, body, **fields)  # type: ignore[arg-type]
        if (do, kills) == (step, 0):
            kills += 1
            os.kill(self.pid, signal.SIGKILL)
        return answer

    monkeypatch.setattr(keeping, "RETRY_AFTER_S", 0)
    with asking(store, tmp_path / "rdf") as sparql:
        if step != "load":
            count(sparql)
        monkeypatch.setattr(WorkerProcess, "ask", ask)
        for number in range(3):
            describe(store, A, f"text {number}", number + 2)
            describe(store, B, f"text {number}", number + 2)
            try:
                count(sparql)
            except SparqlUnavailable:
                continue
        assert held(sparql) == fresh(store)
        assert kills == 1


SERVICE = """
    import os, signal, sys
    from pathlib import Path
    from api.sparql import keeper
    from api.sparql.process import WorkerProcess
    from catalog.store.registry import open_store
    from tests.sparql.asking import asking, count

    url, root, step, after = sys.argv[1:]
    left = int(after)
    keeper.CHANGES_AT_ONCE = 1
    original = WorkerProcess.ask

    def ask(self, do, body=b"", **fields):
        global left
        answer = original(self, do, body, **fields)
        if do == step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return answer

    WorkerProcess.ask = ask
    with asking(open_store(url), Path(root)) as sparql:
        count(sparql)
"""


@pytest.mark.parametrize(
    ("step", "after", "copied"),
    [
        ("load", 1, False),
        ("commit", 1, False),
        ("replace", 1, True),
        ("replace", 3, True),
        ("commit", 2, True),
    ],
)
def test_service__killed_at_any_step_leaves_a_copy_that_catches_up(
    tmp_path: Path, step: str, after: int, copied: bool
) -> None:
    url, root = f"sqlite:///{tmp_path}/mesh.db", tmp_path / "rdf"
    store = open_store(url)
    describe(store, A, "first", 1)
    if copied:
        with asking(store, root) as sparql:
            count(sparql)
    for number in range(3):
        describe(store, A, f"text {number}", number + 2)
    words = [sys.executable, "-c", textwrap.dedent(SERVICE), url, str(root), step, str(after)]
    process = subprocess.run(words, timeout=60)
    describe(store, B, "last", 9)
    with asking(store, root) as sparql:
        assert held(sparql) == fresh(store)
        assert sparql.keeper.rebuilds == (0 if copied else step == "load")
    store.close()

    assert process.returncode == -signal.SIGKILL


BUSY = """
    import sys
    from threading import Thread
    from catalog.store.memory import MemoryStore
    from tests.convergence.cases import A, B, run
    from tests.convergence.observed import send
    from tests.sparql.asking import HEAVY, asked, asking, count

    store = MemoryStore()
    send(store, [[run(number, "COMPLETE", number, [A], [B]) for number in range(1, 6)]])
    with asking(store, query_s=60) as sparql:
        count(sparql)
        Thread(target=sparql.answer, args=(asked(HEAVY),), daemon=True).start()
        print(sparql.keeper.standing()[0].pid, flush=True)
        sys.stdin.read()
"""


def test_worker__in_the_middle_of_a_query_ends_when_its_service_is_killed() -> None:
    words = [sys.executable, "-c", textwrap.dedent(BUSY)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        worker = int(service.stdout.readline())
        time.sleep(0.5)
        assert is_running(worker)
        service.kill()
    deadline = time.monotonic() + 10
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(worker)


def is_running(pid: int) -> bool:
    """Whether a process is there and not just waiting to be buried."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_two_services__on_one_store_have_a_copy_each(tmp_path: Path) -> None:
    url, root = f"sqlite:///{tmp_path}/mesh.db", tmp_path / "mesh.db.rdf"
    one, other = open_store(url), open_store(url)
    describe(one, A, "first", 1)
    with asking(one, root) as first, asking(other, root) as second:
        assert held(first) == held(second) == fresh(one)
        describe(other, A, "second", 2)
        assert held(first) == held(second) == fresh(one)
    assert {path.name for path in root.iterdir()} == {"1", "1.lock", "2", "2.lock"}
    with asking(one, root) as again:
        assert held(again) == fresh(one)
        assert again.keeper.rebuilds == 0
    one.close()
    other.close()


def test_folder__is_refused_when_all_are_taken_or_it_is_none(tmp_path: Path) -> None:
    taken = [Folder(tmp_path / "rdf") for _ in range(SLOTS)]
    with pytest.raises(SparqlUnavailable, match="already keep"):
        Folder(tmp_path / "rdf")
    taken.pop(3).close()
    with Folder(tmp_path / "rdf") as free:
        assert free.path == tmp_path / "rdf" / "4"
    (tmp_path / "file").touch()
    with pytest.raises(SparqlUnavailable, match="cannot be used"):
        Folder(tmp_path / "file")
    for folder in taken:
        folder.close()


def test_copy__that_cannot_be_kept_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryStore()
    describe(store, A, "first", 1)
    (tmp_path / "rdf").touch()
    monkeypatch.setattr(keeping, "RETRY_AFTER_S", 0)
    with asking(store, tmp_path / "rdf") as sparql:
        with pytest.raises(SparqlUnavailable):
            count(sparql)
        (tmp_path / "rdf").unlink()
        assert held(sparql) == fresh(store)


def test_position__is_read_back_from_what_the_copy_says_of_itself() -> None:
    with asking(MemoryStore()) as sparql:
        keeper = sparql.keeper
        at = Position(12, "abc")
        assert keeper._position_in(keeper._state(at)) == at
        assert keeper._position_in("urn:other") is None
        assert keeper._position_in("x:1:abc") is None
