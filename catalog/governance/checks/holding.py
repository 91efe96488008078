"""Whether what a shape requires surely holds, as it does of nearly all things: seen for many of them at once, without
words for what is wrong.

Where it is not so, or not as simple, ``catalog.governance.checks.shape`` looks closer.
"""

from collections.abc import Collection

from catalog.governance.checks.values import is_a, wrong
from catalog.governance.checks.world import World, property_of
from catalog.governance.policy import Requirement
from catalog.graph import Scalar
from ontology.validation import term


def lacking(world: World, requirement: Requirement, keys: Collection[str]) -> set[str]:
    """Those of some things (keys), of which all that is asked has been loaded, of which it is not plain that they are
    as is required: a closer look tells."""
    if requirement.property is not None:
        return _without_property(world, requirement, requirement.property, keys)
    return _without_path(world, requirement, keys)


def _without_property(world: World, requirement: Requirement, name: str, keys: Collection[str]) -> set[str]:
    least, most = requirement.minimum or 0, 1 if requirement.maximum is None else min(requirement.maximum, 1)
    is_free = requirement.type is None and requirement.pattern is None and not requirement.one_of
    seen: dict[tuple[str, type[Scalar], Scalar], bool] = {}
    found: set[str] = set()
    for key in keys:
        if not world.is_known(key, name):
            found.add(key)
            continue
        given = world.given(key, name)
        number = 0 if given is None else 1 if isinstance(given, str | int) else len(given)
        if not least <= number <= most:
            found.add(key)
        elif given is not None and number and not is_free:
            value = given if isinstance(given, str | int) else given[0]
            if not _is_right(world, requirement, key, name, value, seen):
                found.add(key)
    return found


def _is_right(
    world: World,
    requirement: Requirement,
    key: str,
    name: str,
    value: Scalar,
    seen: dict[tuple[str, type[Scalar], Scalar], bool],
) -> bool:
    """Whether a value is as is required; equal values of one label are looked at once (1 and true are not equal)."""
    node = world.node(key)
    kind = None if node is None else property_of(node.label, name)
    if node is None or kind is None:
        return False
    mark = (node.label, type(value), value)
    if mark not in seen:
        seen[mark] = wrong(requirement, node, name, term(kind, value)) is None
    return seen[mark]


def _without_path(world: World, requirement: Requirement, keys: Collection[str]) -> set[str]:
    least, most = requirement.minimum or 0, requirement.maximum
    ends = world.ends_of(keys, requirement.path)
    there: set[str] = set()
    if requirement.such or requirement.then or requirement.label is not None:
        there = there.union(*ends.values())
    unfit = set[str]().union(*(lacking(world, one, there) for one in requirement.such))
    wrong_ends = set[str]().union(*(lacking(world, one, there) for one in requirement.then))
    if requirement.label is not None:
        wrong_ends |= {end for end in there if not is_a(world.node(end), requirement.label)}
    return {
        key
        for key, its in ends.items()
        if (most is not None and len(its) > most)
        or len(its) - (len(unfit.intersection(its)) if unfit else 0) < least
        or (wrong_ends and not wrong_ends.isdisjoint(its))
    }
