"""Runs that ended, of jobs that make what a product offers."""

from collections.abc import Collection

from catalog.feed.belonging import Belonging
from catalog.feed.change import ChangedFact, ChangeKind, How, News, Place, shortened
from catalog.feed.log import RUNS, Records, kept
from catalog.graph import Direction, Node
from catalog.identity import kind_of
from catalog.mesh.members import Members
from catalog.store.port import NodeFilter, Reader, Space
from ontology.vocabulary import Label, Rel

_ENDS = {
    "COMPLETE": ChangeKind.RUN_COMPLETED,
    "FAIL": ChangeKind.RUN_FAILED,
    "ABORT": ChangeKind.RUN_FAILED,
}
_TOLD = ("state", "startedAt", "endedAt", "errorMessage")


def ended_runs(
    reader: Reader, touched: Collection[str], members: Members | None = None
) -> tuple[list[News], Records]:
    """What is to be told of the runs among these nodes, and the records that it was told: each end once."""
    keys = [key for key in touched if kind_of(key) == "run"]
    if not keys or not reader.page(NodeFilter((Label.DATA_PRODUCT,)), None, 1):
        return [], {}
    runs = {key: node for key, node in reader.nodes(keys).items() if node.properties.get("state") in _ENDS}
    known = kept(reader, RUNS, sorted(runs))
    fresh = {key: node for key, node in runs.items() if known.get(key) != node.properties["state"]}
    jobs = (
        {edge.source: edge.target for edge in reader.edges(fresh, (Rel.OF_JOB,), Direction.OUT)}
        if fresh
        else {}
    )
    belonging = Belonging(reader, set(jobs.values()), members)
    news, records = [], Records()
    for key, job in sorted(jobs.items()):
        products = belonging.products(job)
        if products:
            news.append(_news(fresh[key], job, products, belonging.domains(job)))
            records[Space.FEED, RUNS, key] = str(fresh[key].properties["state"])
    return news, records


def _news(run: Node, job: str, products: tuple[Place, ...], domains: tuple[Place, ...]) -> News:
    said = {"job": job, **{name: run.properties[name] for name in _TOLD if name in run.properties}}
    facts = tuple(ChangedFact(name, None, shortened(value)) for name, value in sorted(said.items()))
    kind = _ENDS[str(run.properties["state"])]
    name = str(run.properties.get("name", run.key))
    return News(kind, run.key, run.label, name, How.CHANGED, products, domains, facts)
