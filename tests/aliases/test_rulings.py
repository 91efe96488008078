"""An operator's unlink and relink: as of their time, whatever the order, and nothing else is changed."""

from itertools import permutations

import pytest

from catalog.alias_report import alias_reports
from catalog.alias_rulings import Pair, Ruling, rulings
from catalog.command import briefly
from catalog.export import nquads
from catalog.graph import Direction
from catalog.identity import DatasetId
from catalog.lineage import walk
from catalog.store.port import Store
from ingest.command import Said, command
from ingest.errors import NotACommand
from tests.aliases.words import dataset, filled, job, names, ruled
from tests.convergence.cases import at
from tests.convergence.conftest import FreshStore
from tests.convergence.said import Event

T, H = DatasetId("db", "t").key, DatasetId("db", "h").key
EVENTS: list[Event | Said] = [
    dataset("t", "abc", ["h"]),
    job("load", [], ["h"], 2),
    job("serve", ["t"], ["served"], 2),
]


def reached(store: Store, key: str, at_ns: int | None = None) -> object:
    """All that is answered of what a dataset leads to."""
    with store.read() as reader:
        return walk(reader, [key], direction=Direction.BOTH, at=at_ns)


def test_unlink__takes_two_names_apart_from_its_time_on(store: Store) -> None:
    filled(store, [*EVENTS, ruled(Ruling.UNLINK, "t", "h", 5)])
    with store.read() as reader:
        assert (names(reader, "t"), names(reader, "h")) == ({"t"}, {"h"})
        assert names(reader, "t", at(4)) == {"t", "h"}
        assert names(reader, "t", at(5)) == {"t"}


def test_rulings__are_told_without_reading_whole_commands(store: Store) -> None:
    filled(store, [*EVENTS, ruled(Ruling.UNLINK, "t", "h", 5)])
    with store.read() as reader:
        (ruling,) = rulings(reader).values()
        assert (ruling,) == briefly(reader)


def test_unlink__leaves_answers_as_if_there_had_been_no_link(fresh_store: FreshStore) -> None:
    without = [dataset("t", "abc"), dataset("h"), *EVENTS[1:]]
    plain = filled(fresh_store(), without)
    expected = [reached(plain, key) for key in (T, H)]
    unlinked = filled(fresh_store(), [*EVENTS, dataset("h"), ruled(Ruling.UNLINK, "h", "t", 5)])
    assert [reached(unlinked, key) for key in (T, H)] == expected


def test_unlink__changes_no_line_of_the_graph_but_its_own(fresh_store: FreshStore) -> None:
    store = filled(fresh_store(), EVENTS)
    with store.read() as reader:
        before = list(nquads(reader))[:-1]
    filled(store, [ruled(Ruling.UNLINK, "t", "h", 5)])
    with store.read() as reader:
        after = list(nquads(reader))[:-1]
    own = [line for line in after if "/command/" in line.split(" ", 1)[0]]
    assert own
    assert [line for line in after if line not in own] == before


def test_relink__takes_an_unlink_back(fresh_store: FreshStore) -> None:
    before = reached(filled(fresh_store(), EVENTS), T)
    store = filled(
        fresh_store(), [*EVENTS, ruled(Ruling.UNLINK, "t", "h", 5), ruled(Ruling.RELINK, "h", "t", 8)]
    )
    assert reached(store, T) == before
    with store.read() as reader:
        assert names(reader, "t", at(6)) == {"t"}


def test_rulings__do_not_depend_on_the_order(fresh_store: FreshStore, kind: str) -> None:
    said: list[Event | Said] = [
        EVENTS[0],
        dataset("t", "", ["h"], 3),
        ruled(Ruling.UNLINK, "t", "h", 5),
        ruled(Ruling.RELINK, "t", "h", 7),
    ]
    exports = set()
    orders = list(permutations(said))
    for order in orders[:: 12 if kind == "neo4j" else 3]:
        store = filled(fresh_store(), *([one] for one in order))
        with store.read() as reader:
            exports.add("\n".join(nquads(reader)))
            assert [names(reader, "t", at(minute)) for minute in (4, 6, 8)] == [{"t", "h"}, {"t"}, {"t", "h"}]
    assert len(exports) == 1


def test_unlink__of_a_naming_rule_counts_too(store: Store) -> None:
    filled(store, [dataset('"t"'), dataset("t"), ruled(Ruling.UNLINK, "t", '"t"', 5)])
    with store.read() as reader:
        assert (names(reader, "t"), names(reader, "t", at(4))) == ({"t"}, {"t", '"t"'})


def test_report__tells_of_each_link_why_it_is_and_whether_it_counts(store: Store) -> None:
    said: list[Event | Said] = [
        dataset("t", "abc", ["h", "g"]),
        dataset('"t"'),
        ruled(Ruling.UNLINK, "t", "h", 5),
    ]
    filled(store, said)
    with store.read() as reader:
        links = alias_reports(reader, [T])[T].links
    told = {
        DatasetId.parse(link.edge.source).name: (
            *(link.type, link.rules, link.counts),
            *(link.first is not None, link.ruling and link.ruling.said("by")),
        )
        for link in links
    }
    assert told == {
        '"t"': ("rule:quotes", ("quotes",), True, False, None),
        "g": ("TABLE", (), True, True, None),
        "h": ("TABLE", (), False, True, "ann"),
    }


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({}, "one is the namespace and the name"),
        ({"one": {"namespace": "a", "name": ""}, "other": {"namespace": "a", "name": "b"}}, "one is"),
        ({"one": {"namespace": "a", "name": "b"}, "other": "b"}, "other is"),
        ({"one": {"namespace": "a", "name": "b"}, "other": {"namespace": "a", "name": "b"}}, "the same name"),
    ],
)
def test_command_that_names_no_two_names__is_refused(terms: dict[str, str], said: str) -> None:
    with pytest.raises(NotACommand, match=said):
        command(Ruling.UNLINK, terms, received_ns=0)


def test_pair__is_the_same_both_ways_round() -> None:
    said = Pair(DatasetId("a", "b"), DatasetId("a", "c")).terms
    assert Pair.of(said) == Pair.of({"one": said["other"], "other": said["one"]})
