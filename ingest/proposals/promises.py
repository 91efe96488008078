"""What is promised more or less: constraints, rules of quality, service levels, classes of data."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.impact.change import Change, ChangeKind, Place
from ingest.proposals.promised import FieldSaid, Rule

_K = ChangeKind
_LEAST = frozenset(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"))
_MOST = frozenset(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"))
_OF_KEYS = {"primaryKeyPosition": _K.KEY_CHANGED, "partitioned": _K.PARTITION_CHANGED}
_OF_KEYS["partitionKeyPosition"] = _K.PARTITION_CHANGED
_AT_LEAST, _AT_MOST = ("gt", "gteq"), ("lt", "lteq")
_NUMBER = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*([A-Za-z%]*)\s*")
_SECONDS = {
    **dict.fromkeys(("ms", "millisecond"), 0.001),
    **dict.fromkeys(("s", "sec", "second"), 1.0),
    **dict.fromkeys(("m", "min", "minute"), 60.0),
    **dict.fromkeys(("h", "hr", "hour"), 3600.0),
    **dict.fromkeys(("d", "day"), 86400.0),
    **dict.fromkeys(("w", "week"), 604800.0),
    **dict.fromkeys(("mo", "month"), 2_629_746.0),
    **dict.fromkeys(("y", "yr", "year"), 31_556_952.0),
}
_CLASSES = (
    ("public", "open", "unclassified", "none"),
    ("internal", "general"),
    ("private", "confidential", "sensitive", "personal", "pii"),
    ("restricted", "secret", "highly confidential", "strictly confidential", "critical"),
)
RANKS = {word: rank for rank, words in enumerate(_CLASSES) for word in words}
"""How much care the usual words for classes of data ask for."""


def field_changes(
    subject: str, path: str, old: FieldSaid, new: FieldSaid, place: Place | None
) -> Iterator[Change]:
    """What is changed of what is promised of a field, beside its type, its description and its values."""
    yield from _constraints(subject, path, old.constraints, new.constraints, place)
    if old.primary != new.primary:
        yield Change(
            subject,
            _K.KEY_CHANGED,
            path,
            _said(old.primary),
            _said(new.primary),
            place=place,
            note="primary key",
        )
    if old.unique != new.unique:
        yield Change(
            subject, _K.KEY_CHANGED, path, _said(old.unique), _said(new.unique), place=place, note="unique"
        )
    yield from classes(subject, path, old.classes, new.classes, place)
    if old.terms != new.terms:
        yield Change(
            subject,
            _K.MEANING_CHANGED,
            path,
            _listed(old.terms),
            _listed(new.terms),
            place=place,
            note="term",
        )
    if old.title != new.title:
        yield Change(subject, _K.MEANING_CHANGED, path, old.title, new.title, place=place, note="title")
    yield from rules(subject, path, old.rules, new.rules, place)


def _constraints(
    subject: str, path: str, old: Mapping[str, Any], new: Mapping[str, Any], place: Place | None
) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after or (name == "enum" and before is not None and after is not None):
            continue
        told = (None if before is None else str(before), None if after is None else str(after))
        if name in _OF_KEYS:
            yield Change(subject, _OF_KEYS[name], path, *told, place=place, note=name)
        elif name == "references":
            yield Change(subject, _K.MEANING_CHANGED, path, *told, place=place, note="relationships")
        else:
            for kind in _stricter(name, before, after):
                yield Change(subject, kind, path, *told, place=place, note=name)


def _stricter(name: str, before: Any, after: Any) -> tuple[ChangeKind, ...]:
    """Whether more or less is allowed; of what cannot be compared both."""
    if before is None:
        return (_K.CONSTRAINT_TIGHTENED,)
    if after is None:
        return (_K.CONSTRAINT_RELAXED,)
    numbers = _number(before), _number(after)
    if None not in numbers and name in _LEAST | _MOST:
        raised = (numbers[1] or 0) > (numbers[0] or 0)
        return (_K.CONSTRAINT_TIGHTENED,) if raised == (name in _LEAST) else (_K.CONSTRAINT_RELAXED,)
    return (_K.CONSTRAINT_RELAXED, _K.CONSTRAINT_TIGHTENED)


def _number(value: Any) -> float | None:
    return None if isinstance(value, bool) or not isinstance(value, int | float) else float(value)


def rules(
    subject: str, path: str | None, old: Mapping[str, Rule], new: Mapping[str, Rule], place: Place | None
) -> Iterator[Change]:
    """Rules of quality that come, go, or ask for something else. Those of a whole object are told as its contract's."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        found = _rule_kinds(before, after)
        told = (_shown(before), _shown(after))
        where = (after.place if after is not None else None) or place
        for kind in found if path is not None else ((_K.CONTRACT_CHANGED,) if found else ()):
            yield Change(subject, kind, path, *told, place=where, note=f"quality rule {name}")


