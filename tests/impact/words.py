"""Words to write proposals in: ``proposed(key, drop("a"), rename("b", "c"))``."""

from catalog.impact.change import Change, ChangeKind, Proposal


def drop(path: str) -> Change:
    return Change("", ChangeKind.FIELD_REMOVED, path)


def rename(path: str, after: str) -> Change:
    return Change("", ChangeKind.FIELD_RENAMED, path, path, after)


def retype(path: str, type_: str) -> Change:
    return Change("", ChangeKind.TYPE_INCOMPATIBLE, path, after=type_)


def drop_dataset() -> Change:
    return Change("", ChangeKind.DATASET_REMOVED)


def change(kind: ChangeKind, path: str | None = None, after: str | None = None) -> Change:
    return Change("", kind, path, after=after)


def proposed(key: str, *changes: Change) -> Proposal:
    """The changes of one dataset."""
    return Proposal(tuple(_of(key, one) for one in changes))


def _of(key: str, one: Change) -> Change:
    return Change(key, one.kind, one.path, one.before, one.after)
