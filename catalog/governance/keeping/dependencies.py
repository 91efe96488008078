"""What a policy depends on: of which things a change of the graph may change what it says.

A shape looks along paths, so what was touched is walked back along them. That is enough for edges that are gone too:
the one nearest to the thing touched both of its ends, and those between are as they were. A check that cannot say so
precisely is asked again of all of its things, never of none.
"""

from collections.abc import Collection, Iterable

from catalog.governance.checks.ground import Ground
from catalog.governance.keeping.look import Look
from catalog.governance.lineage_dependence import is_quiet
from catalog.governance.policy import (
    Hop,
    LineageCheck,
    Policy,
    QueryCheck,
    Requirement,
    Rule,
    Scope,
    ShapeCheck,
)
from catalog.governance.scope import problem
from catalog.graph import Direction
from catalog.identity import kind_of
from catalog.mesh.declared_changes import kinds_told
from catalog.mesh.mesh import Mesh
from ontology.compiler import load_model
from ontology.vocabulary import Label, Rel

MOST = 20_000
"""Things that are asked again one by one; where more are affected, all are."""

_WITHOUT_LINEAGE = frozenset(("run", "policy", "waiver", "document"))
"""Kinds of nodes of which a change alone changes no lineage and nothing that is said of data."""
_UNREAD = frozenset(("description", "purpose", "summary", "usage", "limitations"))
"""Properties that no rule over lineage looks at, and none of its messages shows."""
_OF_OBJECTIVES = ("slo", "metric", "contract-version", "output-port")


def affected(ground: Ground, policy: Policy, look: Look) -> set[str] | None:
    """The things (keys) of which the policy may say something else than before the look; None: all."""
    if look.touched and problem(ground, policy.scope) is not None:
        return None  # what it applies to is there no longer
    match policy.check:
        case ShapeCheck() as check:
            found: set[str] | None = _of_shape(look, check)
        case QueryCheck():
            found = None if look.touched else set()
        case LineageCheck() as check:
            found = _of_rule(look, check)
    if found is None:
        return None
    kinds = {load_model().node(label).kind for label in load_model().concrete((policy.of,))}
    found = {one for one in (*found, *look.touched, *look.placed) if kind_of(one) in kinds}
    return found if len(found) <= MOST else None


def is_still(policy: Policy, look: Look) -> bool:
    """Whether a policy says of what passed that it passes, as long as it is there: it speaks of all things, and its
    rule over lineage looks at nothing of what is different."""
    check = policy.check
    if not isinstance(check, LineageCheck) or policy.scope != Scope() or _knows_its_things(check):
        return False
    return not _may_flow(look, check.rule)


def _knows_its_things(check: LineageCheck) -> bool:
    """Whether a rule can tell on which things it depends, so that these are to be asked."""
    return check.rule in (Rule.ORPHAN, Rule.STALE) or (check.rule is Rule.CROSSING and check.of == Label.JOB)


def _of_shape(look: Look, check: ShapeCheck) -> set[str] | None:
    return _looking_at(look, check.require, look.touched)


def _looking_at(look: Look, requirements: Iterable[Requirement], keys: Collection[str]) -> set[str] | None:
    """The things from which one of the requirements looks at one of the keys; None: they are too many."""
    found = set(keys)
    for one in requirements:
        if one.path:
            here = _looking_at(look, (*one.then, *one.such), keys)
            for hop in reversed(one.path):
                if here is None or len(here) > MOST:
                    return None
                here = _back(look, here, hop) | set(keys)
            found |= here or set()
    return found if len(found) <= MOST else None


def _back(look: Look, keys: Collection[str], hop: Hop) -> set[str]:
    return look.far(keys, Direction.OUT if hop.inverse else Direction.IN, Rel(hop.relationship))


def _of_rule(look: Look, check: LineageCheck) -> set[str] | None:
    match check.rule:
        case Rule.ORPHAN:
            return set(look.renamed)
        case Rule.STALE:
            return _of_stale(look)
        case Rule.CROSSING if check.of == "Job":
            return _of_reading(look)
        case _:
            return None if _may_flow(look, check.rule) else set()


def _of_reading(look: Look) -> set[str]:
    """The jobs that read or write what was touched or belongs elsewhere."""
    return {
        *look.far(look.renamed, Direction.OUT, Rel.CONSUMED_BY),
        *look.far(look.renamed, Direction.IN, Rel.PRODUCES),
    }


def _of_stale(look: Look) -> set[str]:
    """The datasets that are written by jobs of which something happened, and the ports that give them; and all for
    which something else may be promised."""
    jobs = look.of_kinds("job") | look.far(look.of_kinds("run"), Direction.OUT, Rel.OF_JOB)
    datasets = set(look.renamed | look.names(look.far(jobs, Direction.OUT, Rel.PRODUCES)))
    promising = look.of_kinds(*_OF_OBJECTIVES) | {key for key in look.placed if kind_of(key) == "output-port"}
    for rel in (Rel.ON_METRIC, Rel.HAS_SLO, Rel.GOVERNED_BY):
        promising |= look.far(promising, Direction.IN, rel)
    ports = {key for key in promising if kind_of(key) == "output-port"} | _giving(look.mesh, datasets)
    served = {name for port in ports for name in _served(look.mesh, port)}
    return {*datasets, *ports, *look.names(served)}


def _giving(mesh: Mesh, datasets: set[str]) -> set[str]:
    """The ports that are bound to one of the datasets."""
    things = mesh.indexes.bound_to(datasets) if datasets else ()
    return {thing for thing in things if kind_of(thing) == "output-port"}


def _served(mesh: Mesh, port: str) -> Iterable[str]:
    binding = mesh.bindings.get(port)
    return () if binding is None else (one.dataset for one in binding.counting)


def _may_flow(look: Look, rule: Rule) -> bool:
    """Whether lineage, what things are bound to, what is said of data or what is agreed may be another. Of what the
    mesh reads it is known what of it is; of all else only that something may be."""
    known = kinds_told() | _WITHOUT_LINEAGE
    if look.turned or any(kind_of(key) not in known for key in look.touched):
        return True
    found = look.difference
    return not found.is_empty and not (found.properties <= _UNREAD and is_quiet(found, rule))
