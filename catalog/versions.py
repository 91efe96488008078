"""Versions of contracts: their order by Semantic Versioning 2.0.0 §11, and which of them counts."""

import re
from collections.abc import Iterable
from typing import TypeAlias

from catalog.graph import Node

_SEMVER = re.compile(r"v?(\d{1,18})(?:\.(\d{1,18}))?(?:\.(\d{1,18}))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")
Rank: TypeAlias = tuple[bool, tuple[int, ...], bool, tuple[tuple[bool, int, str], ...], str]

BINDING = ("active", "deprecated")
"""The statuses in which a version binds, the better first."""


def rank(version: str) -> Rank:
    """A key to sort versions by, the oldest first; what is no version comes before all."""
    read = _SEMVER.fullmatch(version)
    if read is None:
        return (False, (), False, (), version)
    numbers = tuple(int(part or 0) for part in read.group(1, 2, 3))
    before = read.group(4)
    return (True, numbers, before is None, tuple(map(_identifier, (before or "").split("."))), version)


def _identifier(text: str) -> tuple[bool, int, str]:
    """Numbers count as such and come before words."""
    return (False, int(text[:18]), "") if text.isdigit() else (True, 0, text)


def current(versions: Iterable[Node]) -> Node | None:
    """The version of a contract that counts: the newest that is active, else the newest deprecated one, else the
    newest of all."""
    ordered = sorted(versions, key=lambda node: rank(str(node.properties.get("version", ""))), reverse=True)
    for status in BINDING:
        for node in ordered:
            if node.properties.get("status") == status:
                return node
    return ordered[0] if ordered else None
