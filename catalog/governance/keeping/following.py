"""Following the graph and the clock: what is remembered from look to look, in one process."""

from collections.abc import Sequence

from catalog.changes import Position, changes_since
from catalog.derivation.marks import waiting_jobs
from catalog.governance.keeping import clock
from catalog.governance.keeping.look import Look
from catalog.governance.keeping.turn import Turn
from catalog.governance.waiving import Standing, standings
from catalog.mesh.agreements import turns
from catalog.mesh.followed import NOTHING, FollowedMesh, MeshChanges
from catalog.mesh.mesh import Mesh
from catalog.store.port import Reader

VERSIONS = 100
"""Changes of the graph that are looked at together."""

_TOO_MANY = ("",)
"""In place of jobs whose lineage is waited for, where there are more than are read."""


class Following:
    """``at``: up to where the graph was followed, and the mesh is as it was then; None: nowhere."""

    def __init__(self) -> None:
        self.at: Position = _NOWHERE
        self.jobs: tuple[str, ...] = ()
        self._mesh: FollowedMesh | None = None
        self._standings: Sequence[Standing] | None = None
        self._turns: list[int] = []
        self._looked_ns = 0

    def lose(self) -> None:
        """Remember nothing: the next look is at everything."""
        self.__init__()  # type: ignore[misc]

    def look(self, turn: Turn, at: Position) -> Look:
        """What has changed since what is kept. ``at``: where the graph is now, read before anything else."""
        before = self._looked_ns
        self._looked_ns = turn.now_ns
        jobs = waiting_jobs(turn.reader)
        waited, self.jobs = turn.known.jobs, _TOO_MANY if jobs is None else tuple(sorted(jobs))
        known = Position(turn.known.version, turn.known.mark)
        found = self._touched(turn.reader, known, at)
        if found is None:
            return self._anew(turn, at)
        touched, changes = found
        mesh = self.seen_by(turn.reader, turn.now_ns)
        if changes.declared.now:
            self._turns = turns(mesh.declared)
        turned = any(before < one <= turn.now_ns for one in self._turns)
        return Look(turn.reader, mesh, touched | ({*waited} ^ {*self.jobs}), changes, turned)

    def seen_by(self, reader: Reader, now_ns: int) -> Mesh:
        """The mesh as it was followed last, for a reader. Somebody has looked."""
        if self._mesh is None:
            raise AssertionError("nobody has looked")
        return self._mesh.seen_by(reader, now_ns)

    def due(self, turn: Turn) -> clock.Pairs:
        """The verdicts that time alone, or what has become of waivers, may have changed."""
        standing = standings(turn.reader, turn.rules.waivers, turn.policies, None, turn.now_ns)
        found = clock.turned(self._standings, standing)
        self._standings = standing
        return [*clock.due(turn.reader, turn.now_ns), *found]

    def _touched(
        self, reader: Reader, known: Position, at: Position
    ) -> tuple[frozenset[str], MeshChanges] | None:
        """The nodes that were touched since, and what that made of the mesh; None: that cannot be told."""
        if self._mesh is None or self.at != known:
            if known != at:
                return None
            self._mesh, self.at = FollowedMesh(reader), at
            self._turns = turns(self._mesh.seen_by(reader, 0).declared)
            return frozenset(), NOTHING
        changes = changes_since(reader, known, VERSIONS)
        if changes is None:
            return None
        told = self._mesh.follow(reader, changes.keys)
        if told is None:
            return None
        self.at = changes.until
        return changes.keys, told

    def _anew(self, turn: Turn, at: Position) -> Look:
        self._mesh, self.at = FollowedMesh(turn.reader), at
        mesh = self.seen_by(turn.reader, turn.now_ns)
        self._turns = turns(mesh.declared)
        return Look(turn.reader, mesh, frozenset(), is_lost=True)


_NOWHERE = Position(-1)
