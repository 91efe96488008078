"""Generated worlds with SQL: what jobs need, what only a star reaches, how far their texts are understood."""

import json

from hypothesis import strategies as st

from catalog.derivation.marks import REPORT
from catalog.store.port import ChangeSet, Space, Store
from tests.impact.oracle import SqlWorld
from tests.lineage.oracle import E, World
from tests.lineage.worlds import worlds, write

STATUSES = ("COMPLETE", "COMPLETE", "PARTIAL", "OPAQUE", "FAILED")


@st.composite
def sql_worlds(draw: st.DrawFn, namespace: str = "w") -> SqlWorld:
    """A small world in which most jobs have SQL. Every field that an edge names is a field of its dataset.

    In most worlds all flows one way, so that few have cycles.
    """
    world = draw(worlds(namespace=namespace))
    jobs = sorted(key for key in world.labels if key.startswith("job/"))
    datasets = sorted(key for key in world.labels if key.startswith("dataset/"))
    fields = sorted(world.fields)
    places = _Places(world, datasets, jobs)
    one_way = draw(st.integers(0, 4)) > 0
    edges = {edge for edge in world.edges if not one_way or places.goes_on(edge)}
    for job in jobs if one_way else ():
        edges |= _flow(draw, places, job)
    sql = {job: draw(st.sampled_from(STATUSES)) for job in jobs if draw(st.integers(0, 3))}
    uses: dict[tuple[str, str], bool] = {}
    for job in sql:
        read = [key for key in fields if not one_way or places.of[world.fields[key][0]] <= places.of[job]]
        written = [key for key in fields if not one_way or places.of[world.fields[key][0]] > places.of[job]]
        for key in draw(st.lists(st.sampled_from(read), max_size=4, unique=True)):
            uses[key, job] = draw(st.booleans())
            star: tuple[tuple[str, bool], ...] = () if uses[key, job] else (("star", True),)
            edges.add(E("USED_BY", key, job, job, "PARSED", (("clauses", "FILTER"), *star)))
            if written and draw(st.integers(0, 3)) > 0:
                edges.add(_parsed(draw, key, draw(st.sampled_from(written)), job))
    named = {end for edge in edges for end in (edge.source, edge.target) if end in world.fields}
    edges |= {E("HAS_FIELD", world.fields[key][0], key, world.fields[key][0]) for key in named}
    labels = world.labels | dict.fromkeys(named, "Field")
    return SqlWorld(World(labels, world.fields, sorted(edges, key=repr)), sql, uses)


class _Places:
    """The order in which data flows: job n reads datasets up to n, and writes those behind it."""

    def __init__(self, world: World, datasets: list[str], jobs: list[str]) -> None:
        self.datasets = datasets
        self.fields = world.fields
        self.of = {key: place for place, key in [*enumerate(datasets), *enumerate(jobs)]}

    def goes_on(self, edge: E) -> bool:
        """Whether an edge leads forwards."""
        source, target = (self.of.get(self._home(end), 0) for end in (edge.source, edge.target))
        via = self.of.get(edge.via, 0)
        if edge.type in ("HAS_FIELD", "ALIAS_OF"):
            return True
        if edge.type == "CONSUMED_BY" or not edge.via.startswith("job/"):
            return source <= target if edge.type == "CONSUMED_BY" else source < target
        if edge.type in ("PRODUCES", "PASSES_DATA_TO"):
            return source < target
        return source <= via < target

    def _home(self, end: str) -> str:
        return self.fields[end][0] if end in self.fields else end


def _flow(draw: st.DrawFn, places: _Places, job: str) -> set[E]:
    """A job that reads and writes."""
    place = places.of[job]
    before, behind = places.datasets[: place + 1], places.datasets[place + 1 :]
    if not behind:
        return set()
    source, target = draw(st.sampled_from(before)), draw(st.sampled_from(behind))
    return {E("CONSUMED_BY", source, job, job), E("PRODUCES", job, target, job)}


def _parsed(draw: st.DrawFn, source: str, target: str, job: str) -> E:
    rel, subtype = draw(
        st.sampled_from(
            [
                ("FEEDS", "IDENTITY"),
                ("FEEDS", "AGGREGATION"),
                ("INFLUENCES", "FILTER"),
                ("INFLUENCES", "WINDOW"),
            ]
        )
    )
    return E(rel, source, target, job, "PARSED", (("subtype", subtype),))


def write_sql(store: Store, told: SqlWorld) -> None:
    """Put a world into a store, with what is told of its SQL."""
    write(store, told.world)
    records = {(Space.DERIVE, job, REPORT): _report(status) for job, status in told.sql.items()}
    store.write(lambda transaction: transaction.apply(ChangeSet(records=records)))


def _report(status: str) -> str:
    problems = [["FUNCTION_OPAQUE", 0, "What it gives is not known."]] if status == "OPAQUE" else []
    text = {
        "since": None,
        "status": "PARTIAL" if status == "OPAQUE" else status,
        "dialect": None,
        "problems": problems,
        "statements": [],
        "tables": [],
    }
    return json.dumps([text])
