"""Which source counts where several say something else: the precedence in force in this process.

It shapes the graph, so a store says which one made it. What people set in place (a curation) stands above all
documents; of documents the higher rank, of one rank the newest version, of one instant the greater key.

A file of it (TOML) lists patterns of sources, the highest first; ``*`` stands for all that match none:

order = ["https://git.example/governance/*", "*", "*/target/manifest.json"]
"""

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from catalog.canonical import encode
from catalog.errors import InvalidPrecedence
from catalog.graph import Edge
from catalog.identity import DocumentId, is_hashed, kind_of
from ontology.vocabulary import Origin

REST = "*"
CURATED = 1_000_000
"""The rank of what people set in place."""
MAX_PATTERNS = 1000


@dataclass(frozen=True)
class Precedence:
    """``order``: patterns of sources (``*``, ``?`` and ``[…]`` as in names of files; a ``*`` matches slashes too), the
    highest first. Empty: all documents are of one rank."""

    order: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Stands for it in a store; empty where all documents are of one rank."""
        return hashlib.sha256(encode(list(self.order)).encode()).hexdigest() if self.order else ""

    def rank(self, teller: str) -> int:
        """How high what a document or curation (key) says stands. One whose key is a hash is of the rest, and so is
        what events tell."""
        kind = kind_of(teller)
        if kind == "curation":
            return CURATED
        named = kind == "document" and bool(self.order) and not is_hashed(teller)
        return self._of_source(DocumentId.parse(teller).source if named else None)

    def foremost(self, edges: Sequence[Edge]) -> list[Edge]:
        """Of edges of which one is meant to be, those whose tellers stand highest; several of one rank all count."""
        ranks = [CURATED if edge.origin == Origin.CURATED else self.rank(edge.via) for edge in edges]
        return [edge for edge, rank in zip(edges, ranks, strict=True) if rank == max(ranks)]

    def _of_source(self, source: str | None) -> int:
        for place, pattern in enumerate(self.order):
            if pattern != REST and source is not None and fnmatchcase(source, pattern):
                return len(self.order) - place
        return len(self.order) - self.order.index(REST) if REST in self.order else 0


_in_force: list[Precedence] = [Precedence()]


def configure_precedence(precedence: Precedence) -> None:
    """Make this the precedence of this process. Called once, before a store is opened."""
    _in_force[:] = [precedence]


def precedence() -> Precedence:
    """The precedence of this process."""
    return _in_force[0]


def read_precedence(path: Path) -> Precedence:
    """That of a file. Raises InvalidPrecedence with all that is wrong with it."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidPrecedence([f"It cannot be read: {error.strerror}."], str(path)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidPrecedence([f"It is no TOML in UTF-8: {error}."], str(path)) from error
    problems = [f"Nothing is known of {key!r}." for key in sorted(said.keys() - {"order"})]
    order = said.get("order", [])
    if not isinstance(order, list) or not all(isinstance(one, str) and one for one in order):
        problems.append("order is a list of patterns of sources, the highest first.")
        order = []
    problems += [f"{one!r} is there twice." for one in sorted({one for one in order if order.count(one) > 1})]
    if len(order) > MAX_PATTERNS:
        problems.append(f"It has more than {MAX_PATTERNS} patterns.")
    if problems:
        raise InvalidPrecedence(problems, str(path))
    return Precedence(tuple(order))
