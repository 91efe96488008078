"""Names are joined only where that can be believed, and what is kept apart is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.alias_guard import ConflictCode, Groups, differ, unbelieved
from catalog.alias_report import all_conflicts
from catalog.alias_rulings import Ruling
from catalog.aliases import Classes
from catalog.coverage import CoverageStatus, ReasonCode
from catalog.graph import Direction
from catalog.identity import DatasetId
from catalog.lineage import walk
from catalog.naming.rules import NamingRules, configure_naming
from catalog.store.port import Store
from tests.aliases.words import dataset, filled, job, names, ruled
from tests.convergence.cases import at


@pytest.mark.parametrize(
    ("one", "other", "are_apart"),
    [
        ("abc", "abc", False),
        ("abc", "abd", False),
        ("ab", "ac", True),
        ("abc", "axy", True),
        ("a", "abcdef", False),
        ("", "abc", False),
        ("", "", False),
    ],
)
def test_fields__differ_when_half_of_the_fewer_are_others(one: str, other: str, are_apart: bool) -> None:
    assert differ(set(one), set(other)) is are_apart
    assert differ(set(other), set(one)) is are_apart


def test_names_of_the_same_fields__are_joined(store: Store) -> None:
    filled(store, [dataset("t", "abc", ["h"]), dataset("h", "ABd")])
    with store.read() as reader:
        assert names(reader, "t") == {"t", "h"}
        assert [one for _, found in all_conflicts(reader) for one in found] == []


def test_folder_that_is_a_symlink_of_many_tables__joins_none_of_them(store: Store) -> None:
    """Hive tables that all name the folder of the warehouse (OpenLineage issue 2708)."""
    events = [dataset("t", "abc", ["folder", "hive.t"]), dataset("u", "xyz", ["folder"])]
    filled(store, [*events, job("load", ["t"], ["out"]), job("serve", ["folder"], ["served"])])
    with store.read() as reader:
        assert names(reader, "t") == {"t", "hive.t"}
        assert names(reader, "u") == {"u"}
        assert names(reader, "folder") == {"folder"}
        answer = walk(reader, [DatasetId("db", "t").key], direction=Direction.OUT)
        assert DatasetId("db", "served").key not in {node.key for node in answer.nodes}
        assert answer.coverage.status is CoverageStatus.PARTIAL
        (reason,) = answer.coverage.reasons
        assert reason.code is ReasonCode.ALIAS_CONFLICT
        assert reason.message == "db/t is linked to db/folder and not joined: their fields differ."
        (conflict,) = [one for _, found in all_conflicts(reader) for one in found]
        assert conflict.code is ConflictCode.FIELDS_DIFFER
        assert len(conflict.links) == 2


def test_fields_of_another_time__do_not_keep_names_apart(store: Store) -> None:
    filled(store, [dataset("t", "abc", ["h"], 1), dataset("h", "xyz", (), 1), dataset("h", "abc", (), 5)])
    with store.read() as reader:
        assert names(reader, "t") == {"t", "h"}
        assert names(reader, "t", at(3)) == {"t"}


@pytest.mark.parametrize("count", [3, 4])
def test_names_beyond_the_bound__are_not_joined(store: Store, count: int) -> None:
    configure_naming(NamingRules(max_class=4))
    filled(store, [dataset(f"t{number}", "", ["folder"]) for number in range(count)])
    with store.read() as reader:
        everything = {"folder", *(f"t{number}" for number in range(count))}
        assert names(reader, "t0") == (everything if count == 3 else {"t0"})
        assert names(reader, "folder") == (everything if count == 3 else {"folder"})
        codes = [one.code for _, found in all_conflicts(reader) for one in found]
        assert codes == ([] if count == 3 else [ConflictCode.TOO_MANY_NAMES])


def test_names_beyond_the_bound__stay_apart_whatever_is_asked_first(store: Store) -> None:
    configure_naming(NamingRules(max_class=4))
    filled(store, [dataset(f"t{number}", "", ["folder"]) for number in range(9)])
    keys = [DatasetId("db", name).key for name in ("folder", "t3", "t1", "t7")]
    with store.read() as reader:
        classes = Classes(reader, None)
        for key in keys:
            classes.close_datasets([key])
        assert [classes.members(classes.name(key)) for key in keys] == [(key,) for key in keys]
        (conflict,) = {one for found in classes.conflicts(keys).values() for one in found}
        assert len(conflict.links) == 9


def test_partitions__are_one_name_however_many(store: Store) -> None:
    configure_naming(NamingRules(max_class=4))
    filled(
        store, [dataset(f"t/dt={number}", "abc", ["hive.t"] if number == 1 else ()) for number in range(9)]
    )
    with store.read() as reader:
        assert names(reader, "t/dt=3") == {"t", "hive.t", *(f"t/dt={number}" for number in range(9))}


def test_link_that_an_operator_vouches_for__counts_though_fields_differ(store: Store) -> None:
    filled(store, [dataset("t", "abc", ["h"]), dataset("h", "xyz")], [ruled(Ruling.RELINK, "h", "t", 5)])
    with store.read() as reader:
        assert (names(reader, "t"), names(reader, "t", at(4))) == ({"t", "h"}, {"t"})


KEYS = [f"k{number}" for number in range(6)]
LINKS = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=8).map(
    lambda found: [link for link in dict.fromkeys(found) if link[0] != link[1]]
)
FIELDS = st.dictionaries(st.sampled_from(KEYS), st.frozensets(st.sampled_from("abcd"), max_size=4))


@given(LINKS, FIELDS, st.randoms(use_true_random=False))
def test_unbelieved_links__do_not_depend_on_the_order(
    links: list[tuple[str, str]], fields: dict[str, frozenset[str]], random: object
) -> None:
    shuffled = links[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    swapped = [(b, a) for a, b in shuffled]
    found = unbelieved(Groups(), links, fields)
    assert found == unbelieved(Groups(), shuffled, fields)
    assert {(b, a) for a, b in found} == unbelieved(Groups(), swapped, fields)


@given(LINKS, FIELDS)
def test_believed_links__join_names_of_other_fields_only_where_links_of_the_same_fields_do(
    links: list[tuple[str, str]], fields: dict[str, frozenset[str]]
) -> None:
    def apart(link: tuple[str, str]) -> bool:
        return differ(fields.get(link[0], frozenset()), fields.get(link[1], frozenset()))

    believed = set(links) - unbelieved(Groups(), links, fields)
    joined = Groups()
    for link in believed:
        if not apart(link):
            joined.join(*link)
    assert all(joined.of(one) == joined.of(other) for one, other in believed if apart((one, other)))
