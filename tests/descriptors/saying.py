"""What a descriptor says, in short: for tests of readers."""

import json
from typing import Any

from ingest.descriptors.draft import Drafted
from ingest.descriptors.reading import read_descriptor
from ontology.shapes import Severity


def drafted(text: str | bytes | dict[str, Any], source: str = "mesh/file") -> Drafted:
    """What a text, or an object as JSON, comes to."""
    if isinstance(text, dict):
        text = json.dumps(text, indent=1)
    return read_descriptor(text.encode() if isinstance(text, str) else text, source).drafted


def edges(found: Drafted, *types: str) -> set[tuple[str, str, str]]:
    """(type, source, target) of its edges, of these types or of all."""
    return {
        (str(edge.type), edge.source, edge.target)
        for node in found.statement.nodes
        for edge in node.edges
        if not types or edge.type in types
    }


def properties(found: Drafted, key: str) -> dict[str, Any]:
    """What is said of a thing. Raises StopIteration where it is not even named."""
    return dict(next(node for node in found.statement.nodes if node.key == key).properties)


def told(found: Drafted, severity: Severity = Severity.VIOLATION) -> list[tuple[int | None, str, str]]:
    """What is wrong: line, path, message."""
    return [(one.line, one.path, one.message) for one in found.faults if one.severity is severity]


def unmapped(found: Drafted) -> set[str]:
    """The paths of what has no place."""
    return {one.path for one in found.unmapped}
