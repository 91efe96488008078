"""What is told of webhooks over HTTP and by the command line."""

import msgspec

from catalog.feed.webhook import DeadLetter, Webhook
from catalog.instant import format_instant


class WebhookAnswer(msgspec.Struct, rename="camel", omit_defaults=True):
    """A webhook without its secret, but when it is made. ``behind``: changes of the feed that it has still to be asked
    about."""

    id: str
    url: str
    kinds: list[str]
    domains: list[str]
    products: list[str]
    standing: str
    created: str
    actor: str | None
    delivered: int
    behind: int
    dead_letters: int
    missed: int = 0
    tries: int = 0
    why: str | None = None
    last_at: str | None = None
    last_answer: str | None = None
    secret: str | None = None


class WebhookList(msgspec.Struct):
    """All webhooks."""

    webhooks: list[WebhookAnswer]


class Tested(msgspec.Struct):
    """What became of a test."""

    taken: bool
    answer: str


class DeadLetterAnswer(msgspec.Struct):
    """A change that a webhook did not take."""

    number: int
    id: str
    kind: str
    subject: str
    tries: int
    answer: str
    time: str
    due: bool


class DeadLetterList(msgspec.Struct, rename="camel"):
    """The dead letters of a webhook, the oldest first."""

    dead_letters: list[DeadLetterAnswer]


class Redelivered(msgspec.Struct):
    """How many dead letters will be sent once more."""

    redelivered: int


class Removed(msgspec.Struct):
    """The id of what is gone."""

    removed: str


def webhook_answer(known: Webhook, last: int, dead: int, *, with_secret: bool = False) -> WebhookAnswer:
    """``last``: number of the last change of the feed; ``dead``: how many dead letters it has."""
    return WebhookAnswer(
        id=known.id,
        url=known.url,
        kinds=sorted(known.where.kinds),
        domains=sorted(known.where.domains),
        products=sorted(known.where.products),
        standing=known.standing,
        created=format_instant(known.created_ns),
        actor=known.actor,
        delivered=known.delivered,
        behind=last - known.position,
        dead_letters=dead,
        missed=known.missed,
        tries=known.tries,
        why=known.why or None,
        last_at=None if known.last_ns is None else format_instant(known.last_ns),
        last_answer=known.last_answer or None,
        secret=known.secret if with_secret else None,
    )


def dead_letter_answer(letter: DeadLetter) -> DeadLetterAnswer:
    """What is told of a dead letter."""
    news = letter.change.news
    return DeadLetterAnswer(
        letter.change.number,
        letter.change.id,
        news.kind,
        news.subject,
        letter.tries,
        letter.answer,
        format_instant(letter.time_ns),
        letter.due,
    )
