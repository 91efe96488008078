"""Generated worlds with classes: the small worlds of lineage, with masking, and with people who overrule."""

from dataclasses import replace
from itertools import count, pairwise

from hypothesis import strategies as st

from catalog.graph import Edge, Node
from catalog.store.port import ChangeSet, Store
from tests.governance.curated import curate
from tests.governance.fixpoint import Classified, Rules
from tests.lineage.oracle import E
from tests.lineage.worlds import worlds, write

CLASSES = ("classification/secret", "personal-data/email")
_made = count()
_ENDS = st.sampled_from([(None, None), (None, None), (None, 3), (2, None)])


@st.composite
def classified(draw: st.DrawFn) -> Classified:
    """A world of a namespace of its own, so that worlds may share a store."""
    number = next(_made)
    world = draw(worlds(namespace=f"c{number}"))
    known = {edge.target for edge in world.edges if edge.type == "HAS_FIELD"}
    missing = [E("HAS_FIELD", home, key, home) for key, (home, _) in world.fields.items() if key not in known]
    always = [
        edge._replace(start=None, end=None) if edge.type == "HAS_FIELD" else edge for edge in world.edges
    ]
    edges = [_shown(draw, edge) for edge in (*always, *missing)]
    edges += draw(_chains(sorted(world.fields)))
    labels = world.labels | dict.fromkeys(world.fields, "Field")
    world = replace(world, labels=labels, edges=sorted(set(edges), key=repr))
    fields, datasets = sorted(world.fields), sorted({home for home, _ in world.fields.values()})
    values = tuple(f"{one}-{number}" for one in CLASSES)
    things = st.sampled_from([*fields, *fields, *datasets])
    said = {
        E("CLASSIFIED_AS", thing, value, f"document/{number}", "DECLARED", (), *draw(_ENDS))
        for thing, value in draw(st.lists(st.tuples(things, st.sampled_from(values)), min_size=1, max_size=4))
    }
    some = st.lists(st.sampled_from(values), max_size=1).map(tuple)
    ruled = draw(st.dictionaries(st.sampled_from(fields), some, max_size=2))
    return Classified(world, tuple(sorted(said, key=repr)), ruled)


_HOW: list[tuple[tuple[str, str | bool], ...]] = [
    *((), ()),
    (("subtype", "AGGREGATION"),),
    (("masking", True),),
]


@st.composite
def _chains(draw: st.DrawFn, fields: list[str]) -> list[E]:
    """Columns that lead on from column to column, and what SQL tells beside producers."""
    path = draw(st.lists(st.sampled_from(fields), min_size=2, max_size=5))
    edges = []
    for source, target in pairwise(path):
        how: tuple[tuple[str, str | bool], ...] = draw(st.sampled_from(_HOW))
        edges.append(E("FEEDS", source, target, "job/c/chain", "OBSERVED", how))
        if not draw(st.integers(0, 2)):
            edges.append(E("FEEDS", source, target, "job/c/chain", "PARSED"))
    return edges


RULES = st.builds(Rules, masking=st.sampled_from([True, True, False]), aggregation=st.booleans())


def _shown(draw: st.DrawFn, edge: E) -> E:
    if edge.type not in ("FEEDS", "INFLUENCES"):
        return edge
    if edge.via.startswith("job/") and not draw(st.integers(0, 3)):
        return edge._replace(origin="PARSED")
    if draw(st.integers(0, 2)):
        return edge
    return edge._replace(properties=(("masking", True), *edge.properties))


def put(store: Store, case: Classified) -> None:
    """Put a case into a store."""
    write(store, case.world)
    edges = [Edge(*edge) for edge in case.said]
    nodes = {
        edge.target: Node(edge.target, "Classification", {"name": edge.target.partition("/")[2]})
        for edge in edges
    }
    changes = ChangeSet(nodes=nodes, edges={edge.id: edge for edge in edges})
    store.write(lambda transaction: transaction.apply(changes))
    for minute, (field, classes) in enumerate(case.ruled.items()):
        curate(store, field, classes, minute)


def values_of(case: Classified) -> set[str]:
    """All classes of a case."""
    return {edge.target for edge in case.said} | {one for classes in case.ruled.values() for one in classes}
