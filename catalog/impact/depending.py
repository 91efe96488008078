"""What depends on affected datasets and products by its own word: exposures, components, agreements, input ports."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from catalog.coverage import spoken
from catalog.graph import Direction, Edge
from catalog.impact.above import PREDICATES, above, weaker, worst
from catalog.impact.report import Affected
from catalog.impact.severity import Certainty, Severity
from catalog.impact.touched import Touched
from catalog.mesh.agreements import agreements
from catalog.mesh.declared_inputs import DeclaredInput
from catalog.mesh.mesh import Mesh
from ontology.vocabulary import Label, Rel

MAX_CHAIN = 10
"""Components that depend on each other that are followed, one after the other: a question each."""
_SHOWN = (Label.EXPOSURE, Label.COMPONENT, Label.SYSTEM)
_HITS = Mapping[str, Affected]


def depending(mesh: Mesh, touched: Touched, offered: _HITS) -> dict[str, Affected]:
    """Exposures, components and systems that say that they depend on what is affected.

    Which columns they use is not told: where only some change, it is not known what happens to them.
    """
    found: dict[str, Affected] = {}
    frontier = _targets(mesh, touched, offered)
    for _ in range(MAX_CHAIN):
        edges = mesh.reader.edges(frontier, (Rel.DEPENDS_ON,), Direction.IN, mesh.at) if frontier else []
        by_source: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            if edge.source not in found:
                by_source[edge.source].append(edge)
        nodes = mesh.declared.known(by_source)
        fresh = {key: node for key, node in nodes.items() if node.label in _SHOWN}
        made = {
            key: _dependent(
                key, node.label, [frontier[edge.target] for edge in by_source[key]], node.properties
            )
            for key, node in sorted(fresh.items())
        }
        found.update(made)
        frontier = {key: item for key, item in made.items() if item.label != Label.EXPOSURE}
    return found


def _targets(mesh: Mesh, touched: Touched, offered: _HITS) -> dict[str, Affected]:
    """What may be depended on: datasets under all their names, the schemas that are bound to them, products."""
    targets = touched.by_key()
    for thing in mesh.indexes.bound_to(targets):
        if thing.startswith("schema/"):
            names = {touched.name(one.names or (one.dataset,)) for one in mesh.bindings[thing].counting}
            hits = [touched.datasets[name] for name in names if name is not None]
            if hits:
                targets[thing] = worst(hits)
    targets.update({key: item for key, item in offered.items() if item.label == Label.DATA_PRODUCT})
    return targets


def _dependent(key: str, label: str, hits: Sequence[Affected], said: Mapping[str, object]) -> Affected:
    weak = [weaker(hit, Certainty.STRUCTURAL) for hit in hits]
    first = worst(weak)
    kind = str(said.get("exposureType") or label).capitalize()
    told = first.reason if first.hops == 0 else PREDICATES[first.severity]
    joint = ": " if first.hops == 0 else ", which "
    reason = (
        f"{kind} {said.get('name', spoken(key))} depends on {spoken(first.key)}{joint}{told.rstrip('.')}."
    )
    item = above(weak, key, label, reason)
    partial = first.severity in (Severity.CHANGES_SCHEMA, Severity.CHANGES_VALUES)
    return _unsure(item) if partial else item


def _unsure(item: Affected) -> Affected:
    return replace(item, unknown=True, certainty=Certainty.HEURISTIC)


def agreed(
    mesh: Mesh, touched: Touched, offered: _HITS, removed: Collection[str] = ()
) -> dict[str, Affected]:
    """The access agreements in force that cover an affected port, product or dataset; one that covers a port that is
    ``removed`` is broken by its own words."""
    found: dict[str, Affected] = {}
    for one in agreements(mesh.declared, mesh.now_ns):
        names = [touched.name((key,)) for key in one.covers]
        hits = [touched.datasets[name] for name in names if name is not None]
        hits += [offered[key] for key in one.covers if key in offered]
        if one.is_in_force and hits:
            first = worst(hits)
            told = first.reason if first.key in offered else f"{spoken(first.key)}: {first.reason}."
            to = ", ".join(mesh.declared.name(key) for key in one.granted_to) or "somebody"
            reason = f"Agreement {one.name} gives {to} access. {told}"
            item = above(hits, one.key, Label.ACCESS_AGREEMENT, reason)
            found[one.key] = replace(item, certainty=Certainty.PROVEN) if {*one.covers} & {*removed} else item
    return found


def declared_only(mesh: Mesh, offered: _HITS, seen: Collection[str]) -> dict[str, Affected]:
    """Products that say that they take from an affected port or product, and of which no lineage shows how.

    ``seen``: the products that lineage shows reading: how it hits them is known.
    """
    found: dict[str, Affected] = {}
    for (giving, taking), inputs in mesh.indexes.inputs.items():
        hits = [] if taking in seen else _taken(offered, giving, inputs)
        if not hits:
            continue
        first = worst(hits)
        name, given = mesh.declared.name(taking), mesh.declared.name(first.key)
        reason = f"Product {name} says that it takes from {given}; no lineage shows how. {first.reason}"
        item = above(hits, taking, Label.DATA_PRODUCT, reason)
        known = found.get(taking)
        if known is None or item.hops < known.hops:
            found[taking] = _not_known(item)
    return found


def _taken(offered: _HITS, giving: str, inputs: Sequence[DeclaredInput]) -> list[Affected]:
    keys = {one.output_port or giving for one in inputs}
    found = [offered[key] for key in sorted(keys) if key in offered]
    return [hit for hit in found if hit.severity is not Severity.COMPATIBLE]


def _not_known(item: Affected) -> Affected:
    return replace(
        item,
        severity=Severity.UNKNOWN,
        unknown=True,
        certainty=Certainty.UNKNOWN,
        clauses=(),
        tale=replace(item.story, changed=()),
    )
