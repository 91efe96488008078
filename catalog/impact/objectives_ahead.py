"""Objectives of a contract as a change that is said outright would leave them."""

import re
from collections.abc import Collection

from msgspec.structs import replace

from catalog.graph import Direction
from catalog.identity import ResourceId, kind_of
from catalog.impact.change import Change, ChangeKind
from catalog.store.port import ChangeSet, Reader
from ontology.vocabulary import Rel

_LIMIT = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*([A-Za-z%]*)\s*")
BINDING_NO_MORE = ("retired", "draft", "proposed")


def renewed_objective(reader: Reader, change: Change) -> ChangeSet | None:
    """What becomes of the objective that a change names (its note), in every version of the contract that binds; None
    where that is not known: no such objective, or no number to promise."""
    versions = _versions(reader, change.subject)
    told = reader.edges(versions, (Rel.HAS_SLO,), Direction.OUT) if versions else []
    edges = [edge for edge in told if change.note and _name(edge.target) == change.note]
    if not edges:
        return None
    if change.kind is ChangeKind.SLO_REMOVED:
        return ChangeSet(dropped={edge.id: edge for edge in edges})
    limit = _LIMIT.fullmatch(change.after or "")
    if limit is None:
        return None
    said = {"threshold": limit[1], **({"unit": limit[2]} if limit[2] else {})}
    nodes = reader.nodes({edge.target for edge in edges})
    return ChangeSet(
        nodes={key: replace(node, properties={**node.properties, **said}) for key, node in nodes.items()}
    )


def _versions(reader: Reader, subject: str) -> Collection[str]:
    if kind_of(subject) in ("contract-version", "output-port"):
        return (subject,)
    if kind_of(subject) != "contract":
        return ()
    keys = [edge.source for edge in reader.edges([subject], (Rel.VERSION_OF,), Direction.IN)]
    found = reader.nodes(keys)
    return [key for key in keys if found[key].properties.get("status") not in BINDING_NO_MORE]


def _name(key: str) -> str:
    """An objective as changes name it: what is behind the version in its key."""
    return "/".join(ResourceId.parse(key).parts[2:])
