"""Events and commands about names, and what a store makes of them."""

import json
from collections.abc import Iterable
from typing import Any

from catalog.alias_rulings import Pair, Ruling
from catalog.aliases import Classes
from catalog.identity import DatasetId
from catalog.instant import parse_instant
from catalog.projection import Projection
from catalog.store.port import Reader, Store
from ingest.command import Said, command
from ingest.event import recognise
from ingest.replay import interpret_again
from tests.convergence.cases import time
from tests.convergence.events import RECEIVED_NS, envelope, named
from tests.convergence.said import Event


def dataset(name: str, fields: str = "", links: Iterable[str] = (), minute: int = 1) -> Event:
    """A dataset with fields of one letter each, and symlinks."""
    facets: dict[str, Any] = {}
    if fields:
        facets["schema"] = {"fields": [{"name": field} for field in fields]}
    if links:
        facets["symlinks"] = {"identifiers": [named(("db", link), type="TABLE") for link in links]}
    return envelope(time(minute), dataset=named(("db", name), facets=facets))


def job(name: str, reads: Iterable[str], writes: Iterable[str], minute: int = 1) -> Event:
    """A run of a job that has ended."""
    run = {"runId": f"run of {name}"}
    sides = {
        "inputs": [named(("db", one)) for one in reads],
        "outputs": [named(("db", one)) for one in writes],
    }
    return envelope(time(minute), eventType="COMPLETE", run=run, job=named(("jobs", name)), **sides)


def ruled(ruling: Ruling, one: str, other: str, minute: int) -> Said:
    """A command about two names."""
    pair = Pair(DatasetId("db", one), DatasetId("db", other))
    at = parse_instant(time(minute)).ns
    return command(
        ruling, {**pair.terms, "why": "they differ"}, received_ns=RECEIVED_NS, actor="ann", at_ns=at
    )


def filled(store: Store, *batches: Iterable[Event | Said]) -> Store:
    """The store with these in it, batch by batch."""
    projection = Projection(store, interpret_again)
    for batch in batches:
        projection.apply(
            [
                one if isinstance(one, tuple) else recognise(json.dumps(one), received_ns=RECEIVED_NS)
                for one in batch
            ]
        )
    return store


def names(reader: Reader, name: str, at: int | None = None) -> set[str]:
    """All names in the class of one."""
    classes = Classes(reader, at)
    key = DatasetId("db", name).key
    classes.close_datasets([key])
    return {DatasetId.parse(one).name for one in classes.members(classes.name(key))}
