"""A mesh that follows the graph is the mesh that is read anew; only what a change can bind otherwise is bound anew."""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from catalog.errors import StoreUnavailable
from catalog.graph import Edge, Node
from catalog.mesh import binder, candidates, followed, rebinding
from catalog.mesh.candidates import Candidates
from catalog.mesh.followed import FollowedMesh
from catalog.mesh.mesh import Mesh, read_mesh
from catalog.mesh.producers import Producers
from catalog.mesh.projects import Projects
from catalog.store.memory import MemoryStore
from catalog.store.port import Reader, Store
from tests.lineage.conftest import store
from tests.mesh.changing import Changing
from tests.mesh.declared_worlds import (
    HAPPENING,
    JOBS,
    TABLES,
    Happening,
    World,
    change_alias,
    change_schema,
    change_server,
    empty,
    free_schema,
    run,
    see,
    tell_folded,
    tell_id,
)
from tests.mesh.words import alias, contract, dataset, edge, job, output, parts_of, product, schema_of, writes

__all__ = ["store"]

KEYS = [*map(dataset, TABLES), *map(job, JOBS)]
NOW = 1


@dataclass(frozen=True)
class Step:
    """After a change: the mesh that followed it, the mesh as read anew and as it was read before, and what the first
    told to be bound otherwise."""

    followed: Mesh
    anew: Mesh
    before: Mesh
    bound: frozenset[str]


def steps(
    opened: Store, seed: int, changes: int, happening: Sequence[Happening] = HAPPENING
) -> Iterator[Step]:
    """A life: much has happened, then one or two things at a time do."""
    chance, world, changing = random.Random(seed), World(), Changing(opened)
    for _ in range(50):
        chance.choice(HAPPENING)(world, chance)
    changing.become(world.graph(), world.records())
    with opened.read() as reader:
        following, before = FollowedMesh(reader), read_mesh(reader, now_ns=NOW)
    for _ in range(changes):
        for _ in range(chance.randint(1, 2)):
            chance.choice(happening)(world, chance)
        touched = changing.become(world.graph(), world.records(), end=bool(chance.randint(0, 1)))
        with opened.read() as reader:
            changes_ = following.follow(reader, touched)
            assert changes_ is not None
            anew = read_mesh(reader, now_ns=NOW)
            yield Step(following.seen_by(reader, NOW), anew, before, changes_.bound)
        before = anew


def closed_for(of: binder.Binder, thing: str) -> set[str]:
    """The datasets whose other names were read because of a thing."""
    meaning = of.meanings[thing]
    named = {edge.target for edge in (*meaning.explicit, *meaning.served)}
    return {*named, *meaning.rejected, *(of.candidates.wanted(thing) & of.candidates.known)}


def said_of(mesh: Mesh) -> object:
    """All that answers ask of what is bound."""
    closed = {key for thing in mesh.bindings for key in closed_for(mesh.binder, thing)}
    closed |= {one.member for product in mesh.products() for one in mesh.members.of_product(product)}
    return (
        list(mesh.bindings.items()),
        {thing: mesh.binder.looked_at(thing) for thing in mesh.bindings},
        {product: mesh.members.of_product(product) for product in mesh.products()},
        {key: mesh.members.owning(key) for key in KEYS},
        {key: mesh.binder.names(key) for key in sorted(closed)},
        sorted(mesh.members.names()),
    )


def otherwise(before: Mesh, now: Mesh) -> set[str]:
    """The things that are bound otherwise, and the datasets and jobs that belong elsewhere."""
    things = {
        key
        for key in before.bindings.keys() | now.bindings.keys()
        if before.bindings.get(key) != now.bindings.get(key)
    }
    return things | {key for key in KEYS if before.members.owning(key) != now.members.owning(key)}


def assert_follows(step: Step) -> None:
    assert said_of(step.followed) == said_of(step.anew)
    lost = otherwise(step.before, step.anew) - step.bound
    assert not lost
    things = {key for key in step.bound if key in step.anew.bindings or key in step.before.bindings}
    assert things <= otherwise(step.before, step.anew)


