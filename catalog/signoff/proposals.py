"""Stored proposals and the answers to them, read: what is proposed, by whom, who was shown what, who answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.curated import Curated, curated
from catalog.curation import Aspect
from catalog.errors import UnknownNode
from catalog.graph import Direction, Node
from catalog.identity import CurationId
from catalog.impact.change import Proposal
from catalog.instant import parse_instant
from catalog.signoff.forms import proposal_id, proposal_key
from catalog.signoff.stated import read_changes
from catalog.store.port import NodeFilter, Reader
from ontology.vocabulary import Label, Rel

SCANNED = 5_000
PAGE = 200


class Word(StrEnum):
    """What an owner answers; the words of the closed list of the ontology."""

    APPROVED = "APPROVED"
    MIGRATING = "MIGRATING"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of an agent (key). ``digest``: of what they were shown; ``until_ns``: when they will have migrated.
    ``by``, ``at``: who gave it, and when. ``version``: as ``ifVersion`` takes it."""

    agent: str
    word: Word
    digest: str
    until_ns: int | None
    note: str | None
    by: str | None
    at: int
    version: str


@dataclass(frozen=True, slots=True)
class Forced:
    """That somebody goes on without the answers. ``digest``: of all that was affected then."""

    reason: str
    digest: str
    by: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Closed:
    """How a proposal ended: ``done`` or ``withdrawn``."""

    status: str
    note: str | None
    by: str | None
    at: int


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A proposal as it was stored last. ``shown``: agent → digest of what they were shown then. ``at``: when that was;
    ``by``: who stored it. ``versions``: of its curations, by aspect, "0" where there is none."""

    key: str
    title: str
    proposal: Proposal
    author: str | None
    team: str | None
    reason: str | None
    link: str | None
    deadline_ns: int | None
    shown: Mapping[str, str]
    by: str | None
    at: int
    versions: Mapping[Aspect, str]
    answers: Mapping[str, Answer]
    forced: Forced | None
    closed: Closed | None

    @property
    def version(self) -> str:
        """What names what is proposed now, for those who change it only if nobody else has."""
        return self.versions[Aspect.PROPOSAL]

    @property
    def id(self) -> str:
        """What follows the kind in its key."""
        return proposal_id(self.key)


_OF_PROPOSAL = (Aspect.PROPOSAL, Aspect.FORCE, Aspect.CLOSING)


def stored(reader: Reader, id_: str, at: int | None = None) -> StoredProposal:
    """The proposal of an id (or key) now, or as of an instant. Raises UnknownNode."""
    key = id_ if id_.startswith("proposal/") else proposal_key(id_)
    found = stored_ones(reader, [key], at)
    if key not in found:
        raise UnknownNode(f"There is no proposal {id_[:200]!r}.", "See `meshline proposal list`.")
    return found[key]


def stored_ones(reader: Reader, keys: Collection[str], at: int | None = None) -> dict[str, StoredProposal]:
    """The proposals of these keys that there are. Three questions to the store."""
    asked = [CurationId(key, aspect.value) for key in keys for aspect in _OF_PROPOSAL]
    found = curated(reader, asked, at)
    known = [key for key in keys if found[CurationId(key, Aspect.PROPOSAL)].value is not None]
    answers = _answers(reader, known, at)
    return {
        key: _stored({aspect: found[CurationId(key, aspect.value)] for aspect in _OF_PROPOSAL}, answers[key])
        for key in known
    }


def listed(
    reader: Reader, after: str | None, first: int, *, open_only: bool = False
) -> tuple[list[StoredProposal], str | None]:
    """A page of proposals by id, behind one; and behind which the next begins, None: there are no more.

    ``open_only``: those that nobody has closed; a page then looks through at most ``SCANNED``, and may be short.
    """
    behind, keys, seen = None if after is None else proposal_key(after), list[str](), 0
    while len(keys) <= first and seen < SCANNED:
        nodes = reader.page(NodeFilter((Label.PROPOSAL,)), behind, first + 1)
        seen += len(nodes)
        keys += [
            one.key for one in nodes if not one.properties.get("gone") and not (open_only and _is_closed(one))
        ]
        behind = nodes[-1].key if nodes else behind
        if len(nodes) <= first:
            behind = None
            break
    shown = keys[:first]
    if len(keys) > first:
        behind = shown[-1]
    found = stored_ones(reader, shown)
    return [found[key] for key in shown if key in found], None if behind is None else proposal_id(behind)


def open_ones(reader: Reader) -> dict[str, StoredProposal]:
    """All proposals that nobody has closed."""
    found: dict[str, StoredProposal] = {}
    after: str | None = None
    while True:
        some, after = listed(reader, after, PAGE, open_only=True)
        found.update((one.key, one) for one in some)
        if after is None:
            return found


def _is_closed(node: Node) -> bool:
    return "status" in node.properties


def _answers(reader: Reader, keys: Collection[str], at: int | None) -> dict[str, dict[str, Answer]]:
    edges = reader.edges(keys, (Rel.ANSWERS,), Direction.IN, at) if keys else []
    given = curated(reader, [CurationId(edge.source, Aspect.SIGN_OFF) for edge in edges], at)
    found: dict[str, dict[str, Answer]] = {key: {} for key in keys}
    for edge in edges:
        one = given[CurationId(edge.source, Aspect.SIGN_OFF)]
        if one.value is not None and one.at is not None:
            answer = _answer(one)
            found[edge.target][answer.agent] = answer
    return found


def _answer(one: Curated) -> Answer:
    said = one.value or {}
    return Answer(
        agent=said["agent"],
        word=Word(said["answer"]),
        digest=said["shown"],
        until_ns=_ns(said.get("until")),
        note=said.get("note"),
        by=one.actor,
        at=one.at or 0,
        version=one.version,
    )


def _stored(versions: Mapping[Aspect, Curated], answers: Mapping[str, Answer]) -> StoredProposal:
    text, forced, closed = (versions[aspect] for aspect in _OF_PROPOSAL)
    said = text.value or {}
    return StoredProposal(
        key=text.curation.subject,
        title=said["title"],
        proposal=read_changes(said["changes"]),
        author=said.get("author"),
        team=said.get("team"),
        reason=said.get("reason"),
        link=said.get("link"),
        deadline_ns=_ns(said.get("deadline")),
        shown={one["agent"]: one["digest"] for one in said["shown"]},
        by=text.actor,
        at=text.at or 0,
        versions={aspect: one.version for aspect, one in versions.items()},
        answers=answers,
        forced=None
        if forced.value is None
        else Forced(forced.value["reason"], forced.value["digest"], forced.actor, forced.at or 0),
        closed=None
        if closed.value is None
        else Closed(closed.value["status"], closed.value.get("note"), closed.actor, closed.at or 0),
    )


def _ns(text: str | None) -> int | None:
    return None if text is None else parse_instant(text).ns
