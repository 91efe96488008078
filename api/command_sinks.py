"""Where operators' commands go: a store, or a running service."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from api.auth import LOCAL
from api.client import ServiceClient
from api.errors import UsageError
from api.receipts import EventReceipt, event_receipt
from api.target import open_client, opened_store, refuse_both
from catalog.canonical import Json
from catalog.entry import Receipt
from catalog.instant import format_instant
from catalog.projection import Projection
from catalog.retaining import Taken
from catalog.retention import RETAIN
from catalog.retention_plan import retention
from catalog.store.port import Store
from ingest.command import command
from ingest.pipeline import apply_or_quarantine
from ingest.replay import interpret_again


class CommandSink(Protocol):
    """Takes commands."""

    def give(self, name: str, terms: Mapping[str, Json], at_ns: int | None) -> EventReceipt:
        """Give a command. Raises NotACommand, StoreUnavailable, NotKept, ServiceError."""

    def retain(self, before_ns: int, keep_runs: int, why: str | None) -> EventReceipt:
        """Take away what ended before an instant, but of each job some runs. Raises as ``give``."""

    def rehearse_retain(self, before_ns: int, keep_runs: int) -> Taken:
        """What ``retain`` would take away. Raises UsageError where nobody can say."""


class _StoreSink:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._projection = Projection(store, interpret_again)

    def give(self, name: str, terms: Mapping[str, Json], at_ns: int | None) -> EventReceipt:
        said = command(name, terms, received_ns=time.time_ns(), actor=LOCAL.name, at_ns=at_ns)
        [outcome] = apply_or_quarantine(self._projection, [said])
        if not isinstance(outcome, Receipt):
            raise outcome
        return event_receipt(outcome)

    def retain(self, before_ns: int, keep_runs: int, why: str | None) -> EventReceipt:
        return self.give(RETAIN, {**self._planned(before_ns, keep_runs), "why": why}, None)

    def rehearse_retain(self, before_ns: int, keep_runs: int) -> Taken:
        said = command(RETAIN, self._planned(before_ns, keep_runs), received_ns=time.time_ns())
        return self._projection.rehearse(said)

    def _planned(self, before_ns: int, keep_runs: int) -> dict[str, Json]:
        with self._store.read() as reader:
            return retention(reader, before_ns, keep_runs)


class _ServiceSink:
    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def give(self, name: str, terms: Mapping[str, Json], at_ns: int | None) -> EventReceipt:
        at = {} if at_ns is None else {"at": format_instant(at_ns)}
        said = {key: value for key, value in terms.items() if value is not None}
        return self._client.post_command({**said, **at, "command": name})

    def retain(self, before_ns: int, keep_runs: int, why: str | None) -> EventReceipt:
        said = {"before": format_instant(before_ns), "keepRuns": keep_runs, "why": why}
        return self.give(RETAIN, said, None)

    def rehearse_retain(self, before_ns: int, keep_runs: int) -> Taken:
        raise UsageError("A service does not rehearse.", "Name the store with --store.")


@contextmanager
def command_sink(store: str | None, url: str | None, environ: Mapping[str, str]) -> Iterator[CommandSink]:
    """The service at ``url``, else the store that is named, else that of the environment."""
    refuse_both(store, url)
    if url is not None:
        with open_client(url, environ) as client:
            yield _ServiceSink(client)
    else:
        with opened_store(store, environ) as opened:
            yield _StoreSink(opened)
