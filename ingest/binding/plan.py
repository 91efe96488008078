"""The casts in a plan that DuckDB has bound and not optimised, as its JSON tells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlannedCast:
    """A cast. ``told``: its source as the plan tells it; ``constant``: the value that it casts, as text, where it is
    one; ``guarded``: it runs only where other values are null; ``place``: where in the statement it begins, in bytes,
    -1: not told; ``text``: that part of the statement."""

    told: Json
    source: str
    target: str
    constant: str | None
    guarded: bool
    place: int
    text: str


def casts_of(plan: object, statement: str) -> Iterator[PlannedCast]:
    """All casts that can fail: not those of TRY_CAST and TRY, nor of NULL."""
    data = statement.encode()
    waiting: list[tuple[object, bool]] = [(plan, False)]
    while waiting:
        node, guarded = waiting.pop()
        if isinstance(node, list):
            waiting += [(each, guarded) for each in node]
        elif isinstance(node, dict):
            kind = node.get("type")
            if kind == "OPERATOR_TRY":
                continue
            if kind == "OPERATOR_CAST":
                cast = _cast(node, guarded, data)
                if cast is not None:
                    yield cast
            if kind == "OPERATOR_COALESCE":
                first, *others = node["children"]
                waiting += [(first, guarded), *((each, True) for each in others)]
            else:
                waiting += [(each, guarded) for each in node.values() if isinstance(each, (dict, list))]


def _cast(node: Json, guarded: bool, data: bytes) -> PlannedCast | None:
    if (node.get("function_data") or {}).get("try_cast"):
        return None
    (child,) = node["children"]
    constant = child.get("value") if child.get("type") == "VALUE_CONSTANT" else None
    if constant is not None and constant["is_null"]:
        return None
    told = constant["type"] if constant else child.get("return_type")
    if told is None:
        return None
    source = type_text(told)
    value = None if constant is None else _plain(constant.get("value"))
    if constant is not None and value is None:
        return None
    target = type_text(node["return_type"])
    if source is None or target is None or source == target:
        return None
    start, length = node["query_location"], node["query_location_length"]
    place = start if start < len(data) else -1
    text = data[start : start + length].decode(errors="replace") if place >= 0 else ""
    return PlannedCast(told, source, target, value, guarded, place, text)


def _plain(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int, float)) else None


def type_text(told: Json) -> str | None:
    """A type as SQL writes it; None for one that no column has (a lambda, NULL)."""
    name, info = told["id"], told.get("type_info") or {}
    if info.get("alias"):
        return str(info["alias"])
    if name in ("NULL", "ANY", "INVALID", "UNKNOWN", "LAMBDA"):
        return None
    if name == "STRING_LITERAL":
        return "VARCHAR"
    if name == "INTEGER_LITERAL":
        return "INTEGER"
    if name == "DECIMAL":
        return f"DECIMAL({info['width']},{info['scale']})"
    if name in ("LIST", "ARRAY"):
        inner = type_text(info["child_type"])
        return inner and inner + (f"[{info['size']}]" if name == "ARRAY" else "[]")
    return _nested(name, info)


def _nested(name: str, info: Json) -> str | None:
    if name == "MAP":
        pair = info["child_type"]["type_info"]["child_types"]
        parts = [type_text(each["second"]) for each in pair]
    elif name in ("STRUCT", "UNION", "TUPLE"):
        members = info["child_types"][name == "UNION" :]  # a union's first one is its tag
        inner = [(each["first"], type_text(each["second"])) for each in members]
        parts = [kind and f"{quoted(label) if label else ''} {kind}".strip() for label, kind in inner]
    elif name == "ENUM":
        parts = ["'" + value.replace("'", "''") + "'" for value in info["values"]]
    else:
        return str(name)
    return None if None in parts else f"{name}({', '.join(part for part in parts if part)})"


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'
