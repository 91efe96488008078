"""A mesh that follows the graph: what was touched is read again, and what is declared is bound anew where that may
matter to what is bound."""

from collections.abc import Collection
from dataclasses import dataclass

from catalog.graph import Edge
from catalog.identity import kind_of
from catalog.mesh.declared import Declared
from catalog.mesh.declared_changes import DeclaredChanges, Told, refresh
from catalog.mesh.mesh import Mesh
from catalog.mesh.recording import Recording
from catalog.store.port import Reader
from ontology.vocabulary import Rel

_BINDS_NOTHING = frozenset(
    (
        *(Rel.OWNED_BY, Rel.IN_DOMAIN, Rel.PART_OF, Rel.CLASSIFIED_AS, Rel.THEME, Rel.TAGGED, Rel.HAS_POLICY),
        *(Rel.HAS_QUALITY_RULE, Rel.HAS_SLO, Rel.ON_METRIC, Rel.COVERS, Rel.GRANTED_TO, Rel.GRANTED_BY),
        *(Rel.PREVIOUS_VERSION, Rel.DEPENDS_ON, Rel.RECEIVES, Rel.HAS_INPUT_PORT),
    )
)
"""Relationships that say nothing of which dataset is meant by what, or of which product it is."""
_UNBOUND = frozenset(("domain", "team", "person", "agreement", "input-port", "slo", "metric", "exposure"))
"""Kinds of things whose properties and being there say nothing of it either."""
_WITHOUT_NAMES = frozenset(("product", "contract", "contract-version", "output-port", "management-port"))
"""Kinds of things whose properties say nothing of it: what is meant is told by what leaves them."""


@dataclass(frozen=True, slots=True)
class MeshChanges:
    """What is told otherwise; ``bound``: datasets and jobs (under all names) that belong to products otherwise, and
    things (keys) that are bound otherwise."""

    declared: DeclaredChanges
    bound: frozenset[str] = frozenset()


NOTHING = MeshChanges(DeclaredChanges({}, {}))


class FollowedMesh:
    """The mesh as it is now."""

    def __init__(self, reader: Reader) -> None:
        self._declared = Declared(reader)
        self._bind(reader)

    def _bind(self, reader: Reader) -> None:
        recording = Recording(reader)
        self._declared.reader = recording
        self._mesh = Mesh(recording, declared=self._declared)
        self._asked = recording

    def seen_by(self, reader: Reader, now_ns: int) -> Mesh:
        """The mesh for a reader of the graph as it was followed last."""
        return self._mesh.seen_by(reader, now_ns)

    def follow(self, reader: Reader, touched: Collection[str]) -> MeshChanges | None:
        """Bring it up to the graph of the reader, where only these nodes were touched since.

        None: it cannot be, and is of no use any more.
        """
        changes = refresh(self._declared, reader, touched)
        if changes is None:
            return None
        is_said = any(_says_what_is_bound(key, changes.before[key], changes.now[key]) for key in changes.now)
        if not is_said and self._asked.says_the_same(reader, touched):
            return MeshChanges(changes)
        old = self._mesh
        self._bind(reader)
        new, before = self._mesh.bindings, old.bindings
        things = {key for key in new.keys() | before.keys() if new.get(key) != before.get(key)}
        return MeshChanges(changes, frozenset(things | self._mesh.members.differing(old.members)))


def _says_what_is_bound(key: str, before: Told, now: Told) -> bool:
    if kind_of(key) not in _UNBOUND:
        if (before.node is None) != (now.node is None):
            return True
        if kind_of(key) not in _WITHOUT_NAMES and before.node != now.node:
            return True
    return _binding(before) != _binding(now)


def _binding(told: Told) -> list[Edge]:
    return [edge for edge in told.edges if edge.type not in _BINDS_NOTHING]
