"""What commands print: tables for people, JSON for programs, one line for each error."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

_OF_THE_CHECKER = ": Value error, "
_ENDS = ".!?:…"
_PIPED_WIDTH = 240
"""Columns where there is no terminal: wide enough that no name is cut."""


class _Console(Console):
    """A console that does not end the process itself (with 1, a verdict) when the reader has left."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Standard output for people."""
    return _Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH, highlight=False, emoji=False)


def error_console() -> Console:
    """Standard error for people."""
    return Console(
        stderr=True, width=None if sys.stderr.isatty() else _PIPED_WIDTH, highlight=False, emoji=False
    )


def visible(text: str) -> str:
    """A text without what would move the cursor, colour or reorder what a terminal shows: ``\\x1b``, ``\\n``.

    Names come from events, so anybody who sends events chooses them.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def print_json(value: Any) -> None:
    """A value (dataclasses too) as indented JSON on standard output."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.write(text.decode() + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> Table:
    """A table without lines between rows; cells are text, never markup."""
    drawn = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*(Text("" if cell is None else visible(str(cell)), overflow="fold") for cell in row))
    return drawn


def print_line(out: Console, line: str, style: str | None = None) -> None:
    """One line, however narrow the terminal: no name is broken."""
    out.print(visible(line), style=style, markup=False, soft_wrap=True)


def sentence(message: str) -> str:
    """A message that ends as a sentence: what libraries say of options often does not."""
    said = message.replace(_OF_THE_CHECKER, ": ").rstrip()
    return said if not said or said[-1] in _ENDS else f"{said}."


def print_error(code: str, message: str, hint: str, *, as_json: bool, problems: Sequence[str] = ()) -> None:
    """One error on standard error: what, and what to do; ``problems``: all that is wrong, a line each."""
    message = sentence(message)
    if as_json:
        error = {"error": {"code": code, "message": "\n".join((message, *problems)), "hint": hint}}
        sys.stderr.write(json.dumps(error, ensure_ascii=False) + "\n")
        return
    said = f"[bold red]Error:[/] [red]{escape(visible(message))}[/]"
    error_console().print(f"{said} {escape(visible(hint))}".strip(), soft_wrap=True)
    for problem in problems:
        print_line(error_console(), f"  {problem}")
