"""What every store must answer, by brute force on plain values. Imports nothing from ``catalog``.

A node is (label, properties) under its key; an edge is (type, source, target, via, origin, properties,
valid_from, valid_to) under its id. ``at`` is "now", "always" or an instant.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

Props: TypeAlias = dict[str, Any]
NodeRow: TypeAlias = tuple[str, Props]
EdgeRow: TypeAlias = tuple[str, str, str, str, str, tuple[tuple[str, Any], ...], int | None, int | None]
Place: TypeAlias = tuple[str, str, str]

TYPE, SOURCE, TARGET, VIA, ORIGIN = range(5)


class Oracle:
    def __init__(self) -> None:
        self.nodes: dict[str, NodeRow] = {}
        self.edges: dict[str, EdgeRow] = {}
        self.records: dict[Place, str] = {}

    def apply(
        self,
        nodes: Mapping[str, NodeRow | None],
        edges: Mapping[str, EdgeRow | None],
        records: Mapping[Place, str | None],
    ) -> None:
        for key, node in nodes.items():
            if node is None:
                self.nodes.pop(key, None)
                self.edges = {i: e for i, e in self.edges.items() if key not in (e[SOURCE], e[TARGET])}
            else:
                self.nodes[key] = node
        for edge_id, edge in edges.items():
            if edge is None:
                self.edges.pop(edge_id, None)
            else:
                self.edges[edge_id] = edge
        for place, value in records.items():
            if value is None:
                self.records.pop(place, None)
            else:
                self.records[place] = value

    def nodes_of(self, keys: Iterable[str]) -> dict[str, NodeRow]:
        return {key: self.nodes[key] for key in keys if key in self.nodes}

    def edges_of(
        self, frontier: Collection[str], types: Collection[str], direction: str, at: int | str
    ) -> list[tuple[str, EdgeRow]]:
        found = []
        for edge_id, edge in self.edges.items():
            leaves = direction in ("OUT", "BOTH") and edge[SOURCE] in frontier
            enters = direction in ("IN", "BOTH") and edge[TARGET] in frontier
            if edge[TYPE] in types and (leaves or enters) and _holds(edge, at):
                found.append((edge_id, edge))
        return _in_order(found)

    def entering(
        self, wholes: Collection[str], part: str, type_: str, at: int | str
    ) -> set[tuple[str, str | None, str | None, str | None]]:
        """Group by group: all edges (None: none) into all parts, of which the least source is told."""
        groups: dict[tuple[str, str | None, str | None, str | None], set[str | None]] = {}
        for _, (_, whole, target, *_) in self.edges_of(wholes, (part,), "OUT", at):
            into = [edge for _, edge in self.edges_of([target], (type_,), "IN", at)]
            for _, source, _, via, origin, *_ in into:
                place = self.nodes[source][1].get("dataset", source)
                groups.setdefault((whole, place, via, origin), set()).add(source)
            if not into:
                groups[whole, None, None, None] = set()
        return {
            (whole, min((one for one in sources if one is not None), default=None), via, origin)
            for (whole, _, via, origin), sources in groups.items()
        }

    def told_by(self, via: str, origin: str, since: int) -> list[tuple[str, EdgeRow]]:
        found = []
        for edge_id, edge in self.edges.items():
            end = edge[-1]
            if edge[VIA] == via and edge[ORIGIN] == origin and (end is None or end >= since):
                found.append((edge_id, edge))
        return _in_order(found)

    def listed(self, labels: Collection[str], equals: Mapping[str, str]) -> list[str]:
        return sorted(
            key
            for key, (label, props) in self.nodes.items()
            if label in labels and all(name in props and props[name] == equals[name] for name in equals)
        )

    def found(self, tokens: Iterable[str], labels: Collection[str], equals: Mapping[str, str]) -> list[str]:
        keys = {key for key in self.listed(labels, equals) if self.nodes[key][1].get("searchText")}
        for token in tokens:
            keys = {key for key in keys if self._has_word(key, token)}
        return sorted(keys)

    def found_counts(
        self, tokens: Iterable[str], labels: Collection[str], equals: Mapping[str, str]
    ) -> dict[tuple[str, str], int]:
        nodes = [self.nodes[key] for key in self.found(tokens, labels, equals)]
        return dict(Counter((label, props.get("namespace", "")) for label, props in nodes))

    def scanned(
        self,
        space: str,
        ranges: Iterable[tuple[str, str | None, str | None]],
        reverse: bool,
        limit: int | None,
    ) -> list[tuple[str, str, str]]:
        found: set[tuple[str, str, str]] = set()
        for partition, low, high in ranges:
            rows = [
                (place[1], place[2], value)
                for place, value in self.records.items()
                if place[:2] == (space, partition)
                and (low is None or low <= place[2])
                and (high is None or place[2] < high)
            ]
            rows.sort(reverse=reverse)
            found.update(rows if limit is None else rows[:limit])
        by_sort = sorted(found, key=lambda row: row[1], reverse=reverse)
        return sorted(by_sort, key=lambda row: row[0])

    def _has_word(self, key: str, token: str) -> bool:
        return any(
            word[: len(token)] == token for word in self.nodes[key][1].get("searchText", "").split(" ")
        )


def _holds(edge: EdgeRow, at: int | str) -> bool:
    begin, end = edge[-2], edge[-1]
    if at == "always":
        return True
    if isinstance(at, str):  # "now"
        return end is None
    return (begin is None or begin <= at) and (end is None or at < end)


def _in_order(found: list[tuple[str, EdgeRow]]) -> list[tuple[str, EdgeRow]]:
    return sorted(found, key=lambda row: (row[1][TYPE], row[1][SOURCE], row[1][TARGET], row[0]))
