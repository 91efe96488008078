"""A store that answers the questions of the command line."""

from collections.abc import Collection, Mapping

from api.answers import (
    Coverage,
    Hit,
    ImpactAnswer,
    ImpactCount,
    ImpactItem,
    LineageAnswer,
    LineageEdge,
    LineageNode,
    Reason,
    RouteStep,
    SearchAnswer,
)
from api.questions import WAYS, Found, LineageQuestion
from api.spoken_changes import said
from catalog import coverage as catalog_coverage
from catalog.coverage import spoken
from catalog.graph import Node
from catalog.impact import impact
from catalog.impact_change import ProposedChange
from catalog.instant import format_instant
from catalog.lineage import walk
from catalog.search import search
from catalog.state import last_sight
from catalog.store.port import NodeFilter, Store

_NAMED = 50


class LocalCatalogue:
    """Answers from a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def existing(self, keys: Collection[str]) -> Mapping[str, Found]:
        with self._store.read() as reader:
            return {key: _found(node) for key, node in reader.nodes(keys).items()}

    def named(self, name: str, kinds: Collection[str]) -> list[Found]:
        with self._store.read() as reader:
            return [
                _found(node) for node in reader.page(NodeFilter(tuple(kinds), {"name": name}), None, _NAMED)
            ]

    def search(self, text: str, kinds: Collection[str], namespace: str | None, first: int) -> SearchAnswer:
        namespaces = () if namespace is None else (namespace,)
        with self._store.read() as reader:
            found = search(reader, text, labels=kinds, namespaces=namespaces, limit=first)
        return SearchAnswer(text=text, total=found.total, items=[_hit(hit.node) for hit in found.hits])

    def lineage(self, question: LineageQuestion) -> LineageAnswer:
        with self._store.read() as reader:
            found = walk(
                reader,
                question.roots,
                direction=question.direction,
                level=question.level,
                depth=question.depth,
                at=question.at,
            )
        return LineageAnswer(
            of=list(question.roots),
            direction=WAYS[question.direction],
            level=question.level,
            as_of=None if question.at is None else format_instant(question.at),
            nodes=[
                LineageNode(id=node.key, kind=node.label, name=spoken(node.key), hops=node.hops)
                for node in found.nodes
            ],
            edges=[
                LineageEdge(
                    source=edge.source,
                    target=edge.target,
                    job=edge.job,
                    use=edge.kind,
                    subtypes=sorted({one.subtype for one in edge.transformations if one.subtype}),
                    origins=list(edge.origins),
                )
                for edge in found.edges
            ],
            coverage=_coverage(found.coverage),
        )

    def unseen(self, keys: Collection[str], at: int) -> Collection[str]:
        with self._store.read() as reader:
            return last_sight(reader, keys).keys() - last_sight(reader, keys, at).keys()

    def impact(self, change: ProposedChange, first: int) -> ImpactAnswer:
        with self._store.read() as reader:
            report = impact(reader, change)
        return ImpactAnswer(
            dataset=report.dataset,
            changes=[said(one) for one in change.changes],
            verdict=report.verdict,
            total=len(report.items),
            counts=[
                ImpactCount(
                    severity=counted.severity,
                    kind=counted.label,
                    count=counted.count,
                    unknown=counted.unknown,
                )
                for counted in report.counts()
            ],
            items=[
                ImpactItem(
                    id=item.key,
                    kind=item.label,
                    name=spoken(item.key),
                    severity=item.severity,
                    certainty=item.certainty,
                    unknown=item.unknown,
                    hops=item.hops,
                    reason=item.reason,
                    route=[
                        RouteStep(source=step.source, job=step.job, target=step.target, use=step.kind)
                        for step in item.route
                    ],
                )
                for item in report.page(first)
            ],
            coverage=_coverage(report.coverage),
        )


def _hit(node: Node) -> Hit:
    found, description = _found(node), node.properties.get("description")
    return Hit(
        id=node.key,
        kind=node.label,
        namespace=found.namespace,
        name=found.name,
        description=None if description is None else str(description),
    )


def _found(node: Node) -> Found:
    named = node.properties
    return Found(node.key, node.label, str(named.get("namespace", "")), str(named.get("name", "")))


def _coverage(found: catalog_coverage.Coverage) -> Coverage:
    reasons = [Reason(code=reason.code, message=reason.message) for reason in found.reasons]
    return Coverage(status=found.status, reasons=reasons, nodes=found.nodes, edges=found.edges)
