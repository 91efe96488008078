"""Impact: what breaks if a dataset is changed. Nothing is changed by asking."""

import strawberry

from api.graphql import words
from api.graphql.asking import Asking, Info
from api.graphql.coverage import Coverage
from api.graphql.dataset import DatasetName
from api.graphql.errors import bad_input
from api.graphql.node import Node, shown, shown_as
from api.graphql.paging import Connection, check_first, cursor, edges_and_info, position_of
from api.graphql.transformation import Kind, Transformation
from api.graphql.words import described
from catalog.impact import evaluation as catalog_impact
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.report import Affected as Item
from catalog.impact.report import ImpactReport as Report
from catalog.impact.report import RouteStep as Step
from catalog.impact.severity import Certainty, Severity, Verdict

MAX_CHANGES = 500

words.describe(
    Severity,
    "What a change does to an item; the first is the worst.",
    {
        "BREAKS": "It fails.",
        "STALE": "It is not rebuilt, for a job before it fails.",
        "CHANGES_SCHEMA": "Its own columns or their types change.",
        "CHANGES_ROWS": "It holds other rows, though nothing fails.",
        "CHANGES_VALUES": "It holds other values, though nothing fails.",
        "PASSES_THROUGH": "It passes the change on unharmed.",
        "UNKNOWN": "What it uses was not told.",
        "COMPATIBLE": "It reads the dataset, but by what it told not what changes.",
    },
)
words.describe(
    Certainty,
    "How far a severity can be relied on.",
    {
        "PROVEN": "It follows from what the job runs.",
        "STRUCTURAL": "It follows from the lineage that was told.",
        "HEURISTIC": "It is likely, but rests on what was not told.",
        "NEEDS_WAREHOUSE": "The data decides.",
        "UNKNOWN": "Too little was told to say.",
    },
)
words.describe(
    Verdict,
    "What to do with a change.",
    {
        "SAFE": "Nothing is hit, and the answer is complete.",
        "REVIEW": "Something is hit or not known: a person should look.",
        "BLOCK": "Something is proven to break.",
    },
)


@strawberry.input(description="A field that gets another name.")
class Rename:
    field: str = strawberry.field(description="The path of the field as it is.")
    to: str = strawberry.field(description="Its path after the change.")


@strawberry.input(description="A field that gets another type.")
class Retype:
    field: str = strawberry.field(description="The path of the field.")
    type: str = strawberry.field(description="Its type after the change.")


@strawberry.input(description="Changes of one dataset, as it will be after all of them.")
class ProposedChange:
    dataset: strawberry.ID = strawberry.field(
        description="The id or key of the dataset, under any of its names."
    )
    drop: list[str] | None = strawberry.field(default=None, description="Paths of fields that go away.")
    rename: list[Rename] | None = strawberry.field(default=None, description="Fields that get another name.")
    retype: list[Retype] | None = strawberry.field(default=None, description="Fields that get another type.")
    drop_dataset: bool = strawberry.field(default=False, description="Whether the whole dataset goes away.")


def changes_of(key: str, proposed: ProposedChange) -> tuple[Change, ...]:
    """The changes of the dataset of a key, in the catalog's words."""
    changes = (
        *(Change(key, ChangeKind.FIELD_REMOVED, path) for path in proposed.drop or ()),
        *(
            Change(key, ChangeKind.FIELD_RENAMED, one.field, one.field, one.to)
            for one in proposed.rename or ()
        ),
        *(
            Change(key, ChangeKind.TYPE_INCOMPATIBLE, one.field, after=one.type)
            for one in proposed.retype or ()
        ),
        *([Change(key, ChangeKind.DATASET_REMOVED)] if proposed.drop_dataset else []),
    )
    if len(changes) > MAX_CHANGES:
        raise bad_input(f"{len(changes)} changes are too many; at most {MAX_CHANGES} are read at once.")
    return changes


