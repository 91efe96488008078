"""Verdicts that are made when they are asked for are those that would have been made at once."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.governance.compliance import tally
from catalog.governance.policy import Severity
from catalog.governance.verdict import OfPolicy, Status, Verdict, Verdicts, compliance

_KEYS = st.lists(st.sampled_from([f"dataset/n/d{number}" for number in range(6)]), unique=True)


@st.composite
def parts(draw: st.DrawFn) -> list[OfPolicy]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        policy, keys = f"p{number}", sorted(draw(_KEYS))
        severity = draw(st.sampled_from(list(Severity)))
        until = st.none() | st.integers(1, 9)
        passing = Verdict(policy, "", Status.PASS, severity, until_ns=draw(until))
        told = {
            key: Verdict(policy, key, draw(st.sampled_from(list(Status))), severity, until_ns=draw(until))
            for key in keys
            if draw(st.booleans())
        }
        found.append(OfPolicy(passing, keys, told))
    return found


@given(its=parts())
def test_verdicts__are_by_policy_and_target(its: list[OfPolicy]) -> None:
    found = Verdicts(its)
    every = [
        part.told.get(key)
        or Verdict(
            part.passing.policy, key, Status.PASS, part.passing.severity, until_ns=part.passing.until_ns
        )
        for part in its
        for key in part.targets
    ]
    assert list(found) == every
    assert len(found) == len(every)
    assert [found[place] for place in range(-len(every), len(every))] == [*every, *every]
    assert found[1:-1] == tuple(every[1:-1])
    assert found == tuple(every)
    assert tuple(every) == found
    assert (found == every[1:]) is (not every)


@given(its=parts())
def test_verdicts__are_counted_without_being_made(its: list[OfPolicy]) -> None:
    found = Verdicts(its)
    assert tally(found) == tally(list(found))
    assert compliance(found) is compliance(list(found))
