"""The columns of a dataset, as any source tells them: what is compared before and after a change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.impact.change import Place

MADE_NEW = ""
"""``Column.was`` of one that is said to be new, whatever it looks like."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column or nested field. None is what the source does not tell. ``was``: its path before, where that is said.

    ``guessed``: it is known by its use alone, no schema shows it.
    """

    path: str
    type: str | None = None
    required: bool | None = None
    description: str | None = None
    default: str | None = None
    values: tuple[str, ...] | None = None
    was: str | None = None
    place: Place | None = None
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns in their order, outer before inner. ``whole``: there are no others. ``ordered``: the order is that of the
    table. ``key``, ``partition``: paths, None where not told."""

    columns: tuple[Column, ...] = ()
    whole: bool = True
    ordered: bool = True
    key: tuple[str, ...] | None = None
    partition: tuple[str, ...] | None = None
    place: Place | None = None


@dataclass(slots=True)
class Tree:
    """Columns by what they lie in: ``children`` of a path, those of ``None`` lie in nothing."""

    children: Mapping[str | None, Sequence[Column]] = field(default_factory=dict)

    def within(self, path: str | None) -> Sequence[Column]:
        """The columns directly within one."""
        return self.children.get(path, ())


def tree(columns: Iterable[Column]) -> Tree:
    """Columns by the nearest one that they lie in: names themselves may have dots."""
    listed = list(columns)
    paths = {column.path for column in listed}
    found: defaultdict[str | None, list[Column]] = defaultdict(list)
    for column in listed:
        found[parent(column.path, paths)].append(column)
    return Tree(found)


def parent(path: str, paths: Iterable[str] | set[str]) -> str | None:
    """The longest of the paths that a path lies in."""
    known = paths if isinstance(paths, set) else set(paths)
    outer = path.rpartition(".")[0]
    while outer:
        if outer in known:
            return outer
        outer = outer.rpartition(".")[0]
    return None
