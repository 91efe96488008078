"""Small generated worlds, as tuples and in a store: cycles, diamonds, self-loops, aliases, ended edges."""

from hypothesis import strategies as st

from catalog.graph import Edge, Node
from catalog.identity import DatasetId, JobId
from catalog.store.port import ChangeSet, Store
from tests.lineage.oracle import E, World

PATHS = ("a", "c", "c.d")
DATASETS = tuple(f"d{number}" for number in range(6))
JOBS = tuple(f"j{number}" for number in range(4))
INSTANTS = st.none() | st.integers(0, 5)
"""Instants to ask about; None is now."""

_ORIGINS = st.sampled_from(["OBSERVED", "OBSERVED", "OBSERVED", "DECLARED"])
_INTERVALS = st.sampled_from(
    [(None, None), (None, None), (None, None), (1, None), (None, 3), (2, 4), (3, None)]
)
_SUBTYPES = {
    "FEEDS": ("IDENTITY", "TRANSFORMATION", "AGGREGATION", None),
    "INFLUENCES": ("FILTER", "JOIN", None),
}


@st.composite
def worlds(draw: st.DrawFn, namespace: str = "w") -> World:
    """A world of at most six datasets, three fields each, and four jobs."""
    datasets = [DatasetId(namespace, name) for name in DATASETS[: draw(st.integers(2, len(DATASETS)))]]
    jobs = [JobId(namespace, name).key for name in JOBS[: draw(st.integers(1, len(JOBS)))]]
    fields = {dataset.field(path).key: (dataset.key, path) for dataset in datasets for path in PATHS}
    keys = st.sampled_from([dataset.key for dataset in datasets])
    any_field, any_job = st.sampled_from(sorted(fields)), st.sampled_from(jobs)
    known = [
        E("HAS_FIELD", home, key, home, "OBSERVED", (), *interval)
        for key, (home, _path) in fields.items()
        if (interval := draw(_INTERVALS | st.just((None, None)) | st.just((5, 5)))) != (5, 5)
    ]
    edges = set(known)
    for source, target in draw(st.lists(st.tuples(keys, keys), max_size=4)):
        if source != target:
            edges.add(
                _edge(draw, "ALIAS_OF", source, target, draw(st.sampled_from((source, target, target))))
            )
    for _ in range(draw(st.integers(0, 10))):
        dataset, job = draw(keys), draw(any_job)
        ends = draw(st.sampled_from([("CONSUMED_BY", dataset, job), ("PRODUCES", job, dataset)]))
        edges.add(_edge(draw, *ends, job))
    for source, target in draw(st.lists(st.tuples(keys, keys), max_size=2)):
        edges |= _stated(draw, source, target, draw(any_job))
    for source, target in draw(st.lists(st.tuples(any_job, any_job), max_size=1)):
        edges.add(_edge(draw, "PASSES_DATA_TO", source, target, draw(any_job)))
    for source, target in draw(st.lists(st.tuples(keys, keys), max_size=1)):
        edges.add(_edge(draw, "RENAMED_TO", source, target, target)._replace(origin="OBSERVED"))
    for _ in range(draw(st.integers(0, 12))):
        rel = draw(st.sampled_from(["FEEDS", "FEEDS", "INFLUENCES"]))
        target = draw(any_field if rel == "FEEDS" else any_field | keys)
        told_by = draw(any_job | st.just(fields[target][0] if target in fields else target))
        edges.add(_edge(draw, rel, draw(any_field), target, told_by))
    for source, target in draw(st.lists(st.tuples(keys, keys), max_size=3)):
        edges.add(_edge(draw, "HAD_DERIVATION", source, target, target))
    labels = {
        dataset.key: draw(st.sampled_from(["Dataset", "Dataset", "Alias", "DatasetReference"]))
        for dataset in datasets
    }
    labels |= dict.fromkeys(jobs, "Job")
    touched = {end for edge in edges for end in (edge.source, edge.target)}
    present = {key: home for key, home in fields.items() if key in touched or draw(st.booleans())}
    return World(labels | dict.fromkeys(present, "Field"), fields, sorted(edges, key=repr))


def _edge(draw: st.DrawFn, rel: str, source: str, target: str, via: str) -> E:
    subtype = draw(st.sampled_from(_SUBTYPES.get(rel, (None,))))
    properties = () if subtype is None else (("subtype", subtype),)
    return E(rel, source, target, via, draw(_ORIGINS), properties, *draw(_INTERVALS))


def _stated(draw: st.DrawFn, source: str, target: str, job: str) -> set[E]:
    """A job states that one of its outputs comes from one of its inputs, or from none."""
    told = _edge(draw, "HAD_DERIVATION", source, target, job)
    how = draw(st.sampled_from([(("explicit", True),), (("explicit", True), ("partial", True))]))
    read = told._replace(type="CONSUMED_BY", target=job)
    written = told._replace(type="PRODUCES", source=job, properties=how)
    return {read, written, told} if draw(st.integers(0, 3)) else {read, written}


def write(store: Store, world: World) -> None:
    """Put a world into a store."""
    edges = [Edge(*edge) for edge in world.edges]
    nodes = [_node(world, key, label) for key, label in world.labels.items()]
    changes = ChangeSet(nodes={node.key: node for node in nodes}, edges={edge.id: edge for edge in edges})
    store.write(lambda transaction: transaction.apply(changes))


def _node(world: World, key: str, label: str) -> Node:
    if label == "Field":
        dataset, path = world.fields[key]
        return Node(key, label, {"name": path, "dataset": dataset})
    identity = JobId.parse(key) if label == "Job" else DatasetId.parse(key)
    return Node(key, label, {"namespace": identity.namespace, "name": identity.name})
