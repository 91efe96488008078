"""Proposals in the feed: whom they affect, who has answered, what is void, and which deadlines come near.

Each owner is told once, of what is theirs: one event for an owner, which belongs to the products and domains of their
affected things. How a proposal stands follows from the graph and the time, so it is looked at now and then in any case.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catalog.canonical import encode, plain
from catalog.changes import Position, position
from catalog.coverage import spoken
from catalog.errors import InvalidQuery, UnknownNode
from catalog.feed.belonging import Belonging
from catalog.feed.change import ChangedFact, ChangeKind, Fact, How, News, Place, shortened
from catalog.feed.log import PROPOSALS, PROPOSALS_NOTED, Records, State, page
from catalog.feed.step import Step
from catalog.impact.evaluation import impact
from catalog.impact.severity import RANK
from catalog.instant import DAY_NS, format_instant
from catalog.mesh.members import Members
from catalog.signoff.proposals import open_ones
from catalog.signoff.standing import Owner, OwnerStatus, Reporting, Standing, standing
from catalog.store.port import Reader, Space
from ontology.vocabulary import Label

NEAR_NS = 2 * DAY_NS
"""So long before its deadline an owner who has not answered is told once more."""

QUIET_S = 60.0
SHARE = 20
_PAGE = 1_000
_NOTED = "noted"

Told = Mapping[str, Any]
"""What is kept of a proposal: how it stood when it was told."""


class ProposalWatch:
    """Looks at the proposals of one store. For one thread."""

    def __init__(self, clock: Callable[[], int], every_s: float, reporting: Reporting = impact) -> None:
        """``every_s``: how often they are looked at while things change."""
        self._clock = clock
        self._every_s = every_s
        self._reporting = reporting
        self._looked: Position | None = None
        self._next_s = 0.0

    def look(self, reader: Reader, known: State, members: Members | None) -> Step | None:
        """What has become of them, where it is time to look."""
        begun = time.monotonic()
        if (
            begun < self._next_s + (0 if self._looked != known.at else QUIET_S)
            or position(reader) != known.at
        ):
            return None
        is_noted = PROPOSALS_NOTED in reader.records(Space.FEED, (PROPOSALS_NOTED,))
        news, records = self._changed(reader, members)
        self._looked = known.at
        self._next_s = begun + max(self._every_s, (time.monotonic() - begun) * SHARE)
        if is_noted and not records:
            return None
        return Step(
            known, known, news if is_noted else (), {**records, (Space.FEED, *PROPOSALS_NOTED): _NOTED}
        )

    def again(self) -> None:
        """Look anew at once: what was known is forgotten."""
        self._looked, self._next_s = None, 0.0

    def _changed(self, reader: Reader, members: Members | None) -> tuple[list[News], Records]:
        before = _known(reader)
        news, records = list[News](), Records()
        opened = open_ones(reader)
        now_ns = self._clock()
        for key in sorted(opened):
            try:
                stands = standing(reader, opened[key], now_ns, self._reporting)
            except (
                UnknownNode,
                InvalidQuery,
            ):  # what it would change is not there now: nobody is told otherwise
                continue
            after = _told(reader, stands, now_ns, members)
            if after != before.get(key):
                news += _news(key, before.get(key), after)
                records[Space.FEED, PROPOSALS, key] = encode(after)
        for key in sorted(before.keys() - opened.keys()):
            closed = reader.nodes([key]).get(key)
            status = "gone" if closed is None else str(closed.properties.get("status", "gone"))
            news.append(_closed(key, before[key], status))
            records[Space.FEED, PROPOSALS, key] = None
        return news, records


def _known(reader: Reader) -> dict[str, Told]:
    found: dict[str, Told] = {}
    after: str | None = None
    while rows := page(reader, PROPOSALS, after, _PAGE):
        found.update((row.sort, plain(row.value)) for row in rows)
        after = rows[-1].sort
    return found


def _told(reader: Reader, one: Standing, now_ns: int, members: Members | None) -> dict[str, Any]:
    changed = sorted({each.subject for each in one.stored.proposal.changes})
    things = {owner.key: sorted({i.key for i in owner.share.items}) for owner in one.owners if owner.share}
    belonging = Belonging(reader, {*changed, *(key for keys in things.values() for key in keys)}, members)
    known = one.stored
    said = {
        "author": known.author,
        "link": known.link,
        "deadline": None if known.deadline_ns is None else format_instant(known.deadline_ns),
        "reason": known.reason,
    }
    return {
        "title": known.title,
        "said": {name: value for name, value in said.items() if value is not None},
        "verdict": one.report.verdict.value,
        "signOff": one.sign_off.value,
        "forced": None if known.forced is None else known.forced.reason,
        "deadline": _phase(one, now_ns),
        "places": _places(belonging, changed),
        "owners": {
            owner.key: _owner(owner, _places(belonging, things.get(owner.key, ())))
            for owner in one.owners
            if owner.status is not OwnerStatus.UNAFFECTED
        },
    }


def _owner(owner: Owner, places: Sequence[Any]) -> dict[str, Any]:
    items = () if owner.share is None else owner.share.items
    answer = owner.answer
    until = None if answer is None or answer.until_ns is None else format_instant(answer.until_ns)
    return {
        "status": owner.status.value,
        "shown": None if owner.share is None else owner.share.digest,
        "answer": None if answer is None else [answer.version, answer.word.value, answer.note, until],
        "items": shortened([f"{one.severity}: {spoken(one.key)}" for one in items]),
        "worst": min((one.severity for one in items), key=RANK.__getitem__).value if items else None,
        "places": list(places),
    }


def _phase(one: Standing, now_ns: int) -> str:
    deadline = one.stored.deadline_ns
    if deadline is None or now_ns < deadline - NEAR_NS:
        return ""
    return "near" if now_ns < deadline else "past"


def _places(belonging: Belonging, keys: Sequence[str]) -> list[list[list[str]]]:
    products = dict.fromkeys(place for key in keys for place in belonging.products(key))
    domains = dict.fromkeys(place for key in keys for place in belonging.domains(key))
    return [[[one.key, one.name] for one in found] for found in (products, domains)]


def _news(key: str, before: Told | None, after: Told) -> list[News]:
    """What is to be told of a proposal that stood so and stands so now."""
    was: Mapping[str, Told] = {} if before is None else before["owners"]
    found = []
    for agent, now in after["owners"].items():
        then = was.get(agent)
        kind = _kind(then, now)
        if kind is not None:
            found.append(_of_owner(key, kind, agent, then, now, after))
    if before is not None and after["forced"] != before["forced"] and after["forced"] is not None:
        facts = {"forced": after["forced"], "signOff": after["signOff"]}
        found.append(_of_all(key, ChangeKind.PROPOSAL_ANSWERED, after, facts))
    phase = after["deadline"]
    waiting = [agent for agent, now in after["owners"].items() if now["status"] in _WAITING]
    if phase and waiting and phase != ("" if before is None else before["deadline"]):
        facts = {"is": phase, "waitingFor": sorted(waiting), **after["said"]}
        found.append(_of_all(key, ChangeKind.PROPOSAL_DEADLINE, after, facts))
    return found


_WAITING = (OwnerStatus.NOTIFIED, OwnerStatus.EXPIRED, OwnerStatus.VOID)


def _kind(then: Told | None, now: Told) -> ChangeKind | None:
    if now["status"] == OwnerStatus.PROPOSER:
        return None
    if then is None:
        return ChangeKind.PROPOSAL_OPENED
    if now["answer"] is not None and now["answer"] != then["answer"]:
        return ChangeKind.PROPOSAL_ANSWERED
    if now["shown"] != then["shown"]:
        return ChangeKind.PROPOSAL_OPENED if now["answer"] is None else ChangeKind.PROPOSAL_VOID
    return None


def _of_owner(key: str, kind: ChangeKind, agent: str, then: Told | None, now: Told, after: Told) -> News:
    """What is told of one owner. An answer is told to who proposed it too."""
    facts: dict[str, Fact | None] = {"owner": agent, "status": now["status"], "verdict": after["verdict"]}
    places = [now["places"]]
    if kind is ChangeKind.PROPOSAL_ANSWERED:
        _, word, note, until = now["answer"]
        facts |= {"answer": word, "note": note, "until": until, "signOff": after["signOff"]}
        places.append(after["places"])
    else:
        facts |= {"shown": now["shown"], "items": now["items"], "worst": now["worst"], **after["said"]}
    how = How.CREATED if then is None else How.CHANGED
    return _made(key, kind, how, after["title"], places, facts)


def _of_all(key: str, kind: ChangeKind, after: Told, facts: Mapping[str, Fact | None]) -> News:
    places = [after["places"], *(one["places"] for one in after["owners"].values())]
    return _made(key, kind, How.CHANGED, after["title"], places, facts)


def _closed(key: str, before: Told, status: str) -> News:
    places = [before["places"], *(one["places"] for one in before["owners"].values())]
    return _made(key, ChangeKind.PROPOSAL_CLOSED, How.ENDED, before["title"], places, {"status": status})


def _made(
    key: str,
    kind: ChangeKind,
    how: How,
    name: str,
    places: Sequence[Sequence[Sequence[Sequence[str]]]],
    facts: Mapping[str, Fact | None],
) -> News:
    products, domains = (
        tuple(dict.fromkeys(Place(*one) for both in places for one in both[number])) for number in (0, 1)
    )
    told = tuple(
        ChangedFact(name_, None, shortened(value))
        for name_, value in sorted(facts.items())
        if value is not None
    )
    return News(kind, key, Label.PROPOSAL, name, how, products, domains, told)
