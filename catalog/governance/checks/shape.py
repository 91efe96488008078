"""Shapes of policies, asked of a page of things at once: what SHACL core says of them, without a triple made.

A test compares what is found with what pySHACL finds for the shapes that the policies compile to. What is not known for
the instant is never held to be right: such a thing is neither found right nor wrong.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from catalog.coverage import spoken
from catalog.governance.checks.holding import lacking
from catalog.governance.checks.outcome import HOLDS, NotEvaluated, Outcome, Outcomes, edge_step
from catalog.governance.checks.values import is_a, wanted, wrong
from catalog.governance.checks.world import World, far
from catalog.governance.policy import Requirement, ShapeCheck, When
from catalog.governance.verdict import Step
from catalog.graph import Edge, Node
from ontology import literals
from ontology.rdf import Value
from ontology.validation import identity

MAX_STEPS = 20
MAX_MESSAGES = 3


@dataclass(frozen=True, slots=True)
class _Failure:
    """Something that is not as required (``sure``), or of which that is not known."""

    sure: bool
    message: str
    steps: tuple[Step, ...] = ()


def judge(world: World, check: ShapeCheck, nodes: Collection[Node]) -> Outcomes:
    """What a shape says of each of the nodes, which the world has: a question for each hop that it names."""
    _refuse(check.require)
    asked = {
        node.key: node for node in nodes if not check.when or _is_asked(world, check.when, node) is not False
    }
    _load(world, check.require, asked.keys())
    found = {node.key: HOLDS for node in nodes}
    doubtful = set[str]().union(*(lacking(world, one, asked.keys()) for one in check.require))
    found.update({key: _outcome(world, check, asked[key]) for key in doubtful})
    return found


def _outcome(world: World, check: ShapeCheck, node: Node) -> Outcome:
    failures = [one for requirement in check.require for one in _failures(world, requirement, node.key)]
    if not failures:
        return HOLDS
    sure = [one for one in failures if one.sure]
    if not sure or _is_asked(world, check.when, node) is None:
        return Outcome(None, failures[0].message if not sure else "Whether it is asked of it is not known.")
    said = list(dict.fromkeys(one.message for one in sure))
    more = f" And {len(said) - MAX_MESSAGES} more." if len(said) > MAX_MESSAGES else ""
    message = check.message or " ".join(said[:MAX_MESSAGES]) + more
    steps = [step for one in sure for step in one.steps]
    return Outcome(False, message, tuple(steps[:MAX_STEPS]))


def _refuse(requirements: Iterable[Requirement]) -> None:
    for one in requirements:
        if one.path and (one.pattern is not None or one.one_of or one.type is not None):
            raise NotEvaluated("A pattern, a list of values or a type is asked of nodes, not of a property.")
        if (one.property is None) == (not one.path):
            raise NotEvaluated("A requirement names either a property or a path.")
        _refuse((*one.then, *one.such))


def _is_asked(world: World, when: Iterable[When], node: Node) -> bool | None:
    """Whether a thing is one of those that the shape is for."""
    known: bool | None = True
    for condition in when:
        values = world.values(node.key, condition.property)
        if values is None:
            known = None
        elif wanted(node.label, condition.property, condition.values).isdisjoint(map(identity, values)):
            return False
    return known


def _load(world: World, requirements: Iterable[Requirement], keys: Collection[str]) -> None:
    """Read all that the requirements look at from these keys."""
    if not keys:
        return
    for one in requirements:
        if one.property is not None:
            world.load_nodes(keys)
            continue
        ends: Collection[str] = keys
        for hop in one.path[:-1]:
            world.load_edges(ends, hop)
            ends = world.ends(ends, hop)
        world.load_edges(ends, one.path[-1])
        if one.label is None and not one.then and not one.such:
            continue
        ends = world.ends(ends, one.path[-1])
        world.load_nodes(ends)
        _load(world, (*one.then, *one.such), ends)


def _failures(world: World, requirement: Requirement, key: str) -> Iterator[_Failure]:
    if requirement.property is not None:
        yield from _of_property(world, requirement, requirement.property, key)
    else:
        yield from _of_path(world, requirement, key)


def _of_property(world: World, requirement: Requirement, name: str, key: str) -> Iterator[_Failure]:
    values, node = world.values(key, name), world.node(key)
    if values is None:
        yield _Failure(False, f"What {name} of {spoken(key)} was then is not known.")
        return
    different = {identity(one): one for one in values}
    number = len(different)
    found = list(_counted(requirement, key, name, number, number))
    for value in different.values():
        why = wrong(requirement, node, name, value)
        if why is not None:
            text = literals.text_of(value)
            found.append(_Failure(True, f"{spoken(key)} has {text[:80]!r} as {name}, which {why}."))
    if found:
        step = Step(f"{spoken(key)}: {name} = {_listed(different.values())}", key)
        yield from (replace(one, steps=(step,)) for one in found)


def _listed(values: Iterable[Value]) -> str:
    return ", ".join(repr(literals.text_of(one)[:80]) for one in list(values)[:5]) or "nothing"


def _counted(requirement: Requirement, key: str, what: str, least: int, most: int) -> Iterator[_Failure]:
    """That there are too few or too many; between ``least`` and ``most`` there are, as far as that is known."""
    low, high = requirement.minimum, requirement.maximum
    if low is not None and least < low:
        message = f"{spoken(key)} has {least or 'no'} {what}; {low} {'is' if low == 1 else 'are'} needed."
        yield _Failure(most < low, message)
    if high is not None and most > high:
        message = f"{spoken(key)} has {most} {what}; {high} {'is' if high == 1 else 'are'} allowed."
        yield _Failure(least > high, message)


def _of_path(world: World, requirement: Requirement, key: str) -> Iterator[_Failure]:
    ends = _ends(world, requirement, key)
    what = _spoken_path(requirement)
    fitting = [_fits(world, requirement.such, end) for end in ends]
    sure, possible = fitting.count(True), len(fitting) - fitting.count(False)
    for one in _counted(requirement, key, what, sure, possible):
        walked = tuple(edge_step(edge) for way in ends.values() for edge in way)[:MAX_STEPS]
        yield replace(one, steps=walked or (Step(f"{spoken(key)} has no {what}", key),))
    for end, way in ends.items() if requirement.label is not None or requirement.then else ():
        before = tuple(edge_step(edge) for edge in way)
        if requirement.label is not None and not is_a(world.node(end), requirement.label):
            yield _Failure(
                True, f"{spoken(end)}, {what} of {spoken(key)}, is no {requirement.label}.", before
            )
        for nested in requirement.then:
            for one in _failures(world, nested, end):
                yield _Failure(one.sure, one.message, (*before, *one.steps))


def _spoken_path(requirement: Requirement) -> str:
    path = " / ".join(map(str, requirement.path))
    return f"{path} as is asked for" if requirement.such else path


def _ends(world: World, requirement: Requirement, key: str) -> Mapping[str, tuple[Edge, ...]]:
    """The nodes at the end of the path, each once, with one way to it."""
    here: dict[str, tuple[Edge, ...]] = {key: ()}
    for hop in requirement.path:
        there: dict[str, tuple[Edge, ...]] = {}
        for near, way in here.items():
            for edge in world.edges(near, hop):
                there.setdefault(far(edge, hop), (*way, edge))
        here = there
    return here


def _fits(world: World, requirements: Iterable[Requirement], key: str) -> bool | None:
    """Whether all of it holds of a node."""
    failures = [one for requirement in requirements for one in _failures(world, requirement, key)]
    return False if any(one.sure for one in failures) else None if failures else True
