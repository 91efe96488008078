"""How long data is kept: what contracts state for a dataset, and the shortest that is stated for what it comes from.

A retention is stated by a service level objective on retention of a version of a contract, for the datasets that its
schemas are bound to; it holds for all of their fields. It goes on with values, as classes do, until masking; what a
person says of classes does not touch it. Of several the shortest counts.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from catalog.coverage import Reason, too_many_nodes
from catalog.governance.barriers import USUAL, Barriers
from catalog.governance.spread import MAX_FIELDS, Hop, Walk, arrivals, route
from catalog.governance.unseen import unseen_into
from catalog.graph import Direction, Edge
from catalog.lineage_view import View
from catalog.mesh.mesh import Mesh
from catalog.mesh.slo import limit_s
from catalog.mesh.status import objectives
from ontology.vocabulary import Rel

_RETENTION = re.compile(r"\b(retention|re)\b", re.IGNORECASE)
"""Names of objectives on how long data is kept: ODCS calls it retention (short: re)."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What an objective (``slo``) states; ``seconds`` None: that is no length of time that is understood.
    ``edge``: what says that the contract has it."""

    seconds: Decimal | None
    text: str
    slo: str
    edge: Edge


@dataclass(frozen=True, slots=True)
class Kept:
    """How long a field is kept: as is ``stated`` for its dataset, the shortest first; and the shortest of what it comes
    from (``upstream``), with the ``way`` it comes. ``unclear``: what is stated on the way and is not understood."""

    field: str
    stated: tuple[Retention, ...] = ()
    upstream: Retention | None = None
    way: tuple[Hop, ...] = ()
    unclear: tuple[Retention, ...] = ()
    unknown: tuple[Reason, ...] = ()


def retentions(
    view: View,
    mesh: Mesh,
    fields: Collection[str],
    barriers: Barriers = USUAL,
    max_fields: int = MAX_FIELDS,
) -> dict[str, Kept]:
    """How long fields (keys) are kept, by key. A question for each hop upstream, and some ten more."""
    view.classes.close_fields(fields)
    names = {key: view.classes.name(key) for key in fields}
    walk = Walk(view, Direction.OUT, barriers, lambda _fields: {}, max_fields)
    spread = walk.back(set(names.values()))
    homes = {field: home for field in spread.fields if (home := view.classes.home(field)) is not None}
    stated = stated_retentions(view, mesh, set(homes.values()))
    unseen = unseen_into(view, set(homes.values()), spread.hops)
    held: dict[str, list[Retention | Reason]] = defaultdict(list)
    for field, home in homes.items():
        held[field] += [*stated.get(home, ()), *unseen.get(home, ())]
    for field in spread.cut:
        held[field].append(too_many_nodes(max_fields))
    found = arrivals(spread.hops, held)
    return {key: _kept(name, stated.get(homes.get(name, ""), ()), found) for key, name in names.items()}


def stated_retentions(view: View, mesh: Mesh, datasets: Collection[str]) -> dict[str, tuple[Retention, ...]]:
    """What contracts state for datasets (names of classes), the shortest first. Asks nothing of the store."""
    found: dict[str, set[Retention]] = defaultdict(set)
    for name in datasets:
        for schema in mesh.indexes.schemas_of(view.classes.members(name)):
            for version in mesh.declared.sources(schema, Rel.HAS_SCHEMA):
                found[name].update(_of_contract(mesh, version))
    return {name: tuple(sorted(told, key=length)) for name, told in found.items() if told}


def _of_contract(mesh: Mesh, version: str) -> list[Retention]:
    declared = mesh.declared
    edges = {edge.target: edge for edge in declared.out(version, Rel.HAS_SLO)}
    found = []
    for slo, metric in objectives(declared, version):
        node = declared.nodes[slo]
        words = " ".join((str(node.properties.get("name", "")), metric or ""))
        if slo in edges and _RETENTION.search(re.sub(r"[_/%.-]", " ", words)):
            text = f"{node.properties.get('threshold', '')} {node.properties.get('unit', '')}".strip()
            found.append(Retention(limit_s(node), text, slo, edges[slo]))
    return found


def _kept(
    name: str,
    stated: tuple[Retention, ...],
    found: Mapping[str, Mapping[Retention | Reason, Hop | None]],
) -> Kept:
    tokens = found.get(name, {})
    told = [one for one in tokens if isinstance(one, Retention)]
    coming = sorted((one for one in told if one not in stated and one.seconds is not None), key=length)
    return Kept(
        name,
        stated,
        coming[0] if coming else None,
        route(found, name, coming[0]) if coming else (),
        tuple(sorted((one for one in told if one.seconds is None), key=length)),
        tuple(sorted(one for one in tokens if isinstance(one, Reason))),
    )


def length(one: Retention) -> tuple[bool, Decimal, str]:
    """The order of retentions: the shortest first, at the end what is not understood."""
    return one.seconds is None, one.seconds or Decimal(0), one.slo
