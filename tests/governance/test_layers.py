"""A lower layer adds or tightens: what is accepted never passes what the higher one fails; the rest is refused."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from catalog.governance.entailment import shortfalls
from catalog.governance.layers import Conflict, Refusal, compile_layers, loosened
from catalog.governance.policy import (
    SECOND_NS,
    Check,
    Hop,
    LineageCheck,
    Parameter,
    Policy,
    QueryCheck,
    Requirement,
    Rule,
    Scope,
    ScopeKind,
    Severity,
    ShapeCheck,
    When,
)
from tests.governance.policies import CHECKS, policies
from tests.governance.shape_worlds import EVERY_WORLD, Thing, close_pairs, pairs, passes, things

SALES = Scope(ScopeKind.DOMAIN, "sales")
ORDERS = Scope(ScopeKind.PRODUCT, "orders")
PURPOSE = Requirement("purpose", minimum=1)


def shape(*require: Requirement, of: str = "DataProduct", **when: tuple[str, ...]) -> ShapeCheck:
    return ShapeCheck(of, require, tuple(When(name, values) for name, values in when.items()))


def rule(name: Rule, of: str = "Dataset", **told: Parameter) -> LineageCheck:
    return LineageCheck(name, of, tuple(sorted(told.items())))


def policy(
    id_: str, check: Check | None = None, scope: Scope | None = None, tightens: str | None = None
) -> Policy:
    return Policy(
        id_, id_, "team/t", check or shape(PURPOSE), scope or Scope(), Severity.WARN, tightens=tightens
    )


# The proof


HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
SOME_THINGS = st.lists(things(), min_size=4, max_size=4)


def assert_never_looser(pair: tuple[ShapeCheck, ShapeCheck], found: list[Thing]) -> None:
    """What is accepted never passes what the higher one fails."""
    lower, higher = pair
    assume(not shortfalls(lower, higher))

    assert [thing for thing in found if passes(thing, lower) and not passes(thing, higher)] == []


@settings(max_examples=60, deadline=None, suppress_health_check=HEALTH)
@given(pairs(), SOME_THINGS)
def test_accepted__never_passes_what_the_higher_one_fails(
    pair: tuple[ShapeCheck, ShapeCheck], found: list[Thing]
) -> None:
    assert_never_looser(pair, found)


@settings(max_examples=300, deadline=None, suppress_health_check=HEALTH)
@given(close_pairs())
def test_accepted__never_passes_what_the_higher_one_fails_in_any_small_world(
    pair: tuple[ShapeCheck, ShapeCheck],
) -> None:
    assert_never_looser(pair, EVERY_WORLD)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=HEALTH)
@given(close_pairs())
def test_accepted__never_passes_what_the_higher_one_fails_in_any_small_world_at_length(
    pair: tuple[ShapeCheck, ShapeCheck],
) -> None:
    assert_never_looser(pair, EVERY_WORLD)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, suppress_health_check=HEALTH)
@given(pairs(), SOME_THINGS)
def test_accepted__never_passes_what_the_higher_one_fails_at_length(
    pair: tuple[ShapeCheck, ShapeCheck], found: list[Thing]
) -> None:
    assert_never_looser(pair, found)


@given(CHECKS)
def test_check__is_as_strict_as_itself(check: Check) -> None:
    assert shortfalls(check, check) == []


def _at(*parts: Requirement) -> Requirement:
    return Requirement(None, (Hop("HAS_OUTPUT_PORT"),), then=parts)


def _count(minimum: int | None = None, maximum: int | None = None, *such: Requirement) -> Requirement:
    return Requirement(None, (Hop("HAS_OUTPUT_PORT"),), minimum, maximum, such=such)


GOLD, RAW = Requirement("name", one_of=("gold",)), Requirement("name", one_of=("gold", "raw"))


@pytest.mark.parametrize(
    ("lower", "higher", "proven"),
    [
        (shape(Requirement("tags", minimum=2)), shape(Requirement("tags", minimum=1)), True),
        (shape(Requirement("tags", minimum=1)), shape(Requirement("tags", minimum=2)), False),
        (shape(Requirement("tags", maximum=1)), shape(Requirement("tags", maximum=2)), True),
        (shape(Requirement("tags", maximum=2)), shape(Requirement("tags", maximum=1)), False),
        (shape(GOLD), shape(RAW), True),
        (shape(RAW), shape(GOLD), False),
        (shape(GOLD), shape(Requirement("name", pattern="^g")), True),
        (shape(RAW), shape(Requirement("name", pattern="^g")), False),
        (shape(Requirement("name", pattern="^ab")), shape(Requirement("name", pattern="^a")), False),
        (shape(RAW, Requirement("name", pattern="^g")), shape(GOLD), True),
        (shape(Requirement("name", maximum=0)), shape(GOLD, Requirement("name", pattern="x")), True),
        (shape(_at(PURPOSE, GOLD)), shape(_at(PURPOSE)), True),
        (shape(_at(GOLD)), shape(_at(PURPOSE)), False),
        (shape(_count(2)), shape(_count(1)), True),
        (shape(_count(2, None, GOLD)), shape(_count(1)), True),
        (shape(_count(1, None, GOLD)), shape(_count(1, None, RAW)), True),
        (shape(_count(1, None, RAW)), shape(_count(1, None, GOLD)), False),
        (shape(_count(1), _at(GOLD)), shape(_count(1, None, RAW)), True),
        (shape(_count(None, 1)), shape(_count(None, 1, GOLD)), True),
        (shape(_count(None, 1, RAW)), shape(_count(None, 1, GOLD)), True),
        (shape(_count(None, 1, GOLD)), shape(_count(None, 1, RAW)), False),
        (shape(_count(None, 1, GOLD)), shape(_count(None, 1)), False),
        (shape(PURPOSE), shape(PURPOSE, lifecycle=("active",)), True),
        (shape(PURPOSE, lifecycle=("active", "draft")), shape(PURPOSE, lifecycle=("active",)), True),
        (shape(PURPOSE, lifecycle=("active",)), shape(PURPOSE), False),
        (shape(PURPOSE, lifecycle=("active",)), shape(PURPOSE, lifecycle=("active", "draft")), False),
        (
            shape(Requirement("name", minimum=1), of="Port"),
            shape(Requirement("name", minimum=1), of="OutputPort"),
            True,
        ),
        (
            shape(Requirement("name", minimum=1), of="OutputPort"),
            shape(Requirement("name", minimum=1), of="Port"),
            False,
        ),
        (QueryCheck("Dataset", "SELECT ?this {}", 9), QueryCheck("Dataset", "SELECT ?this {}"), True),
        (QueryCheck("Dataset", "SELECT ?this { }"), QueryCheck("Dataset", "SELECT ?this {}"), False),
        (shape(PURPOSE), rule(Rule.CYCLE), False),
        (rule(Rule.STALE, maxAge="PT1H"), rule(Rule.STALE, maxAge="P1D"), True),
        (rule(Rule.STALE, maxAge="P2D"), rule(Rule.STALE, maxAge="P1D"), False),
        (rule(Rule.STALE, maxAge="P2D"), rule(Rule.STALE), True),
        (rule(Rule.STALE), rule(Rule.STALE, maxAge="P1D"), False),
        (rule(Rule.REACH, tags=("a", "b")), rule(Rule.REACH, tags=("a",)), True),
        (rule(Rule.REACH, tags=("b",)), rule(Rule.REACH, tags=("a",)), False),
        (rule(Rule.REACH, tags=("a",), hops=3), rule(Rule.REACH, tags=("a",), hops=2), True),
        (rule(Rule.REACH, tags=("a",)), rule(Rule.REACH, tags=("a",), hops=2), True),
        (rule(Rule.REACH, tags=("a",), hops=2), rule(Rule.REACH, tags=("a",)), False),
        (rule(Rule.REACH, tags=("a",), masked=True), rule(Rule.REACH, tags=("a",)), True),
        (rule(Rule.REACH, tags=("a",)), rule(Rule.REACH, tags=("a",), masked=True), False),
        (rule(Rule.REACH, tags=("a",), unlessAgreed=False), rule(Rule.REACH, tags=("a",)), True),
        (rule(Rule.CROSSING, "Job"), rule(Rule.CROSSING, "Job", **{"except": ("a",)}), True),
        (rule(Rule.CROSSING, "Job", **{"except": ("a",)}), rule(Rule.CROSSING, "Job"), False),
        (rule(Rule.PROPAGATE, what="retention"), rule(Rule.PROPAGATE), False),
        (rule(Rule.STALE), rule(Rule.ORPHAN), False),
    ],
)
def test_check__is_proven_as_strict_or_not(lower: Check, higher: Check, proven: bool) -> None:
    assert (shortfalls(lower, higher) == []) is proven


def test_severity_and_time__may_only_get_stricter() -> None:
    times = (None, 0, 5, 10)
    graces = (0, 5, 20)
    for low, high in product(Severity, repeat=2):
        higher = replace(policy("high"), severity=high)
        lower = replace(policy("low", scope=SALES), severity=low)
        assert (list(loosened(lower, higher)) == []) is (low.rank >= high.rank)
    for (begin, grace), (other, more) in product(product(times, graces), repeat=2):
        higher = _timed(policy("high"), begin, grace)
        lower = _timed(policy("low", scope=SALES), other, more)
        if not list(loosened(lower, higher)):
            for second in range(-1, 40):
                now = second * SECOND_NS
                assert lower.severity_at(now).rank >= higher.severity_at(now).rank
                assert not (lower.in_grace(now) and not higher.in_grace(now))


def _timed(one: Policy, begin_s: int | None, grace_s: int) -> Policy:
    if begin_s is None:
        return one
    return replace(one, severity=Severity.BLOCK, effective_from_ns=begin_s * SECOND_NS, grace_s=grace_s)


# The set


def test_layers__refuse_a_policy_that_loosens_and_say_what() -> None:
    higher = replace(policy("high", shape(Requirement("tags", minimum=2))), severity=Severity.BLOCK)
    lower = policy("low", shape(Requirement("tags", minimum=1)), SALES, "high")

    found = compile_layers([lower, higher])

    assert found.policies == (higher,)
    assert found.refused == (
        Refusal(
            "low",
            ("Its severity is warn, and that of high is block.", "It does not ask for at least 2 tags."),
        ),
    )


@pytest.mark.parametrize(
    ("lower", "higher", "fits"),
    [
        (SALES, Scope(), True),
        (ORDERS, SALES, True),
        (ORDERS, Scope(), True),
        (Scope(ScopeKind.TAG, "gold"), Scope(), True),
        (SALES, Scope(ScopeKind.DOMAIN, "commerce"), True),
        (SALES, SALES, False),
        (Scope(), Scope(), False),
        (Scope(), SALES, False),
        (SALES, ORDERS, False),
        (ORDERS, Scope(ScopeKind.PRODUCT, "other"), False),
    ],
)
def test_layers__tighten_only_what_is_above(lower: Scope, higher: Scope, fits: bool) -> None:
    found = compile_layers([policy("high", scope=higher), policy("low", scope=lower, tightens="high")])

    assert (found.refused == ()) is fits


def test_layers__refuse_a_loop_and_what_is_below_it() -> None:
    found = compile_layers(
        [
            policy("a", scope=SALES, tightens="b"),
            policy("b", scope=SALES, tightens="a"),
            policy("c", scope=ORDERS, tightens="a"),
            policy("d", scope=ORDERS),
        ]
    )

    assert found.refused == (
        Refusal("a", ("It tightens itself: a → b → a.",)),
        Refusal("b", ("It tightens itself: b → a → b.",)),
        Refusal("c", ("It tightens a, which is refused.",)),
    )
    assert [one.id for one in found.policies] == ["d"]


def test_layers__refuse_what_tightens_nothing_that_is_there() -> None:
    found = compile_layers(
        [policy("purposes"), policy("low", scope=SALES, tightens="purpose"), policy("x", tightens="broken")],
        unreadable=["broken"],
    )

    assert [(one.policy, one.reasons) for one in found.refused] == [
        ("low", ("It tightens 'purpose', and there is no such policy. Did you mean purposes?",)),
        ("x", ("It tightens broken, which cannot be read.",)),
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(policies(st.sampled_from("abc")), max_size=3, unique_by=lambda one: one.id))
def test_layers__either_keep_or_refuse_each_policy(found: list[Policy]) -> None:
    layers = compile_layers(found)
    kept = {one.id for one in layers.policies}

    assert kept | {one.policy for one in layers.refused} == {one.id for one in found}
    assert kept.isdisjoint(one.policy for one in layers.refused)
    assert all(one.tightens is None or one.tightens in kept for one in layers.policies)


def test_conflict__of_what_nothing_can_follow_is_explained() -> None:
    owned = Requirement(None, (Hop("OWNED_BY"),), minimum=2)
    found = compile_layers(
        [
            policy("one-owner", shape(replace(owned, minimum=None, maximum=1))),
            policy("two-owners", shape(owned), SALES),
            policy("gold", shape(Requirement("visibility", (), 1, one_of=("public",)), of="OutputPort")),
            policy("raw", shape(Requirement("visibility", one_of=("private",)), of="OutputPort"), SALES),
        ]
    )

    assert found.conflicts == (
        Conflict("gold", "raw", "Nothing can be visibility that both allow."),
        Conflict("one-owner", "two-owners", "One asks for at least 2 OWNED_BY, the other for at most 1."),
    )
    assert found.refused == ()


@pytest.mark.parametrize(
    "other",
    [
        policy("b", shape(Requirement("purpose", maximum=0), of="OutputPort")),
        policy("b", shape(Requirement("purpose", maximum=0), lifecycle=("draft",))),
        policy("b", shape(Requirement("purpose", maximum=0)), Scope(ScopeKind.PRODUCT, "other")),
    ],
)
def test_conflict__is_none_where_no_thing_has_to_follow_both(other: Policy) -> None:
    one = policy("a", shape(PURPOSE, lifecycle=("active",)), ORDERS)

    assert compile_layers([one, other]).conflicts == ()
