"""What the options of ``meshline import`` say of every document: its source, and what comes with it."""

from dataclasses import dataclass
from pathlib import Path

from api.document_sinks import Sink
from ingest.documents.commit import Commit
from ingest.documents.files import FoundDocument
from ingest.documents.git import Checkouts
from ingest.documents.given import Given
from ingest.documents.report import DocumentReport, unread_report
from ingest.files import NotRead


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say of every document. ``checkouts``: None not to ask git."""

    source: str | None = None
    at_ns: int | None = None
    commit: Commit | None = None
    checkouts: Checkouts | None = None
    take_over: bool = False
    retire: bool = False

    def of(self, name: str, path: Path | None) -> tuple[str, Given]:
        """The source of a document, and what comes with it. A commit dates its documents."""
        commit = self._commit(name, path)
        source = self.source or (None if commit is None else commit.source) or self._in_tree(path) or name
        dated = None if commit is None else commit.at_ns
        return source, Given(self.at_ns if dated is None else dated, commit, self.take_over, self.retire)

    def _in_tree(self, path: Path | None) -> str | None:
        return None if self.checkouts is None or path is None else self.checkouts.source_of(path)

    def _commit(self, name: str, path: Path | None) -> Commit | None:
        if self.commit is not None:
            return Commit(self.commit.sha, self.commit.repository, None if path is None else name.lstrip("/"))
        return None if self.checkouts is None or path is None else self.checkouts.commit_of(path)

    def of_deleted(self, path: Path) -> Given:
        """What comes with the end of a document whose file is no more: the commit that took it away."""
        gone = None if self.checkouts is None else self.checkouts.deletion_of(path.parent, path.name)
        return Given(None if gone is None else gone.at_ns, gone, self.take_over, self.retire)

    def head(self, path: Path) -> str | None:
        """The commit that is checked out where a file lies."""
        return None if self.checkouts is None else self.checkouts.head(path.parent)

    def look_again(self) -> None:
        """Ask git anew: folders may have become working trees, and remotes others."""
        if self.checkouts is not None:
            self.checkouts.look_again()


def imported(item: FoundDocument | NotRead, asked: Asked, sink: Sink) -> DocumentReport:
    """Hand one document to the sink."""
    if isinstance(item, NotRead):
        return unread_report(asked.source or item.source, item.error)
    source, given = asked.of(item.source, item.path)
    return sink.send(item.data, item.syntax, source, given)
