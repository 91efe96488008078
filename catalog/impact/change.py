"""Proposed changes: what a person, a contract, a manifest or a candidate event would change, as one typed list."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.projection import Said


class ChangeKind(StrEnum):
    """What is changed. Kinds of a field name its ``path``; of a dataset, port or contract they name none."""

    FIELD_ADDED = "FIELD_ADDED"
    FIELD_REMOVED = "FIELD_REMOVED"
    FIELD_RENAMED = "FIELD_RENAMED"
    TYPE_WIDENED = "TYPE_WIDENED"
    TYPE_NARROWED = "TYPE_NARROWED"
    TYPE_INCOMPATIBLE = "TYPE_INCOMPATIBLE"
    FIELD_REQUIRED = "FIELD_REQUIRED"
    FIELD_NULLABLE = "FIELD_NULLABLE"
    VALUES_CHANGED = "VALUES_CHANGED"
    """Other values, or none at all, in the same column: a corrected formula, a new unit, all null."""
    ROWS_CHANGED = "ROWS_CHANGED"
    KEY_CHANGED = "KEY_CHANGED"
    PARTITION_CHANGED = "PARTITION_CHANGED"
    ENUM_VALUE_ADDED = "ENUM_VALUE_ADDED"
    ENUM_VALUE_REMOVED = "ENUM_VALUE_REMOVED"
    CONSTRAINT_TIGHTENED = "CONSTRAINT_TIGHTENED"
    CONSTRAINT_RELAXED = "CONSTRAINT_RELAXED"
    DEFAULT_CHANGED = "DEFAULT_CHANGED"
    FIELD_MOVED = "FIELD_MOVED"
    """Another place among the columns: counts where they are read by position."""
    MEANING_CHANGED = "MEANING_CHANGED"
    """Description, unit or glossary term."""
    CLASSIFICATION_RAISED = "CLASSIFICATION_RAISED"
    CLASSIFICATION_LOWERED = "CLASSIFICATION_LOWERED"
    SLO_TIGHTENED = "SLO_TIGHTENED"
    SLO_RELAXED = "SLO_RELAXED"
    SLO_REMOVED = "SLO_REMOVED"
    DATASET_REMOVED = "DATASET_REMOVED"
    DATASET_MOVED = "DATASET_MOVED"
    """Another address: who reads the old one reads what is gone."""
    PORT_REMOVED = "PORT_REMOVED"
    OWNER_CHANGED = "OWNER_CHANGED"
    LICENCE_CHANGED = "LICENCE_CHANGED"
    CONTRACT_CHANGED = "CONTRACT_CHANGED"
    """Anything else that a contract says; ``note`` says what."""
    QUERY_CHANGED = "QUERY_CHANGED"
    """The SQL that makes the dataset; ``after`` is the new text."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a change is said: a file as it was named, and a line, counted from 1."""

    file: str
    line: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One change of one thing.

    ``subject``: the key of a dataset (under any of its names), or of the port, contract or product that is changed.
    ``path``: of a field, dots between the parts of nested ones. ``before`` and ``after``: a type, a name (the new path
    of a renamed field), a value, as text; None: not told. ``confidence``: 1 for what is said, less for what is guessed
    (a rename between two schemas). ``note``: a word for people about it. ``ordinal``: of an added or moved field, its
    place among the columns afterwards, from 1.
    """

    subject: str
    kind: ChangeKind
    path: str | None = None
    before: str | None = None
    after: str | None = None
    confidence: float = 1.0
    place: Place | None = None
    note: str | None = None
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes that come together, as the mesh will be after all of them. ``source``: what told them, for people.

    ``unread``: what the source says that could not be understood or placed (a schema object bound to no dataset), as
    sentences: an answer to such a proposal is never safe. ``contracts``: those (keys ``contract/…``) of which it is the
    new version itself: what it changes of them violates nothing, and is told by what it means for consumers. Both
    version numbers are a change CONTRACT_CHANGED of the contract with the note ``version``. ``said``: the documents of
    it as they would come, for policies, and ``documents`` the files (as places name them) that they are; of a stored
    proposal there are none.
    """

    changes: tuple[Change, ...]
    source: str = ""
    unread: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    said: tuple["Said", ...] = field(default=(), repr=False)
    documents: tuple[str, ...] = field(default=(), repr=False)
