"""The guard against over-merging: which links between names count, when too much hangs together.

One wrong symlink, of a bucket say, would make one dataset of all its tables. So names are joined only where that can be
believed. A link is *sure* when a naming rule makes it or an operator vouches for it. All others of a component

- count for nothing, when they would join more than ``max_class`` names (names with sure links between them are one);
- count for nothing, when they lie between names whose fields differ: of both some are known, and not more than half of
  those of the name that has fewer are also fields of the other (by name; upper and lower case are the same). A name of
  which no field is known stays with the other, where all its links lead to that one.

Names of other fields may still be one, where a third has the fields of both: each of its links can be believed.

What comes out depends on the links and fields alone, not on where a walk came from.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Link = tuple[str, str]


class ConflictCode(StrEnum):
    """Why links count for nothing."""

    TOO_MANY_NAMES = "TOO_MANY_NAMES"
    FIELDS_DIFFER = "FIELDS_DIFFER"


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """Names that links would join, and do not; ``links``: those that count for nothing. All are keys, sorted. Of very
    many names those that were met."""

    code: ConflictCode
    names: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def why(self) -> str:
        """In words, as the end of a sentence."""
        return _WHY[self.code]


_WHY = {
    ConflictCode.TOO_MANY_NAMES: "links would make more names one dataset than the bound on them",
    ConflictCode.FIELDS_DIFFER: "their fields differ",
}


class Groups:
    """Disjoint sets of keys (union-find); a key that was never joined is a set of its own."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def of(self, key: str) -> str:
        """The member that stands for the set of the key."""
        root = key
        while (parent := self._parents.get(root, root)) != root:
            root = parent
        while (parent := self._parents.get(key, key)) != root:
            self._parents[key], key = root, parent
        return root

    def join(self, one: str, other: str) -> None:
        """Make the sets of both one; the lesser key stands for it."""
        low, high = sorted((self.of(one), self.of(other)))
        self._parents[high] = low

    def sets(self, keys: Iterable[str]) -> list[set[str]]:
        """The sets of these keys, as far as they are among them."""
        found: dict[str, set[str]] = defaultdict(set)
        for key in keys:
            found[self.of(key)].add(key)
        return list(found.values())


def differ(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two sets of names of fields are hardly of one dataset; nothing is known of an empty one."""
    return bool(one) and bool(other) and 2 * len(set(one) & set(other)) <= min(len(one), len(other))


def unbelieved(
    sure: Groups, doubtful: Collection[Link], fields: Mapping[str, frozenset[str]]
) -> frozenset[Link]:
    """The links of one component that lie between names whose fields differ. ``fields``: key → names of its fields."""
    known: dict[str, set[str]] = defaultdict(set)
    for key, names in fields.items():
        known[sure.of(key)] |= names
    told = {group for group, names in known.items() if names}
    if not any(differ(known[a], known[b]) for a in told for b in told if a < b):
        return frozenset()
    blocks = Groups()
    ends = [(sure.of(a), sure.of(b)) for a, b in doubtful]
    for a, b in ends:
        if a in told and b in told and not differ(known[a], known[b]):
            blocks.join(a, b)
    _join_leaves(blocks, ends, told)
    return frozenset(
        link for link, (a, b) in zip(doubtful, ends, strict=True) if a != b and blocks.of(a) != blocks.of(b)
    )


def _join_leaves(blocks: Groups, ends: Iterable[Link], told: Collection[str]) -> None:
    """Join what nothing is known of to the only one that it hangs on, from the outside inwards."""
    beside: dict[str, set[str]] = defaultdict(set)
    for a, b in ends:
        if blocks.of(a) != blocks.of(b):
            beside[blocks.of(a)].add(blocks.of(b))
            beside[blocks.of(b)].add(blocks.of(a))
    sure = {blocks.of(group) for group in told}
    leaves = [block for block in beside if block not in sure and len(beside[block]) == 1]
    while leaves:
        leaf = leaves.pop()
        if not beside[leaf]:
            continue
        (only,) = beside.pop(leaf)
        beside[only].discard(leaf)
        blocks.join(leaf, only)
        if only not in sure and len(beside[only]) == 1:
            leaves.append(only)