@strawberry.type(description="One hop of a route.")
class RouteStep:
    step: strawberry.Private[Step]

    @described("The id of the field, dataset or job that the hop leaves.")
    def source(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.step.source))

    @described("The id of the job on the way; null where a dataset event declares the hop.")
    def job(self, info: Info) -> strawberry.ID | None:
        return None if self.step.job is None else strawberry.ID(info.context.iri(self.step.job))

    @described("The id of what the hop reaches; the job itself where the route ends there.")
    def target(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.step.target))

    @described("How it is used; null where the dataset is read as a whole or nobody told.")
    def kind(self) -> Kind | None:
        return self.step.kind

    @described("What becomes of the values on their way.")
    def transformations(self) -> list[Transformation]:
        return [Transformation.of(told) for told in self.step.transformations]


@strawberry.type(
    description="An affected field, dataset or job: the worst that happens to it, and how that comes about."
)
class ImpactItem:
    item: strawberry.Private[Item]
    at: strawberry.Private[int | None]

    @described("The affected node.")
    async def node(self, info: Info) -> Node | None:
        stored = await info.context.loaders.node(self.item.key)
        return None if stored is None else shown(stored, self.at)

    @described("The ids of its other names.")
    def aliases(self, info: Info) -> list[strawberry.ID]:
        return [strawberry.ID(info.context.iri(key)) for key in self.item.aliases]

    @described("The worst that happens to it.")
    def severity(self) -> Severity:
        return self.item.severity

    @described("Whether something about it is not known; always so where the severity is UNKNOWN.")
    def unknown(self) -> bool:
        return self.item.unknown

    @described("How far the severity can be relied on.")
    def certainty(self) -> Certainty:
        return self.item.certainty

    @described("How far it is from the change.")
    def hops(self) -> int:
        return self.item.hops

    @described("Why, in a sentence.")
    def reason(self) -> str:
        return self.item.reason

    @described("A shortest route from the change that leads to that severity.")
    def route(self) -> list[RouteStep]:
        return [RouteStep(step=step) for step in self.item.route]


@strawberry.type(description="How many items there are of a severity and kind.")
class ImpactCount:
    severity: Severity = strawberry.field(description="The severity.")
    kind: str = strawberry.field(description="The kind of node: Field, Dataset, Job or DatasetReference.")
    count: int = strawberry.field(description="How many items there are.")
    unknown: int = strawberry.field(description="Of how many of them something is not known.")


@strawberry.type(
    description="The answer to a proposed change. Counts and coverage are of the whole, items of a page."
)
class ImpactReport:
    report: strawberry.Private[Report]
    first: strawberry.Private[int]
    after: strawberry.Private[str | None]
    at: strawberry.Private[int | None]

    @described("The dataset that would change, under the name that events used last.")
    async def dataset(self, info: Info) -> DatasetName:
        return shown_as(
            DatasetName, (await info.context.loaders.nodes([self.report.changes[0].subject]))[0], self.at
        )

    @described("What to do with the change.")
    def verdict(self) -> Verdict:
        return self.report.verdict

    @described("What is affected: the worst first, then the nearest.")
    def items(self) -> Connection[ImpactItem]:
        behind = None if self.after is None else str(position_of(self.after, str)[0])
        found = self.report.page(self.first + 1, behind)
        page = found[: self.first]
        made = [ImpactItem(item=item, at=self.at) for item in page]
        cursors = [cursor(item.position) for item in page]
        edges, info = edges_and_info(made, cursors, len(found) > self.first, self.after)
        return Connection(edges=edges, page_info=info, total=len(self.report.items))

    @described("How many items there are, by severity and kind; the worst first.")
    def counts(self) -> list[ImpactCount]:
        return [
            ImpactCount(
                severity=counted.severity,
                kind=counted.label,
                count=counted.count,
                unknown=counted.unknown,
            )
            for counted in self.report.counts()
        ]

    @described("What the answer does not know.")
    def coverage(self) -> Coverage:
        return Coverage(covered=self.report.coverage)


async def impact_report(
    asking: Asking,
    proposed: ProposedChange,
    first: int,
    after: str | None,
    at: int | None,
    origins: frozenset[str] | None,
) -> ImpactReport:
    """Ask what a change reaches."""
    proposal = Proposal(changes_of(asking.key(proposed.dataset), proposed))
    check_first(first)
    report = await asking.ask(
        lambda reader: catalog_impact.impact(reader, proposal, at=at, origins=origins, binder=asking.binder)
    )
    return ImpactReport(report=report, first=first, after=after, at=at)
