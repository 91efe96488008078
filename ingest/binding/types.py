"""Types as DuckDB's plans tell them in JSON, and as SQL writes them."""

import re
from typing import Any

Json = dict[str, Any]
_PLAIN = re.compile(r"[A-Z][A-Z0-9_ ]*")
_NUMBER = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|DOUBLE|FLOAT")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def told_type(text: str) -> Json | None:
    """The JSON of a type in DuckDB's own words; None: a nested one, or none that is written so."""
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        return {"id": "DECIMAL", "type_info": {"width": int(decimal[1]), "scale": int(decimal[2])}}
    if text == "JSON":
        return {"id": "VARCHAR", "type_info": {"alias": "JSON"}}
    return {"id": text, "type_info": None} if _PLAIN.fullmatch(text) else None


def kind_of(text: str) -> str:
    """The same for types whose values are written alike."""
    return "NUMBER" if _NUMBER.fullmatch(text) else text


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
