"""A facet as sent, and the facets of one entity."""

from dataclasses import dataclass
from typing import Any

from catalog.canonical import encode
from ingest.problems import Code, Problems, member, shown


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet: its canonical text, its decoded value (any JSON) and where it stands in the event."""

    text: str
    value: Any
    path: str

    @property
    def deleted(self) -> bool:
        """Whether it is a tombstone (job and dataset facets only); its other content counts for nothing."""
        return isinstance(self.value, dict) and self.value.get("_deleted") is True

    @property
    def odd_type(self) -> str:
        """The sentence for a facet that is no object."""
        value = "null" if self.value is None else shown(self.value)
        return f"A facet is an object; this is {value}. It is kept as sent."


def read_facets(
    owner: dict[str, Any], path: str, problems: Problems, key: str = "facets"
) -> dict[str, Facet]:
    """The facets of an entity by key, known or not; none when absent, null, or no object (a problem)."""
    facets = owner.get(key)
    if facets is None:
        return {}
    where = f"{path}.{key}"
    if not isinstance(facets, dict):
        problems.lose(Code.FACETS, where, f"Facets are an object by facet key; this is {shown(facets)}.")
        return {}
    return {name: Facet(encode(value), value, member(where, name)) for name, value in facets.items()}


def note_odd_types(facets: dict[str, Facet], problems: Problems) -> None:
    """Note each facet that is no object; it is kept as sent."""
    for facet in facets.values():
        if not isinstance(facet.value, dict):
            problems.note(Code.FACET_TYPE, facet.path, facet.odd_type)
