"""A change: one event of the feed, and the filter by which somebody asks for some of them."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias
from urllib.parse import unquote

from catalog.canonical import encode, plain

MOST_FACTS = 50
"""Facts that one change tells; how many more there are, it says."""

MOST_CHARACTERS = 1_000
"""Of one text within a change; a longer one is cut."""

Fact: TypeAlias = str | int | bool | list[str]
Facts: TypeAlias = Mapping[str, Fact]


class ChangeKind(StrEnum):
    """What has changed."""

    PRODUCT_CHANGED = "product.changed"
    PORT_CHANGED = "port.changed"
    CONTRACT_CHANGED = "contract.changed"
    AGREEMENT_CHANGED = "agreement.changed"
    DOMAIN_CHANGED = "domain.changed"
    OWNER_CHANGED = "owner.changed"
    SCHEMA_CHANGED = "schema.changed"
    RUN_COMPLETED = "run.completed"
    RUN_FAILED = "run.failed"
    FINDING_OPENED = "finding.opened"
    FINDING_CLOSED = "finding.closed"
    PROPOSAL_OPENED = "proposal.opened"
    PROPOSAL_ANSWERED = "proposal.answered"
    PROPOSAL_VOID = "proposal.void"
    PROPOSAL_DEADLINE = "proposal.deadline"
    PROPOSAL_CLOSED = "proposal.closed"


class How(StrEnum):
    """Whether the subject is new, another than before, or there no longer."""

    CREATED = "created"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A product or domain that a change belongs to."""

    key: str
    name: str

    def is_called(self, text: str) -> bool:
        """Whether a text names it: its key, its name, or what stands in its key."""
        return text in (self.key, self.name) or text == unquote(self.key.partition("/")[2])


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """A fact before and after; None: there was or is none."""

    name: str
    before: Fact | None
    after: Fact | None


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told of a subject; the feed gives it a number, an id and a time. ``more``: facts left out."""

    kind: ChangeKind
    subject: str
    label: str
    name: str
    how: How
    products: tuple[Place, ...] = ()
    domains: tuple[Place, ...] = ()
    facts: tuple[ChangedFact, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One event of the feed. ``number``: its place in the one order of all; ``id``: the same whenever it is sent."""

    number: int
    id: str
    time_ns: int
    news: News

    @classmethod
    def of(cls, news: News, number: int, time_ns: int) -> "Change":
        """The event with this number. Its id is drawn by chance too: a store that was restored from a copy counts on
        from there, but gives no id twice."""
        return cls(number, f"{number:x}-{secrets.token_hex(6)}", time_ns, news)

    def encoded(self) -> str:
        """The text of it that a store keeps."""
        news = self.news
        return encode(
            {
                "number": self.number,
                "id": self.id,
                "time": self.time_ns,
                "kind": news.kind.value,
                "subject": news.subject,
                "label": news.label,
                "name": news.name,
                "how": news.how.value,
                "products": [[one.key, one.name] for one in news.products],
                "domains": [[one.key, one.name] for one in news.domains],
                "facts": [[one.name, one.before, one.after] for one in news.facts],
                "more": news.more,
            }
        )

    @classmethod
    def decoded(cls, text: str) -> "Change":
        """The event of such a text."""
        said: dict[str, Any] = plain(text)
        news = News(
            kind=ChangeKind(said["kind"]),
            subject=said["subject"],
            label=said["label"],
            name=said["name"],
            how=How(said["how"]),
            products=tuple(Place(*one) for one in said["products"]),
            domains=tuple(Place(*one) for one in said["domains"]),
            facts=tuple(ChangedFact(*one) for one in said["facts"]),
            more=said["more"],
        )
        return cls(said["number"], said["id"], said["time"], news)


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes: of one of the kinds, domains and products; where nothing is named, all are meant."""

    kinds: frozenset[ChangeKind] = field(default_factory=frozenset)
    domains: frozenset[str] = field(default_factory=frozenset)
    products: frozenset[str] = field(default_factory=frozenset)

    def takes(self, news: News) -> bool:
        """Whether a change is one of these. A domain has the changes of those below it too."""
        if self.kinds and news.kind not in self.kinds:
            return False
        return _meets(self.domains, news.domains) and _meets(self.products, news.products)


def _meets(wanted: Collection[str], places: Sequence[Place]) -> bool:
    return not wanted or any(place.is_called(text) for text in wanted for place in places)


def changed_facts(before: Facts, after: Facts) -> tuple[tuple[ChangedFact, ...], int]:
    """What differs, in the order of names: at most MOST_FACTS, and how many more."""
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    told = tuple(
        ChangedFact(name, shortened(before.get(name)), shortened(after.get(name)))
        for name in names[:MOST_FACTS]
    )
    return told, len(names) - len(told)


def shortened(value: Fact | None) -> Fact | None:
    """A fact without what makes it too long to tell."""
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return value[: MOST_CHARACTERS - 1] + "…"
    if isinstance(value, list):
        kept = [str(shortened(one)) for one in value[:MOST_FACTS]]
        return kept if len(value) <= MOST_FACTS else [*kept, f"… and {len(value) - MOST_FACTS} more"]
    return value
