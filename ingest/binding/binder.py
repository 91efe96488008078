"""The binder of jobs: DuckDB in a child process, for its own dialect and as a likeness for the others."""

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from threading import Lock

from catalog.impact.job_binder import (
    Binding,
    BindStatus,
    BoundCast,
    BoundColumn,
    BoundTable,
    Fill,
    JobText,
    Kindred,
)
from ingest.binding.filling import filling
from ingest.binding.kinship import Kinship
from ingest.binding.messages import Answered, Asked, TableTold
from ingest.binding.process import ChildProcess
from ingest.sql import dialect_of, duckdb_text, duckdb_type, parse

MAX_CHARACTERS = 200_000
MAX_COLUMNS = 20_000
MAX_KEPT = 4_000
OWN = "duckdb"


class SqlBinder:
    """A :class:`catalog.impact.job_binder.JobBinder`; safe to share between threads; to be closed by its owner.

    Bounds: 200,000 characters and 20,000 columns, a second of the processor, 2 GiB of addresses; what is beyond them
    is UNDECIDED. The child begins with the first text.
    """

    def __init__(self) -> None:
        self._child = ChildProcess()
        self._kept: OrderedDict[bytes, Binding] = OrderedDict()
        self._lock = Lock()
        self._kinship = Kinship()

    def bind(self, texts: Sequence[JobText]) -> Sequence[Binding]:
        """One answer for each text, in order; the same text over the same tables is bound once."""
        lines = [_line(text) for text in texts]
        keys = [_key(text, line) for text, line in zip(texts, lines, strict=True)]
        found = self._remembered(keys)
        new = {
            key: (text, line)
            for key, text, line in zip(keys, texts, lines, strict=True)
            if key not in found and isinstance(line, bytes)
        }
        answers = self._child.ask([line for _, line in new.values()])
        bound = {
            key: _binding(text, answer)
            for (key, (text, _)), answer in zip(new.items(), answers, strict=False)
        }
        self._remember(bound)
        found |= bound
        not_asked = _undecided("Too many texts before it take too much time or memory to bind.")
        return [
            found.get(key, not_asked) if isinstance(line, bytes) else _undecided(line)
            for key, line in zip(keys, lines, strict=True)
        ]

    def kin(self, texts: Sequence[JobText]) -> Sequence[Kindred]:
        """What each text says of the types of columns by the way it uses them; the same text is read once."""
        return [self._kinship.of(text) for text in texts]

    def fills(self, texts: Sequence[JobText]) -> Sequence[Sequence[Fill]]:
        """What each text puts into which tables."""
        return [filling(text.text, text.dialect) for text in texts]

    def tables(self, texts: Sequence[JobText]) -> Sequence[Sequence[tuple[str, ...]]]:
        """The names that may be tables in each text."""
        return [[name.parts for name in parse(text.text, text.dialect).tables] for text in texts]

    @property
    def process_id(self) -> int | None:
        """Of the child process; None: it does not run."""
        return self._child.process_id

    def close(self) -> None:
        """End the child process."""
        self._child.close()

    def _remembered(self, keys: Sequence[bytes]) -> dict[bytes, Binding]:
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
            return found

    def _remember(self, bound: dict[bytes, Binding]) -> None:
        with self._lock:
            self._kept.update(bound)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)


def _line(job: JobText) -> bytes | str:
    """What the child is asked; or why it is not."""
    if len(job.text) > MAX_CHARACTERS:
        return f"The text has {len(job.text)} characters; {MAX_CHARACTERS} are the bound."
    if sum(len(table.columns) for table in job.tables) > MAX_COLUMNS:
        return f"The tables have more than {MAX_COLUMNS} columns."
    dialect = dialect_of(job.dialect)
    text = job.text if dialect == OWN else duckdb_text(job.text, dialect)
    if text is None:
        return "The text cannot be said in DuckDB's SQL."
    asked: Asked = {
        "text": text,
        "tables": [_told(table, dialect) for table in job.tables],
        "target": None if job.target is None else list(job.target),
    }
    return json.dumps(asked).encode() + b"\n"


def _told(table: BoundTable, dialect: str | None) -> TableTold:
    columns = [
        (column.name, _spellings(column.type, dialect), _spellings(column.was, dialect))
        for column in table.columns
    ]
    return {"name": list(table.name), "columns": columns, "whole": table.whole}


def _spellings(kind: str | None, dialect: str | None) -> list[str]:
    """A type in DuckDB's words first; for DuckDB itself as it was told."""
    if kind is None:
        return []
    translated = duckdb_type(kind, dialect)
    both = [kind, translated] if dialect == OWN else [translated, kind]
    return [spelling for spelling in dict.fromkeys(both) if spelling]


def _key(job: JobText, line: bytes | str) -> bytes:
    told = line if isinstance(line, bytes) else line.encode()
    return blake2b((job.dialect or "").encode() + b"\0" + told, digest_size=16).digest()


def _binding(job: JobText, answer: Answered | None) -> Binding:
    if answer is None:
        return _undecided("The text takes too much time or memory to bind.")
    exact = dialect_of(job.dialect) == OWN
    status = BindStatus(answer["status"])
    return Binding(
        status,
        _tables(answer["writes"]),
        answer["message"],
        frozenset(BoundCast(*cast) for cast in answer["casts"]),
        exact and not (answer["opaque"] and status is BindStatus.BOUND),
        _tables(answer["some"]),
    )


def _tables(
    told: Iterable[tuple[list[str], list[tuple[str, str | None]]]],
) -> dict[tuple[str, ...], tuple[BoundColumn, ...]]:
    return {
        tuple(name): tuple(BoundColumn(column, kind) for column, kind in columns) for name, columns in told
    }


def _undecided(message: str) -> Binding:
    return Binding(BindStatus.UNDECIDED, {}, message)
