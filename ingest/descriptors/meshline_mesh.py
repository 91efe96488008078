"""What the sections of one of our descriptors share: how it refers to things, and whom it names in what role."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.instant import InvalidInstant, format_instant, parse_instant
from ingest.descriptors.draft import Draft
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel

_DAY = len("2026-01-31")
_DAY_NS = 86_400 * 10**9


@dataclass(frozen=True, slots=True)
class Mesh:
    """One descriptor. ``personal``: the ids of the categories of personal data among its classifications."""

    draft: Draft
    personal: frozenset[str]

    @classmethod
    def of(cls, value: Mapping[str, Any], draft: Draft) -> "Mesh":
        """The descriptor with that content."""
        classes = value.get("classifications", ())
        return cls(draft, frozenset(one["id"] for one in classes if one.get("personalData")))

    def thing(self, said: Stated, label: Label, *names: str) -> str:
        """The node of something with an id, with what everything has: name and description."""
        id_ = str(said.raw("id"))
        node = self.draft.thing(label, *(names or (id_,)), at=said.at("id"))
        self.draft.say(node, said.path)
        said.say(node, name="name", description="description")
        return node

    def classification(self, id_: str) -> Label:
        """Whether a classification is a category of personal data."""
        return Label.PERSONAL_DATA_CATEGORY if id_ in self.personal else Label.CLASSIFICATION

    def link(self, said: Stated, key: str, node: str, rel: Rel, label: Label) -> None:
        """A relationship to the thing of a label whose id stands under a key."""
        id_ = said.text(key)
        if id_ is not None:
            self.draft.link(rel, node, self.draft.thing(label, id_, at=said.at(key)), said.at(key))

    def links(self, said: Stated, key: str, node: str, rel: Rel, label: Label) -> None:
        """Relationships to the things whose ids are listed under a key."""
        for place, id_ in enumerate(said.raw(key) or ()):
            at = (*said.at(key), place)
            self.draft.link(rel, node, self.draft.thing(label, id_, at=at), at)

    def classified(self, said: Stated, node: str) -> None:
        """The classifications of something."""
        for place, id_ in enumerate(said.raw("classifications") or ()):
            at = (*said.at("classifications"), place)
            target = self.draft.thing(self.classification(id_), id_, at=at)
            self.draft.link(Rel.CLASSIFIED_AS, node, target, at)

    def owned(self, said: Stated, node: str) -> None:
        """The owner: a team by its id, or a person."""
        given = said.raw("owner")
        if given is None:
            return
        at = said.at("owner")
        label, id_ = (Label.PERSON, given["person"]) if isinstance(given, Mapping) else (Label.TEAM, given)
        self.draft.link(Rel.OWNED_BY, node, self.draft.thing(label, id_, at=at), at)

    def roles(self, said: Stated, node: str) -> None:
        """Who does what for something."""
        for role in said.each("roles"):
            about = {"role": role.text("role"), **since_until(role)}
            self.draft.link(Rel.HAS_ROLE, self.party(role), node, role.path, **about)

    def party(self, said: Stated) -> str:
        """The node of the team, person or product that is named."""
        labels = {"team": Label.TEAM, "person": Label.PERSON, "product": Label.DATA_PRODUCT}
        key = next(key for key in labels if key in said.value)
        return self.draft.thing(labels[key], str(said.raw(key)), at=said.at(key))

    def dataset(self, said: Stated) -> str:
        """The node of a dataset."""
        return self.draft.dataset(str(said.raw("namespace")), str(said.raw("name")), at=said.path)

    def datasets(self, said: Stated, key: str, node: str, rel: Rel) -> None:
        """Relationships to the datasets that are listed under a key."""
        for one in said.each(key):
            self.draft.link(rel, node, self.dataset(one), one.path)

    def governed(self, said: Stated, node: str) -> None:
        """The contract of a port, a version of it where one is named."""
        contract = said.one("contract")
        if contract is None:
            return
        id_, version = str(contract.raw("id")), contract.text("version")
        if version is None:
            target = self.draft.thing(Label.DATA_CONTRACT, id_, at=contract.path)
        else:
            target = self.draft.thing(Label.CONTRACT_VERSION, id_, version, at=contract.path)
        self.draft.link(Rel.GOVERNED_BY, node, target, contract.path)

    def namespaces(self, said: Stated, node: str, rel: Rel) -> None:
        """Namespaces of datasets that lie somewhere."""
        for place, name in enumerate(said.raw("namespaces") or ()):
            at = (*said.at("namespaces"), place)
            namespace = self.draft.thing(Label.NAMESPACE, "dataset", name, at=at)
            self.draft.say(namespace, at, name=name, of="dataset")
            self.draft.link(rel, namespace, node, at)


def since_until(said: Stated) -> dict[str, str | None]:
    """Since when and until when, as instants."""
    since, until = period(said, "since", "until")
    return {"since": since, "until": until}


def period(said: Stated, begin: str, end: str) -> tuple[str | None, str | None]:
    """Two instants, of which the second does not come before the first."""
    begins, ends = instant(said, begin), instant(said, end, ends=True)
    if begins and ends and parse_instant(ends).ns < parse_instant(begins).ns:
        said.draft.fault(
            said.at(end), f"It would end, {said.text(end)}, before it begins, {said.text(begin)}."
        )
    return begins, ends


def instant(said: Stated, key: str, *, ends: bool = False) -> str | None:
    """The day or time under a key as an instant. A day that ``ends`` something includes itself."""
    text = said.text(key)
    if text is None:
        return None
    try:
        ns = parse_instant(text).ns
    except InvalidInstant as error:
        said.draft.fault(said.at(key), f"{error}.".replace("not a date-time:", "No day and no time:", 1))
        return None
    return format_instant(ns + _DAY_NS if ends and len(text) == _DAY else ns)
