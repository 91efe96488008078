"""Replays beside a store: the scratch store that they fill, and how what differs is told."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

import typer
from rich.console import Console

from api.commands.output import error_console, print_line
from api.target import opened_store
from catalog.coverage import spoken
from catalog.difference import Difference, Part
from catalog.entry import LogEntry
from catalog.graph import Edge, Node
from catalog.store.port import Record, Store
from catalog.store.sqlite import SqliteStore
from ingest.rebuild import Compared, rebuild

_SHOWN = 20
_FILE = "sqlite:///"
_WORDS = {Part.NODE: "node", Part.EDGE: "edge", Part.RECORD: "record of a history", Part.RECEIPT: "receipt"}

ScratchOption = Annotated[
    str | None,
    typer.Option(
        "--scratch",
        metavar="FOLDER",
        help="Where the replay is kept meanwhile; it takes about as much room as the store. "
        "[default: beside a SQLite file, else the folder for temporary files]",
        show_default=False,
    ),
]


@contextmanager
def scratch_store(url: str, folder: str | None) -> Iterator[Store]:
    """An empty store for a replay, gone afterwards."""
    beside = Path(unquote(url.removeprefix(_FILE))).resolve().parent if url.startswith(_FILE) else None
    with tempfile.TemporaryDirectory(prefix="meshline-replay-", dir=folder or beside) as place:
        scratch = SqliteStore(str(Path(place) / "replay.db"))
        try:
            yield scratch
        finally:
            scratch.close()


def rebuilt_in_place(url: str, folder: str | None) -> Compared:
    """Make the graph of a store anew from its log. Raises StoreError, NotKept."""
    with (
        opened_store(url, os.environ, of_any_ontology=True) as live,
        scratch_store(url, folder) as scratch,
        error_console().status("Replaying") as status,
    ):
        return rebuild(live, scratch, time.time_ns, lambda done: status.update(f"Replayed {entries(done)}"))


def summary(found: Compared) -> str:
    """One line that says what a rebuild did."""
    done = found.replayed
    changed = "nothing differed" if found.is_same else f"{counted(found)} brought in line"
    return f"Replayed {entries(done.entries)}, {done.quarantined} quarantined; {changed}."


def entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"


def counted(found: Compared) -> str:
    """How many things differ, by what they are."""
    return ", ".join(
        f"{count} {_WORDS[part] if count == 1 else _plural(_WORDS[part])}"
        for part, count in sorted(found.counts.items())
    )


def _plural(word: str) -> str:
    return word.replace("record", "records") if word.startswith("record") else f"{word}s"


def as_answer(found: Compared) -> dict[str, Any]:
    """The shape of ``--json``."""
    return {
        "replayed": found.replayed.entries,
        "quarantined": found.replayed.quarantined,
        "differences": {part.value: found.counts[part] for part in Part},
        "first": [{"part": one.part, "kind": _kind(one), "what": what(one)} for one in found.first],
    }


def show(out: Console, found: Compared) -> None:
    """What differs, for people."""
    for one in found.first[:_SHOWN]:
        print_line(out, f"  {_kind(one):<9} {what(one)}")
    more = found.counts.total() - min(_SHOWN, len(found.first))
    if more > 0:
        print_line(out, f"  … and {more} more (--json lists the first 100).")


def _kind(one: Difference) -> str:
    if one.have is None:
        return "missing"
    return "extra" if one.want is None else "different"


def what(one: Difference) -> str:
    """A thing that differs, as a person reads it."""
    match one.want or one.have:
        case Node(key, label) as node:
            return f"{label} {spoken(key)}{_changed(one.have, node)}"
        case Edge() as edge:
            return f"{edge.type} {spoken(edge.source)} -> {spoken(edge.target)}, via {spoken(edge.via)}"
        case Record(space, partition, sort):
            return f"record {space} {spoken(partition)} {sort[:60]}".rstrip()
        case LogEntry() as entry:
            return f"receipt of {entry.hash[:32]}, {entry.status}"
    raise TypeError(f"nothing differs: {one}")


def _changed(have: object, node: Node) -> str:
    """The properties in which a node differs from the one that is there."""
    if not isinstance(have, Node) or have is node:
        return ""
    names = {*have.properties, *node.properties}
    return f" ({', '.join(sorted(n for n in names if have.properties.get(n) != node.properties.get(n)))})"
