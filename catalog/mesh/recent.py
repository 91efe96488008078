"""The mesh as it is now, for many who ask: read once, and from then on followed from version to version of the graph.

A mesh of 10,000 products takes ten seconds to read and bind; what most changes touch of it takes milliseconds. A mesh
that was given out is not changed any more: a later version has one of its own, which begins as a copy.
"""

import threading
import time
from collections.abc import Callable
from typing import TypeAlias

from catalog.changes import Position, changes_since, position
from catalog.collector import at_rest
from catalog.mesh.followed import FollowedMesh
from catalog.mesh.mesh import Mesh
from catalog.store.port import Reader

MOST_CHANGES = 1_000
"""Changes of the graph that are followed at once; behind more of them the mesh is read anew."""
KEPT = 2
"""Versions: the last one, and that before for those who still read it. They share what is the same."""

MeshOf: TypeAlias = Callable[[Reader, int | None], Mesh]
"""Gives the mesh that a reader sees as of an instant (nanoseconds; None: now). ``Mesh`` reads it each time."""


class RecentMeshes:
    """Of one store. Safe to share between threads."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._known: dict[Position, FollowedMesh] = {}

    def read(self, reader: Reader, at: int | None = None) -> Mesh:
        """The mesh that the reader sees; as of the past it is read each time. Raises StoreError."""
        if at is not None:
            return Mesh(reader, at)
        here = position(reader)
        found = self._known.get(here) or self._make(reader, here)
        return found.seen_by(reader, time.time_ns())

    def _make(self, reader: Reader, here: Position) -> FollowedMesh:
        with self._making:
            found = self._known.get(here)  # another may have made it meanwhile
            if found is None:
                found = self._follow(reader, here) or FollowedMesh(reader)
                self._known = dict([*self._known.items(), (here, found)][-KEPT:])
            return found

    def _follow(self, reader: Reader, here: Position) -> FollowedMesh | None:
        """The mesh of a version from that of the nearest one before; None: it cannot be followed."""
        before = [known for known in self._known if known.version < here.version]
        last = max(before, key=lambda known: known.version, default=None)
        changes = None if last is None else changes_since(reader, last, MOST_CHANGES)
        if last is None or changes is None or changes.until.version < here.version:
            return None
        with at_rest():
            found = self._known[last].copied()
            return None if found.follow(reader, changes.keys) is None else found
