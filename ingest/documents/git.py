"""Which commit a file comes from, as the git of this machine tells it. Nothing is fetched, and nothing is changed."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from ingest.documents.commit import MAX_TEXT, Commit, repository_name, source_in

TIMEOUT_S = 20
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
_SETTINGS = (
    "core.fsmonitor=false",
    "log.showSignature=false",
    "protocol.allow=never",  # a partial clone would fetch what it lacks
)
_COMMAND = ("git", "--literal-pathspecs", "--no-pager", *(part for one in _SETTINGS for part in ("-c", one)))


@dataclass(frozen=True, slots=True)
class _Checkout:
    """A folder of a working tree: its path in the tree, the repository's name, and the files in it that are as ``HEAD``
    has them."""

    prefix: str
    repository: str | None
    committed: frozenset[str]


@dataclass(slots=True)
class Checkouts:
    """The working trees that files lie in. ``repository``: the name to use in place of the remote's."""

    repository: str | None = None
    _known: dict[Path, _Checkout | None] = field(default_factory=dict)
    _heads: dict[Path, str | None] = field(default_factory=dict)

    def commit_of(self, path: Path) -> Commit | None:
        """The commit that last changed a file, on the first-parent line of HEAD: that which brought it into the branch.

        None for what git does not track, for what differs from HEAD, for links, and where there is no git.
        """
        folder = path.parent
        if path.is_symlink() or not self._is_committed(path):
            return None
        return self._last(folder, path.name)

    def source_of(self, path: Path) -> str | None:
        """Where a document comes from by the working tree that its file lies in, committed or not; None where that has
        no repository of a name."""
        checkout = self._checkout(path.parent)
        if checkout is None or checkout.repository is None:
            return None
        return source_in(checkout.repository, checkout.prefix + path.name)

    def deletion_of(self, folder: Path, name: str) -> Commit | None:
        """The commit that took a file out of the branch; None for one that HEAD has, or that was never in it."""
        if self._checkout(folder) is None or _git(folder, "cat-file", "-e", f"HEAD:./{name}") is not None:
            return None
        return self._last(folder, name)

    def deleted_since(self, folder: Path, commit: str) -> list[Path] | None:
        """The files of a folder that HEAD has no more and a commit had; None where git does not know the commit."""
        found = (
            "diff",
            "--no-renames",
            "--diff-filter=D",
            "--name-only",
            "--relative",
            "-z",
            commit,
            "HEAD",
            "--",
            ".",
        )
        said = _git(folder, *found)
        return None if said is None else [folder / name for name in said.split("\0") if name]

    def head(self, folder: Path) -> str | None:
        """The commit that is checked out; None where there is none. Remembered until ``look_again``."""
        if folder not in self._heads:
            self._heads[folder] = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
        return self._heads[folder]

    def look_again(self) -> None:
        """Forget what folders were: they may be others now."""
        self._known.clear()
        self._heads.clear()

    def _is_committed(self, path: Path) -> bool:
        checkout = self._checkout(path.parent)
        return checkout is not None and path.name in checkout.committed

    def _last(self, folder: Path, name: str) -> Commit | None:
        checkout = self._checkout(folder)
        said = _git(folder, "log", "-1", "--first-parent", "--format=%H%x00%ct%x00%aN", "--", name)
        if checkout is None or not said:
            return None
        sha, seconds, author = said.split("\0")
        at_ns = int(seconds) * 10**9
        return Commit(sha, checkout.repository, checkout.prefix + name, author[:MAX_TEXT] or None, at_ns)

    def _checkout(self, folder: Path) -> _Checkout | None:
        if folder not in self._known:
            prefix = _git(folder, "rev-parse", "--show-prefix")
            self._known[folder] = (
                None
                if prefix is None
                else _Checkout(prefix, self.repository or _remote(folder), _committed(folder))
            )
        return self._known[folder]


def _committed(folder: Path) -> frozenset[str]:
    """The files in a folder that are as ``HEAD`` has them."""
    tracked = _git(folder, "ls-files", "-z", "--", ".")
    compared = (
        "diff",
        "--name-only",
        "--relative",
        "--no-ext-diff",
        "--no-textconv",
        "-z",
        "HEAD",
        "--",
        ".",
    )
    changed = _git(folder, *compared)
    if tracked is None or changed is None:  # there is no commit yet
        return frozenset()
    return frozenset(tracked.split("\0")) - frozenset(changed.split("\0"))


def _remote(folder: Path) -> str | None:
    """The name of the repository that a working tree was cloned from: its ``origin``, else its only remote."""
    names = (_git(folder, "remote") or "").split()
    name = "origin" if "origin" in names else names[0] if len(names) == 1 else None
    url = None if name is None else _git(folder, "config", "--get", f"remote.{name}.url")
    return repository_name(url) if url else None


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails, is not there, or takes too long."""
    try:
        done = subprocess.run(
            (*_COMMAND, *arguments),
            cwd=folder,
            env={**os.environ, **_QUIET},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip("\n") if done.returncode == 0 else None
