"""Things that are found by their ids, names or words."""

from asyncio import gather
from typing import Annotated, TypeAlias

import strawberry

from api.graphql.asking import Info
from api.graphql.dataset import Dataset, resolved_dataset
from api.graphql.errors import bad_input
from api.graphql.job import Job
from api.graphql.node import Node, shown, shown_as
from api.graphql.paging import After, First
from api.graphql.query_arguments import AsOf, run_key
from api.graphql.run import Run
from api.graphql.search import SearchConnection, SearchFilter, SearchText, search_page
from api.graphql.words import described
from catalog.described import tellings
from catalog.graph import Node as StoredNode
from catalog.identity import DatasetId, JobId, kind_of
from catalog.things import OF_EVENTS
from ontology.vocabulary import Label

MAX_IDS = 500

Id: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description="An id, or the bare key behind the base IRI.")
]
DatasetNamespace: TypeAlias = Annotated[
    str, strawberry.argument(description="The namespace, exactly as sent.")
]
ItsName: TypeAlias = Annotated[str, strawberry.argument(description="The name, exactly as sent.")]


@strawberry.type(description="Things that are found by their ids, names or words.")
class NodeQueries:
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


async def _then(info: Info, stored: StoredNode, at: int | None) -> StoredNode | None:
    """A node as it was: what only documents know as they described it then; None where it did not exist yet, or was
    gone."""
    if at is None or kind_of(stored.key) in OF_EVENTS:
        return stored if await _existed(info, stored, at) else None
    return await info.context.loaders.described(stored.key, at)


async def _existed(info: Info, stored: StoredNode, at: int | None) -> bool:
    """Whether an event had named a dataset or job by then, or a document had it; other nodes have no such time."""
    if at is None or kind_of(stored.key) not in ("dataset", "job"):
        return True
    if await info.context.loaders.sight(stored.key, at) is not None:
        return True
    return bool(await info.context.ask(lambda reader: tellings(reader, (stored.key,), at)))
