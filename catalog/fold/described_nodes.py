"""Things that documents describe and events at most name, as owners and tags; and the documents themselves."""

from catalog.canonical import plain
from catalog.fold.descriptions import Description, Standing, name_in
from catalog.fold.documents import ABOUT
from catalog.fold.edges import told_by_document
from catalog.fold.history import History
from catalog.fold.settling import GONE, Settling, put, said_by_documents, searched_words
from catalog.fold.workspace import Workspace
from catalog.graph import Direction, Edge, Node, Property
from catalog.identity import kind_of
from catalog.tokens import search_text
from ontology.compiler import load_model
from ontology.vocabulary import Rel

_OF_EVENTS = frozenset(("dataset", "field", "job", "run", "namespace"))
"""The kinds of nodes that events make too; each has a module of its own."""

NAMING = (Rel.OWNED_BY, Rel.TAGGED)
"""The relationships by which events name agents and tags."""
_NAMED = frozenset(("team", "person", "tag"))
"""The kinds of nodes that events name so."""


def settle_described(state: Settling) -> None:
    work = state.work
    named = {edge.target for edge in work.touched_edges() if _names(edge)}
    keys = named | {key for key in state.described if kind_of(key) not in _OF_EVENTS}
    work.lock(keys)
    stored = work.transaction.nodes(keys) if keys else {}
    held = work.touched_by_events({key for key in keys if kind_of(key) in _NAMED}, NAMING, Direction.IN)
    described = state.descriptions.of(keys)
    own = {key: state.facts[key] for key in keys & state.facts.keys()}
    work.load_blobs(history.stretches[ABOUT].value for history in own.values())
    for key in sorted(keys):
        if key in held or key in described or key in own:
            put(work, _node(work, key, described.get(key), own.get(key), held=key in held), stored.get(key))
        else:
            work.nodes[key] = None


def _names(edge: Edge) -> bool:
    return edge.type in NAMING and not told_by_document(edge)


def _node(
    work: Workspace, key: str, description: Description | None, own: History | None, *, held: bool
) -> Node:
    """``own``: the history of a document, which says of itself what it is. ``held``: events name it."""
    lives = held or own is not None or (description is not None and description.lives)
    said: dict[str, Property] = {"name": name_in(key), **said_by_documents(description, lives=lives)}
    label: str = load_model().label_of_kind(kind_of(key))
    if own is None and description is not None and (description.lives or not held):
        label = description.label
    if own is not None:
        said.pop("inferred", None)
        about = plain(work.text(own.stretches[ABOUT].value))
        said.update({"name": about["title"]} if "title" in about else {}, **about)
    elif not lives:
        said.update(GONE)
    elif description is None or description.standing is not Standing.DESCRIBED:
        said["inferred"] = True
    if lives:
        said["searchText"] = search_text(*searched_words(label, said))
    return Node(key, label, said)
