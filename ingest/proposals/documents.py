"""What somebody proposes, as it is given: changes said outright, and documents that say what will be."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.impact.change import Change
from ingest.descriptors.text import Part

MAX_BYTES = 128 * 1024 * 1024
"""Of all documents together."""


class Wanted(StrEnum):
    """What a document is meant to be by who gives it."""

    DDL = "ddl"
    CONTRACT = "contract"
    MANIFEST = "manifest"
    SCHEMA = "schema"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class GivenDocument:
    """A document as text. ``base``: it says what was before; ``name``: for people, mostly a path; its format is found
    by what it says. ``wanted``: what it is meant to be; another kind is refused."""

    name: str
    text: str
    base: bool = False
    wanted: Wanted | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A proposal as it is given. ``changes``: of ``dataset`` where their subject is empty; a change of type is judged
    by the type that is known. ``dataset``: what a schema is of, as people call it. ``dialect``: of SQL.
    ``other_target``: the manifests were built for different targets, so other schemas and databases are no moves."""

    changes: Sequence[Change] = ()
    documents: Sequence[GivenDocument] = ()
    dataset: str | None = None
    dialect: str | None = None
    other_target: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is recognised; ``parts`` where it is YAML or JSON."""

    given: GivenDocument
    kind: str
    parts: Sequence[Part] = ()
