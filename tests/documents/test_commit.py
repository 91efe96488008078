"""Commits of documents: which one has a file, as the git of this machine tells it."""

import subprocess
from pathlib import Path

import pytest

from ingest.documents.commit import Commit, repository_name
from ingest.documents.git import Checkouts

DAY = {"GIT_AUTHOR_DATE": "2026-01-05T09:00:00Z", "GIT_COMMITTER_DATE": "2026-01-05T10:00:00Z"}
DAY_NS = 1_767_607_200_000_000_000


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working tree with one commit that has mesh/orders.yaml."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    tree = tmp_path / "tree"
    (tree / "mesh").mkdir(parents=True)
    git(tree, "init", "-q", "-b", "main")
    git(tree, "remote", "add", "origin", "git@git.example:shop/mesh.git")
    (tree / "mesh" / "orders.yaml").write_text("meshline: 1\n", encoding="utf-8")
    commit(tree, "one", **DAY)
    return tree


def git(tree: Path, *arguments: str, **environ: str) -> str:
    who = {
        "GIT_AUTHOR_NAME": "Ada L",
        "GIT_AUTHOR_EMAIL": "a@x",
        "GIT_COMMITTER_NAME": "C",
        "GIT_COMMITTER_EMAIL": "c",
    }
    own = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tree.parent), **who, **environ}
    done = subprocess.run(("git", *arguments), cwd=tree, env=own, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(tree: Path, message: str, **environ: str) -> str:
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", message, **environ)
    return git(tree, "rev-parse", "HEAD")


def test_commit__is_the_last_that_changed_the_file(work: Path) -> None:
    first = git(work, "rev-parse", "HEAD")
    (work / "other.yaml").write_text("a: 1", encoding="utf-8")
    commit(work, "two")

    found = Checkouts().commit_of(work / "mesh" / "orders.yaml")

    assert found == Commit(first, "https://git.example/shop/mesh", "mesh/orders.yaml", "Ada L", DAY_NS)
    assert found.source == "https://git.example/shop/mesh/mesh/orders.yaml"
    assert Checkouts("https://here.example/x").commit_of(work / "other.yaml") is not None


def test_commit__of_a_branch_that_was_merged_is_the_merge(work: Path) -> None:
    git(work, "checkout", "-q", "-b", "side")
    (work / "mesh" / "orders.yaml").write_text("meshline: 1 # side\n", encoding="utf-8")
    commit(work, "side")
    git(work, "checkout", "-q", "main")
    git(work, "merge", "-q", "--no-ff", "-m", "merge", "side")

    found = Checkouts().commit_of(work / "mesh" / "orders.yaml")

    assert found is not None
    assert found.sha == git(work, "rev-parse", "HEAD")


@pytest.mark.parametrize("change", ["edit", "stage", "link", "new", "ignored"])
def test_file__that_is_not_as_committed_has_none(work: Path, change: str) -> None:
    path = work / "mesh" / ("orders.yaml" if change in ("edit", "stage") else "new.yaml")
    if change == "link":
        path.symlink_to(work / "mesh" / "orders.yaml")
        commit(work, "a link")
    else:
        path.write_text("changed", encoding="utf-8")
    if change == "stage":
        git(work, "add", "-A")
    if change == "ignored":
        (work / ".gitignore").write_text("new.yaml", encoding="utf-8")

    assert Checkouts().commit_of(path) is None


def test_folder__that_is_no_working_tree_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("", encoding="utf-8")

    assert Checkouts().commit_of(tmp_path / "a.yaml") is None
    assert Checkouts().head(tmp_path) is None


def test_machine__without_git_knows_none(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(work))

    assert Checkouts().commit_of(work / "mesh" / "orders.yaml") is None


def test_deletion__has_a_commit_too(work: Path) -> None:
    assert Checkouts().deletion_of(work / "mesh", "orders.yaml") is None
    git(work, "mv", "mesh/orders.yaml", "orders.yaml")
    (work / "mesh").mkdir(exist_ok=True)
    sha = commit(work, "moved")

    found = Checkouts().deletion_of(work / "mesh", "orders.yaml")

    assert found is not None
    assert (found.sha, found.path) == (sha, "mesh/orders.yaml")
    assert Checkouts().deletion_of(work / "mesh", "never.yaml") is None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git@git.example:shop/mesh.git", "https://git.example/shop/mesh"),
        ("ssh://git@Git.example:7999/shop/mesh.git", "https://git.example/shop/mesh"),
        ("https://user:secret@git.example/shop/mesh.git/", "https://git.example/shop/mesh"),
        ("https://git.example/shop/mesh", "https://git.example/shop/mesh"),
        ("/srv/git/mesh.git", "/srv/git/mesh"),
        ("file:///srv/git/mesh", "file:///srv/git/mesh"),
    ],
)
def test_repository__has_one_name_and_no_secrets(url: str, name: str) -> None:
    assert repository_name(url) == name
    assert repository_name(name) == name
