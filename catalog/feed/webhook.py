"""Webhooks: who gets which changes, how far each has got, and what could not be brought.

One record for each webhook, and one for each dead letter. All that is changed is changed under the lock of the webhook.
"""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from catalog.errors import InvalidQuery, UnknownNode
from catalog.feed.change import Change, ChangeFilter, ChangeKind
from catalog.feed.log import Records, page, sort_of
from catalog.store.port import ChangeSet, Range, Reader, Space, Store, Transaction

MOST_WEBHOOKS = 200
MOST_DEAD = 1_000
"""Dead letters of one webhook; then it pauses, so that none is lost."""

WEBHOOKS = "webhook"
_SECRET_PREFIX = "whsec_"
_SECRET_BYTES = 32


class Standing(StrEnum):
    """Whether a webhook gets changes."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Webhook:
    """``position``: number of the last change that is done with; ``tries``: of the one behind it, in vain so far;
    ``due_ns``: not before. ``missed``: changes that the feed no longer had when their turn came. ``secret`` signs what
    is sent: it is shown once, when the webhook is made.
    ``again``: it has dead letters that are to be sent once more.
    """

    id: str
    url: str
    secret: str = field(repr=False)
    where: ChangeFilter
    actor: str | None
    created_ns: int
    standing: Standing = Standing.ACTIVE
    why: str = ""
    position: int = 0
    tries: int = 0
    due_ns: int = 0
    delivered: int = 0
    missed: int = 0
    last_ns: int | None = None
    last_answer: str = ""
    again: bool = False

    def encoded(self) -> str:
        """The text of it that a store keeps."""
        where = [sorted(self.where.kinds), sorted(self.where.domains), sorted(self.where.products)]
        return json.dumps({**asdict(self), "where": where})

    @classmethod
    def decoded(cls, text: str) -> "Webhook":
        """The webhook of such a text."""
        said: dict[str, Any] = json.loads(text)
        kinds, domains, products = said.pop("where")
        where = ChangeFilter(frozenset(map(ChangeKind, kinds)), frozenset(domains), frozenset(products))
        return cls(**{**said, "where": where, "standing": Standing(said["standing"])})


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A change that a webhook did not take. ``due``: it is to be sent once more."""

    change: Change
    tries: int
    answer: str
    time_ns: int
    due: bool = False

    def encoded(self) -> str:
        """The text of it that a store keeps."""
        return json.dumps([self.change.encoded(), self.tries, self.answer, self.time_ns, self.due])

    @classmethod
    def decoded(cls, text: str) -> "DeadLetter":
        """The dead letter of such a text."""
        change, *others = json.loads(text)
        return cls(Change.decoded(change), *others)


def new_secret() -> str:
    """A secret in the form of Standard Webhooks."""
    return _SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def secret_bytes(secret: str) -> bytes:
    """What a secret signs with. Raises ValueError where it is not of that form, or not of 24 to 64 bytes."""
    raw = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    if not secret.startswith(_SECRET_PREFIX) or not 24 <= len(raw) <= 64:
        raise ValueError("not a secret of 24 to 64 bytes behind whsec_")
    return raw


def webhooks(reader: Reader) -> list[Webhook]:
    """All webhooks, the oldest first."""
    found = [Webhook.decoded(row.value) for row in page(reader, WEBHOOKS, None, MOST_WEBHOOKS)]
    return sorted(found, key=lambda one: (one.created_ns, one.id))


def webhook(reader: Reader, id_: str) -> Webhook:
    """The webhook of an id. Raises UnknownNode."""
    text = reader.records(Space.FEED, ((WEBHOOKS, id_),)).get((WEBHOOKS, id_))
    if text is None:
        raise UnknownNode(f"There is no webhook {id_[:100]!r}.", "See `meshline webhook list`.")
    return Webhook.decoded(text)


