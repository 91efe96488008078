"""The desk of proposals: stored, listed, answered, forced, closed; and what is deprecated. Over HTTP, in GraphQL and on
the command line it is the same."""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from api.curating import Curating
from api.errors import ProposalRefused
from api.proposals import answers
from api.proposals.terms import AnswerTerms, CloseTerms, DeprecateTerms, ForceTerms, ProposeTerms, given_of
from catalog.curation import Aspect
from catalog.curation_changes import NewValue, withdrawing
from catalog.curation_value import InvalidCuration, read_subject
from catalog.errors import PolicyViolated, StoreUnavailable
from catalog.identity import CurationId
from catalog.impact.evaluation import impact
from catalog.instant import DAY_NS, InvalidInstant, format_instant, parse_instant
from catalog.signoff import deciding
from catalog.signoff.forms import proposal_key, sign_off_key
from catalog.signoff.proposals import Word, listed, stored
from catalog.signoff.standing import Reporting, Standing, standing
from catalog.store.port import Reader, Store
from ingest.curator import Granted, Wish
from ingest.errors import Unavailable
from ingest.proposals.given import read_proposal

T = TypeVar("T")
MAX_PAGE = 200
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Desk:
    """Of one store, for one who asks. ``reporting``: how reports are made."""

    store: Store
    curating: Curating
    reporting: Reporting = impact
    clock: Callable[[], int] = time.time_ns

    def propose(self, terms: ProposeTerms) -> answers.ProposalDone:
        """Store a proposal, or change the one of this id.

        Raises ProposalRefused, ImproperProposal and its kin, and what ``Curating.grant`` does.
        """
        with self.store.read() as reader:
            proposal = read_proposal(reader, given_of(terms.change))
        if not proposal.changes:
            raise ProposalRefused("It changes no data.", "Owners answer to changes of data.")
        proposed = deciding.Proposed(
            title=terms.title,
            proposal=proposal,
            author=terms.author or self.curating.actor,
            team=terms.team,
            reason=terms.reason,
            link=terms.link,
            deadline=_end(terms.deadline),
        )
        id_ = _checked_id(terms.id or secrets.token_hex(5))
        value = deciding.proposing(proposed, reporting=self.reporting)
        granted = self._grant(
            proposal_key(id_), Aspect.PROPOSAL, value, terms.if_version, terms.reason, makes=True
        )
        return self._done(id_, granted)

    def one(self, id_: str) -> answers.ProposalAnswer:
        """A proposal and how it stands. Raises UnknownNode."""
        return answers.proposal_answer(self.standing(id_))

    def standing(self, id_: str) -> Standing:
        """How a proposal stands. Raises UnknownNode."""
        with self.store.read() as reader:
            return self._standing(reader, id_)

    def all(
        self, after: str | None = None, first: int = 50, *, open_only: bool = False
    ) -> answers.ProposalList:
        """A page of proposals by id; ``open_only``: of those that nobody has closed."""
        with self.store.read() as reader:
            found, following = listed(reader, after, min(first, MAX_PAGE), open_only=open_only)
        return answers.ProposalList(proposals=[answers.summary(one) for one in found], next=following)

    def answer(self, id_: str, terms: AnswerTerms) -> answers.ProposalDone:
        """Answer for an owner. Raises ProposalRefused, SeenAnother and what ``Curating.grant`` does."""
        if terms.answer not in set(Word):
            raise ProposalRefused(f"{terms.answer!r:.60} is no answer.", f"Answers are {', '.join(Word)}.")
        given = deciding.Given(terms.owner, Word(terms.answer), _end(terms.until), terms.note, terms.seen)
        value = _checked(lambda: deciding.answering(id_, given, reporting=self.reporting))
        key = _checked(lambda: sign_off_key(proposal_key(id_), read_subject(terms.owner)))
        granted = self._grant(key, Aspect.SIGN_OFF, value, terms.if_version, terms.note, makes=True)
        return self._done(id_, granted)

    def force(self, id_: str, terms: ForceTerms) -> answers.ProposalDone:
        """Go on without the answers. Raises as ``answer`` does."""
        value = deciding.forcing(terms.reason, reporting=self.reporting)
        granted = self._grant(proposal_key(id_), Aspect.FORCE, value, terms.if_version, terms.reason)
        return self._done(id_, granted)

    def close(self, id_: str, terms: CloseTerms) -> answers.ProposalDone:
        """Say that it is done, or withdrawn. Raises as ``answer`` does."""
        value = deciding.closing(terms.status, terms.note)
        granted = self._grant(proposal_key(id_), Aspect.CLOSING, value, terms.if_version, terms.note)
        return self._done(id_, granted)

    def deprecate(self, terms: DeprecateTerms) -> answers.DeprecationAnswer:
        """Say that a thing will go away, or that it will not. Raises as ``answer`` does."""
        value: NewValue = withdrawing
        if not terms.withdrawn:
            value = deciding.deprecating(_start(terms.removal), terms.reason, terms.instead)
        granted = self._grant(terms.subject, Aspect.DEPRECATION, value, terms.if_version, terms.reason)
        said = granted.curated.value
        return answers.DeprecationAnswer(
            changed=granted.changed,
            subject=terms.subject,
            deprecated=said is not None,
            version=granted.curated.version,
            **(said or {}),
        )

    def _grant(
        self,
        subject: str,
        aspect: Aspect,
        value: NewValue,
        version: str | None,
        why: str | None,
        *,
        makes: bool = False,
    ) -> Granted:
        try:
            curation = CurationId(read_subject(subject), aspect.value)
            return self.curating.grant(
                Wish(curation, value, why=why or None, if_version=version, makes=makes)
            )
        except InvalidCuration as error:
            raise ProposalRefused(f"It cannot be so: {error}.", "See docs/signoff.md.") from error
        except PolicyViolated as error:
            raise ProposalRefused(error.message, error.hint) from error
        except Unavailable as error:
            raise StoreUnavailable(error.message, error.hint) from error

    def _done(self, id_: str, granted: Granted) -> answers.ProposalDone:
        return answers.ProposalDone(changed=granted.changed, proposal=self.one(id_))

    def _standing(self, reader: Reader, id_: str) -> Standing:
        return standing(reader, stored(reader, id_), self.clock(), self.reporting)


def _checked(question: Callable[[], T]) -> T:
    """Raises ProposalRefused for what cannot be said."""
    try:
        return question()
    except InvalidCuration as error:
        raise ProposalRefused(f"It cannot be so: {error}.", "See docs/signoff.md.") from error


def _checked_id(id_: str) -> str:
    """An id that stands in addresses and commands as it is. Raises ProposalRefused."""
    if not _ID.fullmatch(id_):
        hint = "Letters, digits, dots, dashes and underscores, at most 100, as pr-123."
        raise ProposalRefused(f"{id_[:100]!r} is no id of a proposal.", hint)
    return id_


def _start(text: str | None) -> str | None:
    """An instant; of a day its beginning. Raises ProposalRefused."""
    if text is None:
        return None
    try:
        return format_instant(parse_instant(text).ns)
    except InvalidInstant as error:
        raise ProposalRefused(f"{error}.", "Write a day as 2027-01-31, or an instant.") from error


def _end(text: str | None) -> str | None:
    """An instant; of a day its end. Raises ProposalRefused."""
    begin = _start(text)
    if text is None or begin is None or len(text.strip()) > len("2027-01-31"):
        return begin
    return format_instant(parse_instant(begin).ns + DAY_NS)
