"""What is asked about proposals: the bodies of requests, which the command line sends too."""

import msgspec

from catalog.impact.change import Change, Place
from catalog.impact.change import ChangeKind as Kind
from ingest.proposals.documents import Given, GivenDocument, Wanted


class Terms(msgspec.Struct, forbid_unknown_fields=True, rename="camel", omit_defaults=True, kw_only=True):
    """A body; unknown members are refused."""


class ChangeTerms(Terms):
    """One typed change, as ``meshline impact --json`` has them."""

    kind: Kind
    subject: str = ""
    path: str | None = None
    before: str | None = None
    after: str | None = None
    confidence: float = 1.0
    ordinal: int | None = None
    file: str | None = None
    line: int | None = None
    note: str | None = None


class DocumentTerms(Terms):
    """A document that tells changes."""

    name: str
    text: str
    base: bool = False
    wanted: Wanted | None = None


class GivenTerms(Terms):
    """What would change: as ``POST /api/v1/impact`` takes it."""

    changes: list[ChangeTerms] = []
    documents: list[DocumentTerms] = []
    dataset: str | None = None
    dialect: str | None = None
    other_target: bool = False


class ProposeTerms(Terms):
    """A proposal to store. ``id``: the one that is to be changed, or how the new one is to be called; ``team``: the key
    of a team or person; ``deadline``: an instant, or a day, whose end is meant."""

    title: str
    change: GivenTerms
    id: str | None = None
    author: str | None = None
    team: str | None = None
    reason: str | None = None
    link: str | None = None
    deadline: str | None = None
    if_version: str | None = None


class AnswerTerms(Terms):
    """An answer: APPROVED, MIGRATING (with ``until``) or BLOCKED (with ``note``), of an owner (key)."""

    owner: str
    answer: str
    until: str | None = None
    note: str | None = None
    seen: str | None = None
    if_version: str | None = None


class ForceTerms(Terms):
    """To go on without the answers."""

    reason: str
    if_version: str | None = None


class CloseTerms(Terms):
    """That it is ``done`` or ``withdrawn``."""

    status: str
    note: str | None = None
    if_version: str | None = None


class DeprecateTerms(Terms):
    """That a thing (key) will go away; ``withdrawn``: that it will not."""

    subject: str
    removal: str | None = None
    reason: str | None = None
    instead: str | None = None
    withdrawn: bool = False
    if_version: str | None = None


def given_terms(given: Given) -> GivenTerms:
    """What is given, as it is sent."""
    return GivenTerms(
        changes=[_change_terms(one) for one in given.changes],
        documents=[
            DocumentTerms(name=one.name, text=one.text, base=one.base, wanted=one.wanted)
            for one in given.documents
        ],
        dataset=given.dataset,
        dialect=given.dialect,
        other_target=given.other_target,
    )


def given_of(terms: GivenTerms) -> Given:
    """What was sent."""
    return Given(
        tuple(_change(one) for one in terms.changes),
        tuple(GivenDocument(one.name, one.text, one.base, one.wanted) for one in terms.documents),
        terms.dataset,
        terms.dialect,
        terms.other_target,
    )


def _change_terms(one: Change) -> ChangeTerms:
    place = one.place
    return ChangeTerms(
        kind=one.kind,
        subject=one.subject,
        path=one.path,
        before=one.before,
        after=one.after,
        confidence=one.confidence,
        ordinal=one.ordinal,
        file=None if place is None else place.file,
        line=None if place is None else place.line,
        note=one.note,
    )


def _change(one: ChangeTerms) -> Change:
    place = None if one.file is None else Place(one.file, one.line)
    return Change(
        *(
            one.subject,
            one.kind,
            one.path,
            one.before,
            one.after,
            one.confidence,
            place,
            one.note,
            one.ordinal,
        )
    )
