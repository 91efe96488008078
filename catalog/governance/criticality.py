"""What is critical because something critical is made of it: against the flow of data.

A contract says of a property that it is a critical data element. All that its values come from is as critical: who
breaks the source breaks it. So it goes upstream, and what stops a class does not stop it: a value that is masked or
aggregated needs its source no less. An INDIRECT use only informs. Several critical elements may depend on one field:
all are told.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from catalog.coverage import Reason, too_many_nodes
from catalog.governance.barriers import NONE, Passing
from catalog.governance.sayings import Sayings
from catalog.governance.spread import MAX_FIELDS, Hop, Walk, arrivals, route
from catalog.governance.unseen import unseen_out_of
from catalog.graph import Direction
from catalog.lineage_view import View


@dataclass(frozen=True, slots=True)
class Needed:
    """That a critical ``element`` (key of a property of a contract) depends on a field, by a shortest ``way`` from the
    field of the element back to it; none where it is the field itself. ``passing``: INFORMED where only rows or groups
    depend on it."""

    element: str
    way: tuple[Hop, ...]
    passing: Passing = Passing.CARRIED


@dataclass(frozen=True, slots=True)
class Criticality:
    """Why a field is critical: ``needed`` by what. ``informs``: what only depends on it by rows or groups. ``unknown``:
    why there may be more."""

    field: str
    needed: tuple[Needed, ...] = ()
    informs: tuple[Needed, ...] = ()
    unknown: tuple[Reason, ...] = ()


def criticalities(
    view: View, sayings: Sayings, fields: Collection[str], max_fields: int = MAX_FIELDS
) -> dict[str, Criticality]:
    """How critical fields (keys) are, by key. A question for each hop downstream, and some ten more."""
    view.classes.close_fields(fields)
    names = {key: view.classes.name(key) for key in fields}
    spread = Walk(view, Direction.IN, NONE, lambda _fields: {}, max_fields).back(set(names.values()))
    homes = {field: home for field in spread.fields if (home := view.classes.home(field)) is not None}
    unseen = unseen_out_of(view, set(homes.values()), spread.hops)
    held: dict[str, list[str | Reason]] = defaultdict(list)
    for field, properties in sayings.properties_of(spread.fields).items():
        critical = (one.node for one in properties if one.node.properties.get("criticalDataElement") is True)
        held[field] += dict.fromkeys(node.key for node in critical)
    for field, home in homes.items():
        held[field] += unseen.get(home, ())
    for field in spread.cut:
        held[field].append(too_many_nodes(max_fields))
    found = arrivals(spread.hops, held)
    informing: dict[str, list[Hop]] = defaultdict(list)
    for hop in sorted(spread.hops, key=lambda hop: hop.order):
        if hop.passing is Passing.INFORMED:
            informing[hop.taker].append(hop)
    return {key: _criticality(name, found, informing[name]) for key, name in names.items()}


Found = Mapping[str, Mapping[str | Reason, Hop | None]]


def _criticality(name: str, found: Found, informing: Iterable[Hop]) -> Criticality:
    tokens = found.get(name, {})
    informs: dict[str, Needed] = {}
    for hop in informing:
        for one in found.get(hop.giver, {}):
            if isinstance(one, str) and one not in tokens:
                informs.setdefault(one, Needed(one, (*route(found, hop.giver, one), hop), hop.passing))
    return Criticality(
        name,
        tuple(Needed(one, route(found, name, one)) for one in sorted(filter(_is_element, tokens))),
        tuple(informs[one] for one in sorted(informs)),
        tuple(sorted(one for one in tokens if isinstance(one, Reason))),
    )


def _is_element(token: str | Reason) -> TypeGuard[str]:
    return isinstance(token, str)
