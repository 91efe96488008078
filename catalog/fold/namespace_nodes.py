"""Namespaces: they are while a dataset or job is in them, or a document describes them."""

from collections.abc import Mapping

from catalog.fold.descriptions import Description, name_in
from catalog.fold.settling import GONE, Settling, of_kind, put, said_by_documents
from catalog.graph import Direction, Node, Property
from catalog.identity import DatasetId, JobId, is_hashed
from ontology.vocabulary import Label, Rel


def settle_namespaces(state: Settling) -> None:
    work = state.work
    joined: dict[str, tuple[str, str]] = {}
    for edge in work.edges.values():
        if edge is not None and edge.type == Rel.IN_NAMESPACE:
            identity = work.names[edge.source]
            assert isinstance(identity, DatasetId | JobId)
            joined[edge.target] = ("job" if isinstance(identity, JobId) else "dataset", identity.namespace)
    left = {edge.target for edge in work.dropped.values() if edge.type == Rel.IN_NAMESPACE} - joined.keys()
    left |= of_kind(state.described, "namespace") - joined.keys()
    keys = joined.keys() | left
    work.lock(keys)
    stored = work.transaction.nodes(keys)
    described = state.descriptions.of(keys)
    held = {edge.target for edge in work.edges_at(left, (Rel.IN_NAMESPACE,), Direction.IN)}
    for key in sorted(keys):
        description = described.get(key)
        if key in joined or key in held or description is not None:
            names = joined.get(key) or _names(key, stored, description)
            _put_namespace(state, key, names, stored.get(key), description, kept=key not in left - held)
        else:
            work.nodes[key] = None


def _names(key: str, stored: Mapping[str, Node], description: Description | None) -> tuple[str, str]:
    """(what it is a namespace of, its name)."""
    if not is_hashed(key):
        of, _, name = name_in(key).partition("/")
        return of, name
    said = stored[key].properties if key in stored else description.properties if description else {}
    return str(said.get("of", "")), str(said.get("name", key))


def _put_namespace(
    state: Settling,
    key: str,
    names: tuple[str, str],
    stored: Node | None,
    description: Description | None,
    *,
    kept: bool,
) -> None:
    lives = kept or (description is not None and description.lives)
    said: dict[str, Property] = said_by_documents(description, lives=lives)
    said.pop("inferred", None)
    if not lives:
        said.update(GONE)
    put(state.work, Node(key, Label.NAMESPACE, {**said, "of": names[0], "name": names[1]}), stored)
