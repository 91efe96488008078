"""The questions one can ask."""

from asyncio import gather
from collections.abc import Sequence
from typing import Annotated, TypeAlias, TypeVar

import strawberry

from api.graphql.alias import AliasConflict, conflict_page
from api.graphql.asking import Info
from api.graphql.command import Command, command_page
from api.graphql.dataset import Dataset, resolved_dataset
from api.graphql.errors import bad_input
from api.graphql.explain import EDGES_WORDS, ExplainedEdgeInTime
from api.graphql.facet_keys import MAX_FACET_KEYS, FacetKind, FacetOwner, having, key_page
from api.graphql.impact import ImpactReport, ProposedChange, impact_report
from api.graphql.job import Job
from api.graphql.lineage import LineageGraph, lineage_graph
from api.graphql.lineage_diff import LineageDiff, lineage_diff
from api.graphql.lineage_question import Direction, LineageQuestion
from api.graphql.namespace import Namespace
from api.graphql.node import Node, shown, shown_as
from api.graphql.origin import Origin
from api.graphql.paging import After, Connection, First, Page, check_first, cursor, edges_and_info, key_after
from api.graphql.receipt import (
    FilterArgument,
    ProblemCount,
    Quarantine,
    Receipt,
    ReceiptCount,
    find_receipt,
    problem_page,
    receipt_counts,
    receipt_page,
)
from api.graphql.run import Run
from api.graphql.scalars import Instant
from api.graphql.search import SearchConnection, SearchFilter, SearchText, search_page
from api.graphql.thing import NodeKind, kinds, resources
from api.graphql.words import described
from catalog.described import described as described_then
from catalog.described import tellings
from catalog.entry import Status
from catalog.fold.descriptions import name_in
from catalog.graph import Node as StoredNode
from catalog.graph import Property
from catalog.identity import DatasetId, JobId, RunId, kind_of
from catalog.lineage_steps import Level
from catalog.store.port import NodeFilter
from ingest.explain import explain_edges
from ontology.compiler import load_model
from ontology.vocabulary import Label

MAX_IDS = 500
OF_EVENTS = frozenset(("dataset", "job", "field", "run", "namespace", "document"))
"""Kinds of nodes that events make too, or that are the documents themselves: they are shown as they are now, and what
has a time in them has an argument for it."""

K = TypeVar("K", bound=Node)

AsOf: TypeAlias = Annotated[
    Instant | None, strawberry.argument(description="Answer as it was at this instant; left out: now.")
]
Id: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description="An id, or the bare key behind the base IRI.")
]
DatasetNamespace: TypeAlias = Annotated[
    str, strawberry.argument(description="The namespace, exactly as sent.")
]
ItsName: TypeAlias = Annotated[str, strawberry.argument(description="The name, exactly as sent.")]
InNamespace: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only those of this namespace, exactly as sent.")
]
WithFacet: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only those that have a facet of this key, known or not.")
]
Origins: TypeAlias = Annotated[
    list[Origin] | None, strawberry.argument(description="Only edges of these origins; left out: of all.")
]


def origin_set(origins: Sequence[Origin] | None) -> frozenset[str] | None:
    """Origins as the catalog takes them."""
    if origins is not None and not origins:
        raise bad_input("origins is empty: no edge has no origin. Leave it out to take all.")
    return None if origins is None else frozenset(origins)


