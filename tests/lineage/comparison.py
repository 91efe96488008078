"""A lineage answer in the oracle's words, so that whole answers can be compared."""

from catalog.coverage import ReasonCode
from catalog.lineage import Lineage
from tests.lineage.oracle import Answer, Edge, Oracle, Thing


def in_oracle_words(lineage: Lineage, oracle: Oracle) -> Answer:
    """The same answer by classes; a class shown twice, or with the wrong aliases, fails here."""
    hops: dict[Thing, int] = {}
    for node in lineage.nodes:
        thing = oracle.thing(node.key)
        assert thing not in hops, f"{node.key} is shown twice"
        assert {node.key, *node.aliases} == _names(oracle, thing), node
        assert node.label == oracle.world.labels[node.key]
        hops[thing] = node.hops
    edges = {}
    for edge in lineage.edges:
        dataset = None if edge.dataset is None else oracle.thing(edge.dataset)
        told = Edge(oracle.thing(edge.source), oracle.thing(edge.target), edge.job, dataset, edge.kind)
        assert told not in edges, f"{edge} comes twice"
        how = frozenset((one.subtype, one.masking, one.description) for one in edge.transformations)
        edges[told] = (how, frozenset(edge.origins), edge.valid_from, edge.valid_to)
    gaps = {
        (reason.keys[0], oracle.thing(output))
        for reason in lineage.coverage.reasons
        if reason.code is ReasonCode.NO_COLUMN_LINEAGE
        for output in reason.keys[1:]
    }
    return Answer(hops, edges, gaps)


def _names(oracle: Oracle, thing: Thing) -> set[str]:
    if isinstance(thing, frozenset):
        return set(thing)
    if isinstance(thing, tuple):
        members = {key for key in oracle.world.fields if oracle.thing(key) == thing}
        return members & oracle.world.labels.keys()
    return {str(thing)}
