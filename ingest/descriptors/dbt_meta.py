"""What ``meta`` of a dbt project means to the mesh: a few keys have a meaning, the others are told as without a place.

Each may stand in ``meta`` itself or below ``meshline`` in it, which counts first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.descriptors.draft import Draft
from ingest.descriptors.place import Path

_NAMES = {
    "domain": ("domain",),
    "product": ("data_product", "product"),
    "classifications": ("classification", "classifications"),
    "terms": ("term", "terms", "glossary_term"),
    "owner": ("owner",),
    "contract": ("data_contract",),
}
"""What is meant → the keys under which people write it."""
OWN = "meshline"


@dataclass(frozen=True, slots=True)
class Meant:
    """What the ``meta`` of one thing says. ``owner`` is as OpenLineage's dbt integration reads the same key."""

    domain: str | None = None
    product: str | None = None
    classifications: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    owner: str | None = None
    contract: str | None = None


NOTHING = Meant()


def meant(meta: Mapping[str, Any]) -> Meant:
    """What ``meta`` says, of any thing."""
    if not meta:
        return NOTHING
    return Meant(
        domain=_one(meta, "domain"),
        product=_one(meta, "product"),
        classifications=_words(meta, "classifications"),
        terms=_words(meta, "terms"),
        owner=_one(meta, "owner"),
        contract=_one(meta, "contract"),
    )


def tell_the_rest(meta: Mapping[str, Any], at: Path, understood: tuple[str, ...], draft: Draft) -> None:
    """What of ``meta`` has no place where it stands, counted together whichever thing has it.

    ``at``: the thing, by sections and names in turn. ``understood``: what of ``Meant`` has a place there.
    """
    if not meta:
        return
    known = {key for name in understood for key in _NAMES[name]}
    own = meta.get(OWN)
    rest: list[Path] = [(key,) for key in meta if not (key == OWN and isinstance(own, dict))]
    rest += [(OWN, key) for key in own] if isinstance(own, dict) else []
    alike = tuple("*" if index % 2 else step for index, step in enumerate(at))
    for path in rest:
        if path[-1] not in known:
            draft.unmapped((*at, "meta", *path), like=(*alike, "meta", *path))


def _told(meta: Mapping[str, Any], name: str) -> Iterator[Any]:
    own = meta.get(OWN)
    for place in (own, meta):
        if isinstance(place, dict):
            yield from (place[key] for key in _NAMES[name] if place.get(key))


def _one(meta: Mapping[str, Any], name: str) -> str | None:
    return next((told for told in _told(meta, name) if isinstance(told, str)), None)


def _words(meta: Mapping[str, Any], name: str) -> tuple[str, ...]:
    for told in _told(meta, name):
        if isinstance(told, str):
            return (told,)
        if isinstance(told, list):
            return tuple(word for word in told if isinstance(word, str))
    return ()
