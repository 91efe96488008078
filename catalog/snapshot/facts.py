"""The history of facts of a dataset, job or document, as an export tells it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from catalog import values
from catalog.canonical import plain
from catalog.fold.dataset_nodes import HIERARCHY
from catalog.fold.edges import ALIASES, DECLARED, FIELDS, OWNERS, TAGS, decode_members
from catalog.fold.history import DATASET_COLUMNS, LINEAGE, NODE, NODES
from catalog.lifecycle import PREVIOUS, previous_of
from catalog.snapshot import terms
from catalog.snapshot.quads import instant_text, part_of, sight, value
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
    """All stretches, sorted, and the order keys of the first and last sight of the thing itself.

    ``versions``: of a document, the order keys of all its versions, sorted.
    """

    first: str
    last: str
    stretches: tuple[Said, ...]
    versions: tuple[str, ...] = ()

    def observations(self) -> dict[str, dict[str, str | None]]:
        """The observations that can be seen in it: those that began a stretch or were the last of one. Of a document
        all of them, for each version says all that it says."""
        found: dict[str, dict[str, str | None]] = {at: {} for at in (self.first, self.last, *self.versions)}
        for said in self.stretches:
            between = self.versions[
                bisect_left(self.versions, said.first) : bisect_right(self.versions, said.last)
            ]
            for at in (said.first, said.last, *between):
                found.setdefault(at, {})[said.key] = said.text
        return found


def fact_quads(key: str, facts: Facts, base: str) -> Iterator[str]:
    """The quads of the history of one thing."""
    yield from sight(base + key, "first", facts.first)
    yield from sight(base + key, "last", facts.last)
    for at in facts.versions:
        yield quad(base + key, terms.VERSION, f"{instant_text(at)} {at[16:]}")
    for said in facts.stretches:
        name = base + part_of("stretch", key, said.key, said.first)
        yield quad(name, terms.OF, Iri(base + key))
        yield quad(name, terms.VALUE_KEY, said.key)
        yield from sight(name, "first", said.first)
        yield from sight(name, "last", said.last)
        yield from value(name, said.text)


def read_facts(sheet: Sheet, subject: str) -> Facts:
    """The history that a block tells. Raises Inconsistent."""
    first, last = sheet.sight(subject, "first"), sheet.sight(subject, "last")
    stretches = sorted(_stretch(sheet, name) for name in sheet.subjects("stretch/"))
    for one, next_ in pairwise(stretches):
        if one.key == next_.key and one.last >= next_.first:
            raise Inconsistent(subject, f"two values of {one.key!r} hold at the same time")
    for said in stretches:
        if not first <= said.first <= said.last <= last:
            raise Inconsistent(subject, f"a value of {said.key!r} lies outside of the first and last sight")
    versions = tuple(sorted(sheet.order_keys(subject, terms.VERSION)))
    if versions and (versions[0], versions[-1]) != (first, last):
        raise Inconsistent(subject, "its versions are not those of its first and last sight")
    return Facts(first, last, tuple(stretches), versions)


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
    OWNERS: values.decode_owners,
    TAGS: values.decode_tags,
    HIERARCHY: values.decode_hierarchy,
    DATASET_COLUMNS: values.decode_columns,
    LINEAGE: values.decode_lineage,
    PREVIOUS: previous_of,
    DECLARED: values.decode_declared,
    NODES: decode_members,
}
"""How the values are read that the folds read; the others are any JSON."""
