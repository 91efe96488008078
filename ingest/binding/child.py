"""The child process: reads a text to bind a line, writes the answer a line, until its input ends.

It is told nothing but these lines, and reaches nothing: no file, no network. Whatever a text does to it, its own end is
the worst; the kernel ends it when a text takes too much of the processor or of memory.
"""

import json
import resource
import signal
import sys
from collections.abc import Sequence
from typing import TextIO

import duckdb

from ingest.binding.casts import Casts
from ingest.binding.messages import Answered, Asked
from ingest.binding.refusals import BOUND, UNDECIDED, Refusal
from ingest.binding.sandbox import MORE, Types, open_database, sandbox
from ingest.binding.statements import Columns, Script

CPU_S = 1.0
"""For one text."""
MEMORY_BYTES = 2 * 2**30
"""Of addresses, most of them never used."""
RECURSION = 4_000


class Engine:
    """Binds texts, one after the other."""

    def __init__(self) -> None:
        self._host = open_database()
        self._types = Types(self._host)
        self._casts = Casts(self._host)

    def bind(self, asked: Asked) -> Answered:
        """The answer to one text; it raises nothing that a text causes."""
        with sandbox(self._host, self._types) as made:
            target = asked["target"]
            script = Script(made, self._casts, tuple(target) if target else None)
            status, message = BOUND, None
            try:
                made.fill(asked["tables"], target)
                script.run(asked["text"])
            except Refusal as refusal:
                status, message = refusal.status, refusal.message
            except (duckdb.Error, RecursionError) as error:
                status, message = UNDECIDED, str(error).split("\n")[0]
            writes = _writes(script) if status == BOUND else []
            return {
                "status": status,
                "message": message,
                "writes": [one for one in writes if not _has_more(one[1])],
                "some": [(name, _known(columns)) for name, columns in writes if _has_more(columns)],
                "casts": sorted(script.found) if status == BOUND else [],
                "opaque": made.opaque,
            }


def _writes(script: Script) -> list[tuple[list[str], Columns]]:
    found: list[tuple[list[str], Columns]] = []
    if script.target is not None and script.queried is not None:
        found.append(([part.casefold() for part in script.target], script.queried))
    for folded, name in script.written.items():
        columns = script.columns(name)
        if columns is not None:
            found.append((list(folded), columns))
    return found


def _has_more(columns: Columns) -> bool:
    return any(name.startswith(MORE) for name, _ in columns)


def _known(columns: Columns) -> Columns:
    return [(name, kind) for name, kind in columns if not name.startswith(MORE)]


def serve(lines: TextIO, answers: TextIO) -> None:
    """Answer each line."""
    engine = Engine()
    for line in lines:
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        answer = engine.bind(json.loads(line))
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main(arguments: Sequence[str] = ()) -> None:
    """Bound what this process may take, then serve."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group: the owner ends this process
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    sys.setrecursionlimit(RECURSION)
    serve(sys.stdin, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
