"""Identities: the natural keys of datasets, jobs, runs and fields, and the one key each has everywhere.

Namespace and name are opaque, exact and case-sensitive (OpenLineage naming): never split, never normalised.
A *key* is the part of the IRI behind the base: ``dataset/{namespace}/{name}`` with each part percent-encoded.
It is the same in both stores, in GraphQL, in RDF and in URLs.

Identities are structs of msgspec: a fold makes, hashes and compares them by the thousand, and these do it in C.
"""

import hashlib
import re
import uuid
from functools import lru_cache
from typing import Self
from urllib.parse import quote, unquote

import msgspec

from catalog.lazy import lazy

DEFAULT_BASE = "http://127.0.0.1:8000/id/"
"""What stands before a key in its IRI, unless the settings say otherwise."""

MAX_KEY_BYTES = 2000
"""Longer keys are hashed: both stores index keys, and Neo4j refuses index entries over 8 kB."""

HASHED = "!"
"""What the key of an identity too long to spell out begins with, behind its kind; then follows its SHA-256."""
_HASHED_NAMES = f"/{HASHED}"
_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]+")
KEYS_REMEMBERED = 30_000
"""Keys are asked for again and again within a batch, and encoding one costs more than a fold of it."""


def _key(kind: str, *parts: str) -> str:
    if sum(map(len, parts)) > MAX_KEY_BYTES:
        return _made_key(kind, *parts)
    return _remembered_key(kind, *parts)


@lru_cache(maxsize=KEYS_REMEMBERED)
def _remembered_key(kind: str, *parts: str) -> str:
    return _made_key(kind, *parts)


def _made_key(kind: str, *parts: str) -> str:
    key = "/".join((kind, *map(encode_part, parts)))
    if len(key) <= MAX_KEY_BYTES:
        return key
    return f"{kind}/{HASHED}{hashlib.sha256(key.encode()).hexdigest()}"


def is_hashed(key: str) -> bool:
    """Whether a key has a hash in place of names that are too long to spell out."""
    return key.partition("/")[2].startswith(HASHED)


def encode_part(text: str | bytes) -> str:
    """One part of a key: percent-encoded but for unreserved characters, so that ``!`` marks hashed keys alone."""
    if isinstance(text, str) and _UNRESERVED.fullmatch(text):
        return text
    return quote(text, safe="")


def _parts(kind: str, key: str, count: int) -> list[str]:
    """The decoded parts of a key. Raises ValueError when the key is of another kind or was hashed for its length."""
    head, *rest = key.split("/")
    if head != kind or len(rest) != count or rest[0].startswith(HASHED):
        raise ValueError(f"not a {kind} key: {key[:200]!r}")
    return [unquote(part, errors="strict") for part in rest]


class DatasetId(msgspec.Struct, frozen=True, order=True, dict=True):
    """A dataset: (namespace, name), OpenLineage spec 2-0-2 ``Dataset``."""

    namespace: str
    name: str

    @lazy
    def key(self) -> str:
        return _key("dataset", self.namespace, self.name)

    @lazy
    def namespace_key(self) -> str:
        return _key("namespace", "dataset", self.namespace)

    @classmethod
    def parse(cls, key: str) -> Self:
        return cls(*_parts("dataset", key, 2))

    def field(self, path: str) -> "FieldId":
        return FieldId(self, path)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


class FieldId(msgspec.Struct, frozen=True, order=True, dict=True):
    """A field of a dataset by its path: nested fields joined with a dot, as column lineage names them."""

    dataset: DatasetId
    path: str

    @lazy
    def key(self) -> str:
        names = self.dataset.key.removeprefix("dataset")
        key = f"field{names}/{encode_part(self.path)}"
        if len(key) <= MAX_KEY_BYTES and not names.startswith(_HASHED_NAMES):
            return key  # as below, from the names that are encoded already
        return _made_key("field", self.dataset.namespace, self.dataset.name, self.path)

    @classmethod
    def parse(cls, key: str) -> Self:
        namespace, name, path = _parts("field", key, 3)
        return cls(DatasetId(namespace, name), path)

    def __str__(self) -> str:
        return f"{self.dataset}#{self.path}"


