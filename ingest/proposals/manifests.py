"""dbt manifests as a proposal: a head against the base that is given, else against what the graph knows of the project.

Columns count where a contract is enforced: what a manifest says of others is documentation, and their SQL decides. SQL
counts as it is compiled; where it is not, ``unread`` says so. Names are those that openlineage-dbt gives tables.
"""

from collections.abc import Iterator

from catalog.coverage import spoken
from catalog.impact.change import Change, ChangeKind, Place
from catalog.mesh.producers import written_by_id
from ingest.descriptors.dbt_manifest import Node
from ingest.descriptors.text import Part
from ingest.proposals.bound import Bound
from ingest.proposals.gathered import Gathered, listed
from ingest.proposals.known import Known
from ingest.proposals.manifest_side import Side, relation, schema_of, table_of
from ingest.proposals.models_gone import gone
from ingest.proposals.objects import against_seen, object_changes
from ingest.proposals.promised import object_said
from ingest.proposals.queries import changed, query_change
from ingest.sql import dialect_of
from ingest.sql.sameness import meaning

_K = ChangeKind


def read_manifests(
    known: Known, graph: Bound, base: Side | None, head: Side, part: Part, file: str, *, other_target: bool
) -> Gathered:
    """The changes that a head says. ``graph``: what is bound without it; ``part``: where it stands in ``file``."""
    return _Reading(known, graph, base, head, part, file, other_target).gathered()


