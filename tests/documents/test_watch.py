"""``meshline import --watch``: what changes is imported, what is gone ends, what is put back is there again."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from api.commands.import_asked import Asked
from api.commands.import_watch import Watch, documents
from api.document_sinks import into_store
from api.program import run
from catalog.store.memory import MemoryStore
from catalog.store.registry import open_store
from ingest.documents.files import read_documents
from ingest.documents.git import Checkouts
from ingest.documents.report import DocumentReport
from ingest.files import PassedOver
from ontology.rdf_reading import RdfLimits
from tests.documents.test_commit import commit, git, work

__all__ = ["work"]

ONE = "meshline: 1\nteams: [{id: orders, name: One}]\n"
TURTLE = """@prefix mesh: <https://w3id.org/meshline/ns#> .
<https://w3id.org/meshline/id/team/orders> a mesh:Team ; mesh:name "T" .
"""
TWO = ONE.replace("One", "Two")
DATES = {"GIT_COMMITTER_DATE": "2026-01-06T10:00:00Z", "GIT_AUTHOR_DATE": "2026-01-06T10:00:00Z"}


class Folder:
    """A folder that is watched, and what came of it."""

    def __init__(self, path: Path, *, with_git: bool = False) -> None:
        self.path = path
        self.store = MemoryStore()
        self.told: list[DocumentReport] = []
        self.now = 1_800_000_000 * 10**9
        asked = Asked(checkouts=Checkouts() if with_git else None)
        sink = into_store(self.store, RdfLimits(), self.clock, "local")
        find = lambda: documents(read_documents([str(path)]))  # noqa: E731
        self.passed_over: list[PassedOver] = []
        self.watch = Watch(find, asked, sink, self.told.append, self.passed_over.extend, self.clock)

    def clock(self) -> int:
        self.now += 10**9
        return self.now

    def write(self, name: str, text: str) -> Path:
        (self.path / name).write_text(text, encoding="utf-8")
        return self.path / name

    def look(self, times: int = 1) -> list[str]:
        """The outcomes of what is handed over now."""
        self.told.clear()
        for _ in range(times):
            self.watch.round(threading.Event())
        return [one.outcome for one in self.told]

    def team(self) -> str | None:
        """The name of the team as the graph has it; None where it is gone."""
        with self.store.read() as reader:
            node = reader.nodes(("team/orders",)).get("team/orders")
        return None if node is None or node.properties.get("gone") else str(node.properties["name"])


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_change__is_imported_once(folder: Folder) -> None:
    folder.write("a.yaml", ONE)
    assert (folder.look(), folder.look(), folder.team()) == (["applied"], [], "One")

    folder.write("a.yaml", TWO)
    assert (folder.look(), folder.look(), folder.team()) == (["applied"], [], "Two")


def test_file__that_is_put_back_as_it_was_counts_again(folder: Folder) -> None:
    for text in (ONE, TWO, ONE):
        folder.write("a.yaml", text)
        folder.look()

    assert folder.team() == "One"


def test_deleted_file__ends_what_it_said_when_it_stays_away(folder: Folder) -> None:
    path = folder.write("a.yaml", ONE)
    folder.look()
    path.unlink()

    assert folder.look() == []
    assert folder.team() == "One"
    assert folder.look() == ["ended"]
    assert folder.team() is None
    folder.write("a.yaml", ONE)
    assert (folder.look(), folder.team()) == (["applied"], "One")


def test_rdf__ends_too(folder: Folder) -> None:
    path = folder.write("a.ttl", TURTLE)
    folder.look()
    assert folder.team() == "T"
    path.unlink()

    assert folder.look(2) == ["ended"]
    assert folder.team() is None


def test_file_that_spoke__is_never_passed_over(folder: Folder) -> None:
    folder.write("a.yaml", ONE)
    folder.write("other.yaml", "services: {}\n")
    assert folder.look() == ["applied"]
    assert [one.source.rpartition("/")[2] for one in folder.passed_over] == ["other.yaml"]

    folder.write("a.yaml", ONE.replace("meshline", "meshlin"))
    assert [folder.look(), folder.look(), folder.team()] == [["rejected"], [], "One"]
    folder.write("a.yaml", "")
    assert (folder.look(), folder.team()) == (["ended"], None)
    assert len(folder.passed_over) == 1


def test_wrong_file__is_told_once_and_taken_when_it_is_right(folder: Folder) -> None:
    folder.write("a.yaml", ONE + "colour: blue\n")
    assert (folder.look(), folder.look()) == (["rejected"], [])

    folder.write("a.yaml", ONE)
    assert (folder.look(), folder.team()) == (["applied"], "One")


def test_commit__is_the_evidence_and_one_that_comes_too_late_says_so(work: Path) -> None:
    folder = Folder(work / "mesh", with_git=True)
    folder.write("orders.yaml", ONE)
    first = commit(work, "one", **DATES)
    folder.look()
    folder.write("orders.yaml", TWO)
    second = commit(work, "two", **dict.fromkeys(DATES, "2026-01-07T10:00:00Z"))

    folder.look()
    assert ([one.commit for one in folder.told], folder.team()) == ([second], "Two")
    git(work, "reset", "-q", "--hard", first)
    assert folder.look() == ["superseded"]
    [told] = folder.told
    assert (told.commit, told.newer, folder.team()) == (first, "2026-01-07T10:00:00Z", "Two")


def test_commit__leaves_files_that_it_is_not_about_at_their_own_time(work: Path) -> None:
    folder = Folder(work / "mesh", with_git=True)
    folder.write("orders.yaml", ONE)
    folder.write("other.yaml", "meshline: 1\nteams: [{id: other}]\n")
    commit(work, "one", **DATES)
    assert folder.look() == ["applied", "applied"]
    folder.write("other.yaml", "meshline: 1\nteams: [{id: other, name: Other}]\n")
    commit(work, "two", **dict.fromkeys(DATES, "2026-01-09T10:00:00Z"))

    assert [folder.look(), folder.look()] == [["applied"], []]
    folder.write("orders.yaml", TWO)
    commit(work, "three", **dict.fromkeys(DATES, "2026-01-07T10:00:00Z"))
    assert (folder.look(), folder.team()) == (["applied"], "Two")


def test_commit__of_what_the_watch_saw_before_counts(work: Path) -> None:
    folder = Folder(work / "mesh", with_git=True)
    folder.write("orders.yaml", ONE)
    first = commit(work, "one", **DATES)
    folder.look()
    folder.write("orders.yaml", TWO)
    assert (folder.look(), folder.team()) == (["applied"], "Two")
    assert [one.commit for one in folder.told] == [None]

    git(work, "checkout", "-q", "--", ".")
    assert (folder.look(), folder.team()) == (["applied"], "One")
    assert [one.commit for one in folder.told] == [first]


def test_process__watches_until_it_is_told_to_stop(tmp_path: Path) -> None:
    (tmp_path / "mesh").mkdir()
    (tmp_path / "mesh" / "a.yaml").write_text(ONE, encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'a.db'}"
    arguments = ["import", str(tmp_path / "mesh"), "--watch", "--every", "0.1", "--store", url, "--no-git"]
    command = [sys.executable, "-c", "import sys; from api.program import run; sys.exit(run(sys.argv[1:]))"]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "applied" in process.stdout.readline()
        (tmp_path / "mesh" / "a.yaml").write_text(TWO, encoding="utf-8")
        deadline = time.monotonic() + 30
        while "applied" not in process.stdout.readline():
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    assert process.returncode == 0
    store = open_store(url)
    with store.read() as reader:
        assert reader.nodes(("team/orders",))["team/orders"].properties["name"] == "Two"
    store.close()


def test_gone_since__ends_what_deleted_files_said(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{work.parent / 'a.db'}"
    (work / "mesh" / "team.yaml").write_text(ONE, encoding="utf-8")
    before = commit(work, "one", **DATES)
    assert run(["import", str(work / "mesh"), "--store", url]) == 0
    git(work, "rm", "-q", "mesh/team.yaml")
    after = commit(work, "two", **dict.fromkeys(DATES, "2026-01-07T10:00:00Z"))
    capsys.readouterr()

    assert run(["import", str(work / "mesh"), "--store", url, "--gone-since", before]) == 0
    source = "https://git.example/shop/mesh/mesh/team.yaml"
    assert f"{source}: ended (commit {after[:12]})" in capsys.readouterr().out
    store = open_store(url)
    with store.read() as reader:
        assert reader.nodes(("team/orders",))["team/orders"].properties["gone"] is True
    store.close()
    assert run(["import", str(work / "mesh"), "--store", url, "--gone-since", "0" * 40]) == 3
