"""Impact: what breaks if something is changed. Nothing is changed by asking."""

from collections.abc import Mapping
from typing import cast

import strawberry

from api.graphql.asking import Asking, Info
from api.graphql.coverage import MAX_PAGE, Coverage, LineageFirst
from api.graphql.dataset import DatasetName
from api.graphql.impact_input import ImpactFilter, ProposedChange, filter_of, given_of
from api.graphql.impact_item import ImpactItem
from api.graphql.impact_words import of
from api.graphql.node import Node, shown, shown_as
from api.graphql.paging import Connection, First, check_first, cursor, edges_and_info, position_of
from api.graphql.policy import PolicyNotEvaluated, PolicyVerdict
from api.graphql.scalars import Instant, instant
from api.graphql.words import described
from catalog.aliases import is_dataset
from catalog.governance.verdict import worst_first
from catalog.graph import Node as StoredNode
from catalog.impact.change import Change, ChangeKind
from catalog.impact.facets import NOBODY, ItemFilter, chosen, facet
from catalog.impact.report import Affected, Concern, Facet
from catalog.impact.report import ImpactReport as Report
from catalog.impact.severity import Severity, Verdict
from catalog.impact.spoken import spoken_change
from catalog.impact.usage import WINDOW_NS, concerns_shown
from catalog.store.port import Reader
from ingest.proposals.given import read_proposal


@strawberry.type(description="How many items there are of a severity and kind.")
class ImpactCount:
    severity: Severity = strawberry.field(description=of("ImpactCount", "severity"))
    kind: str = strawberry.field(description=of("ImpactCount", "kind"))
    count: int = strawberry.field(description=of("ImpactCount", "count"))
    unknown: int = strawberry.field(description=of("ImpactCount", "unknown"))


@strawberry.type(description="How many items share a value.")
class ImpactFacet:
    told: strawberry.Private[Facet]
    called: strawberry.Private[str | None]

    @described(of("ImpactFacet", "value"))
    def value(self) -> str | None:
        return self.told.value

    @described("What people call the node; null where the value is none.")
    def name(self) -> str | None:
        return self.called

    @described(of("ImpactFacet", "count"))
    def count(self) -> int:
        return self.told.count

    @described(of("ImpactFacet", "unknown"))
    def unknown(self) -> int:
        return self.told.unknown

    @described(of("ImpactFacet", "worst"))
    def worst(self) -> Severity:
        return self.told.worst


@strawberry.type(description="All items, counted by what they have in common.")
class ImpactFacets:
    report: strawberry.Private[Report]

    @described(of("ImpactFacets", "severity"))
    def severity(self) -> list[ImpactFacet]:
        return self._facets("severity")

    @described(of("ImpactFacets", "kind"))
    def kind(self) -> list[ImpactFacet]:
        return self._facets("kind")

    @described(of("ImpactFacets", "owner"))
    def owner(self, first: LineageFirst = 100) -> list[ImpactFacet]:
        return self._facets("owner")[: check_first(first, MAX_PAGE)]

    @described("How many owners there are, what has none counted as one.")
    def owner_count(self) -> int:
        return len(self._facets("owner"))

    @described(of("ImpactFacets", "product"))
    def product(self, first: LineageFirst = 100) -> list[ImpactFacet]:
        return self._facets("product")[: check_first(first, MAX_PAGE)]

    @described("How many products there are, what has none counted as one.")
    def product_count(self) -> int:
        return len(self._facets("product"))

    @described(of("ImpactFacets", "domain"))
    def domain(self, first: LineageFirst = 100) -> list[ImpactFacet]:
        return self._facets("domain")[: check_first(first, MAX_PAGE)]

    @described("How many domains there are, what has none counted as one.")
    def domain_count(self) -> int:
        return len(self._facets("domain"))

    def _facets(self, name: str) -> list[ImpactFacet]:
        nodes = name in ("owner", "product", "domain")
        return [
            ImpactFacet(
                told=one,
                called=self.report.names.get(one.value) if nodes and one.value is not None else None,
            )
            for one in facet(self.report, name)
        ]


