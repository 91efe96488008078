"""What a transaction may change of nodes, and what all kinds of nodes share: how they are put and deleted."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from catalog.canonical import plain
from catalog.fold.descriptions import Description, Descriptions, Standing
from catalog.fold.history import DELETED, History
from catalog.fold.runs import RunState
from catalog.fold.workspace import Workspace
from catalog.graph import Edge, Node, Property
from catalog.identity import DatasetId, JobId
from ontology.compiler import load_model
from ontology.vocabulary import Label, Origin, Rel

DESCRIPTION = "description"
INFERRED: tuple[tuple[str, bool], ...] = (("inferred", True),)


@dataclass
class Settling:
    """Which nodes this transaction may change, and what is known of the sighted ones.

    ``facts``: dataset or job key → its history of facts, for those sighted (now or before); document key → its history.
    ``runs``: run key → its state, of those with new events; ``other_runs``: of those that documents say something else
    of. ``gone``: what no entry sights any more. ``sighted`` answers for keys beyond these by asking the store.
    ``described``: the nodes of which documents say something else now.
    """

    work: Workspace
    sighted: Callable[[Collection[str]], set[str]]
    facts: Mapping[str, History]
    fresh_facts: Collection[str]
    runs: Mapping[str, RunState]
    descriptions: Descriptions
    described: Collection[str] = ()
    other_runs: Mapping[str, RunState] = field(default_factory=dict)
    dataset_keys: set[str] = field(default_factory=set)
    job_keys: set[str] = field(default_factory=set)
    gone: Collection[str] = ()


GONE: dict[str, Property] = {"gone": True}


def of_kind(keys: Iterable[str], kind: str) -> set[str]:
    """Those of the keys that are of a kind."""
    return {key for key in keys if key.startswith(f"{kind}/")}


def said_by_documents(description: Description | None, *, lives: bool) -> dict[str, Property]:
    """The properties that documents give a node; when none has it any more only where nothing else keeps it."""
    if description is None or (lives and description.standing is Standing.GONE):
        return {}
    return dict(description.properties)


def curated(description: Description | None) -> dict[str, Property]:
    """The properties that people have curated: they stand above what events say."""
    return {} if description is None else dict(description.curated)


def searched_words(label: str, said: Mapping[str, Property]) -> list[str]:
    """The texts by which search finds a thing: those of its searchable properties, in the order of the ontology."""
    found: list[str] = []
    for property_ in load_model().node(label).properties:
        value = said.get(property_.name) if property_.searchable else None
        if value is not None:
            found += value if isinstance(value, list) else [str(value)]
    return found


def put(work: Workspace, node: Node, stored: Node | None) -> None:
    if node != stored:
        work.nodes[node.key] = node


def dataset_of(key: str, work: Workspace) -> DatasetId:
    known = work.names.get(key)
    if isinstance(known, DatasetId):
        return known
    node = work.transaction.nodes((key,))[key]
    found = DatasetId(str(node.properties["namespace"]), str(node.properties["name"]))
    work.names[key] = found
    return found


def scalars(work: Workspace, facts: History, names: Iterable[str]) -> dict[str, Property]:
    stretches = facts.stretches
    found: dict[str, Property] = {}
    for name in names:
        stretch = stretches.get(name)
        if stretch is not None and stretch.value != DELETED:
            value = plain(work.text(stretch.value))
            if isinstance(value, str | int | bool):
                found[name] = value
    return found


def join_namespace(work: Workspace, key: str, namespace: str) -> None:
    edge = Edge(Rel.IN_NAMESPACE, key, namespace, key, Origin.OBSERVED)
    work.edges[edge.id] = edge


def delete_named(state: Settling, node: Node) -> None:
    """Delete a dataset or job node that nothing names any more, and its place in its namespace."""
    work = state.work
    work.nodes[node.key] = None
    of = "job" if node.label == Label.JOB else "dataset"
    name = str(node.properties["namespace"])
    identity = JobId(name, "") if of == "job" else DatasetId(name, "")
    edge = Edge(Rel.IN_NAMESPACE, node.key, identity.namespace_key, node.key, Origin.OBSERVED)
    work.change_edges({edge.id: None}, (edge,))