class _Reading:
    def __init__(
        self,
        known: Known,
        graph: Bound,
        base: Side | None,
        head: Side,
        part: Part,
        file: str,
        other_target: bool,
    ) -> None:
        self._known, self._graph, self._base, self._head = known, graph, base, head
        self._part, self._file, self._other_target = part, file, other_target
        self._dialect = dialect_of(head.manifest.adapter)
        self._found = Gathered()
        self._nodes = head.made()
        self._old = {} if base is None else base.made()
        self._subjects = self._all_subjects()

    def gathered(self) -> Gathered:
        """All that is changed."""
        found = self._found
        found.changes += self._moves()
        for unique_id, node in self._nodes.items():
            for subject in self._subjects[unique_id]:
                found.changes += self._of_node(subject, unique_id, node)
        self._tell_uncompiled()
        self._tell_unbound()
        gone(found, self._graph, self._base, self._head, self._file)
        found.changes = changed(self._known, found.changes, self._dialect)
        self._tell_seeds()
        against = "the graph" if self._base is None else "the base"
        found.sources.append(f"dbt manifest of {self._head.manifest.project} (against {against})")
        return found

    def _all_subjects(self) -> dict[str, tuple[str, ...]]:
        """The dataset that each node is now: as it was bound, as it is with the head, else what its own job writes."""
        found: dict[str, tuple[str, ...]] = {}
        for unique_id in self._nodes:
            before = self._graph.datasets(schema_of(unique_id))
            found[unique_id] = before or self._head.datasets(unique_id)
        open_ = {unique_id for unique_id, datasets in found.items() if not datasets}
        for unique_id, edges in written_by_id(self._known.reader, open_, self._known.at).items():
            now = {edge.target for edge in edges if edge.holds_at(self._known.at)}
            if len(now) == 1:
                found[unique_id] = tuple(now)
        return found

    def _moves(self) -> Iterator[Change]:
        """Tables that lie elsewhere. Where all of a project do, it may as well be built for another target."""
        moved: dict[str, tuple[str, str]] = {}
        stayed = False
        for unique_id, node in self._nodes.items():
            for subject in self._subjects[unique_id]:
                to = table_of(subject, node, self._other_target)
                if to is None:
                    stayed = True
                else:
                    moved[unique_id] = (subject, to)
        if len(moved) > 1 and not stayed and not self._other_target:
            self._found.unread.append(
                f"{self._file}: All {len(moved)} tables of the project lie elsewhere. If it is only built for another "
                "target, say --other-target."
            )
        for unique_id, (subject, to) in moved.items():
            yield Change(subject, _K.DATASET_MOVED, None, spoken(subject), to, place=self._place(unique_id))

    def _of_node(self, subject: str, unique_id: str, node: Node) -> Iterator[Change]:
        old = self._old.get(unique_id)
        place = self._place(unique_id)
        yield from self._columns(subject, unique_id, node, old)
        yield from self._query(subject, node, old, place)
        if old is None:
            return
        if node.kind == "seed" and old.checksum != node.checksum:
            yield Change(subject, _K.ROWS_CHANGED, place=place, note="The file of the seed is another.")
            self._found.unread.append(
                f"{self._file}: Whether the seed {unique_id} has other columns is not known."
            )
        for note, before, after in (
            ("access", old.access, node.access),
            ("deprecation date", old.deprecation_date, node.deprecation_date),
            ("latest version", old.latest_version, node.latest_version),
            ("materialized", old.materialized, node.materialized),
        ):
            if before != after:
                yield Change(subject, _K.CONTRACT_CHANGED, None, before, after, place=place, note=note)
        if old.group != node.group:
            yield Change(subject, _K.OWNER_CHANGED, None, old.group, node.group, place=place)

    def _columns(self, subject: str, unique_id: str, node: Node, old: Node | None) -> Iterator[Change]:
        """Columns that a contract enforces, and what is said of columns on both sides."""
        key = schema_of(unique_id)
        said = object_said(self._head.told, key)
        if self._base is not None and old is not None:
            before = object_said(self._base.told, key)
            enforced = old.contracted and node.contracted
            words = (_K.MEANING_CHANGED, _K.CLASSIFICATION_LOWERED, _K.CLASSIFICATION_RAISED)
            for change in object_changes(subject, before, said):
                if enforced or change.kind in words:
                    yield change
            if old.contracted and not node.contracted:
                note = "The contract is enforced no more."
                yield Change(
                    subject, _K.CONTRACT_CHANGED, None, "enforced", "not", place=said.place, note=note
                )
            if enforced or not node.contracted:
                return
        if node.contracted:
            yield from against_seen(subject, self._known.shape(subject), said)

    def _query(self, subject: str, node: Node, old: Node | None, place: Place | None) -> Iterator[Change]:
        if node.kind == "seed":
            return
        if old is None or self._base is None:
            if node.compiled is not None and self._base is None:
                yield query_change(subject, self._as_now(node.compiled), place)
            return
        if node.compiled is not None and old.compiled is not None:
            new = self._as_now(node.compiled)
            if meaning(new, self._dialect) != meaning(old.compiled, self._dialect):
                yield query_change(subject, new, place)
        elif node.raw != old.raw or node.checksum != old.checksum:
            note = "What it is compiled to is not known."
            yield Change(subject, _K.QUERY_CHANGED, place=place, note=note)
            self._found.unread.append(f"{self._file}: {node.unique_id} is changed, and not compiled.")

    def _as_now(self, query: str) -> str:
        """SQL with the names that tables have now, where a manifest for another target has others."""
        if not self._other_target:
            return query
        for unique_id, node in self._nodes.items():
            old = self._old.get(unique_id)
            was = old.relation if old is not None else relation(self._subjects[unique_id], node)
            if node.relation and was and node.relation != was:
                query = query.replace(node.relation, was)
        return query

    def _tell_uncompiled(self) -> None:
        bare = [key for key, node in self._nodes.items() if node.kind == "model" and node.compiled is None]
        if bare and self._base is None:
            self._found.unread.append(
                f"{self._file}: {len(bare)} models are not compiled ({listed(bare, 3)}): whether their SQL is changed "
                "cannot be told. Run `dbt compile`, or give the old manifest with --base."
            )

    def _tell_seeds(self) -> None:
        """The graph does not have the files of seeds: where something else is changed, they may be as well."""
        seeds = [key for key, node in self._nodes.items() if node.kind == "seed"]
        if seeds and self._base is None and self._found.changes:
            self._found.unread.append(
                f"{self._file}: Whether the files of {len(seeds)} seeds are others cannot be told without --base."
            )

    def _tell_unbound(self) -> None:
        """Nodes that are changed and are no dataset that is known; a new one has none yet."""
        for unique_id, node in self._nodes.items():
            old = self._old.get(unique_id)
            if self._subjects[unique_id] or (self._base is not None and (old is None or old == node)):
                continue
            if self._base is None and not self._was_declared(unique_id):
                continue
            reason = self._head.bound.reason(schema_of(unique_id))
            self._found.unread.append(f"{self._file}: {unique_id} is no dataset that is known: {reason}")

    def _was_declared(self, unique_id: str) -> bool:
        return self._graph.declared.is_described(schema_of(unique_id))

    def _place(self, unique_id: str) -> Place:
        node = self._head.manifest.nodes[unique_id]
        return Place(self._file, self._part.line(node.at))