@pytest.mark.parametrize("seed", range(25))
def test_followed_mesh__is_that_which_is_read_anew(seed: int) -> None:
    for step in steps(MemoryStore(), seed, 12):
        assert_follows(step)


def test_followed_mesh__is_that_which_is_read_anew_in_each_store(store: Store) -> None:
    for step in steps(store, 1, 12):
        assert_follows(step)


def shops(number: int) -> list[Node | Edge]:
    """Products, each with a port that its contract governs, whose schema a full name binds."""
    parts: list[Node | Edge] = []
    for one in range(number):
        said = {
            "platform": "postgres",
            "database": "shop",
            "databaseSchema": "public",
            "physicalName": f"t{one}",
        }
        parts += [*contract(f"c{one}", {f"t{one}": said}), *output(f"p{one}", "out", contract=f"c{one}")]
        parts += [*product(f"p{one}", contains=[f"u{one}"]), *writes(f"load{one}", f"t{one}", f"u{one}")]
    return parts


CHANGES: dict[str, list[Node | Edge]] = {
    "a product has one more dataset": [edge("CONTAINS", "product/p3", dataset("u7"))],
    "a new port": output("p3", "second", ["t4"]),
    "another name of a dataset": alias("v5", "t5"),
    "a job writes": writes("load3", "t8"),
    "a dataset of a name in another namespace": writes("load3", "postgres://other:5432:shop.public.t9"),
    "a schema is bound": [edge("BOUND_TO", schema_of("c2", "t2"), dataset("t1"), origin="CURATED")],
}


@pytest.mark.parametrize("name", CHANGES)
def test_change__binds_only_what_it_may_bind_otherwise(name: str) -> None:
    other = writes("far", "postgres://other:5432:shop.public.far")
    changing = Changing(MemoryStore())
    changing.become(parts_of(shops(200), other), {})
    with changing.store.read() as reader:
        following = FollowedMesh(reader)
        assert following.bound_anew == 400
    touched = changing.become(parts_of(shops(200), other, CHANGES[name]), {})
    with changing.store.read() as reader:
        assert following.follow(reader, touched) is not None
        assert said_of(following.seen_by(reader, NOW)) == said_of(read_mesh(reader, now_ns=NOW))
    assert following.bound_anew <= 6


class Failing:
    """A reader whose ``left``-th question finds no store."""

    def __init__(self, reader: Reader, left: int) -> None:
        self._reader = reader
        self.left = left

    def __getattr__(self, name: str) -> Any:
        self.left -= 1
        if self.left < 0:
            raise StoreUnavailable("It is away.", "")
        return getattr(self._reader, name)


def test_mesh_of_which_reading_failed__is_of_no_use_any_more() -> None:
    for left in range(100):
        changing = Changing(MemoryStore())
        changing.become(parts_of(shops(3)), {})
        with changing.store.read() as reader:
            following = FollowedMesh(reader)
        touched = changing.become(parts_of(shops(4), alias("u1", "t1")), {})
        with changing.store.read() as reader:
            failing = Failing(reader, left)
            try:
                following.follow(failing, touched)
            except StoreUnavailable:
                assert following.follow(reader, touched) is None
            else:
                assert left > 5
                return
    raise AssertionError("there is no end of questions")


def test_mesh_of_more_names_than_are_looked_for__is_bound_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "MAX_NAMES", 10)
    changing = Changing(MemoryStore())
    changing.become(parts_of(shops(20)), {})
    with changing.store.read() as reader:
        following, before = FollowedMesh(reader), read_mesh(reader, now_ns=NOW)
    touched = changing.become(parts_of(shops(20), [edge("SERVES", "output-port/p3/out", dataset("t4"))]), {})
    with changing.store.read() as reader:
        changes = following.follow(reader, touched)
        anew = read_mesh(reader, now_ns=NOW)
        assert said_of(following.seen_by(reader, NOW)) == said_of(anew)
    assert following.bound_anew == 40
    assert changes is not None
    assert {"output-port/p3/out", dataset("t4")} <= changes.bound
    assert before.bindings != anew.bindings


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1_000, 1_600))
def test_followed_mesh__is_that_which_is_read_anew_for_long(seed: int) -> None:
    for step in steps(MemoryStore(), seed, 40):
        assert_follows(step)


