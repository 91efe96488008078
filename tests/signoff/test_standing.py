"""How a proposal stands follows from what it does now, what was answered, and the time: as properties."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.coverage import Coverage, CoverageStatus, Reason, ReasonCode
from catalog.curation import Aspect
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.report import Affected, Concern, ImpactReport, Party, Story
from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.signoff.proposals import Answer, Closed, Forced, StoredProposal, Word
from catalog.signoff.shown import shown
from catalog.signoff.standing import GO, OwnerStatus, SignOff, Standing, stands

CHANGE = Change("dataset/db/orders", ChangeKind.FIELD_REMOVED, "status")
TEAMS = tuple(Party(f"team/{name}", name) for name in ("finance", "logistics", "sales"))
COMPLETE = Coverage(CoverageStatus.COMPLETE, (), 1, 1)
NOW = 1_000


def item(key: str, severity: Severity = Severity.BREAKS, **said: object) -> Affected:
    tale = Story("because", ("status",), ())
    known = Affected(key, "Job", (), severity, False, Certainty.PROVEN, 1, tale)
    return msgspec.structs.replace(known, **said)


def report(
    items: dict[Affected, tuple[Party, ...]],
    changes: tuple[Change, ...] = (CHANGE,),
    coverage: Coverage = COMPLETE,
    unread: tuple[str, ...] = (),
) -> ImpactReport:
    """A report on items with their owners."""
    if any(one.severity is not Severity.COMPATIBLE for one in items):
        verdict = Verdict.BLOCK
    else:
        verdict = Verdict.SAFE if coverage is COMPLETE else Verdict.REVIEW
    concerns = {one.key: Concern(owners=owners) for one, owners in items.items()}
    proposal = Proposal(changes, unread=unread)
    return ImpactReport("r", proposal, verdict, "", "major", tuple(items), coverage, 1, None, concerns)


def stored(told: ImpactReport, **said: object) -> StoredProposal:
    """The proposal of a report, as it was stored when that was what it did."""
    now = shown(told, told.changes)
    known = StoredProposal(
        key="proposal/one",
        title="Drop status",
        proposal=told.proposal,
        author="ada",
        team=None,
        reason=None,
        link=None,
        deadline_ns=None,
        shown={key: share.digest for key, share in now.shares.items()},
        by="ada",
        at=1,
        versions=dict.fromkeys((Aspect.PROPOSAL, Aspect.FORCE, Aspect.CLOSING), "1"),
        answers={},
        forced=None,
        closed=None,
    )
    return replace(known, **said)  # type: ignore[arg-type]


def answered(told: ImpactReport, words: dict[Party, Word], until_ns: int | None = None) -> dict[str, Answer]:
    """What parties have answered to a report."""
    now = shown(told, told.changes)
    return {
        party.key: Answer(party.key, word, now.shares[party.key].digest, until_ns, None, "x", 1, "v")
        for party, word in words.items()
    }


def seen(told: ImpactReport, known: StoredProposal, now_ns: int = NOW) -> Standing:
    return stands(known, shown(told, told.changes), now_ns)


def statuses(one: Standing) -> dict[str, OwnerStatus]:
    return {owner.key: owner.status for owner in one.owners}


FINANCE, LOGISTICS, SALES = TEAMS
TWO = report({item("job/a"): (FINANCE,), item("job/b"): (LOGISTICS,)})
ALL_APPROVED = {FINANCE: Word.APPROVED, LOGISTICS: Word.APPROVED}


def test_proposal__is_open_until_all_have_answered() -> None:
    assert seen(TWO, stored(TWO)).sign_off is SignOff.OPEN
    one = stored(TWO, answers=answered(TWO, {FINANCE: Word.APPROVED}))
    assert statuses(seen(TWO, one)) == {
        FINANCE.key: OwnerStatus.APPROVED,
        LOGISTICS.key: OwnerStatus.NOTIFIED,
    }
    assert not seen(TWO, one).may_go
    both = stored(TWO, answers=answered(TWO, ALL_APPROVED))
    assert seen(TWO, both).sign_off is SignOff.AGREED
    assert seen(TWO, both).may_go


def test_verdict__is_what_the_report_says_whatever_they_answer() -> None:
    assert seen(TWO, stored(TWO, answers=answered(TWO, ALL_APPROVED))).report.verdict is Verdict.BLOCK


def test_one_who_blocks__refuses_for_all() -> None:
    words = {FINANCE: Word.APPROVED, LOGISTICS: Word.BLOCKED}
    assert seen(TWO, stored(TWO, answers=answered(TWO, words))).sign_off is SignOff.REFUSED


def test_one_who_migrates__agrees_from_that_day_on() -> None:
    words = {FINANCE: Word.MIGRATING, LOGISTICS: Word.APPROVED}
    answers = {**answered(TWO, words, until_ns=NOW + 1)}
    before = seen(TWO, stored(TWO, answers=answers))
    assert (before.sign_off, before.agreed_from_ns) == (SignOff.OPEN, NOW + 1)
    assert seen(TWO, stored(TWO, answers=answers), NOW + 1).sign_off is SignOff.AGREED


def test_deadline__makes_those_who_have_not_answered_expire() -> None:
    known = stored(TWO, deadline_ns=NOW, answers=answered(TWO, {FINANCE: Word.APPROVED}))
    assert seen(TWO, known, NOW - 1).sign_off is SignOff.OPEN
    late = seen(TWO, known)
    assert late.sign_off is SignOff.EXPIRED
    assert statuses(late)[LOGISTICS.key] is OwnerStatus.EXPIRED


@pytest.mark.parametrize(
    "other",
    [
        report({item("job/a", Severity.CHANGES_ROWS): (FINANCE,), item("job/b"): (LOGISTICS,)}),
        report(
            {item("job/a", tale=Story("because", ("other",), ())): (FINANCE,), item("job/b"): (LOGISTICS,)}
        ),
        report({item("job/a", unknown=True): (FINANCE,), item("job/b"): (LOGISTICS,)}),
        report({item("job/a"): (FINANCE,), item("job/c"): (FINANCE,), item("job/b"): (LOGISTICS,)}),
    ],
    ids=["severity", "columns", "knowledge", "one more"],
)
def test_answer__is_void_when_what_concerns_its_owner_is_another(other: ImpactReport) -> None:
    known = stored(TWO, answers=answered(TWO, ALL_APPROVED))
    found = seen(other, known)
    assert statuses(found) == {FINANCE.key: OwnerStatus.VOID, LOGISTICS.key: OwnerStatus.APPROVED}
    assert found.sign_off is SignOff.VOID


def test_every_answer__is_void_when_the_proposal_is_another() -> None:
    known = stored(TWO, answers=answered(TWO, ALL_APPROVED))
    more = report(
        {one: TWO.concerns[one.key].owners for one in TWO.items}, (CHANGE, replace(CHANGE, path="total"))
    )
    assert set(statuses(seen(more, known)).values()) == {OwnerStatus.VOID}


def test_answer__stays_when_only_where_and_why_it_was_said_changes() -> None:
    known = stored(TWO, answers=answered(TWO, ALL_APPROVED))
    noted = report({one: TWO.concerns[one.key].owners for one in TWO.items}, (replace(CHANGE, note="n"),))
    assert seen(noted, known).sign_off is SignOff.AGREED


def test_owner__who_is_affected_no_more_holds_up_nothing() -> None:
    known = stored(TWO, answers=answered(TWO, {FINANCE: Word.APPROVED, LOGISTICS: Word.BLOCKED}))
    left = report({item("job/a"): (FINANCE,)})
    found = seen(left, known)
    assert statuses(found)[LOGISTICS.key] is OwnerStatus.UNAFFECTED
    assert found.sign_off is SignOff.AGREED


def test_owner__who_is_affected_newly_has_to_answer() -> None:
    known = stored(TWO, answers=answered(TWO, ALL_APPROVED))
    more = report({**{one: TWO.concerns[one.key].owners for one in TWO.items}, item("job/c"): (SALES,)})
    found = seen(more, known)
    assert statuses(found)[SALES.key] is OwnerStatus.NOTIFIED
    assert found.sign_off is SignOff.OPEN


def test_proposer__need_not_answer_what_is_their_own() -> None:
    known = stored(TWO, team=FINANCE.key, answers=answered(TWO, {LOGISTICS: Word.APPROVED}))
    found = seen(TWO, known)
    assert statuses(found)[FINANCE.key] is OwnerStatus.PROPOSER
    assert found.sign_off is SignOff.AGREED


def test_force__counts_while_the_change_does_what_it_did_then() -> None:
    forced = Forced("it is late", shown(TWO, TWO.changes).digest, "eve", 5)
    known = stored(TWO, forced=forced, answers=answered(TWO, {FINANCE: Word.BLOCKED}))
    assert seen(TWO, known).sign_off is SignOff.FORCED
    worse = report({**{one: TWO.concerns[one.key].owners for one in TWO.items}, item("job/c"): (SALES,)})
    assert seen(worse, replace(known, answers={})).sign_off is SignOff.VOID


def test_what_nobody_owns__is_agreed_to_by_nobody() -> None:
    nobodys = report({item("job/a"): (FINANCE,), item("job/b"): ()})
    known = stored(nobodys, answers=answered(nobodys, {FINANCE: Word.APPROVED}))
    found = seen(nobodys, known)
    assert found.sign_off is SignOff.OPEN
    assert found.open_ends == ("1 affected thing with no known owner.",)
    forced = Forced("nobody is there", shown(nobodys, nobodys.changes).digest, "eve", 5)
    assert seen(nobodys, replace(known, forced=forced)).sign_off is SignOff.FORCED


@pytest.mark.parametrize(
    "told",
    [
        report({item("job/a"): (FINANCE,)}, unread=("an object bound to nothing",)),
        report(
            {item("job/a"): (FINANCE,)},
            coverage=Coverage(CoverageStatus.PARTIAL, (Reason(ReasonCode.MAX_NODES, (), "cut"),), 1, 1),
        ),
        report({}, coverage=Coverage(CoverageStatus.UNKNOWN, (), 0, 0)),
    ],
    ids=["unread", "cut", "nobody"],
)
def test_what_is_not_known__is_never_agreed(told: ImpactReport) -> None:
    owners = [party for concern in told.concerns.values() for party in concern.owners]
    known = stored(told, answers=answered(told, dict.fromkeys(owners, Word.APPROVED)))
    assert seen(told, known).sign_off is SignOff.OPEN


def test_what_affects_nobody__is_agreed() -> None:
    safe = report({})
    assert seen(safe, stored(safe)).sign_off is SignOff.AGREED


def test_what_is_compatible__asks_nobody() -> None:
    told = report({item("job/a", Severity.COMPATIBLE): (FINANCE,)})
    assert seen(told, stored(told)).owners == ()


def test_withdrawn_proposal__may_not_be_made() -> None:
    known = stored(TWO, answers=answered(TWO, ALL_APPROVED), closed=Closed("withdrawn", None, "ada", 9))
    assert not seen(TWO, known).may_go


def test_items__tell_how_their_owners_stand() -> None:
    both = report({item("job/a"): (FINANCE, LOGISTICS)})
    known = stored(both, answers=answered(both, {FINANCE: Word.APPROVED}))
    assert seen(both, known).report.concerns["job/a"].status == "NOTIFIED"


OWNED = st.dictionaries(
    st.builds(item, st.sampled_from(("job/a", "job/b", "job/c", "job/d")), st.sampled_from(Severity)),
    st.lists(st.sampled_from(TEAMS), unique=True, max_size=2).map(tuple),
    max_size=4,
)


def _once(items: dict[Affected, tuple[Party, ...]]) -> dict[Affected, tuple[Party, ...]]:
    """Each key once: a report has an item once."""
    return dict({one.key: (one, owners) for one, owners in items.items()}.values())


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(
    before=OWNED,
    after=OWNED,
    words=st.lists(st.sampled_from(Word), min_size=3, max_size=3),
    now=st.integers(0, 9),
)
def test_agreement__is_always_of_all_to_what_would_happen_now(
    before: dict[Affected, tuple[Party, ...]],
    after: dict[Affected, tuple[Party, ...]],
    words: list[Word],
    now: int,
) -> None:
    then, told = report(_once(before)), report(_once(after))
    asked = shown(then, then.changes).shares
    said = {party: word for party, word in zip(TEAMS, words, strict=True) if party.key in asked}
    known = stored(then, answers=answered(then, said, until_ns=5))
    found, real = seen(told, known, now), shown(told, told.changes)
    agreed = not real.unowned.items and all(
        asked.get(key) is not None
        and asked[key].digest == share.digest
        and (said[share.party] is Word.APPROVED or (said[share.party] is Word.MIGRATING and now >= 5))
        for key, share in real.shares.items()
        if share.party is not None
    )
    assert (found.sign_off in GO) == agreed
    same = all(asked[key].digest == real.shares[key].digest for key in asked.keys() & real.shares.keys())
    assert (OwnerStatus.VOID in statuses(found).values()) == (not same)
