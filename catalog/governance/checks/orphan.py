"""The rule ``orphan``: no product has a dataset, and no job that is known writes it."""

from collections.abc import Mapping

from catalog.coverage import spoken
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, Outcome, Outcomes, only_if_known
from catalog.governance.policy import LineageCheck
from catalog.governance.things import PAGE
from catalog.governance.verdict import Step
from catalog.graph import Direction, Node
from catalog.store.port import batched
from ontology.vocabulary import Rel

_WRITING = (Rel.PRODUCES, Rel.HAD_DERIVATION, Rel.RENAMED_TO)


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What the mesh and lineage say of each dataset, under any of its names; some questions for each page of them."""
    found: dict[str, Outcome] = {}
    for keys in batched(targets, PAGE):
        bare = [key for key in keys if not ground.mesh.members.products(key)]
        written = _written(ground, bare)
        found.update(dict.fromkeys(keys, HOLDS))
        found.update({key: _orphan(key) for key in bare if key not in written})
    return {key: only_if_known(one, ground.gap) for key, one in found.items()}


def _written(ground: Ground, datasets: list[str]) -> set[str]:
    """Those of the datasets that something writes, or did under a name before."""
    classes = ground.mesh.binder.classes
    classes.close_datasets(datasets)
    of_class = {key: classes.name(key) for key in datasets}
    keys = classes.keys(set(of_class.values()))
    edges = ground.reader.edges(keys, _WRITING, Direction.IN, ground.at) if keys else []
    names = {classes.name(edge.target) for edge in edges}
    owned = {name for name in of_class.values() if ground.mesh.members.products(name)}
    return {key for key, name in of_class.items() if name in names or name in owned}


def _orphan(key: str) -> Outcome:
    steps = (
        Step(f"No product exposes, contains or serves {spoken(key)}.", key),
        Step(f"No job is seen to write {spoken(key)}.", key),
    )
    return Outcome(False, f"{spoken(key)} belongs to no product, and no job that is known writes it.", steps)
