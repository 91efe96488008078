"""The ``schema`` dataset facet (1-2-0): fields, nested ones flattened to dotted paths."""

from collections.abc import Iterator
from typing import Any

from catalog.statement import FieldSpec
from catalog.values import encode_fields
from ingest.facets.text import text_or_none
from ingest.problems import Code, Problems, shown


def read_schema(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """``fields`` of the dataset. Absent or null (Trino) says nothing; an empty list says there are none."""
    fields = facet.get("fields")
    if fields is None:
        return {}
    if not isinstance(fields, list):
        problems.lose(Code.FACET_CONTENT, f"{path}.fields", f"Fields are a list; this is {shown(fields)}.")
        return {}
    known = _distinct(_flattened(fields, "", f"{path}.fields", problems), problems)
    return {} if fields and not known else {"fields": encode_fields(known)}


def _flattened(
    fields: list[Any], prefix: str, path: str, problems: Problems
) -> Iterator[tuple[str, FieldSpec]]:
    """(JSON path, field) of all fields, outer before inner."""
    for index, item in enumerate(fields):
        where = f"{path}[{index}]"
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(name, str):
            problems.lose(Code.FACET_CONTENT, where, "A field is an object with a name that is text.")
            continue
        yield (
            where,
            FieldSpec(
                prefix + name,
                text_or_none(item, "type", where, problems),
                _ordinal(item, index + 1, where, problems),
                text_or_none(item, "description", where, problems),
            ),
        )
        nested = item.get("fields")
        if isinstance(nested, list):
            yield from _flattened(nested, f"{prefix}{name}.", f"{where}.fields", problems)
        elif nested is not None:
            problems.lose(
                Code.FACET_CONTENT, f"{where}.fields", f"Fields are a list; this is {shown(nested)}."
            )


def _distinct(fields: Iterator[tuple[str, FieldSpec]], problems: Problems) -> list[FieldSpec]:
    """One field a path: the first counts."""
    by_path: dict[str, FieldSpec] = {}
    for where, spec in fields:
        if by_path.setdefault(spec.path, spec) is not spec:
            message = f"The field {shown(spec.path)} comes twice; the first counts."
            problems.lose(Code.FACET_CONTENT, where, message)
    return list(by_path.values())


def _ordinal(item: dict[str, Any], position: int, path: str, problems: Problems) -> int:
    """``ordinal_position``, else the position in the list."""
    ordinal = item.get("ordinal_position")
    if ordinal is None:
        return position
    if isinstance(ordinal, int) and not isinstance(ordinal, bool) and 0 <= ordinal < 2**31:
        return ordinal
    message = f"An ordinal position is a whole number; this is {shown(ordinal)}. The list's order counts."
    problems.lose(Code.FACET_CONTENT, f"{path}.ordinal_position", message)
    return position
