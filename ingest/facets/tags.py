"""The ``tags`` facet of datasets and jobs (1-0-0): on the thing itself, or on a field of a dataset."""

from typing import Any

from catalog.statement import Tag
from catalog.values import encode_tags
from ingest.facets.text import text_or_none
from ingest.problems import Code, Problems, shown


def read_dataset_tags(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """``tags`` of the dataset and its fields; a facet without any says that there are none."""
    return _tags(facet, path, problems, on_fields=True)


def read_job_tags(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """``tags`` of the job; a facet without any says that there are none."""
    return _tags(facet, path, problems, on_fields=False)


def _tags(facet: dict[str, Any], path: str, problems: Problems, *, on_fields: bool) -> dict[str, str | None]:
    listed = facet.get("tags")
    if listed is None:
        return {"tags": None}
    where = f"{path}.tags"
    if not isinstance(listed, list):
        problems.lose(Code.FACET_CONTENT, where, f"Tags are a list; this is {shown(listed)}.")
        return {}
    tags = [_tag(item, f"{where}[{index}]", problems, on_fields) for index, item in enumerate(listed)]
    known = [tag for tag in tags if tag is not None]
    return {} if listed and not known else {"tags": encode_tags(known)}


def _tag(item: Any, path: str, problems: Problems, on_fields: bool) -> Tag | None:
    key = item.get("key") if isinstance(item, dict) else None
    if not isinstance(key, str) or not key.strip():
        problems.lose(Code.FACET_CONTENT, path, "A tag is an object with a key that is text.")
        return None
    value, source = (text_or_none(item, name, path, problems) for name in ("value", "source"))
    field = text_or_none(item, "field", path, problems) if on_fields else None
    if on_fields and field is None and item.get("field") is not None:
        return None
    return Tag(key, value, source or None, field or None)
