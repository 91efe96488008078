"""Which source counts where several differ: on every store, in any order of arrival, now and then."""

import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from catalog.errors import InvalidPrecedence, PrecedenceChanged
from catalog.export import nquads
from catalog.precedence import CURATED, Precedence, configure_precedence, read_precedence
from catalog.statements import Why, conflicts, statements
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from catalog.store.registry import open_store
from tests.documents.conftest import fresh_store, kind, store
from tests.documents.versions import Version, key, send, thing, version

__all__ = ["fresh_store", "kind", "store"]

ORDERS, TEAM, OTHER = key("product", "orders"), key("team", "orders"), key("team", "billing")
GOVERNANCE, DBT = "https://git.example/governance/mesh.yaml", "shop/target/manifest.json"
ORDER = Precedence(("https://git.example/governance/*", "*", "*/manifest.json"))


@pytest.fixture(autouse=True)
def in_force() -> Iterator[None]:
    configure_precedence(ORDER)
    yield
    configure_precedence(Precedence())


def said(source: str, minute: int, lifecycle: str, owner: str = TEAM) -> Version:
    return version(
        source, minute, thing(ORDERS, ("OWNED_BY", ORDERS, owner, ()), lifecycle=lifecycle, name="Orders")
    )


VERSIONS = (said(GOVERNANCE, 0, "active"), said("a.yaml", 1, "draft", OTHER), said(DBT, 2, "retired", OTHER))


def lifecycle(store: Store) -> object:
    with store.read() as reader:
        return reader.nodes((ORDERS,))[ORDERS].properties["lifecycle"]


def exported(store: Store) -> list[str]:
    with store.read() as reader:
        return list(nquads(reader))


def test_rank__is_the_first_pattern_and_the_rest_has_a_place() -> None:
    ranks = [ORDER.rank(key("document", source)) for source in (GOVERNANCE, "a.yaml", DBT)]

    assert ranks == [3, 2, 1]
    assert ORDER.rank("document/!" + "0" * 64) == ORDER.rank("dataset/a/b") == 2
    assert ORDER.rank("curation/product%2Forders/owner") == CURATED
    assert Precedence(("a*",)).rank("document/b") == 0


def test_higher_source__counts_whatever_came_when(store: Store) -> None:
    send(store, VERSIONS)

    assert lifecycle(store) == "active"


@pytest.mark.parametrize("order", list(permutations(VERSIONS)))
def test_order_of_arrival__changes_nothing(order: tuple[Version, ...]) -> None:
    one, other = MemoryStore(), MemoryStore()

    send(one, VERSIONS)
    send(other, *([each] for each in order))

    assert exported(one) == exported(other)


def test_without_the_higher__the_next_counts() -> None:
    store = MemoryStore()

    send(store, VERSIONS, [version(GOVERNANCE, 3)])
    assert lifecycle(store) == "draft"
    send(store, [version("a.yaml", 4)])
    assert lifecycle(store) == "retired"


def test_conflicts__tell_who_says_what_and_what_decided() -> None:
    store = MemoryStore()
    send(store, VERSIONS)

    with store.read() as reader:
        found = {one.name: one for one in conflicts(ORDERS, statements(reader, (ORDERS,))[ORDERS])}
    assert set(found) == {"lifecycle", "OWNED_BY"}
    assert [(one.teller, one.value, one.counts) for one in found["lifecycle"].claims] == [
        (key("document", GOVERNANCE), "active", True),
        (key("document", "a.yaml"), "draft", False),
        (key("document", DBT), "retired", False),
    ]
    assert [one.counts for one in found["OWNED_BY"].claims] == [True, False, False]
    assert {one.why for one in found.values()} == {Why.RANK}


def test_one_rank__newest_property_counts_and_owners_stay_undecided() -> None:
    configure_precedence(Precedence())
    store = MemoryStore()
    send(store, [said("a.yaml", 0, "draft"), said("b.yaml", 1, "active", OTHER)])

    with store.read() as reader:
        found = {one.name: one for one in conflicts(ORDERS, statements(reader, (ORDERS,))[ORDERS])}
    assert (found["lifecycle"].claims[0].value, found["lifecycle"].why) == ("active", Why.NEWEST)
    assert (found["OWNED_BY"].decided, [one.counts for one in found["OWNED_BY"].claims]) == (
        False,
        [True, True],
    )


def test_statements__are_those_of_a_time() -> None:
    store = MemoryStore()
    send(store, VERSIONS)

    with store.read() as reader:
        then = statements(reader, (ORDERS,), VERSIONS[0].ns)[ORDERS]
    assert {(one.teller, one.why) for one in then} == {(key("document", GOVERNANCE), Why.ONLY)}


def test_store__of_another_precedence_is_not_opened(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    open_store(url).close()
    configure_precedence(Precedence())

    with pytest.raises(PrecedenceChanged):
        open_store(url)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("order = 1", "order is a list of patterns"),
        ("order = ['a', 'a']", "'a' is there twice."),
        ("ordr = []", "Nothing is known of 'ordr'."),
        ("order = [", "It is no TOML in UTF-8"),
    ],
)
def test_file__that_is_wrong_is_told(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InvalidPrecedence, match=re.escape(says)):
        read_precedence(path)


def test_file__is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('order = ["x/*", "*"]', encoding="utf-8")

    assert read_precedence(path) == Precedence(("x/*", "*"))
    with pytest.raises(InvalidPrecedence):
        read_precedence(tmp_path / "none.toml")