@strawberry.type(description="One proposed change.")
class ImpactChange:
    change: strawberry.Private[Change]

    @described("The id of the dataset, port, contract or product that is changed.")
    def subject(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.change.subject))

    @described(of("ImpactChange", "kind"))
    def kind(self) -> ChangeKind:
        return self.change.kind

    @described(of("ImpactChange", "said"))
    def said(self) -> str:
        return spoken_change(self.change)

    @described(of("ImpactChange", "path"))
    def path(self) -> str | None:
        return self.change.path

    @described(of("ImpactChange", "before"))
    def before(self) -> str | None:
        return self.change.before

    @described(of("ImpactChange", "after"))
    def after(self) -> str | None:
        return self.change.after

    @described(of("ImpactChange", "confidence"))
    def confidence(self) -> float:
        return self.change.confidence

    @described(of("ImpactChange", "file"))
    def file(self) -> str | None:
        return None if self.change.place is None else self.change.place.file

    @described(of("ImpactChange", "line"))
    def line(self) -> int | None:
        return None if self.change.place is None else self.change.place.line

    @described(of("ImpactChange", "note"))
    def note(self) -> str | None:
        return self.change.note


@strawberry.type(description="The time in which uses are counted.")
class ImpactUsage:
    since: Instant = strawberry.field(description=of("ImpactUsage", "since"))
    until: Instant = strawberry.field(description=of("ImpactUsage", "until"))


def told(member: str) -> str:
    """What a member of the report means."""
    return of("ImpactAnswer", member)


@strawberry.type(
    description="The answer to a proposed change. Counts, facets and coverage are of the whole, items of a page."
)
class ImpactReport:
    report: strawberry.Private[Report]
    listed: strawberry.Private[tuple[Affected, ...]]
    nodes: strawberry.Private[Mapping[str, StoredNode]]
    total_listed: strawberry.Private[int]
    more: strawberry.Private[bool]
    concerns: strawberry.Private[Mapping[str, Concern]]
    after: strawberry.Private[str | None]

    @described(told("id"))
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.report.id)

    @described("The first dataset that would change, under the name that events used last; null: none would.")
    async def dataset(self, info: Info) -> DatasetName | None:
        keys = [one.subject for one in self.report.changes if is_dataset(one.subject)][:1]
        nodes = await info.context.loaders.nodes(keys)
        return shown_as(DatasetName, nodes[0], self.report.at) if nodes else None

    @described("The things that would change.")
    async def subjects(self, info: Info, first: First = 20) -> list[Node]:
        keys = list(dict.fromkeys(one.subject for one in self.report.changes))[: check_first(first)]
        return [shown(node, self.report.at) for node in await info.context.loaders.nodes(keys)]

    @described(of("ImpactProposal", "source"))
    def source(self) -> str:
        return self.report.proposal.source

    @described(of("ImpactProposal", "changes"))
    def changes(self, first: LineageFirst = 100) -> list[ImpactChange]:
        return [ImpactChange(change=one) for one in self.report.changes[: check_first(first, MAX_PAGE)]]

    @described("How many changes there are.")
    def change_count(self) -> int:
        return len(self.report.changes)

    @described(of("ImpactProposal", "unread"))
    def unread(self, first: LineageFirst = 100) -> list[str]:
        return list(self.report.proposal.unread[: check_first(first, MAX_PAGE)])

    @described("How many such sentences there are.")
    def unread_count(self) -> int:
        return len(self.report.proposal.unread)

    @described(told("verdict"))
    def verdict(self) -> Verdict:
        return self.report.verdict

    @described(told("why"))
    def why(self) -> str:
        return self.report.why

    @described(told("semver"))
    def semver(self) -> str:
        return self.report.semver

    @described(told("semverWhy"))
    def semver_why(self) -> str:
        return self.report.semver_why

    @described(told("items"))
    def items(self) -> Connection[ImpactItem]:
        made = [
            ImpactItem.make(
                item, self.concerns.get(item.key, NOBODY), self.nodes.get(item.key), self.report.at
            )
            for item in self.listed
        ]
        cursors = [cursor(item.position) for item in self.listed]
        edges, info = edges_and_info(made, cursors, self.more, self.after)
        return Connection(edges=edges, page_info=info, total=self.total_listed)

    @described(told("total"))
    def total(self) -> int:
        return len(self.report.items)

    @described(told("counts"))
    def counts(self) -> list[ImpactCount]:
        return [
            ImpactCount(severity=one.severity, kind=one.label, count=one.count, unknown=one.unknown)
            for one in self.report.counts()
        ]

    @described(told("facets"))
    def facets(self) -> ImpactFacets:
        return ImpactFacets(report=self.report)

    @described(told("policies"))
    def policies(self, first: LineageFirst = 100) -> list[str]:
        return list(self.report.policies[: check_first(first, MAX_PAGE)])

    @described("How many such sentences there are.")
    def policy_count(self) -> int:
        return len(self.report.policies)

    @described(told("policyVerdicts"))
    def policy_verdicts(self, first: LineageFirst = 100) -> list[PolicyVerdict]:
        found = sorted(self.report.newly.verdicts, key=worst_first)
        return [PolicyVerdict(told=one, at=None) for one in found[: check_first(first, MAX_PAGE)]]

    @described("How many such verdicts there are.")
    def policy_verdict_count(self) -> int:
        return len(self.report.newly.verdicts)

    @described(told("policiesNotEvaluated"))
    def policies_not_evaluated(self, first: LineageFirst = 100) -> list[PolicyNotEvaluated]:
        found = self.report.newly.unevaluated[: check_first(first, MAX_PAGE)]
        return [PolicyNotEvaluated(policy=one.policy, reason=one.reason) for one in found]

    @described(told("coverage"))
    def coverage(self) -> Coverage:
        return Coverage(covered=self.report.coverage)

    @described(told("graphVersion"))
    def graph_version(self) -> int:
        return self.report.version

    @described(told("asOf"))
    def as_of(self) -> Instant | None:
        return instant(self.report.at)

    @described(told("usage"))
    def usage(self) -> ImpactUsage | None:
        until = self.report.used_until
        if until is None:
            return None
        return ImpactUsage(since=cast(Instant, until - WINDOW_NS), until=cast(Instant, until))

    @described("The path at which the service shows the report as JSON, as long as it keeps it.")
    def permalink(self) -> str:
        return f"/api/v1/impact/{self.report.id}"


