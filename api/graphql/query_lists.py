"""Lists of things: by kind, namespace or facet, and what is kept apart."""

from typing import Annotated, TypeAlias, TypeVar

import strawberry

from api.graphql.alias import AliasConflict, conflict_page
from api.graphql.asking import Info
from api.graphql.dataset import Dataset
from api.graphql.facet_keys import MAX_FACET_KEYS, FacetKind, FacetOwner, having, key_page
from api.graphql.job import Job
from api.graphql.namespace import Namespace
from api.graphql.node import Node, shown_as
from api.graphql.paging import After, Connection, First, Page, check_first, cursor, edges_and_info, key_after
from api.graphql.run import Run
from api.graphql.thing import NodeKind, kinds, resources
from api.graphql.words import described
from catalog.store.port import NodeFilter
from ontology.compiler import load_model
from ontology.vocabulary import Label

K = TypeVar("K", bound=Node)

InNamespace: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only those of this namespace, exactly as sent.")
]
WithFacet: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only those that have a facet of this key, known or not.")
]


@strawberry.type(description="Lists of things: by kind, namespace or facet, and what is kept apart.")
class ListQueries:
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

    @described(
        "Names of datasets that links would join and that are kept apart, now. A page looks at a bounded number of "
        "names: it may have fewer than asked for, and more behind it."
    )
    async def alias_conflicts(
        self, info: Info, first: First = 20, after: After = None
    ) -> Page[AliasConflict]:
        return await conflict_page(info, first, after)


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
