"""A name that an operator has taken from a dataset does not mean it in SQL, whatever comes first."""

from itertools import permutations

import pytest

from catalog.alias_rulings import Pair, Ruling
from catalog.derivation.marks import is_settled
from catalog.identity import DatasetId
from catalog.instant import parse_instant
from catalog.projection import Said
from catalog.store.memory import MemoryStore
from ingest.command import command
from ontology.vocabulary import Rel
from tests.convergence.conftest import FreshStore
from tests.convergence.said import Event
from tests.derivation.cases import NS, STG, dataset_event, holder, parsed, run, time
from tests.derivation.test_forgotten import told
from tests.roundtrip.restoring import RECEIVED_NS, export_of, recognised

LAKE = DatasetId(NS, "shop.lake.orders")
ALIAS = DatasetId("hive", "raw.orders")
SYMLINK = {"symlinks": {"identifiers": [{"namespace": "hive", "name": "raw.orders", "type": "TABLE"}]}}
QUERY = "select id from raw.orders"
SENT = dataset_event(1, LAKE, "id", **SYMLINK)
READ = run("one", 2, QUERY, [holder(LAKE)], [holder(STG)])
UNSAID = run("one", 2, QUERY, [], [holder(STG)])


def ruled(ruling: Ruling, minute: int) -> Said:
    pair = Pair(min(LAKE, ALIAS), max(LAKE, ALIAS))
    at_ns = parse_instant(time(minute)).ns
    return command(ruling, pair.terms, received_ns=max(RECEIVED_NS, at_ns), at_ns=at_ns)


UNLINK, RELINK = ruled(Ruling.UNLINK, 10), ruled(Ruling.RELINK, 20)


@pytest.mark.parametrize("run_of_job", [READ, UNSAID], ids=["input", "neighbour"])
@pytest.mark.parametrize(
    "commands", [(), (UNLINK,), (UNLINK, RELINK)], ids=["linked", "unlinked", "relinked"]
)
def test_sql__means_the_same_in_any_order(run_of_job: Event, commands: tuple[Said, ...]) -> None:
    said = [*recognised([SENT, run_of_job], RECEIVED_NS), *commands]
    stores = [told(MemoryStore(), order) for order in permutations(said)]

    (_,) = {tuple(export_of(store)) for store in stores}
    for store in stores:
        with store.read() as reader:
            assert is_settled(reader)
            used = parsed(reader, "one", Rel.USED_BY)
        name = LAKE.name.removeprefix("shop.")
        assert ((f"{name}#id", "one", "SELECT") in used) == (len(commands) != 1)


def test_unlink__is_seen_on_every_store(fresh_store: FreshStore) -> None:
    said = [*recognised([SENT, READ], RECEIVED_NS), UNLINK]

    found = told(fresh_store(), said)

    assert export_of(found) == export_of(told(MemoryStore(), [said[2], said[0], said[1]]))
