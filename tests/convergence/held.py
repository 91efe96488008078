"""The facts that a store holds, in the words of ``tests.ingest.facts``: to find there what each event said."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from catalog import state
from catalog.fold.runs import Latest, Member, RunState
from catalog.graph import Node
from catalog.store.port import ALL_TIME, Reader
from ontology.vocabulary import Label, Rel
from tests.convergence import observed
from tests.ingest.facts import Fact, text_of

ACTIVE = ("START", "RUNNING")
TERMINAL = ("COMPLETE", "ABORT", "FAIL")


def held(reader: Reader, value_keys: Mapping[str, set[str]]) -> Iterator[tuple[Fact, str]]:
    """Each fact with the order key of its evidence, "" where it has none.

    ``value_keys``: key of a dataset or job → the keys of the values it has ever had.
    """
    nodes = {node.key: node for label in Label for node in _all(reader, label)}
    for node in nodes.values():
        names = (str(node.properties.get("namespace")), str(node.properties["name"]))
        if node.label == Label.DATASET:
            yield ("dataset", *names), ""
        elif node.label == Label.JOB and "inferred" not in node.properties:
            yield ("job", *names), ""
        if node.key in value_keys:
            yield from _of_entity(reader, (node.label.lower(), *names), value_keys[node.key])
    for run in state.run_states(
        reader, [node.key for node in nodes.values() if node.label == Label.RUN]
    ).values():
        yield from _of_run(reader, run)
    yield from _of_edges(reader, nodes)


def _all(reader: Reader, label: str) -> list[Node]:
    return [Node(k, of, properties) for k, (of, properties) in observed.nodes(reader).items() if of == label]


def _of_entity(reader: Reader, entity: tuple[str, str, str], names: set[str]) -> Iterator[tuple[Fact, str]]:
    """Facets and what they tell, of all times."""
    for name in names:
        for value, *_ in observed.timeline(reader, entity, name):
            if name.startswith("facet:"):
                facet = name.removeprefix("facet:")
                yield ("deleted-facet", entity, facet) if value is None else _facet(entity, facet, value), ""
            elif name == "fields":
                yield from ((("field", *entity[1:], row[0], row[1]), "") for row in value or ())
            elif name == "aliases":
                yield from ((("symlink", *entity[1:], *row), "") for row in value or ())
            elif name == "columns":
                yield from ((_column(row), "") for row in value or ())
            elif name == "declared":
                yield from ((("declared-input", *entity[1:], *d[1:]), "") for d in value[0])
                yield from ((("declared-output", *entity[1:], *d[1:]), "") for d in value[1])
                yield from ((_column(row), "") for row in value[2])


def _facet(owner: Fact, name: str, text: str) -> Fact:
    return ("facet", owner, name, text_of(json.loads(text)))


def _column(row: tuple[Any, ...]) -> Fact:
    return ("column", *row[:9])


def _of_run(reader: Reader, run: RunState) -> Iterator[tuple[Fact, str]]:
    """The facts of a run: of its facets only the newest are kept, with their evidence."""
    yield ("run", run.run), ""
    for types, latest in ((TERMINAL, run.terminal), (ACTIVE, run.active)):
        for type_ in types if latest is not None else ():
            yield ("event-type", run.run, type_), ""
    yield ("event-type", run.run, "OTHER"), ""
    yield from _newest(reader, ("run", run.run), run.facets)
    for part in run.parts.values():
        yield ("run-job", run.run, *part.job), ""
        for side, members in (("input", part.inputs), ("output", part.outputs)):
            for member in members.values():
                yield (f"run-{side}", run.run, *member.id), ""
                yield from _of_member(reader, (side, run.run, *member.id), member)
        for text in state.blobs(reader, set(part.columns.values())).values():
            yield from ((_column(tuple(row)), "") for row in json.loads(text))


def _of_member(reader: Reader, owner: Fact, member: Member) -> Iterator[tuple[Fact, str]]:
    yield from _newest(reader, owner, member.facets)


def _newest(reader: Reader, owner: Fact, facets: Mapping[str, Latest]) -> Iterator[tuple[Fact, str]]:
    texts = state.blobs(reader, {digest for digest, _ in facets.values()})
    for name, (digest, at) in facets.items():
        yield _facet(owner, name, texts[digest]), at


def _of_edges(reader: Reader, nodes: Mapping[str, Node]) -> Iterator[tuple[Fact, str]]:
    for edge in observed.edges(reader, nodes, ALL_TIME):
        if edge.type in (Rel.CHILD_OF, Rel.ROOT):
            ends = [str(nodes[end].properties["name"]) for end in (edge.source, edge.target)]
            yield ("parent" if edge.type == Rel.CHILD_OF else "root", *ends), ""
