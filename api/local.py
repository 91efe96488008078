"""A store that answers the questions of the command line."""

import os
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from api.answers import (
    AliasAnswer,
    AliasConflict,
    AliasLink,
    CommandAnswer,
    Coverage,
    DiffAnswer,
    EdgeChange,
    FindingsAnswer,
    Hit,
    LineageAnswer,
    LineageEdge,
    LineageNode,
    PartChange,
    Reason,
    SearchAnswer,
)
from api.impact_answer import ImpactAnswer
from api.loading import loading
from api.questions import WAYS, FindingsQuestion, Found, LineageQuestion
from api.settings import Settings
from api.spoken_aliases import alias_answer, alias_conflict, because, ruled
from api.spoken_commands import spoken_command
from api.spoken_findings import local_findings
from catalog import coverage as catalog_coverage
from catalog.alias_report import AliasLink as Told
from catalog.alias_report import alias_reports, all_conflicts
from catalog.command import briefly
from catalog.coverage import spoken
from catalog.graph import Direction, Node
from catalog.impact.job_binder import JobBinder
from catalog.instant import format_instant, instant_of
from catalog.lineage import Lineage
from catalog.lineage import LineageEdge as WalkedEdge
from catalog.lineage_diff import Changed, EdgePlace, edge_changes, fact_changes, reached
from catalog.search import is_dropped, search
from catalog.store.port import NodeFilter, Reader, Store
from catalog.superseded import superseded as superseded_ones
from catalog.walks import lineage_at
from ontology.vocabulary import Rel

if TYPE_CHECKING:
    from api.impact_question import ImpactQuestion

_NAMED = 50


class LocalCatalogue:
    """Answers from a store. ``binder``: binds the SQL of jobs for impact, None: that is told by lineage alone."""

    def __init__(self, store: Store, binder: JobBinder | None = None) -> None:
        self._store = store
        self._binder = binder

    def existing(self, keys: Collection[str]) -> Mapping[str, Found]:
        with self._store.read() as reader:
            return {key: _found(node) for key, node in reader.nodes(keys).items()}

    def named(self, name: str, kinds: Collection[str]) -> list[Found]:
        with self._store.read() as reader:
            return [
                _found(node) for node in reader.page(NodeFilter(tuple(kinds), {"name": name}), None, _NAMED)
            ]

    def search(
        self,
        text: str,
        kinds: Collection[str],
        namespace: str | None,
        first: int,
        dropped: bool | None = None,
    ) -> SearchAnswer:
        namespaces = () if namespace is None else (namespace,)
        with self._store.read() as reader:
            found = search(reader, text, labels=kinds, namespaces=namespaces, dropped=dropped, limit=first)
            over = [hit.node.key for hit in found.hits if is_dropped(hit.node)]
            renamed = defaultdict(set)
            for edge in reader.edges(over, (Rel.RENAMED_TO,), Direction.OUT) if over else ():
                renamed[edge.source].add(edge.target)
        items = [_hit(hit.node, renamed[hit.node.key]) for hit in found.hits]
        return SearchAnswer(text=text, total=found.total, items=items)

    def commands(self, *, superseded: bool) -> list[CommandAnswer]:
        with self._store.read() as reader:
            found = briefly(reader)
        by = superseded_ones(found)
        return [
            spoken_command(one.hash, instant_of(one.at), one.terms, by.get(one.hash))
            for one in found
            if superseded or one.hash not in by
        ]

    def aliases(self, key: str, at: int | None) -> AliasAnswer:
        with self._store.read() as reader:
            report = alias_reports(reader, [key], at)[key]
        conflicts = [alias_conflict(one.code, one.names) for one in report.conflicts]
        return alias_answer(spoken(key), [_alias_link(link) for link in report.links], conflicts)

    def alias_conflicts(self) -> list[AliasConflict]:
        with self._store.read() as reader:
            found = [one for _, conflicts in all_conflicts(reader) for one in conflicts]
        return [alias_conflict(one.code, one.names) for one in found]

    def lineage(self, question: LineageQuestion) -> LineageAnswer:
        with self._store.read() as reader:
            found = _walk(reader, question)
        return LineageAnswer(
            of=list(question.roots),
            direction=WAYS[question.direction],
            level=question.level,
            as_of=None if question.at is None else format_instant(question.at),
            nodes=[
                LineageNode(id=node.key, kind=node.label, name=spoken(node.key), hops=node.hops)
                for node in found.nodes
            ],
            edges=[_edge(edge) for edge in found.edges],
            coverage=_coverage(found.coverage),
        )

    def lineage_diff(self, question: LineageQuestion, since: int) -> DiffAnswer:
        with self._store.read() as reader:
            before, after = _walk(reader, replace(question, at=since)), _walk(reader, question)
            facts = fact_changes(reader, reached(before, after), since, question.at)
        return DiffAnswer(
            of=list(question.roots),
            direction=WAYS[question.direction],
            level=question.level,
            from_time=format_instant(since),
            to_time=None if question.at is None else format_instant(question.at),
            edges=[_edge_change(one) for one in edge_changes(before, after)],
            fields=[
                PartChange(
                    change=one.change,
                    id=one.place[0],
                    name=one.place[1],
                    before=None if one.before is None else one.before.type,
                    after=None if one.after is None else one.after.type,
                )
                for one in facts.fields
            ],
            facets=[
                PartChange(change=one.change, id=one.place[0], name=one.place[1]) for one in facts.facets
            ],
            not_compared=facts.left_out,
            coverage_before=_coverage(before.coverage),
            coverage_after=_coverage(after.coverage),
        )

    def impact(self, question: "ImpactQuestion") -> ImpactAnswer:
        with loading():  # what evaluates a proposal: no other question needs it
            from api.impact_asking import asked
            from api.impact_reports import ImpactReports
            from api.policies.queries import small_queries
        with self._store.read() as reader:
            queries = small_queries(Settings.from_environment(os.environ).base_iri)
            return asked(reader, question, ImpactReports(self._binder, queries=queries))

    def findings(self, question: FindingsQuestion, first: int) -> FindingsAnswer:
        with self._store.read() as reader:
            return local_findings(reader, question, first)


