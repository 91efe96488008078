"""Which casts can fail on ordinary values, and which fail for any: DuckDB itself says, over typical values of types."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

import duckdb

from ingest.binding.expressions import PlannedCast
from ingest.binding.types import Json, quoted, told_type, type_text

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
_NUMBERS = (0, 1, -1, 100_000)
"""Not those at the ends of a type: nearly any cast to a smaller type fails for these, and nearly none in practice."""
_DAYS = ("'1000-01-01'", "'2020-02-03'", "'9999-12-31'")
_MOMENTS = ("'2020-02-03 00:00:00'", "'2020-02-03 10:11:12.5'")
_TYPICAL = {
    "BOOLEAN": ("true", "false"),
    "FLOAT": ("-1000.5", "0", "1.5"),
    "DOUBLE": ("-1000.5", "0", "1.5"),
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
    known: dict[tuple[str | None, ...], Outcome] = field(default_factory=dict)

    def outcome(self, cast: PlannedCast, was: str | None = None) -> Outcome:
        """Of one cast. ``was``: the type of which its values are taken to be, before they came to be of its source.

        A cast of text is never sure, but that of a constant is, and that of what another type was written as.
        """
        key = (cast.constant, was, *map(type_text, cast.chain))
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= MAX_KNOWN:
                self.known.clear()
            found = self.known[key] = self._asked(cast, was)
        if found is Outcome.FAILS and cast.guarded:
            return Outcome.MAY_FAIL
        return found

    def _asked(self, cast: PlannedCast, was: str | None) -> Outcome:
        if cast.constant is not None:
            return self._of_constant(cast, cast.constant)
        if cast.target == "VARCHAR":
            return Outcome.NEVER_FAILS
        before = told_type(was) if was else None
        if before is not None:
            found = self._over_samples((before, *cast.chain))
            if found is not None:
                return found
        return self._over_samples(cast.chain) or Outcome.MAY_FAIL

    def _over_samples(self, chain: Sequence[Json]) -> Outcome | None:
        """The last cast of a chain, over typical values that the others take; None: there are none."""
        texts = [str(type_text(each)) for each in chain]
        while len(chain) > 1 and texts[0] == "VARCHAR":
            chain, texts = chain[1:], texts[1:]
        if len(chain) < 2:
            return None
        values = samples(chain[0])
        for kind in texts[:-1]:
            values = [
                value for value in (f"CAST({each} AS {kind})" for each in values) if not self._fails(value)
            ]
        failed = sum(self._fails(f"CAST({value} AS {texts[-1]})") for value in values)
        if not values:
            return None
        if failed == len(values):
            return Outcome.FAILS
        return Outcome.MAY_FAIL if failed else Outcome.NEVER_FAILS

    def _of_constant(self, cast: PlannedCast, constant: str) -> Outcome:
        if type_text(cast.chain[0]) not in ("VARCHAR", "BOOLEAN", *_WHOLE):
            return Outcome.NEVER_FAILS
        value = "'" + constant.replace("'", "''") + "'"
        for told in cast.chain[:-1]:
            value = f"CAST({value} AS {type_text(told)})"
        if self._fails(value):  # an inner cast of the chain, which is told by itself
            return Outcome.NEVER_FAILS
        return Outcome.FAILS if self._fails(f"CAST({value} AS {cast.target})") else Outcome.NEVER_FAILS

    def _fails(self, value: str) -> bool:
        try:
            self.connection.execute(f"SELECT {value}").fetchall()
        except duckdb.Error:
            return True
        return False


def samples(told: Json) -> list[str]:
    """Typical values of a type, as SQL. None where the type is not known."""
    name, info = told["id"], told.get("type_info") or {}
    if name in _WHOLE and not info.get("alias"):
        low, high = _WHOLE[name]
        return [str(value) for value in _NUMBERS if low <= value <= high]
    if name == "DECIMAL":
        whole = info["width"] - info["scale"]
        return ["0", "1000.5"[-whole - 2 :] if info["scale"] else "1000"[-whole:], "1" if whole else "0"]
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
