"""The commit that has a document: evidence of who said it and where, kept in the body of its log entry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, urlsplit

SHA = re.compile(r"[0-9a-f]{7,64}")
MAX_TEXT = 1000
"""Characters of a repository, a path or an author."""
_SCP = re.compile(r"(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9.-]+):(?P<path>(?!//)[^\s]+)")
_WEB = frozenset(("http", "https", "ssh", "git", "git+ssh", "git+https"))


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of a repository that has a document at ``path``. ``author``: who wrote it, a name; ``at_ns``: when it
    was committed, which the entry keeps as its time."""

    sha: str
    repository: str | None = None
    path: str | None = None
    author: str | None = None
    at_ns: int | None = None

    @property
    def source(self) -> str | None:
        """Where the document comes from, the same from every clone; None where no repository is known."""
        if self.repository is None or self.path is None:
            return None
        return source_in(self.repository, self.path)

    @property
    def said(self) -> dict[str, str]:
        """As the body of an entry has it."""
        parts = {"sha": self.sha, "repository": self.repository, "path": self.path, "author": self.author}
        return {name: value for name, value in parts.items() if value is not None}

    @property
    def properties(self) -> dict[str, str]:
        """What it gives the node of the document."""
        parts = {"commit": self.sha, "repository": self.repository, "committedBy": self.author}
        return {name: value for name, value in parts.items() if value is not None}

    @classmethod
    def read(cls, said: Mapping[str, Any] | None) -> Self | None:
        """That of the body of an entry."""
        if said is None:
            return None
        return cls(said["sha"], said.get("repository"), said.get("path"), said.get("author"))


def source_in(repository: str, path: str) -> str:
    """Where the document at a path of a repository comes from."""
    return f"{repository}/{quote(path)}"


def repository_name(url: str) -> str:
    """A repository by one name, whether it was cloned over HTTPS or SSH, and without what logs in to it.

    ``git@host:team/mesh.git``, ``ssh://git@host/team/mesh`` and ``https://user:token@host/team/mesh.git`` are all
    ``https://host/team/mesh``. What is no address of a server stays, without its end.
    """
    url = url.strip()[:MAX_TEXT]
    found = _SCP.fullmatch(url)
    if found is not None and "://" not in url:
        return _web(found["host"], found["path"])
    parts = urlsplit(url)
    if parts.scheme in _WEB and parts.hostname:
        return _web(parts.hostname, parts.path)
    return _bare(url)


def _web(host: str, path: str) -> str:
    return f"https://{host.lower()}/{_bare(path).strip('/')}"


def _bare(path: str) -> str:
    return path.rstrip("/").removesuffix(".git")