class JobId(msgspec.Struct, frozen=True, order=True, dict=True):
    """A job: (namespace, name). Job namespaces are another key space than dataset namespaces."""

    namespace: str
    name: str

    @lazy
    def key(self) -> str:
        return _key("job", self.namespace, self.name)

    @lazy
    def namespace_key(self) -> str:
        return _key("namespace", "job", self.namespace)

    @classmethod
    def parse(cls, key: str) -> Self:
        return cls(*_parts("job", key, 2))

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


class RunId(msgspec.Struct, frozen=True, order=True, dict=True):
    """A run: its runId in canonical form where it is a UUID, else the text as sent."""

    value: str

    @lazy
    def key(self) -> str:
        return _key("run", self.value)

    @classmethod
    def parse(cls, key: str) -> Self:
        return cls(*_parts("run", key, 1))

    @classmethod
    def lenient(cls, text: str) -> Self:
        """Read a runId as producers write it: upper case and missing hyphens are one UUID, other text stays."""
        try:
            return cls(str(uuid.UUID(text)))
        except ValueError:
            return cls(text)

    @property
    def is_uuid(self) -> bool:
        try:
            uuid.UUID(self.value)
        except ValueError:
            return False
        return True

    def __str__(self) -> str:
        return self.value


class DocumentId(msgspec.Struct, frozen=True, order=True, dict=True):
    """A document that describes things, by where it comes from: an IRI or a path, exact."""

    source: str

    @lazy
    def key(self) -> str:
        return _key("document", self.source)

    @classmethod
    def parse(cls, key: str) -> Self:
        return cls(*_parts("document", key, 1))

    def __str__(self) -> str:
        return self.source


class CurationId(msgspec.Struct, frozen=True, order=True, dict=True):
    """What people say in place of one aspect of one thing: a document of its own. ``subject``: the key of the thing."""

    subject: str
    aspect: str

    @lazy
    def key(self) -> str:
        return _key("curation", self.subject, self.aspect)

    @classmethod
    def parse(cls, key: str) -> Self:
        return cls(*_parts("curation", key, 2))

    @property
    def source(self) -> str:
        """As documents tell theirs: the same for all."""
        return "curation"

    def __str__(self) -> str:
        return f"{self.aspect} of {self.subject}"


DOCUMENT_KINDS = frozenset(("document", "curation"))
"""The kinds of keys of what has versions, each of which says all."""


class ResourceId(msgspec.Struct, frozen=True, order=True, dict=True):
    """A thing that only documents describe (product, domain, contract …): its kind and the parts of its name.

    The kind is that of its label in the ontology; mostly there is one part, often the IRI that the document gives it.
    """

    kind: str
    parts: tuple[str, ...]

    @lazy
    def key(self) -> str:
        return _key(self.kind, *self.parts)

    @classmethod
    def parse(cls, key: str) -> Self:
        kind, *parts = key.split("/")
        if not parts:
            raise ValueError(f"not a key: {key[:200]!r}")
        return cls(kind, tuple(_parts(kind, key, len(parts))))

    def __str__(self) -> str:
        return "/".join(self.parts)


def kind_of(key: str) -> str:
    """What kind of node a key names."""
    return key.partition("/")[0]


def is_curation_of(key: str, subject: str) -> bool:
    """Whether a key is that of a curation of a thing, whose key is ``subject``."""
    return key.startswith(f"curation/{encode_part(subject)}/")


def named_by(key: str) -> DatasetId | FieldId | JobId | RunId | ResourceId:
    """What a key names that is no hash. Raises ValueError."""
    kinds: dict[str, type[DatasetId] | type[FieldId] | type[JobId] | type[RunId]] = {
        "dataset": DatasetId,
        "field": FieldId,
        "job": JobId,
        "run": RunId,
    }
    return kinds.get(kind_of(key), ResourceId).parse(key)


def is_document(key: str) -> bool:
    """Whether a key is that of a document or a curation."""
    return kind_of(key) in DOCUMENT_KINDS


def namespace_key(of: str, namespace: str) -> str:
    """Key of a namespace; ``of`` is ``dataset`` or ``job``."""
    return _key("namespace", of, namespace)