async def impact_report(
    asking: Asking,
    proposed: ProposedChange,
    where: ImpactFilter | None,
    first: int,
    after: str | None,
    at: int | None,
    origins: frozenset[str] | None,
) -> ImpactReport:
    """Ask what a proposal reaches."""
    given, chosen_ones = given_of(asking, proposed), filter_of(asking, where)
    behind = _behind(after)
    check_first(first)

    def made(reader: Reader) -> ImpactReport:
        proposal = read_proposal(reader, given, at)
        report = asking.impacts.report(reader, proposal, at=at, origins=origins)
        return _page(reader, report, chosen_ones, first, after, behind)

    return await asking.ask(made)


async def kept_report(
    asking: Asking, id_: str, where: ImpactFilter | None, first: int, after: str | None
) -> ImpactReport | None:
    """A report that was made before, None where it is not kept."""
    report = asking.impacts.kept(id_)
    if report is None:
        return None
    return await report_page(asking, report, where, first, after)


async def report_page(
    asking: Asking, report: Report, where: ImpactFilter | None, first: int, after: str | None
) -> ImpactReport:
    """A page of a report that is known."""
    chosen_ones, behind = filter_of(asking, where), _behind(after)
    check_first(first)
    return await asking.ask(lambda reader: _page(reader, report, chosen_ones, first, after, behind))


def _behind(after: str | None) -> str | None:
    return None if after is None else str(position_of(after, str)[0])


def _page(
    reader: Reader, report: Report, where: ItemFilter, first: int, after: str | None, behind: str | None
) -> ImpactReport:
    found = chosen(report, where)
    rest = found if behind is None else tuple(item for item in found if item.position > behind)
    page = rest[:first]
    return ImpactReport(
        report=report,
        listed=page,
        nodes=reader.nodes([item.key for item in page]),
        total_listed=len(found),
        more=len(rest) > first,
        concerns=concerns_shown(reader, report, page),
        after=after,
    )
