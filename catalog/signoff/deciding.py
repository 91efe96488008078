"""What people do with proposals: how the value of a curation follows from what they ask and from what there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.curated import Curated
from catalog.curation import Aspect, Value
from catalog.curation_changes import NewValue
from catalog.curation_value import InvalidCuration, read_value
from catalog.errors import Conflict
from catalog.identity import kind_of
from catalog.impact.change import Proposal
from catalog.impact.evaluation import impact
from catalog.signoff.forms import is_deprecable
from catalog.signoff.proposals import StoredProposal, Word, stored
from catalog.signoff.shown import shown
from catalog.signoff.standing import Reporting, shown_of
from catalog.signoff.stated import said_changes
from catalog.store.port import Reader


@dataclass(frozen=True, slots=True)
class Proposed:
    """What somebody proposes. ``team``: in whose name (key); ``deadline``: an instant as text."""

    title: str
    proposal: Proposal
    author: str | None = None
    team: str | None = None
    reason: str | None = None
    link: str | None = None
    deadline: str | None = None


def proposing(proposed: Proposed, *, reporting: Reporting = impact) -> NewValue:
    """The proposal with what each owner is shown of it now."""

    def value(reader: Reader, _now: Curated) -> Value:
        told = shown(reporting(reader, proposed.proposal), proposed.proposal.changes)
        said = {
            "title": proposed.title,
            "changes": said_changes(proposed.proposal),
            "shown": [{"agent": key, "digest": one.digest} for key, one in told.shares.items()],
        }
        names = ("author", "team", "reason", "link", "deadline")
        said |= {name: getattr(proposed, name) for name in names if getattr(proposed, name)}
        return read_value(Aspect.PROPOSAL, said)

    return value


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as somebody gives it. ``agent``: for whom (key); ``seen``: the digest of what they looked at, None:
    what it is now."""

    agent: str
    word: Word
    until: str | None = None
    note: str | None = None
    seen: str | None = None


class SeenAnother(Conflict):
    """What they looked at is not what would happen now."""

    code = "seen-another"

    def __init__(self, now: Curated) -> None:
        super().__init__(now)
        self.message = "What concerns them has changed since they looked."
        self.hint = "Look at the proposal again, and answer to what it is now."


def answering(id_: str, given: Given, *, reporting: Reporting = impact) -> NewValue:
    """The answer of an owner to what concerns them now.

    Raises InvalidCuration for who is not affected or an answer that lacks what it needs, SeenAnother, UnknownNode.
    """
    _check_answer(given)

    def value(reader: Reader, now: Curated) -> Value:
        known = _open(stored(reader, id_))
        share = shown_of(reader, known, reporting).shares.get(given.agent)
        if share is None:
            raise InvalidCuration(f"nothing of {given.agent} is affected, so there is nothing to answer")
        if given.seen is not None and given.seen != share.digest:
            raise SeenAnother(now)
        said: dict[str, Any] = {
            "proposal": known.key,
            "agent": given.agent,
            "answer": given.word.value,
            "shown": share.digest,
            "until": given.until,
            "note": given.note,
        }
        return read_value(Aspect.SIGN_OFF, said)

    return value


def _check_answer(given: Given) -> None:
    if given.word is Word.MIGRATING and not given.until:
        raise InvalidCuration("who migrates says until when")
    if given.word is not Word.MIGRATING and given.until:
        raise InvalidCuration("only who migrates says until when")
    if given.word is Word.BLOCKED and not given.note:
        raise InvalidCuration("who blocks says why")


def forcing(reason: str, *, reporting: Reporting = impact) -> NewValue:
    """That the change is made without the answers, as far as it does what it does now."""

    def value(reader: Reader, now: Curated) -> Value:
        known = _open(stored(reader, now.curation.subject))
        digest = shown_of(reader, known, reporting).digest
        return read_value(Aspect.FORCE, {"reason": reason, "digest": digest})

    return value


def closing(status: str, note: str | None) -> NewValue:
    """That the proposal has ended."""

    def value(reader: Reader, now: Curated) -> Value:
        stored(reader, now.curation.subject)
        return read_value(Aspect.CLOSING, {"status": status, "note": note})

    return value


def deprecating(removal: str | None, reason: str | None, instead: str | None) -> NewValue:
    """That a thing will go away. Raises InvalidCuration for what cannot, or itself instead."""
    said: Mapping[str, Any] = {"removal": removal, "reason": reason, "instead": instead}

    def value(_reader: Reader, now: Curated) -> Value:
        subject = now.curation.subject
        if not is_deprecable(subject):
            raise InvalidCuration(f"a {kind_of(subject)} is not deprecated: fields, datasets and ports are")
        if instead == subject:
            raise InvalidCuration("it cannot be used instead of itself")
        return read_value(Aspect.DEPRECATION, said)

    return value


def _open(known: StoredProposal) -> StoredProposal:
    if known.closed is not None:
        raise InvalidCuration(f"the proposal is {known.closed.status}: it takes no answers any more")
    return known
