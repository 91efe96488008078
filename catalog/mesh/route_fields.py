"""Which fields of a dataset are taken on a route: those that column lineage or the SQL of its first job names."""

from collections import defaultdict
from collections.abc import Collection

from catalog.aliases import is_dataset, is_job
from catalog.graph import Direction, Edge
from catalog.mesh.binder import Binder
from catalog.mesh.product_graph import Route
from ontology.vocabulary import Rel

_USES = (Rel.FEEDS, Rel.INFLUENCES, Rel.USED_BY)


def fields_taken(binder: Binder, routes: Collection[Route]) -> dict[Route, tuple[Edge, ...]]:
    """The edges that leave fields of the source of each route and are told of its first job, or by what states the
    derivation: two questions. None where no column lineage is known."""
    declared, name = binder.declared, binder.classes.name
    starts = {name(route.source) for route in routes if is_dataset(route.source)}
    keys = binder.classes.keys(starts)
    has = declared.reader.edges(keys, (Rel.HAS_FIELD,), Direction.OUT, declared.at) if keys else []
    homes = {edge.target: name(edge.source) for edge in has}
    used = declared.reader.edges(homes, _USES, Direction.OUT, declared.at) if homes else []
    found: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in used:
        teller = edge.target if edge.type == Rel.USED_BY else edge.via
        found[homes[edge.source], teller].append(edge)
    return {route: tuple(found[name(route.source), _first(route)]) for route in routes}


def _first(route: Route) -> str:
    """The job that takes from the source, else who tells that something is derived from it."""
    step = route.edges[0]
    return step.target if is_job(step.target) else step.via
