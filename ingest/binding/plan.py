"""A plan that DuckDB has bound and not optimised: which casts run, and over which columns' values.

What no output needs does not run: the optimiser would take it away, and here nothing else of it is wanted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.binding.expressions import NOT_A_PLACE, Found, Inputs, Origin, PlannedCast, look_into
from ingest.binding.types import Json

_KEEPING = {
    "LOGICAL_FILTER",
    "LOGICAL_ORDER_BY",
    "LOGICAL_TOP_N",
    "LOGICAL_LIMIT",
    "LOGICAL_DISTINCT",
    "LOGICAL_SAMPLE",
}
_JOINS = {
    "LOGICAL_COMPARISON_JOIN",
    "LOGICAL_ANY_JOIN",
    "LOGICAL_ASOF_JOIN",
    "LOGICAL_DELIM_JOIN",
    "LOGICAL_DEPENDENT_JOIN",
    "LOGICAL_CROSS_PRODUCT",
    "LOGICAL_POSITIONAL_JOIN",
}
_SETS = {"LOGICAL_UNION", "LOGICAL_EXCEPT", "LOGICAL_INTERSECT"}
_VALUE_KEEPING = {"min", "max", "first", "last", "any_value", "arbitrary"}
Live = set[int] | None
"""The columns that are needed, by number; None: all of them."""


def casts_of(plan: Json) -> list[PlannedCast]:
    """All casts that can fail and that run where any row comes by."""
    reading = _Reading()
    for root in plan["plans"]:
        reading.visit(root, None)
    return reading.casts


@dataclass(slots=True)
class _Reading:
    casts: list[PlannedCast] = field(default_factory=list)
    ctes: dict[int, Inputs] = field(default_factory=dict)
    wanted: dict[int, Live] = field(default_factory=dict)
    known: dict[int, Inputs] = field(default_factory=dict)

    def outputs(self, node: Json) -> Inputs:
        """The columns that an operator gives, with where their values come from."""
        found = self.known.get(id(node), ())
        if found == ():
            found = self.known[id(node)] = self._outputs(node)
        return found

    def _outputs(self, node: Json) -> Inputs:
        kind, children = node["type"], node["children"]
        if kind == "LOGICAL_GET":
            return _of_table(node)
        if kind in ("LOGICAL_PROJECTION", "LOGICAL_AGGREGATE_AND_GROUP_BY"):
            below = self.outputs(children[0])
            listed = [*node.get("groups", ()), *node["expressions"]]
            return [_kept(each, below) for each in listed] + [None] * len(
                node.get("grouping_functions") or ()
            )
        if kind in _KEEPING:
            return _mapped(self.outputs(children[0]), node.get("projection_map"))
        if kind in ("LOGICAL_WINDOW", "LOGICAL_UNNEST"):
            below = self.outputs(children[0])
            return None if below is None else [*below, *([None] * len(node["expressions"]))]
        if kind in _JOINS:
            return self._of_join(node)
        if kind in _SETS:
            return self._of_set(node)
        if kind == "LOGICAL_MATERIALIZED_CTE":
            self.ctes[node["table_index"]] = self.outputs(children[0])
            return self.outputs(children[1])
        if kind == "LOGICAL_CTE_REF":
            width = len(node["chunk_types"])
            known = self.ctes.get(node["cte_index"])
            return known if known is not None and len(known) == width else [None] * width
        types = node.get("chunk_types") or node.get("expr_types")
        return None if types is None else [None] * len(types)

    def _of_join(self, node: Json) -> Inputs:
        left, right = (self.outputs(child) for child in node["children"])
        left = _mapped(left, node.get("left_projection_map"))
        right = _mapped(right, node.get("right_projection_map"))
        if node.get("join_type") in ("SEMI", "ANTI"):
            return left
        if node.get("join_type") == "MARK":
            right = [None]
        return None if left is None or right is None else [*left, *right]

    def _of_set(self, node: Json) -> Inputs:
        sides = [self.outputs(child) for child in node["children"]]
        width: int = node["column_count"]
        if any(side is None or len(side) != width for side in sides):
            return [None] * width
        rows = zip(*(side for side in sides if side is not None), strict=True)
        return [row[0] if len(set(row)) == 1 else None for row in rows]

    def visit(self, node: Json, live: Live) -> None:
        """Take the casts of an operator and of those below, as far as ``live`` columns of it need them."""
        kind, children = node["type"], node["children"]
        if kind == "LOGICAL_MATERIALIZED_CTE":
            self._visit_cte(node, live)
        elif kind == "LOGICAL_CTE_REF":
            self.wanted[node["cte_index"]] = _more(self.wanted.get(node["cte_index"], set()), live)
        elif kind == "LOGICAL_PROJECTION":
            self.visit(children[0], self._read(_chosen(node["expressions"], live), children))
        elif kind == "LOGICAL_AGGREGATE_AND_GROUP_BY":
            groups = node["groups"]
            chosen = _chosen(node["expressions"], None if live is None else {n - len(groups) for n in live})
            self.visit(children[0], self._read([*groups, *chosen], children))
        elif kind in ("LOGICAL_WINDOW", "LOGICAL_UNNEST"):
            self._visit_adding(node, live)
        elif kind in _KEEPING and kind != "LOGICAL_DISTINCT" and not node.get("projection_map"):
            own = self._read([value for key, value in node.items() if key != "children"], children)
            self.visit(children[0], _more(own, live))
        elif kind in _JOINS:
            self._visit_join(node, live)
        else:
            self._read([value for key, value in node.items() if key != "children"], children)
            below = live if kind == "LOGICAL_UNION" and node.get("setop_all") else None
            for child in children:
                self.visit(child, below)

    def _visit_cte(self, node: Json, live: Live) -> None:
        definition, query = node["children"]
        index = node["table_index"]
        self.ctes[index] = self.outputs(definition)
        self.visit(query, live)
        if index in self.wanted:
            self.visit(definition, self.wanted[index])

    def _visit_adding(self, node: Json, live: Live) -> None:
        below = self.outputs(node["children"][0])
        if live is None or below is None:
            self._read(node["expressions"], node["children"])
            self.visit(node["children"][0], None)
            return
        chosen = _chosen(node["expressions"], {n - len(below) for n in live})
        own = self._read(
            chosen if node["type"] == "LOGICAL_WINDOW" else node["expressions"], node["children"]
        )
        self.visit(node["children"][0], _more(own, {n for n in live if n < len(below)}))

    def _visit_join(self, node: Json, live: Live) -> None:
        left, right = node["children"]
        mapped = node.get("left_projection_map") or node.get("right_projection_map")
        width = self.outputs(left)
        sides = [Found(), Found()]
        for condition in node.get("conditions") or ():
            if "left" not in condition or "right" not in condition:
                mapped = True
                self._read([condition], node["children"])
                continue
            look_into(condition["left"], self.outputs(left), sides[0])
            look_into(condition["right"], self.outputs(right), sides[1])
        self.casts += [*sides[0].casts, *sides[1].casts]
        rest = {key: value for key, value in node.items() if key not in ("children", "conditions")}
        own = self._read([rest], node["children"])
        if live is None or width is None or mapped or own:
            self.visit(left, None)
            self.visit(right, None)
            return
        self.visit(left, sides[0].refs | {n for n in live if n < len(width)})
        self.visit(right, sides[1].refs | {n - len(width) for n in live if n >= len(width)})

    def _read(self, expressions: Iterable[object], children: list[Json]) -> set[int]:
        """Take the casts of expressions over the columns of all children; returns the columns that they read."""
        below = [self.outputs(child) for child in children]
        inputs: Inputs = [one for each in below for one in each or ()] if None not in below else None
        found = Found()
        look_into(list(expressions), inputs, found)
        self.casts += found.casts
        return found.refs


def _of_table(node: Json) -> Inputs:
    told = node.get("function_data") or {}
    path = (told.get("qualified_name") or {}).get("path")
    indexes = [each["index"] for each in node["column_indexes"]]
    shown = [indexes[place] for place in node["projection_ids"]] or indexes
    names = node["names"]
    if path is None:
        return [None] * len(shown)
    table = tuple(part.casefold() for part in path)
    return [Origin(table, names[n].casefold()) if n < NOT_A_PLACE else None for n in shown]


def _kept(expression: Json, below: Inputs) -> Origin | None:
    """Where the values of an expression come from, when it gives them as they are."""
    name = ((expression.get("qname") or {}).get("path") or [""])[-1]
    if expression.get("type") == "BOUND_AGGREGATE" and name in _VALUE_KEEPING and expression["children"]:
        expression = expression["children"][0]
    if expression.get("type") != "BOUND_REF" or below is None or expression["index"] >= len(below):
        return None
    return below[expression["index"]]


def _mapped(inputs: Inputs, places: list[int] | None) -> Inputs:
    if inputs is None or not places:
        return inputs
    return [inputs[place] for place in places]


def _chosen(expressions: list[Json], live: Live) -> list[Json]:
    return expressions if live is None else [each for n, each in enumerate(expressions) if n in live]


def _more(one: Live, other: Live) -> Live:
    return None if one is None or other is None else one | other
