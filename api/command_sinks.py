"""Where operators' commands go: a store, or a running service."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from api.auth import LOCAL
from api.client import ServiceClient
from api.receipts import CommandReceipt, Rehearsed, command_receipt
from api.target import open_client, opened_store, refuse_both
from catalog.canonical import Json
from catalog.entry import Receipt
from catalog.instant import format_instant
from catalog.projection import Projection, Said
from catalog.retention import RETAIN
from catalog.store.port import Store
from ingest.command import command
from ingest.derivation.settle import settle
from ingest.pipeline import apply_or_quarantine
from ingest.replay import interpret_again
from ingest.retention import planned


class CommandSink(Protocol):
    """Takes commands."""

    def give(self, name: str, terms: Mapping[str, Json], at_ns: int | None) -> CommandReceipt:
        """Give a command. To ``retain`` says before when, and how many runs are kept of each job; which these are is
        found out. Raises NotACommand, StoreUnavailable, NotKept, ServiceError."""

    def rehearse(self, name: str, terms: Mapping[str, Json], at_ns: int | None) -> Rehearsed:
        """What a command would take away; nothing is changed. Raises as ``give``."""


class _StoreSink:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._projection = Projection(store, interpret_again)

    def give(self, name: str, terms: Mapping[str, Json], at_ns: int | None) -> CommandReceipt:
        [outcome] = apply_or_quarantine(self._projection, [self._said(name, terms, at_ns)])
        if not isinstance(outcome, Receipt):
            raise outcome
        settle(self._store)  # names in SQL may mean something else now: nobody else may come to derive it
        return command_receipt(outcome)

    def rehearse(self, name: str, terms: Mapping[str, Json], at_ns: int | None) -> Rehearsed:
        return Rehearsed(self._projection.rehearse(self._said(name, terms, at_ns)).counts)

    def _said(self, name: str, terms: Mapping[str, Json], at_ns: int | None) -> Said:
        whole = planned(self._store, terms) if name == RETAIN else terms
        return command(name, whole, received_ns=time.time_ns(), actor=LOCAL.name, at_ns=at_ns)


class _ServiceSink:
    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def give(self, name: str, terms: Mapping[str, Json], at_ns: int | None) -> CommandReceipt:
        return self._client.post_command(_asked(name, terms, at_ns))

    def rehearse(self, name: str, terms: Mapping[str, Json], at_ns: int | None) -> Rehearsed:
        return self._client.rehearse_command(_asked(name, terms, at_ns))


def _asked(name: str, terms: Mapping[str, Json], at_ns: int | None) -> dict[str, Json]:
    at = {} if at_ns is None else {"at": format_instant(at_ns)}
    return {**{key: value for key, value in terms.items() if value is not None}, **at, "command": name}


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
