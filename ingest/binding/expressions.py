"""The casts in a bound expression, and the columns that it reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.binding.types import Json, type_text

NOT_A_PLACE = 2**63
"""DuckDB says so of a place or a column that is none."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The column of a table whose values come unchanged."""

    table: tuple[str, ...]
    column: str


Inputs = Sequence[Origin | None] | None
"""The columns that an expression may read, by their number; None: not known."""


@dataclass(frozen=True, slots=True)
class PlannedCast:
    """A cast. ``chain``: the types from the value that it begins with to its own; ``origin``: the column of that value;
    ``constant``: the value itself, as text; ``guarded``: it runs only where other values are null; ``place``: where in
    the statement it begins, in bytes, -1: not told; ``length``: of that part."""

    chain: tuple[Json, ...]
    origin: Origin | None
    constant: str | None
    guarded: bool
    place: int
    length: int

    @property
    def source(self) -> str:
        """The type that it takes, as SQL writes it."""
        return type_text(self.chain[-2]) or ""

    @property
    def target(self) -> str:
        """The type that it gives."""
        return type_text(self.chain[-1]) or ""


@dataclass(slots=True)
class Found:
    """What expressions hold."""

    casts: list[PlannedCast] = field(default_factory=list)
    refs: set[int] = field(default_factory=set)


def look_into(expressions: object, inputs: Inputs, found: Found) -> None:
    """Add all casts that can fail (not those of TRY_CAST and TRY, nor of NULL), and the numbers of all columns."""
    waiting: list[tuple[object, bool]] = [(expressions, False)]
    while waiting:
        node, guarded = waiting.pop()
        if isinstance(node, list):
            waiting += [(each, guarded) for each in node]
        elif isinstance(node, dict):
            kind = node.get("type")
            if kind == "BOUND_REF":
                found.refs.add(node["index"])
                continue
            if kind == "OPERATOR_TRY":
                _refs_only(node, inputs, found)
                continue
            if kind == "OPERATOR_CAST":
                cast = _cast(node, guarded, inputs)
                if cast is not None:
                    found.casts.append(cast)
            waiting += _inside(node, kind, guarded)


def _inside(node: Json, kind: object, guarded: bool) -> list[tuple[object, bool]]:
    """The parts of an expression, and whether they run only where others are null."""
    if kind == "OPERATOR_COALESCE":
        first, *others = node["children"]
        return [(first, guarded), *((each, True) for each in others)]
    if kind == "CASE_EXPR" and "case_checks" in node:
        found: list[tuple[object, bool]] = [(node.get("else_expr"), guarded)]
        for check in node["case_checks"]:
            condition = check["when_expr"]
            found += [(condition, guarded), (check["then_expr"], guarded or _is_null(condition))]
        return found
    return [(each, guarded) for each in node.values() if isinstance(each, (dict, list))]


def _is_null(condition: object) -> bool:
    return isinstance(condition, dict) and condition.get("type") == "OPERATOR_IS_NULL"


def _refs_only(node: Json, inputs: Inputs, found: Found) -> None:
    inner = Found()
    look_into(node["children"], inputs, inner)
    found.refs |= inner.refs


def _cast(node: Json, guarded: bool, inputs: Inputs) -> PlannedCast | None:
    if (node.get("function_data") or {}).get("try_cast"):
        return None
    chain, child = [node["return_type"]], node["children"][0]
    while child.get("type") == "OPERATOR_CAST":
        chain.append(child["return_type"])
        child = child["children"][0]
    constant = child.get("value") if child.get("type") == "VALUE_CONSTANT" else None
    if constant is not None and constant["is_null"]:
        return None
    told = constant["type"] if constant else child.get("return_type")
    value = None if constant is None else _plain(constant.get("value"))
    if told is None or (constant is not None and value is None):
        return None
    chain.append(told)
    texts = [type_text(each) for each in chain]
    if None in texts or texts[0] == texts[1]:
        return None
    index = child["index"] if child.get("type") == "BOUND_REF" else NOT_A_PLACE
    origin = inputs[index] if inputs is not None and index < len(inputs) else None
    start = node["query_location"]
    place = start if start < NOT_A_PLACE else -1
    return PlannedCast(tuple(reversed(chain)), origin, value, guarded, place, node["query_location_length"])


def _plain(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int)) else None
