"""What the options of ``meshline import`` say of every document: its source, and what comes with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from api.document_sinks import Sink
from api.errors import UsageError
from ingest.documents.commit import Commit
from ingest.documents.files import FoundDocument, FoundExport, Item, Stranger
from ingest.documents.git import Checkouts
from ingest.documents.given import Given
from ingest.documents.report import DocumentReport, unread_report
from ingest.documents.syntax import SUFFIXES, Syntax, TextSyntax
from ingest.files import NotRead, PassedOver
from ontology.rdf_reading import RdfSyntax

Taken: TypeAlias = FoundDocument | FoundExport | NotRead


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


def without_strangers(found: Iterable[Item], asked: Asked, sink: Sink) -> Iterator[Taken | PassedOver]:
    """Files of folders that are no documents are passed over, but never those whose source said something that is in
    force: they may end that, or be wrong."""
    for item in found:
        yield item if not isinstance(item, Stranger) else document_in(item, asked, sink) or item.passed_over


def document_in(stranger: Stranger, asked: Asked, sink: Sink) -> FoundDocument | None:
    """The document that a file of a folder has to be, because its source said something that is in force."""
    source, _ = asked.of(stranger.found.source, stranger.found.path)
    return stranger.found if sink.speaks(source) else None


def ended(paths: Sequence[str], since: str | None, asked: Asked, sink: Sink) -> Iterator[DocumentReport]:
    """End what files said that were deleted after a commit. Raises UsageError where git does not know the commit."""
    for folder in [Path(path) for path in paths if since is not None and Path(path).is_dir()]:
        checkouts = asked.checkouts or Checkouts()
        gone = checkouts.deleted_since(folder, str(since))
        if gone is None:
            raise UsageError(
                f"git knows no commit {since} in {folder}.",
                "Fetch the whole history, or leave out --gone-since.",
            )
        for path in gone:
            syntax = SUFFIXES.get(path.suffix.lower())
            if syntax is not None:
                source = checkouts.source_of(path) or path.as_posix()
                yield sink.send(b"", empty_syntax(syntax), source, asked.of_deleted(path))


def empty_syntax(syntax: Syntax) -> Syntax:
    """How the empty document is written that ends one written so."""
    return TextSyntax.YAML if isinstance(syntax, TextSyntax) else RdfSyntax.TRIG
