"""Transcripts: the commands of a console snippet, what they print now, and when two transcripts are the same."""

import re

from tests.docs.workspace import Workspace

PROMPT = "$ "
_CONTINUED = "> "
_END = "\x1e"
_CHANGING = (
    (re.compile(r"\b\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z?)?"), "<time>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\bmesh_[0-9a-f]{8}_[\w-]+"), "<token>"),
    (re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b|\b[0-9a-f]{8}\b"), "<hash>"),
    (re.compile(r"\b\d{19}\b"), "<instant>"),
    (re.compile(r"\b\d+(\.\d+)? ?m?s\b"), "<duration>"),
    (re.compile(r"\b[\d,]+(\.\d+)? events/s"), "<rate> events/s"),
    (re.compile(r" {2,}"), "  "),
    (re.compile(r"-{3,}|─{3,}"), "---"),
)


def commands(text: str) -> list[list[str]]:
    """The commands of a console snippet, each with its lines as they are written."""
    found: list[list[str]] = []
    continued = False
    for line in text.splitlines():
        if line.startswith(PROMPT):
            found.append([line])
        elif continued and line.startswith(_CONTINUED):
            found[-1].append(line)
        continued = (line.startswith(PROMPT) or continued) and line.endswith("\\")
    return found


def transcribe(text: str, workspace: Workspace) -> str:
    """The console snippet as it comes out now: all its commands in one shell, each with what it prints."""
    asked = commands(text)
    script = ['__end() { local status=$?; printf "\\036"; return $status; }']
    for lines in asked:
        script += [workspace.here("\n".join(line[2:] for line in lines)), "__end"]
    printed = workspace.run("bash", stdin="\n".join(script) + "\n").stdout.split(_END)
    assert len(printed) == len(asked) + 1, f"the shell ended early: {printed}"
    parts: list[str] = []
    for lines, output in zip(asked, printed, strict=False):
        parts += lines
        parts += [line.rstrip() for line in workspace.written(output).splitlines()]
        while not parts[-1]:
            parts.pop()
    return "\n".join(parts)


def normalised(text: str) -> str:
    """A transcript without what differs from run to run: times, durations, random ids, widths of columns."""
    for pattern, replacement in _CHANGING:
        text = pattern.sub(replacement, text)
    return "\n".join(line.strip() for line in text.strip().splitlines())
