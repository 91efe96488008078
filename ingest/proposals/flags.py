"""Changes that are said outright, one by one: placed on datasets and columns that there are, types judged by the known.

A change names its dataset by its key or as people call it; None or empty is the dataset that all of it is about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from catalog.coverage import spoken
from catalog.data_types.change import type_change
from catalog.identity import DatasetId, kind_of
from catalog.impact.change import Change, ChangeKind
from ingest.errors import Contradiction, ImproperProposal
from ingest.proposals.columns import column_named
from ingest.proposals.differences import OF_TYPES
from ingest.proposals.gathered import Gathered
from ingest.proposals.known import Known
from ingest.proposals.shape import Shape

TYPES = frozenset(OF_TYPES.values())
NEEDS_AFTER = frozenset((ChangeKind.FIELD_RENAMED, ChangeKind.DATASET_MOVED, ChangeKind.QUERY_CHANGED))
OF_FIELDS = frozenset(
    kind
    for kind in ChangeKind
    if kind.startswith(("FIELD_", "TYPE_", "ENUM_", "CONSTRAINT_", "CLASSIFICATION_", "DEFAULT_", "MEANING_"))
)
"""Kinds that are of a field; of VALUES_CHANGED the field may be left out: all of them."""
_OTHERS = frozenset(
    ("contract", "contract-version", "product", "output-port", "input-port", "management-port")
)


def read_flags(known: Known, changes: Sequence[Change], dataset: str | None) -> Gathered:
    """The changes with the keys of their datasets, the paths as they are known, and the kinds of retypes.

    Raises UnknownDataset, Contradiction, ImproperProposal, with all that is wrong of the first sort. Whether a column
    is known at all, the walk says (``catalog.impact.proposed``).
    """
    placed = [replace(change, subject=_subject(known, change, dataset)) for change in changes]
    datasets = {change.subject for change in placed if kind_of(change.subject) == "dataset"}
    shapes = known.shapes(datasets) if datasets else {}
    improper = [fault for change in placed if (fault := _improper(change)) is not None]
    if improper:
        raise ImproperProposal(" ".join(improper))
    wrong: list[str] = []
    found = Gathered([_judged(change, shapes, wrong) for change in placed], [], ["flags"] if placed else [])
    if wrong:
        raise Contradiction(" ".join(wrong))
    return found


def _subject(known: Known, change: Change, dataset: str | None) -> str:
    if kind_of(change.subject) in _OTHERS:
        return change.subject
    if change.subject:
        return known.dataset(change.subject)
    if dataset is None:
        message = "It is not said which dataset is to change."
        raise ImproperProposal(message, "Name the dataset that the columns are of.")
    return dataset


def _improper(change: Change) -> str | None:
    of_dataset = kind_of(change.subject) == "dataset"
    if change.path is None and change.kind in OF_FIELDS and of_dataset:
        return f"{change.kind} needs the path of a field."
    if not change.after and change.kind in NEEDS_AFTER:
        return f"{change.kind} needs what it becomes ('after')."
    return None


def _judged(change: Change, shapes: Mapping[str, Shape], wrong: list[str]) -> Change:
    shape = shapes.get(change.subject)
    if shape is None:
        return change
    if change.kind is ChangeKind.DATASET_MOVED:
        return replace(change, before=spoken(change.subject), after=_to_key(change))
    column = None if change.path is None else column_named(change.path, shape.columns)
    if change.kind is ChangeKind.FIELD_ADDED:
        if column is not None:
            wrong.append(f"{spoken(change.subject)} has a column {column.path} already.")
        return change
    if change.kind is ChangeKind.FIELD_RENAMED:
        wrong += _taken(change, shape)
    if column is None:
        return change
    change = replace(change, path=column.path)
    if change.kind not in TYPES or column.type is None or change.after is None:
        return change
    kind = OF_TYPES.get(type_change(column.type, change.after))
    if kind is None:
        wrong.append(f"{column.path} is {column.type} already, so {change.after} is no change of it.")
        return change
    return replace(change, kind=kind, before=column.type)


def _taken(change: Change, shape: Shape) -> Iterable[str]:
    other = column_named(change.after or "", shape.columns)
    if change.after == change.path:
        yield f"{change.path} is called so already."
    elif other is not None and other.path == change.after:
        yield f"{change.path} cannot become {change.after}: there is a column of that name."


def _to_key(change: Change) -> str:
    """Where a dataset moves to, as a key; without a namespace it stays in its own."""
    to = change.after or ""
    if kind_of(to) == "dataset":
        return to
    own = DatasetId.parse(change.subject)
    if "://" in to:
        scheme, _, rest = to.partition("://")
        authority, slash, name = rest.rpartition("/")
        if slash and name:
            return DatasetId(f"{scheme}://{authority}", name).key
    return DatasetId(own.namespace, to).key
