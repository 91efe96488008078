"""Markdown as far as the tests need it: fenced snippets, headings, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))

RUN = frozenset({"console", "bash", "sh", "python", "graphql", "sql", "cypher"})
"""Languages of snippets that are run, unless a marker says why not."""
SHOWN = frozenset({"text", "json", "yaml", "ini", "turtle", "sparql", "toml"})
"""Languages of snippets that are only shown; SPARQL is run by tests/sparql."""

_MARKER = re.compile(r"<!-- not run: (?P<reason>.+) -->")
_FENCE = re.compile(r"```(?P<language>\S*)\s*")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A fenced block: ``first`` and ``last`` are the numbers (from 0) of its first line and of its closing fence."""

    page: Path
    language: str
    text: str
    first: int
    last: int
    not_run: str | None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.first}"


def snippets(page: Path) -> Iterator[Snippet]:
    """The fenced blocks of a page; a marker stands on the last line with text before the fence."""
    lines = page.read_text(encoding="utf-8").splitlines()
    start: int | None = None
    language, reason = "", None
    before = ""
    for number, line in enumerate(lines):
        if start is not None:
            if line == "```":
                yield Snippet(page, language, "\n".join(lines[start:number]), start, number, reason)
                start, before = None, ""
            continue
        fence = _FENCE.fullmatch(line)
        if fence:
            marker = _MARKER.fullmatch(before)
            start, language = number + 1, fence["language"]
            reason = marker["reason"] if marker else None
        elif line.strip():
            before = line.strip()
    assert start is None, f"{page}: a fence is not closed"


def prose(page: Path) -> list[str]:
    """The lines of a page outside of its fences."""
    lines = page.read_text(encoding="utf-8").splitlines()
    fenced = {n for snippet in snippets(page) for n in range(snippet.first - 1, snippet.last + 1)}
    return [line for number, line in enumerate(lines) if number not in fenced]


def headings(page: Path) -> list[str]:
    """The texts of the headings, without # and code marks."""
    return [line.lstrip("#").strip().replace("`", "") for line in prose(page) if re.match(r"#+ ", line)]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of the headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(page)}


def links(page: Path) -> list[str]:
    """The targets of the links."""
    return [match["target"] for line in prose(page) for match in _LINK.finditer(line)]


def table(page: Path, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head; code marks are taken off."""
    lines = prose(page)
    start = next(n for n, line in enumerate(lines) if line.lstrip("# ").replace("`", "") == heading)
    rows: list[list[str]] = []
    for line in lines[start + 1 :]:
        if line.startswith("|"):
            rows.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
        elif rows:
            break
    return rows[2:]
