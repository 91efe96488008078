"""Where the RDF store of one process is kept: a numbered folder beside the graph store, under a lock.

Only one process can have an RDF store open, so each takes the first of a few folders that is free. What one leaves
behind the next one uses: it catches up from there.
"""

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from api.errors import SparqlUnavailable

SLOTS = 8


class Folder:
    """One numbered folder, held until it is closed or the process ends."""

    def __init__(self, root: Path) -> None:
        """Take the first free one. Raises SparqlUnavailable."""
        try:
            root.mkdir(parents=True, exist_ok=True)
            self.path, self._lock = _take(root)
        except OSError as error:
            message = f"The folder {root} for SPARQL cannot be used: {error.strerror}."
            raise SparqlUnavailable(message, "Name another with MESHLINE_SPARQL_FOLDER.") from error

    def clear(self) -> None:
        """Remove what is in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def close(self) -> None:
        """Let another process have it."""
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _take(root: Path) -> tuple[Path, int]:
    for number in range(1, SLOTS + 1):
        lock = os.open(root / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return root / str(number), lock
    message = f"{SLOTS} processes already keep an RDF store in {root}."
    raise SparqlUnavailable(message, "Stop one, or name another folder with MESHLINE_SPARQL_FOLDER.")