@strawberry.type(description="The questions one can ask.")
class Query:
    @described("Anything by its id; null where nothing has it, or no event had named it yet.")
    async def node(self, info: Info, id: Id, as_of: AsOf = None) -> Node | None:
        stored = await info.context.loaders.node(info.context.key(id))
        then = None if stored is None else await _then(info, stored, as_of)
        return None if then is None else shown(then, as_of)

    @described("Several things by their ids, in their order; null where nothing has one.")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description=f"Ids or bare keys, at most {MAX_IDS}.")
        ],
        as_of: AsOf = None,
    ) -> list[Node | None]:
        if len(ids) > MAX_IDS:
            raise bad_input(f"{len(ids)} ids are too many; at most {MAX_IDS} are answered at once.")
        keys = [info.context.key(id_) for id_ in ids]
        stored = await info.context.loaders.nodes(keys)
        then = await gather(*(_then(info, node, as_of) for node in stored))
        found = {node.key: node for node in then if node is not None}
        return [shown(found[key], as_of) if key in found else None for key in keys]

    @described(
        "A dataset by its name, also by another name of it; null "
        "where no event, at or before the instant, "
        "names such a dataset."
    )
    async def dataset(
        self, info: Info, namespace: DatasetNamespace, name: ItsName, as_of: AsOf = None
    ) -> Dataset | None:
        key = DatasetId(namespace, name).key
        stored = await info.context.loaders.node(key)
        if stored is None:
            return None
        if stored.label != Label.DATASET:
            return await resolved_dataset(info, key, as_of)
        return shown_as(Dataset, stored, as_of) if await _existed(info, stored, as_of) else None

    @described("A job by its name; null where no event, at or before the instant, names it.")
    async def job(
        self, info: Info, namespace: DatasetNamespace, name: ItsName, as_of: AsOf = None
    ) -> Job | None:
        key = JobId(namespace, name).key
        stored = await info.context.loaders.node(key)
        if stored is None or not await _existed(info, stored, as_of):
            return None
        return shown_as(Job, stored, as_of)

    @described("A run by its runId or id; null where no event names it.")
    async def run(
        self, info: Info, id: Annotated[str, strawberry.argument(description="The runId, the id or the key.")]
    ) -> Run | None:
        stored = await info.context.loaders.node(run_key(info, id))
        return None if stored is None or stored.label != Label.RUN else shown_as(Run, stored)

    @described(
        "Datasets, jobs and all that documents describe, in which every word of the text begins a word; the best first."
    )
    async def search(
        self,
        info: Info,
        text: SearchText = None,
        filter: Annotated[
            SearchFilter | None, strawberry.argument(description="What to look at; left out: everything.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> SearchConnection:
        return await search_page(info, text, filter, first, after)

    @described("What nodes lead to, come from, or both.")
    async def lineage(
        self,
        info: Info,
        of: Annotated[
            list[strawberry.ID],
            strawberry.argument(description="Ids or keys of the datasets, fields and jobs to start from."),
        ],
        direction: Annotated[
            Direction, strawberry.argument(description="Which way to go.")
        ] = Direction.DOWNSTREAM,
        depth: Annotated[
            int | None, strawberry.argument(description="How many hops to go; left out: to the end.")
        ] = None,
        level: Annotated[Level, strawberry.argument(description="What to go between.")] = Level.DATASET,
        as_of: AsOf = None,
        since: Annotated[
            Instant | None,
            strawberry.argument(
                description="Take every edge that held at any time from this instant on, until asOf."
            ),
        ] = None,
        run: Annotated[
            str | None,
            strawberry.argument(
                description="Only what this run told, whether it failed or not: its runId, id or key. "
                "Not together with asOf or since."
            ),
        ] = None,
        origins: Origins = None,
    ) -> LineageGraph:
        question = LineageQuestion(
            roots=tuple(info.context.key(id_) for id_ in of),
            direction=direction,
            depth=depth,
            level=level,
            at=as_of,
            since=since,
            run=None if run is None else run_key(info, run),
            origins=origin_set(origins),
        )
        return await lineage_graph(info.context, question)

    @described(
        "What changed of a lineage, and of the schemas and facets of what it reaches, between two times."
    )
    async def lineage_diff(
        self,
        info: Info,
        of: Annotated[
            list[strawberry.ID],
            strawberry.argument(description="Ids or keys of the datasets, fields and jobs to start from."),
        ],
        from_: Annotated[Instant, strawberry.argument(name="from", description="The earlier of the times.")],
        to: Annotated[
            Instant | None, strawberry.argument(description="The later of the times; left out: now.")
        ] = None,
        direction: Annotated[Direction, strawberry.argument(description="Which way to go.")] = Direction.BOTH,
        depth: Annotated[
            int | None, strawberry.argument(description="How many hops to go; left out: to the end.")
        ] = None,
        level: Annotated[Level, strawberry.argument(description="What to go between.")] = Level.DATASET,
        origins: Origins = None,
    ) -> LineageDiff:
        question = LineageQuestion(
            roots=tuple(info.context.key(id_) for id_ in of),
            direction=direction,
            depth=depth,
            level=level,
            at=None,
            since=None,
            run=None,
            origins=origin_set(origins),
        )
        return await lineage_diff(info.context, question, from_, to)

    @described("What a change of a dataset would do to everything downstream. Changes nothing.")
    async def impact(
        self,
        info: Info,
        change: Annotated[ProposedChange, strawberry.argument(description="What would change.")],
        first: First = 50,
        after: After = None,
        as_of: AsOf = None,
        origins: Origins = None,
    ) -> ImpactReport:
        return await impact_report(info.context, change, first, after, as_of, origin_set(origins))

    @described("The datasets, by key.")
    async def datasets(
        self,
        info: Info,
        namespace: InNamespace = None,
        facet: WithFacet = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Dataset]:
        if facet is not None:
            return await having(info, Dataset, FacetOwner.DATASET, facet, namespace, first, after)
        return await _listed(info, Dataset, Label.DATASET, namespace, first, after)

    @described("The jobs, by key.")
    async def jobs(
        self,
        info: Info,
        namespace: InNamespace = None,
        facet: WithFacet = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Job]:
        if facet is not None:
            return await having(info, Job, FacetOwner.JOB, facet, namespace, first, after)
        return await _listed(info, Job, Label.JOB, namespace, first, after)

    @described("The runs that have a facet, by key; the runs of a job are with the job.")
    async def runs(
        self,
        info: Info,
        facet: Annotated[str, strawberry.argument(description="The key of the facet.")],
        first: First = 50,
        after: After = None,
    ) -> Connection[Run]:
        return await having(info, Run, FacetOwner.RUN, facet, None, first, after)

    @described("The keys of the facets that datasets, jobs or runs have, known or not, sorted.")
    async def facet_keys(
        self,
        info: Info,
        of: Annotated[FacetOwner, strawberry.argument(description="Whose facets.")],
        first: Annotated[
            int,
            strawberry.argument(description=f"How many keys to give at most, from 1 to {MAX_FACET_KEYS}."),
        ] = 50,
        after: After = None,
    ) -> Page[FacetKind]:
        return await key_page(info, of, first, after)

    @described("The namespaces of datasets and of jobs, by key.")
    async def namespaces(self, info: Info, first: First = 50, after: After = None) -> Connection[Namespace]:
        return await _listed(info, Namespace, Label.NAMESPACE, None, first, after)

    @described(
        "The kinds of nodes, those above before those below: the classes of the ontology, its extensions too."
    )
    async def kinds(self) -> list[NodeKind]:
        return kinds()

    @described("The nodes of a kind and of the kinds below it, by key; those that are gone too.")
    async def resources(
        self,
        info: Info,
        kind: Annotated[str, strawberry.argument(description="The kind, as kinds names it: DataProduct.")],
        first: First = 50,
        after: After = None,
    ) -> Connection[Node]:
        return await resources(info, kind, first, after)

    @described("The receipt of one event; null where the log does not hold it.")
    async def receipt(
        self,
        info: Info,
        hash: Annotated[
            str,
            strawberry.argument(
                description="The hash, or at least its first 32 hex digits as evidence has them."
            ),
        ],
    ) -> Receipt | None:
        return await find_receipt(info, hash)

    @described(
        "The receipts of events that were kept, the latest first. For what few match, a page may end early, even "
        "empty: where it has a next page, that goes on."
    )
    async def receipts(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        status: Annotated[
            Status | None, strawberry.argument(description="Only events of this status.")
        ] = None,
        filter: FilterArgument = None,
    ) -> Page[Receipt]:
        return await receipt_page(info, first, after, filter, status)

    @described(EDGES_WORDS)
    async def explain_edge(
        self,
        info: Info,
        source: Annotated[
            strawberry.ID, strawberry.argument(description="The id or key of the node that it leaves.")
        ],
        target: Annotated[
            strawberry.ID, strawberry.argument(description="The id or key of the node that it enters.")
        ],
        as_of: Annotated[
            Instant | None,
            strawberry.argument(description="Only edges that held at this instant; left out: of all times."),
        ] = None,
        first: First = 20,
    ) -> list[ExplainedEdgeInTime]:
        ends = (info.context.key(source), info.context.key(target))
        check_first(first)
        found = await info.context.ask(lambda reader: explain_edges(reader, *ends, as_of))
        return [ExplainedEdgeInTime(explained=one) for one in found[:first]]

    @described("The events that were kept, but of which nothing was applied.")
    async def quarantine(self) -> Quarantine:
        return Quarantine()

    @described("What was set aside or assumed in events, by producer and problem, the most frequent first.")
    async def problem_counts(
        self,
        info: Info,
        status: Annotated[
            Status | None, strawberry.argument(description="Only of events of this status.")
        ] = None,
        first: First = 100,
    ) -> list[ProblemCount]:
        return await problem_page(info, status, first)

    @described("The commands of operators that are in force, the oldest first.")
    async def commands(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        superseded: Annotated[
            bool, strawberry.argument(description="Also those of which a later one took the place.")
        ] = False,
    ) -> Page[Command]:
        return await command_page(info, first, after, superseded)

    @described(
        "Names of datasets that links would join and that are kept apart, now. A page looks at a bounded number of "
        "names: it may have fewer than asked for, and more behind it."
    )
    async def alias_conflicts(
        self, info: Info, first: First = 20, after: After = None
    ) -> Page[AliasConflict]:
        return await conflict_page(info, first, after)

    @described("How many events were kept, by status.")
    async def receipt_counts(self, info: Info) -> list[ReceiptCount]:
        return await receipt_counts(info)


def run_key(info: Info, text: str) -> str:
    """The key of a run by its runId, its id or its key."""
    key = info.context.key(text)
    return key if key.startswith("run/") else RunId.lenient(text).key


async def _then(info: Info, stored: StoredNode, at: int | None) -> StoredNode | None:
    """A node as it was: what only documents know as they described it then; None where it did not exist yet, or was
    gone."""
    if at is None or kind_of(stored.key) in OF_EVENTS:
        return stored if await _existed(info, stored, at) else None
    found = await info.context.ask(lambda reader: described_then(reader, (stored.key,), at))
    thing = found.get(stored.key)
    if thing is None:
        return None
    unsaid: dict[str, Property] = {"name": name_in(stored.key)}
    if thing.only_named:
        unsaid["inferred"] = True
    return StoredNode(stored.key, thing.label, {**unsaid, **thing.properties})


async def _existed(info: Info, stored: StoredNode, at: int | None) -> bool:
    """Whether an event had named a dataset or job by then, or a document had it; other nodes have no such time."""
    if at is None or kind_of(stored.key) not in ("dataset", "job"):
        return True
    if await info.context.loaders.sight(stored.key, at) is not None:
        return True
    return bool(await info.context.ask(lambda reader: tellings(reader, (stored.key,), at)))


async def _listed(
    info: Info, kind: type[K], label: Label, namespace: str | None, first: int, after: str | None
) -> Connection[K]:
    labels = load_model().concrete((label,))
    where = NodeFilter(labels, {} if namespace is None else {"namespace": namespace})
    check_first(first)
    behind = key_after(after)
    found = await info.context.ask(lambda reader: reader.page(where, behind, first + 1))

    async def count() -> int:
        return await info.context.ask(lambda reader: reader.count(where))

    shown_nodes = [shown_as(kind, node) for node in found[:first]]
    edges, page_info = edges_and_info(
        shown_nodes, [cursor(node.key) for node in shown_nodes], len(found) > first, after
    )
    return Connection(edges=edges, page_info=page_info, total=count)
