"""Small contracts of ODCS, and what they bind: for tests of their reader."""

from typing import Any


def minimal(text: str, version: str = "v3.1.0") -> str:
    """A contract with no more than it needs, and this text."""
    return f"apiVersion: {version}\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\n{text}\n"


def bound(found: Any, key: str) -> dict[str, dict[str, Any]]:
    """The datasets that a thing is bound to, and how."""
    [node] = [node for node in found.statement.nodes if node.key == key]
    return {edge.target: dict(edge.properties) for edge in node.edges if edge.type == "BOUND_TO"}


def explicit(server: str | None = None) -> dict[str, str]:
    """How a name that is written out binds."""
    return {"rule": "explicit", "confidence": "1.0", **({"server": server} if server else {})}
