"""A mesh that follows the graph: what was touched is read again, and what that may bind otherwise is bound anew."""

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass

from catalog.alias_rulings import rulings
from catalog.aliases import Classes
from catalog.mesh.declared import Declared
from catalog.mesh.declared_changes import DeclaredChanges, refresh
from catalog.mesh.members import Members, Membership
from catalog.mesh.mesh import Mesh
from catalog.mesh.rebinding import (
    OWN,
    TO_BOUND,
    Viewers,
    around,
    of_declared,
    of_jobs,
    of_namespaces,
    products_with,
)
from catalog.store.port import Reader


@dataclass(frozen=True, slots=True)
class MeshChanges:
    """What is told otherwise; ``bound``: datasets and jobs (under all names) that belong to products otherwise, and
    things (keys) that are bound otherwise."""

    declared: DeclaredChanges
    bound: frozenset[str] = frozenset()


NOTHING = MeshChanges(DeclaredChanges({}, {}))


class FollowedMesh:
    """The mesh as it is now. ``bound_anew``: how many things were bound anew by the last change; all are at first."""

    def __init__(self, reader: Reader) -> None:
        self._declared = Declared(reader)
        self._is_sound = True
        self._bind_all(reader)

    def seen_by(self, reader: Reader, now_ns: int) -> Mesh:
        """The mesh for a reader of the graph as it was followed last."""
        return self._mesh.seen_by(reader, now_ns)

    def copied(self) -> "FollowedMesh":
        """The same, which follows by itself: who has seen one is not told what becomes of the other."""
        same = copy(self)
        same._mesh = self._mesh.copied()
        same._declared = same._mesh.declared
        same._viewers = self._viewers.copied(same._mesh.binder)
        return same

    def follow(self, reader: Reader, touched: Collection[str]) -> MeshChanges | None:
        """Bring it up to the graph of the reader, where only these nodes were touched since.

        None: it cannot be, and is of no use any more; also where reading has failed once in between.
        """
        if not self._is_sound:
            return None
        self._is_sound = False
        changes = refresh(self._declared, reader, touched)
        if changes is None:
            return None
        bound = self._bind_some(reader, changes, touched) if self._mesh.binder.can_follow else None
        if bound is None:
            before = self._mesh
            self._bind_all(reader)
            bound = _differing(before, self._mesh)
        elif not self._mesh.binder.can_follow:
            return None
        else:
            self._mesh.renew()
        self._is_sound = True
        return MeshChanges(changes, bound)

    def _bind_all(self, reader: Reader) -> None:
        self._declared.reader = reader
        self._mesh = Mesh(reader, declared=self._declared)
        self._viewers = Viewers(self._mesh.binder)
        self._rulings = rulings(reader)
        self.bound_anew = len(self._mesh.bindings)

    def _bind_some(
        self, reader: Reader, changes: DeclaredChanges, touched: Collection[str]
    ) -> frozenset[str] | None:
        """Bind what may be bound otherwise, and find what is; None: all may be."""
        binder, members = self._mesh.binder, self._mesh.members
        names = around(reader, touched)
        if names is None or rulings(reader) != self._rulings:
            return None
        things = {*of_declared(binder, changes), *self._viewers.of(names)}
        things.update(of_jobs(binder, binder.producers.follow(reader, touched)))
        things.update(of_namespaces(binder, binder.candidates.follow(reader, touched)))
        owning = products_with(binder, changes, names, OWN)
        before, classes = binder.bindings, {key: binder.classes.members(key) for key in names}
        binder.forget_names(names)
        things = binder.bind(things, owning)
        self._viewers.note(things)
        self.bound_anew = len(things)
        found = members.find(products_with(binder, changes, {*names, *things}, TO_BOUND))
        return frozenset(
            {key for key in things if binder.bindings.get(key) != before.get(key)}
            | _moved(found, classes, members, binder.classes)
        )


def _differing(before: Mesh, now: Mesh) -> frozenset[str]:
    """The same of two meshes, of which all is compared."""
    old, new = before.bindings, now.bindings
    names = before.members.names() | now.members.names()
    found = {name: before.members.of_name(name) for name in names}
    classes = {name: before.binder.classes.members(name) for name in names}
    return frozenset(
        {key for key in new.keys() | old.keys() if new.get(key) != old.get(key)}
        | _moved(found, classes, now.members, now.binder.classes)
    )


def _moved(
    before: Mapping[str, tuple[Membership, ...]],
    classes: Mapping[str, tuple[str, ...]],
    members: Members,
    now: Classes,
) -> set[str]:
    """The datasets and jobs, under all of their names, that belong to products otherwise. ``before``: by name of a
    class what was found then; ``classes``: what was in a class then, of those that may be others."""
    found: set[str] = set()
    for name, owned in before.items():
        old, new = classes.get(name, now.members(name)), now.members(name)
        if owned != members.of_name(name) or (old != new and (owned or members.of_name(name))):
            found.update(old, new)
    return found
