"""What the SQL of a job tells: how far it was understood, what its names mean, and where producers say otherwise."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.field import Field
from api.graphql.node import shown_as
from api.graphql.paging import After, Connection, First, part
from api.graphql.words import described
from catalog import sql_report
from catalog.sql_report import SqlReport, SqlStatus
from ingest.derivation.resolution import Rule

if TYPE_CHECKING:
    from api.graphql.dataset import DatasetName

words.describe(
    SqlStatus,
    "How far SQL was understood.",
    {
        "COMPLETE": "Every name and every statement.",
        "PARTIAL": "Some of it; the problems tell what is missing.",
        "FAILED": "Nothing.",
        "PENDING": "It is still to be analysed, or to be analysed again because something it depends on has changed.",
    },
)
words.describe(
    Rule,
    "How the name of a table in SQL was resolved to a dataset, or why not.",
    {
        "OWN_INPUT": "It fits the name or an alias of a dataset that the job says it reads.",
        "OWN_OUTPUT": "It fits the name or an alias of a dataset that the job says it writes.",
        "ONLY_OUTPUT": "A query that names no target writes the only output of the job.",
        "SAME_NAMESPACE": "It fits one dataset in the namespaces of those that the job reads and writes.",
        "NAMED_ALIKE": "No event names it: it is called as the datasets of the job are, in their namespace.",
        "AMBIGUOUS": "It fits several datasets equally well.",
        "NOT_FOUND": "It fits none.",
        "FORGOTTEN": "What it fits is forgotten for the time of the text.",
    },
)


@strawberry.type(description="Why something of the SQL is not known.")
class SqlProblem:
    reason: str = strawberry.field(description="A code, as docs/sql.md lists them.")
    statement: int | None = strawberry.field(
        description="Which statement, counted from 0; null: the whole text."
    )
    message: str = strawberry.field(description="One sentence.")


@strawberry.type(description="One statement of the SQL.")
class SqlStatement:
    index: int = strawberry.field(description="Its place, counted from 0.")
    kind: str = strawberry.field(description="Its first words.")
    status: SqlStatus = strawberry.field(description="How far it was understood.")


@strawberry.type(description="A table that the SQL reads or writes.")
class SqlTable:
    told: strawberry.Private[sql_report.SqlTable]

    @described("`reads` or `writes`.")
    def role(self) -> str:
        return self.told.role

    @described("Its name as written; null: what a query without a target writes.")
    def name(self) -> str | None:
        return self.told.name

    @described("How the name was resolved, or why not.")
    def rule(self) -> Rule:
        return Rule(self.told.rule)

    @described("The dataset that it means; null where that is not known.")
    async def dataset(
        self, info: Info
    ) -> Annotated["DatasetName", strawberry.lazy("api.graphql.dataset")] | None:
        from api.graphql.dataset import DatasetName

        node = None if self.told.dataset is None else await info.context.loaders.node(self.told.dataset)
        return None if node is None else shown_as(DatasetName, node)

    @described("The ids of the datasets that an ambiguous name fits, at most 20.")
    def candidates(self, info: Info) -> list[strawberry.ID]:
        return [strawberry.ID(info.context.iri(key)) for key in self.told.candidates]


@strawberry.type(
    description="A producer says that a field comes from another, and SQL understood in whole does not."
)
class SqlContradiction:
    told: strawberry.Private[sql_report.Contradiction]

    @described("The id of the field (or dataset) that the job writes.")
    def target(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.told.target))

    @described(
        "The field from which the producer says that it comes; null where nothing is known of it any more."
    )
    async def source(self, info: Info) -> Field | None:
        node = await info.context.loaders.node(self.told.source)
        return None if node is None else shown_as(Field, node)


@strawberry.type(description="What is told of the SQL of a job beside the lineage of origin PARSED.")
class SqlLineage:
    job: strawberry.Private[str]
    report: strawberry.Private[SqlReport]
    at: strawberry.Private[int | None]

    @described("How far it was understood.")
    def status(self) -> SqlStatus:
        return self.report.status

    @described("In which dialects it was read; of runs under way there may be several texts.")
    def dialects(self) -> list[str]:
        return list(self.report.dialects)

    @described("What is not known, and why.")
    def problems(self, first: First = 20, after: After = None) -> Connection[SqlProblem]:
        page = part(
            self.report.problems, lambda one: (one.statement or 0, one.reason, one.message), first, after
        )
        return page.connection(
            [SqlProblem(reason=p.reason, statement=p.statement, message=p.message) for p in page.items]
        )

    @described("Its statements, in the order of the text.")
    def statements(self, first: First = 50, after: After = None) -> Connection[SqlStatement]:
        page = part(self.report.statements, lambda one: (one.index, one.kind), first, after)
        return page.connection(
            [SqlStatement(index=one.index, kind=one.kind, status=one.status) for one in page.items]
        )

    @described("The tables that it reads and writes, and the datasets that they mean.")
    def tables(self, first: First = 50, after: After = None) -> Connection[SqlTable]:
        page = part(self.report.tables, lambda one: (one.role, one.name or ""), first, after)
        return page.connection([SqlTable(told=one) for one in page.items])

    @described("Where producers say of the columns that the job writes what the SQL denies. Both stand.")
    async def contradictions(
        self, info: Info, first: First = 50, after: After = None
    ) -> Connection[SqlContradiction]:
        found = await info.context.loaders.contradictions(self.job, self.at)
        page = part(found, lambda one: (one.target, one.source), first, after)
        return page.connection([SqlContradiction(told=one) for one in page.items])
