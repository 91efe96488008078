"""The mesh that many ask for is that which each of them would read, whatever becomes of the graph meanwhile."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from copy import copy
from typing import Any

import pytest

from catalog.mesh import recent
from catalog.mesh.binder import Binder
from catalog.mesh.candidates import Candidates
from catalog.mesh.declared import Declared
from catalog.mesh.followed import FollowedMesh
from catalog.mesh.members import Members
from catalog.mesh.mesh import Mesh, read_mesh
from catalog.mesh.producers import Producers
from catalog.mesh.projects import Projects
from catalog.mesh.rebinding import Viewers
from catalog.mesh.recent import RecentMeshes
from catalog.store.memory import MemoryStore
from catalog.store.port import Reader, Store
from tests.lineage.conftest import store
from tests.mesh.changing import Changing
from tests.mesh.declared_worlds import HAPPENING, World
from tests.mesh.test_followed import said_of, shops
from tests.mesh.words import alias, edge, parts_of

__all__ = ["store"]


def lived(opened: Store, seed: int, changes: int) -> Iterator[None]:
    """A life: much has happened, then one or two things at a time do."""
    chance, world, changing = random.Random(seed), World(), Changing(opened)
    for _ in range(50):
        chance.choice(HAPPENING)(world, chance)
    changing.become(world.graph(), world.records())
    yield
    for _ in range(changes):
        for _ in range(chance.randint(1, 2)):
            chance.choice(HAPPENING)(world, chance)
        changing.become(world.graph(), world.records(), end=bool(chance.randint(0, 1)))
        yield


def assert_as_read(opened: Store, seed: int, changes: int) -> None:
    meshes, given = RecentMeshes(), list[tuple[Mesh, object]]()
    for _ in lived(opened, seed, changes):
        with opened.read() as reader:
            mesh, anew = meshes.read(reader), said_of(read_mesh(reader))
            assert said_of(mesh) == anew
            assert said_of(meshes.read(reader)) == anew
        given.append((mesh, anew))
    assert all(said_of(mesh) == said for mesh, said in given)


@pytest.mark.parametrize("seed", range(15))
def test_recent_mesh__is_that_which_is_read_anew_and_stays_so(seed: int) -> None:
    assert_as_read(MemoryStore(), seed, 12)


def test_recent_mesh__is_that_which_is_read_anew_in_each_store(store: Store) -> None:
    assert_as_read(store, 3, 8)


def assert_of_before(seed: int, changes: int) -> None:
    """Who began to read earlier and asks later has the mesh of then, made from the same as that of others."""
    opened, meshes, chance = MemoryStore(), RecentMeshes(), random.Random(seed)
    with ExitStack() as stack:
        readers = [stack.enter_context(opened.read()) for _ in lived(opened, seed, changes)]
        meshes.read(readers[0])
        for one in chance.sample(readers, len(readers)):
            assert said_of(meshes.read(one)) == said_of(read_mesh(one))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kept", [1, 2, 20])
def test_reader_of_before__has_the_mesh_of_before(
    seed: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "KEPT", kept)
    assert_of_before(seed, 6)


def test_mesh_of_the_past__is_read_as_of_then() -> None:
    changing, meshes = Changing(MemoryStore()), RecentMeshes()
    changing.become(parts_of(shops(3)), {})
    changing.become(parts_of(shops(2)), {}, end=True)
    with changing.store.read() as reader:
        for at in (None, 1):
            assert said_of(meshes.read(reader, at)) == said_of(read_mesh(reader, at))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Reader]:
    """The readers of which the whole mesh is read."""
    found: list[Reader] = []

    def read(reader: Reader) -> FollowedMesh:
        found.append(reader)
        return FollowedMesh(reader)

    monkeypatch.setattr(recent, "FollowedMesh", read)
    return found


def test_mesh__is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    anew = counted(monkeypatch)
    assert_as_read(MemoryStore(), 1, 12)
    assert len(anew) == 1


def test_mesh_behind_too_many_changes__is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST_CHANGES", 2)
    anew, changing, meshes = counted(monkeypatch), Changing(MemoryStore()), RecentMeshes()
    for shop, times in ((2, 1), (4, 1), (7, 2)):
        changing.become(parts_of(shops(shop)), {})
        changing.become(parts_of(shops(shop + 1)), {})
        if shop == 4:
            changing.become(parts_of(shops(shop + 2)), {})
        with changing.store.read() as reader:
            assert said_of(meshes.read(reader)) == said_of(read_mesh(reader))
        assert len(anew) == (times if shop != 4 else 2)


def test_graph_that_was_put_back__is_read_anew_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its versions begin again, and have other marks."""
    anew, meshes = counted(monkeypatch), RecentMeshes()
    old, new = Changing(MemoryStore()), Changing(MemoryStore())
    for number in range(1, 6):
        old.become(parts_of(shops(number)), {})
    for shop, changing in ((9, old), (4, new), (5, new)):
        changing.become(parts_of(shops(shop)), {})
        with changing.store.read() as reader:
            assert said_of(meshes.read(reader)) == said_of(read_mesh(reader))
    assert len(anew) == 2


def test_threads__each_have_the_mesh_of_their_reader() -> None:
    changing, meshes = Changing(MemoryStore()), RecentMeshes()
    changing.become(parts_of(shops(20)), {})

    def ask(_: int) -> bool:
        with changing.store.read() as reader:
            return said_of(meshes.read(reader)) == said_of(read_mesh(reader))

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, number) for number in range(40)]
        for number in range(12):
            changing.become(
                parts_of(shops(20 + number % 3), alias(f"u{number}", f"t{number}"), [port_of(number)]), {}
            )
            asked += [pool.submit(ask, number) for number in range(4)]
        assert all(one.result() for one in asked)


def port_of(number: int) -> Any:
    return edge("SERVES", f"output-port/p{number}/out", f"dataset/other/t{number}")


# What two meshes would share, and one of them changes, is found


def shared(part: type) -> Callable[..., Any]:
    """A copy that is none: it shares all that it has."""

    def copied(self: Any, *parts: Any) -> Any:
        if part is Declared or not parts:
            return copy(self) if part is Declared else self
        same = copy(self)
        for name, held in vars(self).items():
            if isinstance(held, Binder | Declared):
                setattr(same, name, parts[0])
        return same

    return copied


@pytest.mark.parametrize("part", [Declared, Binder, Members, Candidates, Producers, Projects, Viewers])
def test_what_is_shared__is_found(monkeypatch: pytest.MonkeyPatch, part: type) -> None:
    monkeypatch.setattr(part, "copied", shared(part))
    monkeypatch.setattr(recent, "KEPT", 20)
    for seed in range(100):
        try:
            assert_as_read(MemoryStore(), seed, 8)
            assert_of_before(seed, 8)
        except (AssertionError, KeyError, ValueError):
            return
    raise AssertionError("nothing shows it")
