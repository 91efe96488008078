"""Of products: whether one promises fresher data than a product that it reads, which it cannot keep by itself.

A product promises the least of what its output ports promise; of what it reads, the ports count that serve it, and
that it declares to receive. Only objectives that bound the age from above are compared. A port of which nothing is
promised is not compared, for there is a policy of its own that asks for promises; unless that is asked for.
"""

from collections.abc import Mapping
from decimal import Decimal

from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, Outcome, edge_step, only_if_known, unknown
from catalog.governance.checks.promises import Limit, promised, serving
from catalog.governance.verdict import Step
from catalog.graph import Edge, Node
from catalog.mesh.product_graph import ProductEdge
from ontology.vocabulary import Rel


def judge(ground: Ground, targets: Mapping[str, Node], *, unpromised: bool) -> dict[str, Outcome]:
    """What the flow between products says of what each promises. ``unpromised``: what promises fresh data fails where
    it reads what promises nothing."""
    into: dict[str, list[ProductEdge]] = {}
    for edge in ground.context.graph.edges:
        into.setdefault(edge.target, []).append(edge)
    found = {key: _outcome(ground, key, into.get(key, []), unpromised) for key in targets}
    return {key: only_if_known(one, ground.gap) for key, one in found.items()}


def _outcome(ground: Ground, product: str, edges: list[ProductEdge], unpromised: bool) -> Outcome:
    ports = ground.mesh.declared.targets(product, Rel.HAS_OUTPUT_PORT)
    own = [limit for port in ports for limit in promised(ground, port)]
    puzzling = next((limit for limit in own if limit.seconds is None), None)
    least = _least(own)
    silent: tuple[str, tuple[Edge, ...]] | None = None
    for edge in edges if least is not None else ():
        for port, way in _taken(ground, edge).items():
            limits = list(promised(ground, port))
            source = _least(limits)
            if source is None and any(limit.seconds is None for limit in limits):
                puzzling = puzzling or limits[0]
            elif source is None:
                silent = silent or (port, way)
            elif _seconds(source) > _seconds(least):
                return _failed(ground, product, port, (least, source), way)
    if silent is not None and unpromised:
        return _failed(ground, product, silent[0], (least, None), silent[1])
    if puzzling is not None:
        return unknown(f"What is promised is not understood. {puzzling.text}")
    return HOLDS


def _failed(
    ground: Ground, product: str, port: str, limits: tuple[Limit | None, Limit | None], way: tuple[Edge, ...]
) -> Outcome:
    """``limits``: its own, and that of the port, None: it promises nothing."""
    name = ground.context.spoken
    mine, given = name(product).capitalize(), name(port)
    if limits[1] is None:
        message = (
            f"{mine} promises how fresh its data is, and {given}, which it reads, promises nothing of that."
        )
    else:
        message = f"{mine} promises fresher data than it is given: {given} promises less."
    steps = [Step(one.text, one.key) for one in limits if one is not None]
    return Outcome(False, message, (*steps, *(edge_step(edge) for edge in way)))


def _taken(ground: Ground, edge: ProductEdge) -> dict[str, tuple[Edge, ...]]:
    """The ports by which a product takes from another, each with what tells it."""
    mine = set(ground.mesh.declared.targets(edge.source, Rel.HAS_OUTPUT_PORT))
    found: dict[str, tuple[Edge, ...]] = {}
    for route in edge.routes:
        for port in serving(ground, route.source):
            if port in mine:
                found.setdefault(port, route.edges)
    for one in edge.declared:
        if one.output_port is not None:
            found.setdefault(one.output_port, one.edges)
    return found


def _least(limits: list[Limit]) -> Limit | None:
    known = [one for one in limits if one.is_greatest and one.seconds is not None]
    return min(known, key=lambda one: (_seconds(one), one.text), default=None)


def _seconds(one: Limit | None) -> Decimal:
    return Decimal(0) if one is None or one.seconds is None else one.seconds
