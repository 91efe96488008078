"""Values of a descriptor as the type that a reader wants: what is of another type is a fault of the file."""

from collections.abc import Iterator
from typing import Any

from ingest.descriptors.draft import Draft
from ingest.descriptors.place import Path
from ingest.problems import shown

Mapping = dict[str, Any]


class Typed:
    """Looks values of objects up, by key. Absent and null are None, or empty; what is wrong is told to the draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def text(self, owner: Mapping, at: Path, key: str) -> str | None:
        """Text that is not empty; a number is taken as it is written."""
        value = owner.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str):
            return value
        self._wrong((*at, key), "text", value)
        return None

    def flag(self, owner: Mapping, at: Path, key: str) -> bool | None:
        """True or false."""
        value = owner.get(key)
        if value is None or isinstance(value, bool):
            return value
        self._wrong((*at, key), "true or false", value)
        return None

    def mapping(self, owner: Mapping, at: Path, key: str) -> Mapping:
        """An object."""
        value = owner.get(key)
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        self._wrong((*at, key), "an object", value)
        return {}

    def mappings(self, owner: Mapping, at: Path, key: str) -> Iterator[tuple[Mapping, Path]]:
        """The objects of a list, or of an object by name, each with its place."""
        value = owner.get(key)
        if value is None:
            return
        listed = isinstance(value, list)
        if not listed and not isinstance(value, dict):
            self._wrong((*at, key), "a list or an object", value)
            return
        for name, item in enumerate(value) if listed else value.items():
            place = (*at, key, name)
            if isinstance(item, dict):
                yield item, place
            else:
                self._wrong(place, "an object", item)

    def words(self, owner: Mapping, at: Path, key: str) -> tuple[str, ...]:
        """Texts of a list; one text alone is a list of one."""
        value = owner.get(key)
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list):
            self._wrong((*at, key), "a list of texts", value)
            return ()
        found = []
        for index, item in enumerate(value):
            if isinstance(item, str):
                found.append(item)
            elif item is not None:
                self._wrong((*at, key, index), "text", item)
        return tuple(found)

    def _wrong(self, place: Path, wanted: str, value: Any) -> None:
        self._draft.fault(place, f"This is to be {wanted}, and is {shown(value)}.")
