"""The help of each command, and the snippet of docs/cli.md that shows it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache

from typer.main import get_command

from api.program import app
from tests.docs.markdown import ROOT, Snippet, snippets

CLI_PAGE = ROOT / "docs" / "cli.md"
_WIDTH = "100"
_USAGE = "Usage: "
_PRINT_ALL = """
import contextlib, io, json, sys
from api.program import run
found = {}
for command in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        run([*command.split(), "--help"])
    found[command] = printed.getvalue()
print(json.dumps(found))
"""


def commands() -> Iterator[str]:
    """The names of all commands: ``serve``, ``key add``; the whole program is the empty name."""
    yield ""
    groups = get_command(app)
    for name, command in getattr(groups, "commands", {}).items():
        yield name
        for inner in getattr(command, "commands", {}):
            yield f"{name} {inner}"


@cache
def helps() -> Mapping[str, str]:
    """What ``meshline COMMAND --help`` prints on a terminal of 100 columns, for every command."""
    environment = {**os.environ, "TERMINAL_WIDTH": _WIDTH, "COLUMNS": _WIDTH, "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _PRINT_ALL, *commands()],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    printed: dict[str, str] = json.loads(done.stdout)
    return {command: _trimmed(text) for command, text in printed.items()}


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def help_snippets() -> list[tuple[str, Snippet]]:
    """The helps that the page shows: text snippets that begin with ``Usage: meshline``."""
    found = []
    for snippet in snippets(CLI_PAGE):
        first = snippet.text.partition("\n")[0]
        if snippet.language == "text" and first.startswith(_USAGE):
            words = first.removeprefix(_USAGE).split("[")[0].split("{")[0].split()
            found.append((" ".join(words[1:]), snippet))
    return found