def _alias_link(link: Told) -> AliasLink:
    edge = link.edge
    return AliasLink(
        source=spoken(edge.source),
        target=spoken(edge.target),
        counts=link.counts,
        because=because(link.rules, link.type, edge.via),
        since=None if edge.valid_from is None else format_instant(edge.valid_from),
        ruling=None if link.ruling is None else ruled(link.ruling.terms, instant_of(link.ruling.at)),
    )


def _walk(reader: Reader, question: LineageQuestion) -> Lineage:
    return lineage_at(
        reader,
        question.roots,
        direction=question.direction,
        level=question.level,
        depth=question.depth,
        at=question.at,
    )


def _edge(edge: WalkedEdge) -> LineageEdge:
    return LineageEdge(
        source=edge.source,
        target=edge.target,
        job=edge.job,
        use=edge.kind,
        subtypes=sorted({one.subtype for one in edge.transformations if one.subtype}),
        origins=list(edge.origins),
    )


def _edge_change(one: Changed[EdgePlace, WalkedEdge]) -> EdgeChange:
    return EdgeChange(
        change=one.change,
        source=one.place[0],
        target=one.place[1],
        job=one.place[2] or None,
        before=None if one.before is None else _edge(one.before),
        after=None if one.after is None else _edge(one.after),
    )


def _hit(node: Node, renamed_to: Collection[str]) -> Hit:
    found, description = _found(node), node.properties.get("description")
    dropped_at = node.properties.get("droppedAt")
    return Hit(
        id=node.key,
        kind=node.label,
        namespace=found.namespace,
        name=found.name,
        description=None if description is None else str(description),
        dropped_at=None if dropped_at is None else str(dropped_at),
        renamed_to=sorted(renamed_to),
    )


def _found(node: Node) -> Found:
    named = node.properties
    return Found(node.key, node.label, str(named.get("namespace", "")), str(named.get("name", "")))


def _coverage(found: catalog_coverage.Coverage) -> Coverage:
    reasons = [Reason(code=reason.code, message=reason.message) for reason in found.reasons]
    return Coverage(status=found.status, reasons=reasons, nodes=found.nodes, edges=found.edges)
