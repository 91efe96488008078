"""Whether what a shape requires surely holds, as it does of nearly all things: seen without words for what is wrong.

Where it is not so, or not as simple, ``catalog.governance.checks.shape`` looks closer.
"""

from collections.abc import Callable
from typing import TypeAlias

from catalog.governance.checks.values import is_a, wrong
from catalog.governance.checks.world import World
from catalog.governance.policy import Requirement

Holds: TypeAlias = Callable[[str], bool]
"""Of a thing by its key, of which all that is asked has been loaded."""


def holding(world: World, requirement: Requirement) -> Holds:
    """What tells that a requirement holds of a thing; False: look closer."""
    if requirement.property is not None:
        return _of_property(world, requirement, requirement.property)
    return _of_path(world, requirement)


def _of_property(world: World, requirement: Requirement, name: str) -> Holds:
    least, most = requirement.minimum or 0, 1 if requirement.maximum is None else min(requirement.maximum, 1)
    if requirement.type is None and requirement.pattern is None and not requirement.one_of:

        def counts(key: str) -> bool:
            number = world.number(key, name)
            return number is not None and least <= number <= most

        return counts

    def holds(key: str) -> bool:
        values = world.values(key, name)
        if values is None or not least <= len(values) <= most:
            return False
        return not values or wrong(requirement, world.node(key), name, values[0]) is None

    return holds


def _of_path(world: World, requirement: Requirement) -> Holds:
    least, most, path = requirement.minimum or 0, requirement.maximum, requirement.path
    such = [holding(world, one) for one in requirement.such]
    then = [holding(world, one) for one in requirement.then]
    label = requirement.label

    def holds(key: str) -> bool:
        ends = {key}
        for hop in path:
            ends = world.ends(ends, hop)
        if most is not None and len(ends) > most:
            return False
        fitting = [end for end in ends if all(one(end) for one in such)] if such else ends
        if len(fitting) < least:
            return False
        if label is not None and not all(is_a(world.node(end), label) for end in ends):
            return False
        return all(one(end) for end in ends for one in then)

    return holds
