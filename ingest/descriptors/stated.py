"""An object of a document as readers take it apart: what they do not take is told as unmapped, so nothing is dropped
unseen."""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.graph import Property
from ingest.descriptors.draft import Draft
from ingest.descriptors.place import Path


class Stated:
    """What a document says in one object, which was checked to be well-formed, and which keys of it were taken."""

    def __init__(self, value: Mapping[str, Any], path: Path, draft: Draft) -> None:
        self.value = value
        self.path = path
        self.draft = draft
        self._taken: set[str] = set()

    def at(self, key: str) -> Path:
        """The place of a key."""
        return (*self.path, key)

    def raw(self, key: str) -> Any:
        """What is under a key, whatever it is; None where there is nothing."""
        self._taken.add(key)
        return self.value.get(key)

    def text(self, key: str) -> str | None:
        """Text under a key, or a number as text; None where it is empty or missing."""
        value = self.raw(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        return str(value).strip() or None

    def name(self, key: str) -> str:
        """A name under a key, which keys of nodes are made of; an empty one is a fault."""
        found = self.text(key)
        if found is None:
            self.draft.fault(self.at(key), f"{key!r} is empty.")
        return found or "-"

    def one(self, key: str) -> "Stated | None":
        """The object under a key."""
        value = self.raw(key)
        return Stated(value, self.at(key), self.draft) if isinstance(value, Mapping) else None

    def each(self, key: str) -> Iterator["Stated"]:
        """The objects of the list under a key."""
        value = self.raw(key)
        for place, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, Mapping):
                yield Stated(item, (*self.path, key, place), self.draft)

    def words(self, key: str) -> list[str]:
        """The texts of the list under a key, as a set."""
        value = self.raw(key)
        return sorted({str(one) for one in value if str(one)}) if isinstance(value, list) else []

    def say(self, node: str, **keys: str) -> None:
        """Tell properties of a node, each by the key that has it: texts, truth values and lists of texts."""
        for name, key in keys.items():
            value = self.raw(key)
            told: Property | None = value if isinstance(value, bool) else self.text(key)
            if isinstance(value, list):
                told = self.words(key) or None
            self.draft.say(node, self.at(key), **{name: told})

    def taken(self, *keys: str) -> None:
        """Keys that say nothing beside what was taken."""
        self._taken.update(keys)

    def leave(self, key: str, why: str) -> None:
        """Tell a key as unmapped for a reason."""
        if self.value.get(key) is not None:
            self.draft.unmapped(self.at(key), why)
        self._taken.add(key)

    def done(self) -> None:
        """Tell what was not taken as unmapped."""
        for key, value in self.value.items():
            if key not in self._taken and value not in (None, [], {}):
                self.draft.unmapped(self.at(key))
