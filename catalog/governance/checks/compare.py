"""The rule ``compare``: something does not keep what is promised elsewhere.

Of a contract: a version that binds breaks what the version before it promised, and is of the same major. Of a dataset:
its schema, as last seen, lacks fields that a contract promises, or has them with a type of another family. Of a
product: it promises fresher data than a product that it reads.
"""

from collections.abc import Callable, Mapping

from catalog.coverage import spoken
from catalog.governance.checks import fresher, versions
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, NotEvaluated, Outcome, Outcomes, proof_steps, unknown
from catalog.governance.policy import LineageCheck
from catalog.graph import Node
from catalog.mesh.findings.drift import differences
from catalog.mesh.schema_fields import observed_schemas, schema_properties
from ontology.vocabulary import Label, Rel

_BINDS_NOT = frozenset(("proposed", "draft", "retired"))
_BREAKING = ("missing", "retyped")


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What a comparison says of contracts, datasets or products. Raises NotEvaluated."""
    if ground.gap is not None:
        raise NotEvaluated(ground.gap)
    if check.of == Label.DATA_PRODUCT:
        return fresher.judge(ground, targets, unpromised=bool(check.told.get("unpromised", False)))
    return _OF[Label(check.of)](ground, targets)


def _datasets(ground: Ground, targets: Mapping[str, Node]) -> dict[str, Outcome]:
    """What the last schema of datasets says of what contracts promise of them."""
    declared, classes = ground.mesh.declared, ground.mesh.binder.classes
    classes.close_datasets(targets)
    of_name: dict[str, set[str]] = {}
    for schema in declared.of(Label.SCHEMA):
        versions_ = declared.sources(schema.key, Rel.HAS_SCHEMA)
        if any(declared.text(one, "status") not in _BINDS_NOT for one in versions_):
            for bound in ground.mesh.bindings[schema.key].counting:
                of_name.setdefault(classes.name(bound.dataset), set()).add(schema.key)
    promising = {key: sorted(of_name.get(classes.name(key), ())) for key in targets}
    properties = schema_properties(declared, {one for schemas in promising.values() for one in schemas})
    asked = [key for key, schemas in promising.items() if any(properties[one] for one in schemas)]
    names = {key: classes.name(key) for key in asked}  # several names of one dataset have one schema
    seen = observed_schemas(ground.reader, classes, set(names.values()), ground.at)
    found: dict[str, Outcome] = dict.fromkeys(targets, HOLDS)
    for key in asked:
        if not seen[names[key]].fields:
            found[key] = unknown(
                f"A contract promises fields of {spoken(key)}, and no schema of it was seen."
            )
            continue
        told = [differences(properties[one], seen[names[key]]) for one in promising[key] if properties[one]]
        broken = [one.proof for its in told for aspect in _BREAKING for one in its[aspect]]
        if broken:
            more = f" And {len(broken) - 1} more." if len(broken) > 1 else ""
            steps = tuple(step for proof in broken for step in proof_steps(proof))
            message = f"{spoken(key)} is not as its contract promises: {broken[0].text}{more}"
            found[key] = Outcome(False, message, steps)
    return found


_OF: Mapping[Label, Callable[[Ground, Mapping[str, Node]], dict[str, Outcome]]] = {
    Label.DATA_CONTRACT: versions.judge,
    Label.DATASET: _datasets,
}