# A dependency that is left out is found


def nothing(*_: object) -> frozenset[str]:
    return frozenset()


def without_links(_: Reader, touched: Collection[str]) -> set[str]:
    return {key for key in touched if key.startswith("dataset/")}


def lacking(part: str) -> Any:
    """What a thing looks at, without one part of it."""
    whole = binder.Binder.looked_at

    def looked_at(self: binder.Binder, thing: str) -> set[str]:
        meaning = self.meanings[thing]
        edges = {"served": meaning.served, "written": self._written.get(thing, ()), "named": meaning.explicit}
        left = {edge.target for edge in edges.get(part, ())}
        left |= {*meaning.rejected} if part == "rejected" else set()
        left |= self.candidates.wanted(thing) if part == "wanted" else set()
        return whole(self, thing) - left

    return looked_at


def only_themselves(of: binder.Binder, changes: Any, keys: object, rels: object) -> set[str]:
    return {key for key in changes.now if key.startswith("product/")}


def as_it_was(self: binder.Binder, old: object, things: object) -> set[str]:
    _fold(self, old, things)  # type: ignore[arg-type]
    return set()


_fold = binder.Binder._fold
FAULTS: dict[str, tuple[object, str, Any, Sequence[Happening]]] = {
    "links are not followed": (followed, "around", without_links, (change_alias, see)),
    "names stay as they were": (binder.Binder, "forget_names", nothing, HAPPENING),
    "nobody looks at datasets": (rebinding.Viewers, "of", nothing, HAPPENING),
    "things do not look at what they name": (binder.Binder, "looked_at", lacking("named"), HAPPENING),
    "things do not look at what they are not": (binder.Binder, "looked_at", lacking("rejected"), HAPPENING),
    "things do not look at what has their name": (binder.Binder, "looked_at", lacking("wanted"), HAPPENING),
    "things do not look at what jobs write": (binder.Binder, "looked_at", lacking("written"), HAPPENING),
    "things do not look at what ports serve": (binder.Binder, "looked_at", lacking("served"), HAPPENING),
    "things do not look at folded names": (binder, "foldable", lambda _: {}, (tell_folded, see)),
    "a name that is folded matters to one": (binder.Binder, "_fold", as_it_was, (tell_folded,)),
    "what is declared does not matter": (followed, "of_declared", nothing, HAPPENING),
    "servers do not matter": (rebinding, "_OF_VERSIONS", (), (change_server, free_schema)),
    "what was declared does not matter": (
        *(rebinding, "_ends"),
        lambda of, changes, key, rel: set(of.declared.targets(key, rel)),
        (change_schema,),
    ),
    "jobs do not matter": (Producers, "follow", nothing, HAPPENING),
    "namespaces do not matter": (Candidates, "follow", nothing, (see, free_schema, empty)),
    "projects do not hang together": (Projects, "schemas", nothing, (free_schema, run, tell_id)),
    "ports do not follow schemas": (binder.Binder, "_following", nothing, HAPPENING),
    "products do not follow what they have": (followed, "products_with", only_themselves, HAPPENING),
}
LIVES = 60
"""Lives that are looked at, always the same ones."""


def is_found(happening: Sequence[Happening]) -> bool:
    """Whether some life in which such things happen shows that a dependency is left out."""
    for seed in range(LIVES):
        try:
            for step in steps(MemoryStore(), seed, 12, happening):
                assert_follows(step)
        except (AssertionError, KeyError):
            return True
    return False


@pytest.mark.parametrize("name", FAULTS)
def test_dependency_that_is_left_out__is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    thing, member, broken, happening = FAULTS[name]
    monkeypatch.setattr(thing, member, broken)
    assert is_found(happening)
