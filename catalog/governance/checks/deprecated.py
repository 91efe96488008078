"""The rule ``deprecated``: something reads what goes away, or is gone.

That is a dataset or column that people deprecate, a dataset that only deprecated contracts promise or deprecated
products give, and data of a product that is deprecated or retired. Who reads a dataset and tells no columns may read
one that is deprecated: that is not known.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from catalog.aliases import dataset_of, is_job
from catalog.coverage import spoken
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, Outcome, Outcomes, edge_step, only_if_known, unknown
from catalog.governance.policy import LineageCheck
from catalog.governance.verdict import Step
from catalog.graph import Direction, Edge, Node
from catalog.identity import kind_of
from catalog.instant import format_instant
from catalog.lineage_view import COLUMN_RELS
from catalog.mesh.deprecated import declared_deprecations
from catalog.mesh.findings.deprecations import by_product
from catalog.signoff.deprecations import Deprecated, deprecated, readers_of
from ontology.vocabulary import Label, Rel

MAX_SHOWN = 10
_ENDING = ("deprecated", "retired")


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What is said of the end of what products or jobs read. Raises NotEvaluated."""
    told = {one.subject: one for one in declared_deprecations(ground.mesh)}
    told |= {one.subject: one for one in deprecated(ground.reader, ground.at)}
    readers = readers_of(ground.reader, told, ground.at) if told else {}
    of_products = check.of == Label.DATA_PRODUCT
    failing: dict[str, list[tuple[str, list[Step]]]] = defaultdict(list)
    for subject, jobs in sorted(readers.items()):
        for key, edges in _by_target(ground, jobs, of_products=of_products):
            steps = [Step(_said(told[subject]), subject), *(edge_step(one) for one in edges[:MAX_SHOWN])]
            failing[key].append((_said(told[subject]), steps))
    if of_products:
        for key, message, way in _from_ending_products(ground):
            failing[key].append((message, [edge_step(one) for one in way]))
    doubted = _doubted(ground, [key for key in told if kind_of(key) == "field"], of_products=of_products)
    gap = ground.gap
    return {
        key: _outcome(key, failing[key]) if key in failing else only_if_known(doubted.get(key, HOLDS), gap)
        for key in targets
    }


def _by_target(
    ground: Ground, jobs: dict[str, list[Edge]], *, of_products: bool
) -> Iterator[tuple[str, list[Edge]]]:
    """Jobs with the edges by which they read, or the products that have them."""
    if not of_products:
        yield from jobs.items()
        return
    for product, its in by_product(ground.context, jobs).items():
        if product is not None:
            yield product, [edge for edges in its.values() for edge in edges]


def _from_ending_products(ground: Ground) -> Iterator[tuple[str, str, tuple[Edge, ...]]]:
    """Products that take from one that ends, as seen or as declared."""
    context = ground.context
    for edge in context.graph.edges:
        stage = context.declared.text(edge.source, "lifecycle")
        if stage in _ENDING:
            edges = edge.routes[0].edges if edge.routes else edge.declared[0].edges
            yield edge.target, f"{context.spoken(edge.source).capitalize()} is {stage}.", edges


def _doubted(ground: Ground, fields: list[str], *, of_products: bool) -> dict[str, Outcome]:
    """Who reads the dataset of a deprecated column and does not tell which columns, by key."""
    homes = {home: field for field in fields if (home := dataset_of(field)) is not None}
    if not homes:
        return {}
    view = ground.view
    view.classes.close_datasets(homes)
    of_name = {view.classes.name(home): field for home, field in homes.items()}
    known = view.fields(of_name)
    keys = view.classes.keys({field for its in known.values() for field in its})
    edges = ground.reader.edges(keys, (*COLUMN_RELS, Rel.USED_BY), Direction.OUT, ground.at) if keys else []
    tellers = {edge.target if edge.type == Rel.USED_BY else edge.via for edge in edges}
    silent: dict[str, str] = {}
    for edge in view.reads(of_name, Direction.OUT):
        if is_job(edge.target) and edge.target not in tellers:
            silent[edge.target] = of_name[view.classes.name(edge.source)]
    found: dict[str, Outcome] = {}
    for job, field in silent.items():
        reason = (
            f"{spoken(job)} reads the dataset of {spoken(field)}, which is deprecated, and tells no columns."
        )
        for key, _ in _by_target(ground, {job: []}, of_products=of_products):
            found[key] = unknown(reason)
    return found


def _said(one: Deprecated) -> str:
    until = "" if one.removal_ns is None else f", may be gone from {format_instant(one.removal_ns)[:10]} on"
    why = "" if one.reason is None else f" ({one.reason})"
    instead = "" if one.instead is None else f"; {spoken(one.instead)} is to be used instead"
    return f"{spoken(one.subject)} is deprecated{until}{why}{instead}."


def _outcome(key: str, found: list[tuple[str, list[Step]]]) -> Outcome:
    more = f" And {len(found) - 1} more." if len(found) > 1 else ""
    steps = tuple(step for _, its in found[:MAX_SHOWN] for step in its)
    return Outcome(False, f"{spoken(key)} reads what goes away. {found[0][0]}{more}", steps)
