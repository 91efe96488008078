"""The values that the facets of a dataset or job say: each as sent, and what the known ones derive."""

from collections.abc import Mapping
from functools import partial

from ingest.facets.facet import Facet, note_odd_types
from ingest.facets.facet_type import FacetType
from ingest.memo import Memo
from ingest.problems import Code, Problems

_VALUES: Memo[Mapping[str, str | None]] = Memo()


def project(
    facets: Mapping[str, Facet], types: Mapping[str, FacetType], problems: Problems
) -> dict[str, str | None]:
    """The values of an entity; a deleted facet takes its derived values with it."""
    values: dict[str, str | None] = {}
    for key, facet in facets.items():
        known = types.get(key)
        if facet.deleted:
            values[f"facet:{key}"] = None
            values.update(dict.fromkeys(known.gives if known else ()))
            continue
        values[f"facet:{key}"] = facet.text
        values.update(derived(facet, known, problems))
    return values


def derived(facet: Facet, known: FacetType | None, problems: Problems) -> Mapping[str, str | None]:
    """What the content of a facet says, under the keys of its type."""
    if known is None or known.read is None:
        note_odd_types({"": facet}, problems)
    elif isinstance(facet.value, dict):
        read = partial(known.read, facet.value, facet.path)
        return _VALUES.read(known.read, facet.text, read, problems)
    else:
        odd_known(facet, problems)
    return {}


def odd_known(facet: Facet, problems: Problems) -> None:
    """A known facet that is no object: null says nothing, anything else was not understood."""
    tell = problems.note if facet.value is None else problems.lose
    tell(Code.FACET_TYPE, facet.path, facet.odd_type)
