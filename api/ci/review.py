"""One review of a change request: asked, shown in the log and the summary, commented, and judged for the exit code."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from api import exit_codes
from api.ci.ask import Outcome, Unchanged, Undecided
from api.ci.github import add_summary, annotation, pull_request, set_outputs, unheeded
from api.ci.gitlab import merge_request
from api.ci.notes import Notes, Posted, upsert
from api.errors import ForgeError, UsageError
from api.impact_views.formats import Format, rendered
from api.impact_views.markdown import MARKER, Mentions, markdown, marker_line
from api.impact_views.undecided import unchanged_markdown, undecided_markdown
from api.impact_views.verdicts import FailOn, exit_code
from catalog.impact.severity import Verdict

UNDECIDED, UNCHANGED = "undecided", "unchanged"


class Platform(StrEnum):
    """Where the job runs."""

    GITHUB = "github"
    GITLAB = "gitlab"

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Platform":
        """The one that has set the environment. Raises UsageError."""
        if environ.get("GITHUB_ACTIONS") == "true":
            return cls.GITHUB
        if environ.get("GITLAB_CI") == "true":
            return cls.GITLAB
        raise UsageError("This is no job of GitHub or GitLab.", "Say with --on which it is to be.")


@dataclass(frozen=True, slots=True)
class Review:
    """What came out, and how it is to be told. ``name`` parts the comments of several reviews of one change request."""

    outcome: Outcome
    platform: Platform
    environ: Mapping[str, str]
    name: str = ""
    mentions: Mentions = field(default_factory=dict)
    pause_s: float = 1.0

    @property
    def marker(self) -> str:
        return f"{MARKER}:{self.name}" if self.name else MARKER

    @property
    def verdict(self) -> str:
        """``safe``, ``review``, ``block``, ``unchanged`` or ``undecided``."""
        if isinstance(self.outcome, Undecided):
            return UNDECIDED
        return UNCHANGED if isinstance(self.outcome, Unchanged) else self.outcome.verdict.lower()

    def comment(self) -> str:
        """The text of the comment."""
        if isinstance(self.outcome, Undecided):
            return undecided_markdown(self.outcome.message, self.outcome.hint, self.marker)
        if isinstance(self.outcome, Unchanged):
            return unchanged_markdown(self.outcome.message, self.marker)
        return markdown(self.outcome, self.marker, self.mentions)

    def log(self, text: str) -> str:
        """A text for the log of the job, with a line that stands out."""
        if self.platform is not Platform.GITHUB:
            return text
        level = "notice" if self.verdict in (Verdict.SAFE.lower(), UNCHANGED) else "warning"
        said = f"The verdict is {self.verdict}. The summary of the run has the whole answer."
        return f"{unheeded(text)}\n{annotation(level, 'Meshline impact', said)}"

    def summarise(self) -> None:
        """On GitHub: the page of the run, and outputs for later steps."""
        if self.platform is Platform.GITHUB:
            add_summary(self.environ, self.comment().removeprefix(f"{marker_line(self.marker)}\n"))
            set_outputs(self.environ, {"verdict": self.verdict})

    def post(self) -> str:
        """Bring the comment up to date; gives what became of it, in words. A refusal is told, never raised.

        Where nothing changes, a comment of an earlier push is brought up to date, and none is begun.
        """
        try:
            with self._change_request() as notes:
                if isinstance(notes, str):
                    return f"No comment: {notes}."
                begin = not isinstance(self.outcome, Unchanged)
                posted = upsert(notes, marker_line(self.marker), self.comment(), create=begin)
        except ForgeError as error:
            return f"No comment: {error.message} {error.hint}".strip()
        return _told(posted)

    def _change_request(self) -> AbstractContextManager[Notes | str]:
        opened = pull_request if self.platform is Platform.GITHUB else merge_request
        return opened(self.environ, pause_s=self.pause_s)

    def code(self, fail_on: FailOn) -> int:
        """How the job ends. With ``never`` it passes whatever came out, undecided too: the comment tells."""
        if isinstance(self.outcome, Undecided):
            return exit_codes.OK if fail_on is FailOn.NEVER else exit_codes.COULD_NOT
        if isinstance(self.outcome, Unchanged):
            return exit_codes.OK
        return exit_code(self.outcome.verdict, fail_on)


def write_files(outcome: Outcome, files: Sequence[tuple[Format, Path]]) -> None:
    """The answer in each form; without an answer no file is left from an earlier one. Raises UsageError."""
    for form, path in files:
        try:
            if isinstance(outcome, Undecided | Unchanged):
                path.unlink(missing_ok=True)
            else:
                path.write_text(rendered(outcome, form), encoding="utf-8", newline="")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}.", "Name another file.") from error


def _told(posted: Posted | None) -> str:
    if posted is None:
        return "No comment: nothing changes."
    return f"Comment {posted.how}{'' if posted.url is None else f': {posted.url}'}."