def add_webhook(store: Store, made: Webhook) -> None:
    """Keep a new webhook. Raises InvalidQuery where there are MOST_WEBHOOKS."""

    def write(transaction: Transaction) -> None:
        transaction.lock((_lock_of(""),))
        if len(webhooks(transaction)) >= MOST_WEBHOOKS:
            raise InvalidQuery(
                f"There are {MOST_WEBHOOKS} webhooks already.", "Remove one that is not needed."
            )
        transaction.apply(ChangeSet(records={_place(made.id): made.encoded()}))

    store.write(write)


def remove_webhook(store: Store, id_: str) -> Webhook:
    """Take a webhook away with its dead letters. Raises UnknownNode."""

    def write(transaction: Transaction) -> Webhook:
        transaction.lock((_lock_of(id_),))
        gone = webhook(transaction, id_)
        records: Records = {_place(id_): None}
        records.update(
            {_letter_place(id_, one.change.number): None for one in dead_letters(transaction, id_)}
        )
        transaction.apply(ChangeSet(records=records))
        return gone

    return store.write(write)


def change_webhook(store: Store, id_: str, change: Callable[[Webhook], Webhook]) -> Webhook:
    """Change what is kept of a webhook, from what it is now. Raises UnknownNode."""
    return settle(store, id_, lambda known: (change(known), ()))


def settle(
    store: Store,
    id_: str,
    change: Callable[[Webhook], tuple[Webhook, "tuple[Letter, ...]"]],
    require: Callable[[Transaction], None] = lambda _: None,
) -> Webhook:
    """The same, with dead letters to keep or (None) to take away. ``require``: what must hold for it to be written."""

    def write(transaction: Transaction) -> Webhook:
        transaction.lock((_lock_of(id_),))
        require(transaction)
        after, letters = change(webhook(transaction, id_))
        records: Records = {_place(id_): after.encoded()}
        for number, letter in letters:
            records[_letter_place(id_, number)] = None if letter is None else letter.encoded()
        transaction.apply(ChangeSet(records=records))
        return after

    return store.write(write)


Letter = tuple[int, DeadLetter | None]
"""The number of a change, and the dead letter that it is from now on; None: it is none any more."""


def dead_letters(reader: Reader, id_: str, *, due: bool = False) -> list[DeadLetter]:
    """The dead letters of a webhook, the oldest first. ``due``: only those that are to be sent once more."""
    rows = reader.scan(Space.FEED, [Range(letters_of(id_))], limit=MOST_DEAD + 1)
    found = [DeadLetter.decoded(row.value) for row in rows]
    return [one for one in found if one.due or not due]


def redeliver(store: Store, id_: str, numbers: frozenset[int] | None = None) -> int:
    """Let dead letters be sent once more, and a paused webhook go on; how many. ``numbers`` None: all.

    Raises UnknownNode.
    """
    count = 0

    def write(transaction: Transaction) -> None:
        nonlocal count
        transaction.lock((_lock_of(id_),))
        known = webhook(transaction, id_)
        letters = [
            one for one in dead_letters(transaction, id_) if numbers is None or one.change.number in numbers
        ]
        count = len(letters)
        records: Records = {
            _letter_place(id_, one.change.number): replace(one, due=True).encoded() for one in letters
        }
        goes_on = replace(known, standing=Standing.ACTIVE, why="", due_ns=0, again=bool(letters))
        records[_place(id_)] = goes_on.encoded()
        transaction.apply(ChangeSet(records=records))

    store.write(write)
    return count


def _place(id_: str) -> tuple[Space, str, str]:
    return Space.FEED, WEBHOOKS, id_


def letters_of(id_: str) -> str:
    """Under what the dead letters of a webhook are kept."""
    return f"dead/{id_}"


def _letter_place(id_: str, number: int) -> tuple[Space, str, str]:
    return Space.FEED, letters_of(id_), sort_of(number)


def _lock_of(id_: str) -> str:
    return f"~feed/webhook/{id_}"
