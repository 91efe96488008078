"""Small worlds, and whether a thing in one passes a shape: by brute force, of nothing but plain values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, combinations_with_replacement

from hypothesis import strategies as st

from catalog.governance.policy import Hop, Requirement, ShapeCheck, ValueType, When
from catalog.graph import Scalar

NAMES = ("name", "purpose")
WORDS = ("active", "draft", "gold", "")
PATTERNS = ("^a", "a", "d", "^$")
HOPS = (Hop("HAS_OUTPUT_PORT"), Hop("OWNED_BY"))
LABELS = ("OutputPort", "Port", "Team", "Agent")
UNDER = {"OutputPort": {"OutputPort", "Port"}, "Team": {"Team", "Agent"}, "Person": {"Person", "Agent"}}


@dataclass
class Thing:
    """A node: its label, its values, what its relationships lead to."""

    label: str
    values: dict[str, list[Scalar]] = field(default_factory=dict)
    ends: dict[str, list["Thing"]] = field(default_factory=dict)


def passes(thing: Thing, check: ShapeCheck) -> bool:
    asked = all(set(one.values) & set(thing.values.get(one.property, [])) for one in check.when)
    return not asked or all(_meets(thing, one) for one in check.require)


def _meets(thing: Thing, one: Requirement) -> bool:
    if one.property is not None:
        values = thing.values.get(one.property, [])
        return _count(len(values), one) and all(_is_right(value, one) for value in values)
    ends = [thing]
    for hop in one.path:
        ends = list({id(end): end for here in ends for end in here.ends.get(str(hop), [])}.values())
    counted = [end for end in ends if all(_meets(end, part) for part in one.such)]
    labelled = one.label is None or all(one.label in UNDER[end.label] for end in ends)
    return (
        _count(len(counted), one) and labelled and all(_meets(end, part) for end in ends for part in one.then)
    )


def _count(number: int, one: Requirement) -> bool:
    return (one.minimum or 0) <= number <= (number if one.maximum is None else one.maximum)


def _is_right(value: Scalar, one: Requirement) -> bool:
    listed = not one.one_of or value in one.one_of
    matched = one.pattern is None or re.search(one.pattern, str(value)) is not None
    return listed and matched and one.type in (None, ValueType.STRING)


COUNTS = st.none() | st.integers(0, 2)


def _requirements(depth: int) -> st.SearchStrategy[Requirement]:
    of_property = st.builds(
        Requirement,
        st.sampled_from(NAMES),
        st.just(()),
        COUNTS,
        COUNTS,
        st.none() | st.sampled_from(PATTERNS),
        st.lists(st.sampled_from(WORDS), max_size=3, unique=True).map(tuple),
        st.sampled_from([None, None, ValueType.STRING, ValueType.INTEGER]),
    )
    if depth == 0:
        return of_property
    parts = st.lists(_requirements(depth - 1), max_size=2).map(tuple)
    of_path = st.builds(
        lambda hops, low, high, label, then, such: Requirement(
            None, hops, low, high, label=label, then=then, such=such if (low, high) != (None, None) else ()
        ),
        st.lists(st.sampled_from(HOPS), min_size=1, max_size=1).map(tuple),
        COUNTS,
        COUNTS,
        st.sampled_from([None, None, *LABELS]),
        parts,
        parts,
    )
    return of_path | of_property


CONDITIONS = st.sets(st.sampled_from(WORDS[:3]), min_size=1, max_size=3)


def _when() -> st.SearchStrategy[tuple[When, ...]]:
    one = CONDITIONS.map(lambda values: (When("name", tuple(sorted(values))),))
    return st.just(()) | one


SHAPES = st.builds(
    ShapeCheck,
    st.just("DataProduct"),
    st.lists(_requirements(2), min_size=1, max_size=3).map(tuple),
    _when(),
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[ShapeCheck, ShapeCheck]:
    """A lower and a higher one: mostly the lower one is the higher one with something changed."""
    higher = draw(SHAPES)
    require = [draw(_changed(one)) if draw(st.booleans()) else one for one in higher.require]
    if draw(st.booleans()):
        require += draw(st.lists(_requirements(1), max_size=1))
    return ShapeCheck(higher.of, tuple(require), draw(st.just(higher.when) | _when())), higher


def _changed(one: Requirement) -> st.SearchStrategy[Requirement]:
    """Nearly the same requirement."""
    nested: st.SearchStrategy[Sequence[Requirement]] = st.just(one.then)
    if one.then:
        nested = nested | _changed(one.then[0]).map(lambda first: (first, *one.then[1:]))
    such: st.SearchStrategy[Sequence[Requirement]] = st.just(one.such)
    if one.path:
        such = such | st.just(()) | _requirements(0).map(lambda another: (another,))
    if one.such:
        such = such | _changed(one.such[0]).map(lambda first: (first, *one.such[1:]))
    return st.builds(
        lambda low, high, pattern, listed, label, then, held: Requirement(
            one.property, one.path, low, high, pattern, listed, one.type, label, tuple(then), tuple(held)
        ),
        st.just(one.minimum) | COUNTS,
        st.just(one.maximum) | COUNTS,
        st.just(one.pattern) | (st.sampled_from(PATTERNS) if one.property else st.none()),
        st.just(one.one_of)
        | (
            st.sets(st.sampled_from(WORDS), min_size=1, max_size=2).map(tuple)
            if one.property
            else st.just(())
        ),
        st.just(one.label) | (st.none() if one.property else st.sampled_from(LABELS)),
        nested,
        such,
    )


def things(depth: int = 2, label: str = "DataProduct") -> st.SearchStrategy[Thing]:
    """Things with values and other things at the ends of their relationships."""
    values = st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(WORDS), max_size=2, unique=True) for name in NAMES}
    )
    if depth == 0:
        return st.builds(Thing, st.just(label), values)
    ends = {
        str(hop): st.lists(st.one_of(*(things(depth - 1, one) for one in UNDER)), max_size=2) for hop in HOPS
    }
    return st.builds(Thing, st.just(label), values, st.fixed_dictionaries(ends))


# Every small world, and requirements that tell them apart

_PARTS = (
    Requirement("name", minimum=1),
    Requirement("name", maximum=0),
    Requirement("name", one_of=("active",)),
    Requirement("name", one_of=("active", "gold")),
    Requirement("name", pattern="^a"),
)
_END_VALUES: tuple[list[Scalar], ...] = ([], ["active"], ["gold"])
_ENDS = [Thing(label, {"name": values}) for label in ("OutputPort", "Team") for values in _END_VALUES]
EVERY_WORLD = [
    *(
        Thing("DataProduct", {"name": list(values)})
        for number in range(3)
        for values in combinations(("active", "draft", "gold", ""), number)
    ),
    *(
        Thing("DataProduct", {"name": ["active"]}, {"HAS_OUTPUT_PORT": [replace(end) for end in ends]})
        for number in range(4)
        for ends in combinations_with_replacement(_ENDS, number)
    ),
]
_OF_NAME = st.builds(
    Requirement,
    st.just("name"),
    st.just(()),
    st.sampled_from([None, None, 0, 1, 2]),
    st.sampled_from([None, None, 0, 1, 2]),
    st.sampled_from([None, None, "^a", "d", "g"]),
    st.sampled_from([(), (), ("active",), ("active", "gold"), ("draft",), ("draft", "gold", "")]),
)
_PART = st.sampled_from([(), (), *((part,) for part in _PARTS), (_PARTS[0], _PARTS[3])])


@st.composite
def _of_ends(draw: st.DrawFn) -> Requirement:
    low, high = draw(
        st.sampled_from([(None, 1), (1, None), (2, None), (1, 2), (None, 0), (None, None), (None, 2)])
    )
    counted = draw(_PART) if (low, high) != (None, None) else ()
    label = draw(st.sampled_from([None, None, "OutputPort", "Port"]))
    return Requirement(None, HOPS[:1], low, high, label=label, then=draw(_PART), such=counted)


@st.composite
def close_pairs(draw: st.DrawFn) -> tuple[ShapeCheck, ShapeCheck]:
    """Pairs about one place, of which every small world is looked at."""
    kind = draw(st.sampled_from([_OF_NAME, _of_ends(), _of_ends()]))
    higher, lower = draw(kind), draw(st.lists(kind, min_size=1, max_size=2))
    return ShapeCheck("DataProduct", tuple(lower)), ShapeCheck("DataProduct", (higher,))
