"""The history of facts of a dataset, job or document, as an export tells it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from catalog import values
from catalog.canonical import plain
from catalog.fold.edges import ALIASES, DATASET_COLUMNS, DECLARED, FIELDS, decode_members
from catalog.fold.history import NODE, NODES
from catalog.snapshot import terms
from catalog.snapshot.quads import part_of, sight, value
from catalog.snapshot.sheet import Inconsistent, Sheet
from ontology.rdf import Iri, quad


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One stretch: the value (None: no longer) that a key had, and the order keys of its first and last sight."""

    key: str
    first: str
    last: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All stretches, sorted, and the order keys of the first and last sight of the thing itself."""

    first: str
    last: str
    stretches: tuple[Said, ...]

    def observations(self) -> dict[str, dict[str, str | None]]:
        """The observations that can be seen in it: those that began a stretch or were the last of one."""
        found: dict[str, dict[str, str | None]] = {self.first: {}, self.last: {}}
        for said in self.stretches:
            found.setdefault(said.first, {})[said.key] = said.text
            found.setdefault(said.last, {})[said.key] = said.text
        return found


def fact_quads(key: str, facts: Facts, base: str) -> Iterator[str]:
    """The quads of the history of one thing."""
    yield from sight(base + key, "first", facts.first)
    yield from sight(base + key, "last", facts.last)
    for said in facts.stretches:
        name = base + part_of("stretch", key, said.key, said.first)
        yield quad(name, terms.OF, Iri(base + key))
        yield quad(name, terms.VALUE_KEY, said.key)
        yield from sight(name, "first", said.first)
        yield from sight(name, "last", said.last)
        yield from value(name, said.text)


def read_facts(sheet: Sheet, subject: str) -> Facts | None:
    """The history that a block tells; None where it tells none. Raises Inconsistent."""
    if not sheet.has(subject, terms.seen_terms("first")[0]):
        return None
    first, last = sheet.sight(subject, "first"), sheet.sight(subject, "last")
    stretches = sorted(_stretch(sheet, name) for name in sheet.subjects("stretch/"))
    for one, next_ in pairwise(stretches):
        if one.key == next_.key and one.last >= next_.first:
            raise Inconsistent(subject, f"two values of {one.key!r} hold at the same time")
    for said in stretches:
        if not first <= said.first <= said.last <= last:
            raise Inconsistent(subject, f"a value of {said.key!r} lies outside of the first and last sight")
    return Facts(first, last, tuple(stretches))


def _stretch(sheet: Sheet, name: str) -> Said:
    key, text = sheet.text(name, terms.VALUE_KEY), sheet.value(name)
    if text is not None:
        try:
            _reader(key)(text)
        except (ValueError, TypeError, KeyError) as error:
            raise Inconsistent(name, f"no {key} can be read from its value") from error
    return Said(key, sheet.sight(name, "first"), sheet.sight(name, "last"), text)


def _reader(key: str) -> Callable[[str], object]:
    return values.decode_described if key.startswith(NODE) else _READERS.get(key, plain)


_READERS: Mapping[str, Callable[[str], object]] = {
    FIELDS: values.decode_fields,
    ALIASES: values.decode_symlinks,
    DATASET_COLUMNS: values.decode_columns,
    DECLARED: values.decode_declared,
    NODES: decode_members,
}
"""How the values are read that the folds read; the others are any JSON."""
