"""Delivery: what is sent to a webhook next, and what becomes of it by the answer.

A webhook gets its changes one after another: the next one only when the last is taken or is a dead letter. At least
once: a process that dies between an answer and the note of it sends that change again, with the same id.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from api.errors import WebhookRefused
from api.settings import Settings
from api.webhooks.cloudevent import MEDIA_TYPE, event_bytes
from api.webhooks.sender import Answer, SendFailed, send
from api.webhooks.signature import signed_headers
from api.webhooks.target import Allowed, target_of
from catalog.errors import UnknownNode
from catalog.feed.change import Change
from catalog.feed.lease import Lease
from catalog.feed.log import event, events, state
from catalog.feed.webhook import (
    MOST_DEAD,
    DeadLetter,
    Letter,
    Standing,
    Webhook,
    dead_letters,
    settle,
    webhook,
)
from catalog.store.port import Reader, Store

AT_ONCE = 200
"""Changes of the feed that are looked through for those a webhook wants."""

FACTOR = 3.0
LONGEST_S = 6 * 3600.0
SHORTEST_S = 0.05
GONE = 410
_MOST_ANSWER = 300


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a change is tried, and how long after the first time in vain (then FACTOR times as long, and so on)."""

    tries: int = 10
    first_s: float = 5.0

    def wait_s(self, tries: int, asked_s: float | None) -> float:
        """How long to wait after so many tries: a little less or more by chance, so that receivers that failed together
        are not all tried together; not less than the receiver asked for."""
        wait = min(self.first_s * FACTOR ** (tries - 1), LONGEST_S) * random.uniform(0.8, 1.2)
        return max(wait, SHORTEST_S, min(asked_s or 0.0, LONGEST_S))


def patience_of(settings: Settings) -> Patience:
    """That of a service."""
    return Patience(settings.webhook_tries, float(settings.webhook_retry_seconds))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request. ``text``: for people; ``gone``: the receiver wants nothing any more."""

    taken: bool
    text: str
    gone: bool = False
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What a webhook is to be sent now. ``again``: it is a dead letter; ``missed``: changes before it that the feed no
    longer has."""

    webhook: Webhook
    change: Change
    again: DeadLetter | None = None
    missed: int = 0


class Deliveries:
    """Sends to the webhooks of one store. Store calls are made in the thread of the caller."""

    def __init__(
        self,
        store: Store,
        lease: Lease,
        base_iri: str,
        allowed: Allowed,
        patience: Patience,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._lease = lease
        self._base_iri = base_iri
        self._allowed = allowed
        self._patience = patience
        self._clock = clock

    def due(self, id_: str) -> Due | None:
        """What is to be sent to a webhook now; what it does not want is passed over.

        Dead letters that are to be sent once more come first. Raises StoreUnavailable, LeaseLost.
        """
        while True:
            with self._store.read() as reader:
                known, letters = _known(reader, id_)
                now = state(reader)
                if known is None or now is None or known.standing is Standing.PAUSED:
                    return None
                if letters:
                    return Due(known, letters[0].change, letters[0])
                resting = known.due_ns > self._clock() or known.position >= now.last
                found = [] if resting else events(reader, known.position, AT_ONCE)
            if known.again:
                self._settle(id_, lambda it: (replace(it, again=False), ()))
            if resting:
                return None
            missed, behind = 0, known.position
            for change in found:
                missed += change.number - behind - 1
                behind = change.number
                if known.where.takes(change.news):
                    return Due(known, change, missed=missed)
            if not found:
                missed, behind = now.last - behind, now.last
            self._settle(id_, partial(_passed, to=behind, missed=missed))

    async def send(self, due: Due) -> Outcome:
        """Send it, and say what became of it."""
        return await send_event(
            due.webhook, due.change.id, event_bytes(due.change, self._base_iri), self._allowed, self._clock()
        )

    def note(self, due: Due, outcome: Outcome) -> Webhook | None:
        """Keep what became of it; None where the webhook was taken away meanwhile.

        Raises StoreUnavailable, LeaseLost.
        """
        if due.again is not None:
            return self._settle(due.webhook.id, lambda it: self._sent_again(it, due, due.again, outcome))
        with self._store.read() as reader:
            room = MOST_DEAD - len(dead_letters(reader, due.webhook.id))
            kept = event(reader, due.change.number) is not None  # else it was forgotten while it was sent
        return self._settle(due.webhook.id, lambda it: self._sent(it, due, outcome, room, kept))

    def _settle(
        self, id_: str, change: Callable[[Webhook], tuple[Webhook, tuple[Letter, ...]]]
    ) -> Webhook | None:
        try:
            return settle(self._store, id_, change, self._lease.require)
        except UnknownNode:
            return None

    def _sent(
        self, known: Webhook, due: Due, outcome: Outcome, room: int, kept: bool
    ) -> tuple[Webhook, tuple[Letter, ...]]:
        number, now = due.change.number, self._clock()
        known = replace(known, last_ns=now, last_answer=outcome.text)
        if known.position >= number:
            return known, ()
        done = replace(known, position=number, tries=0, due_ns=0, missed=known.missed + due.missed)
        if outcome.taken:
            return replace(done, delivered=known.delivered + 1), ()
        tries = known.tries + 1
        letters = ((number, DeadLetter(due.change, tries, outcome.text, now)),) if kept else ()
        if outcome.gone:
            why = "The receiver answered 410: it wants nothing any more."
            return replace(done, standing=Standing.PAUSED, why=why), letters
        if tries < self._patience.tries:
            wait_s = self._patience.wait_s(tries, outcome.retry_after_s)
            return replace(known, tries=tries, due_ns=now + int(wait_s * 1e9)), ()
        if room <= 1:
            done = replace(done, standing=Standing.PAUSED, why=f"It has {MOST_DEAD} dead letters.")
        return done, letters

    def _sent_again(
        self, known: Webhook, due: Due, letter: DeadLetter | None, outcome: Outcome
    ) -> tuple[Webhook, tuple[Letter, ...]]:
        now = self._clock()
        known = replace(known, last_ns=now, last_answer=outcome.text)
        if outcome.taken or letter is None:
            return replace(known, delivered=known.delivered + 1), ((due.change.number, None),)
        left = replace(letter, tries=letter.tries + 1, answer=outcome.text, time_ns=now, due=False)
        return known, ((due.change.number, left),)


def _known(reader: Reader, id_: str) -> tuple[Webhook | None, list[DeadLetter]]:
    """A webhook with the dead letters that are to be sent once more; None: it was taken away."""
    try:
        known = webhook(reader, id_)
    except UnknownNode:
        return None, []
    return known, dead_letters(reader, id_, due=True) if known.again else []


def _passed(known: Webhook, to: int, missed: int) -> tuple[Webhook, tuple[Letter, ...]]:
    if known.position >= to:
        return known, ()
    return replace(known, position=to, missed=known.missed + missed), ()


async def send_event(known: Webhook, id_: str, body: bytes, allowed: Allowed, now_ns: int) -> Outcome:
    """Send one signed event to a webhook."""
    headers = {"Content-Type": MEDIA_TYPE, **signed_headers(known.secret, id_, now_ns // 10**9, body)}
    try:
        answer = await send(target_of(known.url), allowed, headers, body)
    except (SendFailed, WebhookRefused) as error:
        return Outcome(False, str(error.args[0])[:_MOST_ANSWER])
    return Outcome(answer.taken, _spoken(answer), answer.status == GONE, answer.retry_after_s)


def _spoken(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        return f"It answered {answer.status}; redirects are not followed."
    return f"It answered {answer.status}."
