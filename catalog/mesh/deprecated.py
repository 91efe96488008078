"""Datasets whose contracts or ports end, as documents say: of dbt models with a date of deprecation, of ODCS contracts
and products that are deprecated."""

from collections import defaultdict
from collections.abc import Iterator

from catalog.instant import parse_instant
from catalog.mesh.mesh import Mesh
from catalog.signoff.deprecations import Deprecated
from catalog.versions import BINDING
from ontology.vocabulary import Rel

ENDING = "deprecated"


def declared_deprecations(mesh: Mesh) -> list[Deprecated]:
    """The datasets that only deprecated versions of contracts promise, or only ports of deprecated products give."""
    found: defaultdict[str, list[Deprecated | None]] = defaultdict(list)
    for thing, binding in mesh.bindings.items():
        for dataset in (one.dataset for one in binding.counting):
            found[dataset] += _promises(mesh, thing, dataset)
    told = (_together(ends) for _, ends in sorted(found.items()))
    return [one for one in told if one is not None]


def _promises(mesh: Mesh, thing: str, dataset: str) -> Iterator[Deprecated | None]:
    """What promises the dataset by one schema or port: how it ends, or None, for it goes on."""
    declared = mesh.declared
    for version in declared.sources(thing, Rel.HAS_SCHEMA):
        status = declared.text(version, "status")
        if status in BINDING:
            named = declared.text(version, "name") or declared.name(version)
            reason = f"its contract {named} is deprecated"
            end = declared.text(version, "endOfLife")
            yield Deprecated(dataset, _ns(end), reason, None, None, None) if status == ENDING else None
    for product in declared.sources(thing, Rel.HAS_OUTPUT_PORT):
        if declared.text(product, "lifecycle") == ENDING:
            reason = f"product {declared.name(product)}, which gives it, is deprecated"
            yield Deprecated(dataset, None, reason, None, None, None)
        elif not _versions(mesh, thing):
            yield None


def _versions(mesh: Mesh, port: str) -> bool:
    """Whether contracts say of the port how long it lives."""
    return bool(mesh.declared.targets(port, Rel.GOVERNED_BY))


def _together(ends: list[Deprecated | None]) -> Deprecated | None:
    """The last end of those that promise it; None where something goes on."""
    known = [one for one in ends if one is not None]
    if len(known) != len(ends) or not known:
        return None
    return max(known, key=lambda one: (one.removal_ns or 0, one.reason or ""))


def _ns(text: str | None) -> int | None:
    """A day or a time in nanoseconds; None: none is told, or it cannot be read."""
    if text is None:
        return None
    try:
        return parse_instant(text if "T" in text else f"{text[:10]}T00:00:00Z").ns
    except ValueError:
        return None
