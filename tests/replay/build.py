"""What the stores of these tests hold, how it is spoilt, and how stores are compared."""

from dataclasses import replace
from typing import Any

from msgspec import structs

from catalog.difference import differences
from catalog.entry import Status
from catalog.export import nquads
from catalog.graph import Edge, Node
from catalog.projection import Projection
from catalog.store.port import ChangeSet, NodeFilter, Space, Store
from ingest.command import command
from ingest.derivation.settle import settle
from ingest.replay import interpret_again
from ontology.vocabulary import Label
from tests.api.graphql.world import RECEIVED_NS, SHOP, load, run_event
from tests.rdf_import.build import reading

BAD = {**run_event(20, "COMPLETE", 90, "load"), "eventTime": "yesterday", "producer": "urn:bad"}


EARLIER_NS = RECEIVED_NS - 10**9


def fill(store: Store) -> None:
    load(store, *SHOP, BAD)
    document = reading(':a a mesh:Team ; foaf:name "A" .')
    forgotten = {"kind": "dataset", "namespace": "db", "name": "extra"}
    forget = command("forget", forgotten, received_ns=RECEIVED_NS, at_ns=EARLIER_NS)
    projection = Projection(store, interpret_again)
    projection.apply([(document.entry, document.statements)])
    projection.apply([forget])
    settle(store)
    settle(store)


def late(number: int) -> dict[str, Any]:
    """An event that comes while something else goes on."""
    return run_event(30 + number, "COMPLETE", 50 + number, f"late{number}")


def export_of(store: Store) -> list[str]:
    with store.read() as reader:
        return list(nquads(reader))


def told_apart(have: Store, want: Store) -> int:
    """How many things differ between two stores."""
    with have.read() as ours, want.read() as theirs:
        return sum(1 for _ in differences(ours, theirs))


def spoil(store: Store) -> None:
    """Do to a graph what faults could do: three nodes, three edges, two records and a receipt then differ."""
    with store.read() as reader:
        raw = reader.nodes(["dataset/db/raw"])["dataset/db/raw"]
        [edge, *_] = reader.edges_told_by("job/etl/load", "OBSERVED", 0)
        [history] = reader.records(Space.STATE, [("job/etl/load", "runs")]).items()
        [bad] = [entry for entry in reader.log(None, 100) if entry.status is Status.QUARANTINED]
        [lone] = reader.page(NodeFilter((Label.TEAM,)), None, 1)
    extra = Node("dataset/db/extra!", Label.DATASET, {"namespace": "db", "name": "extra!"})
    told = Edge("CONSUMED_BY", extra.key, "job/etl/load", "job/etl/load", "OBSERVED", (), 5)
    gone = structs.replace(edge, valid_to=7)
    store.write(
        lambda transaction: transaction.apply(
            ChangeSet(
                nodes={
                    raw.key: Node(raw.key, raw.label, {**raw.properties, "description": "other"}),
                    extra.key: extra,
                },
                edges={told.id: told, gone.id: gone},
                records={
                    (Space.STATE, *history[0]): history[1].replace("[", "[ "),
                    (Space.STATE, "nobody", ""): "{}",
                },
                rewritten=[replace(bad, status=Status.APPLIED)],
            )
        )
    )
    store.write(
        lambda transaction: transaction.apply(ChangeSet(nodes={lone.key: None}))
    )  # and the edge at it
