"""Which casts can fail, and which fail for any value: DuckDB itself says, over typical values of each type."""

from dataclasses import dataclass
from enum import Enum, auto

import duckdb

from ingest.binding.plan import Json, PlannedCast, quoted, type_text

MAX_KNOWN = 10_000
_WHOLE = {
    "TINYINT": (-(2**7), 2**7 - 1),
    "SMALLINT": (-(2**15), 2**15 - 1),
    "INTEGER": (-(2**31), 2**31 - 1),
    "BIGINT": (-(2**63), 2**63 - 1),
    "HUGEINT": (-(2**127), 2**127 - 1),
    "UTINYINT": (0, 2**8 - 1),
    "USMALLINT": (0, 2**16 - 1),
    "UINTEGER": (0, 2**32 - 1),
    "UBIGINT": (0, 2**64 - 1),
    "UHUGEINT": (0, 2**128 - 1),
}
_DAYS = ("'1000-01-01'", "'2020-02-03'", "'9999-12-31'")
_MOMENTS = ("'2020-02-03 00:00:00'", "'2020-02-03 10:11:12.5'")
_TYPICAL = {
    "BOOLEAN": ("true", "false"),
    "FLOAT": ("-1e30", "0", "1.5", "'nan'"),
    "DOUBLE": ("-1e300", "0", "1.5", "'nan'"),
    "DATE": _DAYS,
    "TIMESTAMP": _MOMENTS,
    "TIMESTAMP_S": _MOMENTS,
    "TIMESTAMP_MS": _MOMENTS,
    "TIMESTAMP_NS": _MOMENTS,
    "TIMESTAMP WITH TIME ZONE": _MOMENTS,
    "TIME": ("'00:00:00'", "'10:11:12'"),
    "TIME WITH TIME ZONE": ("'10:11:12+00'",),
    "INTERVAL": ("'1 day'", "'2 months'", "'3 seconds'"),
    "UUID": ("'00000000-0000-4000-8000-000000000000'",),
    "BLOB": ("'a'", "'1'"),
    "BIT": ("'101'",),
    "JSON": ("'1'", "'\"a\"'", "'true'", "'{}'", "'[]'"),
}


class Outcome(Enum):
    """Of a cast, over all values."""

    NEVER_FAILS = auto()
    MAY_FAIL = auto()
    FAILS = auto()


@dataclass(slots=True)
class Casts:
    """The answers, each asked once."""

    connection: duckdb.DuckDBPyConnection
    known: dict[tuple[str, str, str | None], Outcome]

    def outcome(self, cast: PlannedCast) -> Outcome:
        """Of one cast; a cast of text is never sure, but that of a constant is."""
        key = cast.source, cast.target, cast.constant
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= MAX_KNOWN:
                self.known.clear()
            found = self.known[key] = self._asked(cast)
        if found is Outcome.FAILS and cast.guarded:
            return Outcome.MAY_FAIL
        return found

    def _asked(self, cast: PlannedCast) -> Outcome:
        if cast.constant is not None:
            return self._of_constant(cast, cast.constant)
        if cast.target == "VARCHAR":
            return Outcome.NEVER_FAILS
        if cast.source == "VARCHAR":
            return Outcome.MAY_FAIL
        values = samples(cast.told)
        failed = sum(self._fails(value, cast.source, cast.target) for value in values)
        if not values or failed == len(values):
            return Outcome.FAILS if values else Outcome.MAY_FAIL
        return Outcome.MAY_FAIL if failed else Outcome.NEVER_FAILS

    def _of_constant(self, cast: PlannedCast, constant: str) -> Outcome:
        if cast.source not in ("VARCHAR", "BOOLEAN", *_WHOLE):
            return Outcome.NEVER_FAILS
        value = "'" + constant.replace("'", "''") + "'"
        return Outcome.FAILS if self._fails(value, cast.source, cast.target) else Outcome.NEVER_FAILS

    def _fails(self, value: str, source: str, target: str) -> bool:
        try:
            self.connection.execute(f"SELECT CAST(CAST({value} AS {source}) AS {target})").fetchall()
        except duckdb.Error:
            return True
        return False


def samples(told: Json) -> list[str]:
    """Typical values of a type, as SQL; those at its ends among them. None where the type is not known."""
    name, info = told["id"], told.get("type_info") or {}
    if name in _WHOLE and not info.get("alias"):
        return [str(value) for value in (*_WHOLE[name], 0, 1)]
    if name == "DECIMAL":
        whole = "9" * (info["width"] - info["scale"]) or "0"
        return ["0", "1" if info["width"] > info["scale"] else "0", f"{whole}.{'9' * info['scale']}"]
    if name == "ENUM":
        return ["'" + value.replace("'", "''") + "'" for value in info["values"][:5]]
    if name in ("LIST", "ARRAY", "MAP", "STRUCT", "UNION"):
        value = _nested(told)
        return [] if value is None else [value]
    return list(_TYPICAL.get(info.get("alias") or name, ()))


def _nested(told: Json) -> str | None:
    name, info = told["id"], told["type_info"]
    if name == "MAP":
        key, value = (_one(each["second"]) for each in info["child_type"]["type_info"]["child_types"])
        return key and value and f"map([{key}], [{value}])"
    if name in ("LIST", "ARRAY"):
        inner = _one(info["child_type"])
        return inner and f"[{', '.join([inner] * (info['size'] if name == 'ARRAY' else 1))}]"
    members = info["child_types"][name == "UNION" :]
    parts = [(each["first"], _one(each["second"])) for each in members]
    if name == "UNION":
        return parts[0][1]
    if any(value is None for _, value in parts):
        return None
    return f"struct_pack({', '.join(f'{quoted(label)} := {value}' for label, value in parts)})"


def _one(told: Json) -> str | None:
    kind, values = type_text(told), samples(told)
    if told["id"] == "VARCHAR":
        return "'a'"
    return f"CAST({values[-1]} AS {kind})" if values and kind else None
