"""The ``lifecycleStateChange`` dataset facet (1-0-1)."""

from typing import Any

from catalog.identity import DatasetId
from catalog.lifecycle import PREVIOUS, RENAME, RENAMED, STATES, changed
from catalog.redaction import FORGOTTEN
from ingest.facets.facet import Facet
from ingest.problems import Code, Problems, shown

KEY = "lifecycleStateChange"


def read_lifecycle(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """``lifecycle`` of the dataset, and of a renamed one ``previous``."""
    state = facet.get(KEY)
    where = f"{path}.{KEY}"
    if not isinstance(state, str) or state.upper() not in STATES:
        message = f"A change of state is one of {', '.join(sorted(STATES))}; this is {shown(state)}."
        problems.lose(Code.FACET_CONTENT, where, message)
        return {}
    if facet.get("previousIdentifier") == {FORGOTTEN: True}:
        return {**changed(state.upper()), PREVIOUS: None}
    previous = previous_name(facet) if state.upper() == RENAME else None
    if state.upper() == RENAME and previous is None:
        message = "A rename has a previousIdentifier with a namespace and a name that are text."
        problems.lose(Code.FACET_CONTENT, f"{path}.previousIdentifier", message)
    return changed(state.upper(), previous)


def previous_name(facet: dict[str, Any]) -> DatasetId | None:
    """The identity that a renamed dataset had before."""
    known = facet.get("previousIdentifier")
    namespace, name = (known.get("namespace"), known.get("name")) if isinstance(known, dict) else (None, None)
    if not (isinstance(namespace, str) and isinstance(name, str) and name):
        return None
    return DatasetId(namespace, name)


def renamed_from(dataset: DatasetId, facets: dict[str, Facet]) -> dict[DatasetId, dict[str, str | None]]:
    """What a rename says of the name before it: that it is one no more."""
    facet = facets.get(KEY)
    if facet is None or facet.deleted or not isinstance(facet.value, dict):
        return {}
    previous = previous_name(facet.value) if str(facet.value.get(KEY)).upper() == RENAME else None
    return {} if previous in (None, dataset) else {previous: changed(RENAMED)}
