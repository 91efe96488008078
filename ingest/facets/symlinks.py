"""The ``symlinks`` dataset facet (1-0-1): other names of the same dataset."""

from typing import Any

from catalog.identity import DatasetId
from catalog.statement import Symlink
from catalog.values import encode_symlinks
from ingest.facets.text import text_or_none
from ingest.problems import Code, Problems, shown


def read_symlinks(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """``aliases`` of the dataset. Absent or null ones say nothing; an empty list says there are none."""
    identifiers = facet.get("identifiers")
    if identifiers is None:
        return {}
    where = f"{path}.identifiers"
    if not isinstance(identifiers, list):
        problems.lose(Code.FACET_CONTENT, where, f"Identifiers are a list; this is {shown(identifiers)}.")
        return {}
    links = [_symlink(item, f"{where}[{index}]", problems) for index, item in enumerate(identifiers)]
    known = [link for link in links if link is not None]
    if identifiers and not known:
        return {}
    return {"aliases": encode_symlinks(known)}


def _symlink(item: Any, path: str, problems: Problems) -> Symlink | None:
    if not isinstance(item, dict):
        problems.lose(Code.FACET_CONTENT, path, f"An identifier is an object; this is {shown(item)}.")
        return None
    namespace, name = item.get("namespace"), item.get("name")
    if not isinstance(namespace, str) or not isinstance(name, str) or not name:
        problems.lose(Code.FACET_CONTENT, path, "An identifier has a namespace and a name that are text.")
        return None
    type_ = text_or_none(item, "type", path, problems)
    if type_ is None and item.get("type") is None:
        problems.note(
            Code.FACET_ASSUMED, path, "An identifier has a type (TABLE, LOCATION); this one has none."
        )
    return Symlink(DatasetId(namespace, name), type_ or "")
