"""What a question is asked of by ``--against``: a service, a store, or a graph that was exported to a file."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.catalogue import open_catalogue
from api.errors import UsageError
from api.loading import loading
from api.questions import Catalogue
from catalog.instant import format_instant, instant_of
from catalog.store.port import Store
from catalog.store.registry import open_store

_SCHEMES = ("sqlite:", "neo4j:", "neo4j+s:", "neo4j+ssc:", "bolt:", "bolt+s:", "bolt+ssc:")
_SERVICES = ("http://", "https://")
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Asked:
    """Who answers. ``note``: what a person should know of it before believing, else None."""

    catalogue: Catalogue
    note: str | None = None


@contextmanager
def open_asked(
    store: str | None, url: str | None, against: str | None, environ: Mapping[str, str]
) -> Iterator[Asked]:
    """The one that is named, else the store of the environment. Raises UsageError, StoreError, DamagedExport."""
    if against is None:
        with open_catalogue(store, url, environ) as catalogue:
            yield Asked(catalogue)
        return
    if store is not None or url is not None:
        raise UsageError("--against excludes --store and --url.", "Name whom to ask once.")
    if against.startswith(_SERVICES):
        with open_catalogue(None, against, environ) as catalogue:
            yield Asked(catalogue)
    elif against.startswith(_SCHEMES):
        with open_catalogue(against, None, environ) as catalogue:
            yield Asked(catalogue)
    else:
        with loading():
            from api.local import LocalCatalogue
            from ingest.binding import SqlBinder
        with restored(Path(against)) as snapshot, closing(SqlBinder()) as binder:
            yield Asked(
                LocalCatalogue(snapshot, binder), f"Asked of {against}, {age(snapshot, time.time_ns())}."
            )


def is_place(against: str) -> bool:
    """Whether it names a service or a store, and no file."""
    return against.startswith((*_SERVICES, *_SCHEMES))


@contextmanager
def restored(path: Path) -> Iterator[Store]:
    """A canonical export as a store of its own, which goes away again. Raises UsageError, DamagedExport."""
    with loading():  # what reads an export: most are answered by a store or a service
        from catalog.entry import Status
        from catalog.projection import Projection
        from ingest.derivation.settle import settle
        from ingest.errors import DamagedExport
        from ingest.replay import interpret_again
        from ingest.restore import restore
    try:
        file = path.open("rb")
    except OSError as error:
        hint = "Name a service, a store or a file that `meshline export` wrote."
        raise UsageError(f"{path} cannot be read: {error.strerror}.", hint) from error
    with file, tempfile.TemporaryDirectory(prefix="meshline-") as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'snapshot.db'}")
        try:
            counts = restore(Projection(store, interpret_again), file, time.time_ns())
            if counts[Status.QUARANTINED]:
                raise DamagedExport(f"{counts[Status.QUARANTINED]} things of {path} cannot be understood.")
            settle(store)
            yield store
        finally:
            store.close()


def age(store: Store, now_ns: int) -> str:
    """Of when the newest thing is that a store knows: ``whose newest event is 3 days old (2026-01-31T12:00:00Z)``."""
    with store.read() as reader:
        newest = reader.log_in_order(None, 1, reverse=True)
    if not newest:
        return "which holds nothing"
    at = instant_of(newest[0].order_key)
    return f"whose newest entry is {_since((now_ns - at) // 1_000_000_000)} old ({format_instant(at)})"


def _since(seconds: int) -> str:
    for size, noun in ((_DAY_S, "day"), (_HOUR_S, "hour"), (_MINUTE_S, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {noun}{'' if count == 1 else 's'}"
    return "less than a minute"
