"""A portrait: what the feed knows of one thing, so that it can tell what is another at the next look."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog.canonical import encode, plain
from catalog.feed.change import ChangeKind, Facts, How, News, Place, changed_facts
from ontology.vocabulary import Label, Rel

KINDS = {
    Label.DATA_PRODUCT: ChangeKind.PRODUCT_CHANGED,
    Label.OUTPUT_PORT: ChangeKind.PORT_CHANGED,
    Label.INPUT_PORT: ChangeKind.PORT_CHANGED,
    Label.MANAGEMENT_PORT: ChangeKind.PORT_CHANGED,
    Label.DATA_CONTRACT: ChangeKind.CONTRACT_CHANGED,
    Label.CONTRACT_VERSION: ChangeKind.CONTRACT_CHANGED,
    Label.ACCESS_AGREEMENT: ChangeKind.AGREEMENT_CHANGED,
    Label.DOMAIN: ChangeKind.DOMAIN_CHANGED,
    Label.DATASET: ChangeKind.SCHEMA_CHANGED,
}
"""The labels that are watched, and what a change of each is called."""

OWNERS = Rel.OWNED_BY.value


@dataclass(frozen=True, slots=True)
class Portrait:
    """``facts``: its properties by name, its links by type, those of its parts behind the name of the part."""

    key: str
    label: str
    name: str
    facts: Facts = field(default_factory=dict)
    products: tuple[Place, ...] = ()
    domains: tuple[Place, ...] = ()

    def encoded(self) -> str:
        """The text of it that a store keeps."""
        places = [[[one.key, one.name] for one in found] for found in (self.products, self.domains)]
        return encode([self.label, self.name, dict(self.facts), *places])

    @classmethod
    def decoded(cls, key: str, text: str) -> "Portrait":
        """The portrait of such a text."""
        said: list[Any] = plain(text)
        label, name, facts, products, domains = said
        return cls(
            key,
            label,
            name,
            facts,
            tuple(Place(*one) for one in products),
            tuple(Place(*one) for one in domains),
        )


def news_of(before: Portrait | None, after: Portrait | None) -> Iterator[News]:
    """What is to be told of a thing that was so and is now so; None: there was or is none.

    Of datasets it is only told how what was known of them changes: events make new ones all the time.
    """
    shown = after or before
    if shown is None:
        return
    if Label.DATASET in (shown.label, before.label if before else ""):
        if before is None or after is None or before.label != after.label:
            return
        kind = ChangeKind.SCHEMA_CHANGED
    else:
        kind = KINDS[Label(shown.label)]
    products, domains = _places(before, after)
    how = How.CREATED if before is None else How.ENDED if after is None else How.CHANGED
    old, new = dict(before.facts) if before else {}, dict(after.facts) if after else {}
    parts = {OWNERS} if how is How.CHANGED else set()
    for told, names in ((kind, (old.keys() | new.keys()) - parts), (ChangeKind.OWNER_CHANGED, parts)):
        facts, more = changed_facts(_only(old, names), _only(new, names))
        if facts or (how is not How.CHANGED and told is kind):
            facts, more = ((), 0) if how is How.ENDED else (facts, more)
            yield News(told, shown.key, shown.label, shown.name, how, products, domains, facts, more)


def _only(facts: Facts, names: set[str]) -> Facts:
    return {name: value for name, value in facts.items() if name in names}


def _places(before: Portrait | None, after: Portrait | None) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """Where it belongs and belonged: who loses a thing is told too. The places of now come first."""
    now = (after.products, after.domains) if after else ((), ())
    then = (before.products, before.domains) if before else ((), ())
    joined = [
        (*new, *(one for one in old if one.key not in {n.key for n in new}))
        for new, old in zip(now, then, strict=True)
    ]
    return joined[0], joined[1]
