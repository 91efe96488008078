"""The webhooks of a store: made, listed, tested, taken away. Over HTTP and on the command line it is the same."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from api.errors import WebhookRefused
from api.webhooks.answers import (
    DeadLetterList,
    Redelivered,
    Removed,
    Tested,
    WebhookAnswer,
    WebhookList,
    dead_letter_answer,
    webhook_answer,
)
from api.webhooks.cloudevent import TEST_TYPE
from api.webhooks.delivery import Outcome, send_event
from api.webhooks.target import Allowed, addresses_of, target_of
from catalog.feed.beginning import begun
from catalog.feed.change import ChangeFilter, ChangeKind
from catalog.feed.log import state
from catalog.feed.webhook import (
    Webhook,
    add_webhook,
    dead_letters,
    new_secret,
    redeliver,
    remove_webhook,
    secret_bytes,
    webhook,
    webhooks,
)
from catalog.instant import format_instant
from catalog.store.port import Store

MOST_NAMES = 100
"""Of domains or products that one webhook asks for."""


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What a webhook is made of. ``secret``: one of the owner's; else one is drawn."""

    url: str
    kinds: list[str] = []
    domains: list[str] = []
    products: list[str] = []
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """``allowed``: where webhooks may send beyond the public internet."""

    store: Store
    base_iri: str
    allowed: Allowed

    def add(self, wanted: Wanted, actor: str | None) -> WebhookAnswer:
        """Make a webhook that gets what changes from now on; its secret is told this once.

        Raises WebhookRefused and InvalidQuery.
        """
        where = filter_of(wanted.kinds, wanted.domains, wanted.products)
        addresses_of(target_of(wanted.url), self.allowed)
        made = Webhook(
            id=f"wh_{secrets.token_hex(6)}",
            url=wanted.url,
            secret=_checked(wanted.secret),
            where=where,
            actor=actor,
            created_ns=time.time_ns(),
            position=begun(self.store).last,
        )
        add_webhook(self.store, made)
        return webhook_answer(made, made.position, 0, with_secret=True)

    def all(self) -> WebhookList:
        """All webhooks, the oldest first."""
        with self.store.read() as reader:
            known = state(reader)
            last = 0 if known is None else known.last
            found = [(one, len(dead_letters(reader, one.id))) for one in webhooks(reader)]
        return WebhookList([webhook_answer(one, last, dead) for one, dead in found])

    def remove(self, id_: str) -> Removed:
        """Take a webhook away. Raises UnknownNode."""
        return Removed(remove_webhook(self.store, id_).id)

    async def test(self, id_: str) -> Tested:
        """Send a signed event to a webhook, which tells that it is a test. Raises UnknownNode."""
        outcome = await self._tested(self._webhook(id_))
        return Tested(outcome.taken, outcome.text)

    def dead_letters(self, id_: str) -> DeadLetterList:
        """What a webhook did not take. Raises UnknownNode."""
        with self.store.read() as reader:
            webhook(reader, id_)
            return DeadLetterList([dead_letter_answer(one) for one in dead_letters(reader, id_)])

    def redeliver(self, id_: str) -> Redelivered:
        """Let all that be sent once more, and a paused webhook go on. Raises UnknownNode."""
        return Redelivered(redeliver(self.store, id_))

    def _webhook(self, id_: str) -> Webhook:
        with self.store.read() as reader:
            return webhook(reader, id_)

    async def _tested(self, known: Webhook) -> Outcome:
        now, id_ = time.time_ns(), f"test-{secrets.token_hex(6)}"
        event = {
            "specversion": "1.0",
            "id": id_,
            "source": self.base_iri,
            "type": TEST_TYPE,
            "time": format_instant(now),
            "datacontenttype": "application/json",
            "data": {"webhook": known.id},
        }
        return await send_event(known, id_, msgspec.json.encode(event), self.allowed, now)


def filter_of(kinds: Sequence[str], domains: Sequence[str], products: Sequence[str]) -> ChangeFilter:
    """The filter that texts ask for. Raises WebhookRefused."""
    unknown = [kind for kind in kinds if kind not in set(ChangeKind)]
    if unknown:
        known = ", ".join(ChangeKind)
        raise WebhookRefused(f"There is no kind of change {unknown[0][:50]!r}.", f"The kinds are {known}.")
    if max(len(domains), len(products)) > MOST_NAMES:
        raise WebhookRefused(
            f"It asks for more than {MOST_NAMES} domains or products.", "Leave the filter away."
        )
    return ChangeFilter(frozenset(map(ChangeKind, kinds)), frozenset(domains), frozenset(products))


def _checked(secret: str | None) -> str:
    if secret is None:
        return new_secret()
    try:
        secret_bytes(secret)
    except ValueError as error:
        hint = "It is whsec_ and 24 to 64 bytes in Base64; without one we draw it."
        raise WebhookRefused("The secret has not the form of Standard Webhooks.", hint) from error
    return secret