def _rule_kinds(before: Rule | None, after: Rule | None) -> tuple[ChangeKind, ...]:
    if before is None:
        return (_K.CONSTRAINT_TIGHTENED,)
    if after is None:
        return (_K.CONSTRAINT_RELAXED,)
    if _plain(before) == _plain(after):
        return ()
    if before.query == after.query and before.operator == after.operator:
        stricter = _is_stricter(before, after)
        if stricter is not None:
            return (_K.CONSTRAINT_TIGHTENED,) if stricter else (_K.CONSTRAINT_RELAXED,)
    return (_K.CONSTRAINT_RELAXED, _K.CONSTRAINT_TIGHTENED)


def objectives(
    subject: str, old: Mapping[str, Rule], new: Mapping[str, Rule], place: Place | None
) -> Iterator[Change]:
    """Service levels that come, go, or promise more or less. What cannot be compared counts as less."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        told = (_shown(before), _shown(after))
        where = (after.place if after is not None else None) or place
        if after is None:
            yield Change(subject, _K.SLO_REMOVED, None, *told, place=where, note=name)
        elif before is None:
            yield Change(subject, _K.SLO_TIGHTENED, None, *told, place=where, note=name)
        elif _plain(before) != _plain(after):
            stricter = _is_stricter(before, after) is True
            kind = _K.SLO_TIGHTENED if stricter else _K.SLO_RELAXED
            yield Change(subject, kind, None, *told, place=where, note=name)


def _is_stricter(before: Rule, after: Rule) -> bool | None:
    """Whether a bound asks for more than before; None where that cannot be told."""
    one, other = _measured(before), _measured(after)
    if one is None or other is None or one == other or before.operator != after.operator:
        return None
    if after.operator in _AT_LEAST:
        return other > one
    return other < one if after.operator in _AT_MOST else None


def _measured(rule: Rule) -> float | None:
    found = _NUMBER.fullmatch(f"{rule.bound or ''} {rule.unit or ''}".strip())
    if found is None:
        return None
    unit = found[2].casefold()
    scale = _SECONDS.get(
        unit, _SECONDS.get(unit.removesuffix("s"), 1.0 if unit in ("", "%", "percent") else None)
    )
    return None if scale is None else float(found[1]) * scale


def classes(
    subject: str, path: str | None, old: frozenset[str], new: frozenset[str], place: Place | None
) -> Iterator[Change]:
    """Classes of data. A word that is not known counts as more care."""
    if old == new:
        return
    top = max((_care(one) for one in old), default=-1), max((_care(one) for one in new), default=-1)
    lowered = top[1] < top[0] or (top[1] == top[0] and new < old)
    kind = _K.CLASSIFICATION_LOWERED if lowered else _K.CLASSIFICATION_RAISED
    yield Change(subject, kind, path, _listed(old), _listed(new), place=place)


def _care(key: str) -> int:
    word = _word(key).casefold().replace("-", " ").replace("_", " ")
    return RANKS.get(word, len(_CLASSES))


def _word(key: str) -> str:
    return key.rpartition("/")[2].replace("%20", " ")


def _plain(rule: Rule) -> tuple[str | None, ...]:
    return (rule.operator, rule.bound, rule.unit, rule.query)


def _shown(rule: Rule | None) -> str | None:
    if rule is None:
        return None
    return " ".join(filter(None, (rule.bound, rule.unit))) or rule.query or rule.name


def _listed(keys: frozenset[str]) -> str | None:
    return ", ".join(sorted(map(_word, keys))) or None


def _said(value: bool) -> str:
    return "yes" if value else "no"
