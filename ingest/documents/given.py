"""What comes with a document beside its text: when it holds from, which commit has it, what it may do to others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from catalog.claims import Claims
from catalog.instant import format_instant, parse_instant
from ingest.documents.commit import Commit


@dataclass(frozen=True, slots=True)
class Given:
    """``at_ns``: the time that its sender or its commit gives it, None: that of its first receipt. ``take_over``: it
    may describe products of others without naming their owner and domain; ``retire``: it may leave out what others
    depend on."""

    at_ns: int | None = None
    commit: Commit | None = None
    take_over: bool = False
    retire: bool = False

    @property
    def said(self) -> dict[str, Any]:
        """As the body of an entry has it; what is not given is not there."""
        found: dict[str, Any] = {} if self.at_ns is None else {"at": format_instant(self.at_ns)}
        if self.commit is not None:
            found["commit"] = self.commit.said
        flags = {"takeOver": self.take_over, "retire": self.retire}
        return found | {name: True for name, is_given in flags.items() if is_given}

    @property
    def claims(self) -> Claims:
        """The guard of the document."""
        return Claims(self.take_over, self.retire)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """That of the body of an entry."""
        at = body.get("at")
        at_ns = None if at is None else parse_instant(at).ns
        commit = Commit.read(body.get("commit"))
        return cls(at_ns, commit, bool(body.get("takeOver")), bool(body.get("retire")))


NOTHING_GIVEN = Given()
