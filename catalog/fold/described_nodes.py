"""Things that only documents describe, and the documents themselves."""

from catalog.canonical import plain
from catalog.fold.descriptions import Description, Standing, name_in
from catalog.fold.documents import ABOUT
from catalog.fold.history import History
from catalog.fold.settling import GONE, Settling, put, said_by_documents, searched_words
from catalog.fold.workspace import Workspace
from catalog.graph import Node, Property
from catalog.identity import kind_of
from catalog.tokens import search_text
from ontology.vocabulary import Label

_OF_EVENTS = frozenset(("dataset", "field", "job", "run", "namespace"))
"""The kinds of nodes that events make too; each has a module of its own."""


def settle_described(state: Settling) -> None:
    work = state.work
    keys = {key for key in state.described if kind_of(key) not in _OF_EVENTS}
    stored = work.transaction.nodes(keys) if keys else {}
    described = state.descriptions.of(keys)
    own = {key: state.facts[key] for key in keys & state.facts.keys()}
    work.load_blobs(history.stretches()[ABOUT].value for history in own.values())
    for key in sorted(keys):
        put(work, _node(work, key, described.get(key), own.get(key)), stored.get(key))


def _node(work: Workspace, key: str, description: Description | None, own: History | None) -> Node:
    """``own``: the history of a document, which says of itself what it is."""
    lives = own is not None or (description is not None and description.lives)
    said: dict[str, Property] = {"name": name_in(key), **said_by_documents(description, lives=lives)}
    label: str = Label.DOCUMENT if own is not None or description is None else description.label
    if own is not None:
        said.pop("inferred", None)
        about = plain(work.text(own.stretches()[ABOUT].value))
        said.update({"name": about["title"]} if "title" in about else {}, **about)
    elif not lives:
        said.update(GONE)
    elif description is not None and description.standing is Standing.NAMED:
        said["inferred"] = True
    if lives:
        said["searchText"] = search_text(*searched_words(label, said))
    return Node(key, label, said)
