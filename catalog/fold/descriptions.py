"""What all documents in force say of one node, put together; kept beside the node, for events read it too.

Of each property the document that gives it and stands highest counts (``catalog.precedence``), of one rank the newest
version (ties: the greater document key); curations stand above all. A stub says nothing but that the node is; that of a
curation's subject not even that. When no document has the node any more, what was said last stays known.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

import msgspec

from catalog import values
from catalog.canonical import encode
from catalog.fold.edges import leads_to_normal_form
from catalog.fold.workspace import Workspace
from catalog.graph import Property
from catalog.identity import FieldId, is_curation_of, is_hashed, kind_of
from catalog.precedence import precedence
from catalog.statement import Described
from catalog.store.port import Space
from ontology.vocabulary import Label, Rel

RECORD = "described"
"""Sort of the record with the description of a node, beside its histories."""
KINDS = ("documents", "kinds")
"""The record that tells which kinds of nodes documents have ever described: most events need to know no more."""
_KINDS_LOCK = "~documents/kinds"

NOT_SAID = frozenset(("gone", "searchText"))
"""Properties that follow from what is said, so that no document can say them."""


class Standing(StrEnum):
    """DESCRIBED: a document in force says something of it. NAMED: one only names it. GONE: none has it any more."""

    DESCRIBED = "described"
    NAMED = "named"
    GONE = "gone"


class Telling(msgspec.Struct, array_like=True, frozen=True):
    """What one document says of a node: the digest of its value, and the order key of the last version that says so;
    ``ended``: the node is no longer in the document, and ``at`` is the order key of the version that left it out."""

    at: str
    digest: str
    ended: bool = False


class Description(msgspec.Struct, array_like=True, frozen=True):
    """What documents say of a node. ``tellings``: document key → what it says, or said last. ``fields``: the paths of
    the fields that they show of a dataset. Of a node that is NAMED there are no properties, of one that is GONE those
    that it had last. ``curated``: the properties that curations give, which stand above what events say too."""

    tellings: dict[str, Telling]
    label: str
    standing: Standing
    properties: dict[str, Property] = {}
    fields: list[str] = []
    curated: dict[str, Property] = {}

    @property
    def lives(self) -> bool:
        """Whether a document in force has the node."""
        return self.standing is not Standing.GONE


_decoder = msgspec.json.Decoder(Description)
_kinds_decoder = msgspec.json.Decoder(list[str])


def load_description(text: str) -> Description:
    return _decoder.decode(text)


def dump_description(description: Description) -> str:
    return encode(description)


def name_in(key: str) -> str:
    """A name for a node of which only the key is known."""
    return key if is_hashed(key) else "/".join(map(unquote, key.split("/")[1:]))


def merged(key: str, tellings: Mapping[str, Telling], text: Callable[[str], str]) -> Description:
    """What tellings come to, whatever the order they came in. ``tellings``: document key → telling, at least one."""
    told = _Told.of(key, tellings, text)
    base = told.holding or ([] if told.last is None else [told.last]) or told.beside
    telling = [node for node in base if not node.stub]
    curated = {k: v for node in told.curated for k, v in node.properties if k not in NOT_SAID}
    said = {k: v for node in telling for k, v in node.properties if k not in NOT_SAID}
    return Description(
        dict(tellings),
        _label(key, base, telling),
        told.standing,
        {**said, **curated},
        sorted({path for node in telling for path in _shown(node)}),
        curated,
    )


def ordered(tellings: Mapping[str, Telling]) -> list[tuple[str, Telling]]:
    """Documents with what they say, those that count more behind: by the rank of their source, then by their version,
    then by their key."""
    rank = precedence().rank
    return sorted(tellings.items(), key=lambda item: (rank(item[0]), item[1].at, item[0]))


@dataclass(frozen=True, slots=True)
class _Told:
    """What documents say of a node, what counts more last. ``holding``: those in force by which it is; ``beside``:
    curations in force of the node, which say something of it and do not keep it; ``curated``: all that curations in
    force say; ``last``: what was said last by what does not say it any more, where nothing holds it."""

    holding: list[Described]
    beside: list[Described]
    curated: list[Described]
    last: Described | None

    @classmethod
    def of(cls, key: str, tellings: Mapping[str, Telling], text: Callable[[str], str]) -> "_Told":
        in_order = ordered(tellings)
        holding: list[Described] = []
        beside: list[Described] = []
        curated: list[Described] = []
        for document, telling in in_order:
            if telling.ended:
                continue
            node = values.decode_described(text(telling.digest))
            (beside if node.stub and is_curation_of(document, key) else holding).append(node)
            if kind_of(document) == "curation":
                curated.append(node)
        ended = [(document, one) for document, one in in_order if one.ended]
        ended.sort(key=lambda item: (item[1].at, item[0]))
        left = [one for document, one in ended if not is_curation_of(document, key)]
        if not beside:
            left = left or [one for _, one in ended]
        last = values.decode_described(text(left[-1].digest)) if left and not holding else None
        return cls(holding, beside, curated, last)

    @property
    def standing(self) -> Standing:
        """What is only curated is named."""
        if any(not node.stub for node in self.holding):
            return Standing.DESCRIBED
        return Standing.NAMED if self.holding or self.last is None else Standing.GONE


def _label(key: str, said: list[Described], telling: list[Described]) -> str:
    """That of the newest that says something; of names of datasets the one that says most."""
    newest = (telling or said)[-1].label
    if kind_of(key) != "dataset":
        return newest
    weak = (Label.ALIAS, Label.DATASET_REFERENCE)
    strong = [node.label for node in telling if node.label not in weak]
    if strong:
        return strong[-1]
    aliased = any(
        edge.type == Rel.ALIAS_OF and not leads_to_normal_form(edge) for node in said for edge in node.edges
    )
    return (
        Label.ALIAS if aliased or any(node.label == Label.ALIAS for node in said) else Label.DATASET_REFERENCE
    )


def _shown(node: Described) -> list[str]:
    """The paths of the fields that a dataset has; those with a hash for a key are not spelled there."""
    found = []
    for edge in node.edges:
        if edge.type == Rel.HAS_FIELD and not is_hashed(edge.target):
            found.append(FieldId.parse(edge.target).path)
    return found


class Descriptions:
    """The descriptions of the nodes that a transaction settles, as stored and as they become.

    Ask after locking: only then a document that another process applies at the same time is sure to be seen.
    """

    def __init__(self, work: Workspace) -> None:
        self._work = work
        self._known: dict[str, Description | None] = {}
        self._kinds: frozenset[str] = frozenset()
        self._kinds_read_behind = -1

    def of(self, keys: Collection[str]) -> dict[str, Description]:
        """The descriptions of those nodes that documents have, or ever had, something to say of."""
        kinds = {kind_of(key) for key in keys}
        if not kinds <= self._kinds and self._kinds_read_behind != len(self._work.locked):
            self._read_kinds()
        if kinds & self._kinds:
            self._read([key for key in keys if key not in self._known and kind_of(key) in self._kinds])
        return {key: found for key in keys if (found := self._known.get(key)) is not None}

    def put(self, key: str, description: Description | None) -> None:
        """Keep what a node's description has become; None: no document has ever said anything of it."""
        self._known[key] = description
        self._work.records[Space.STATE, key, RECORD] = (
            None if description is None else dump_description(description)
        )

    def read(self, keys: Collection[str]) -> None:
        """Read the descriptions of nodes that documents of this transaction have, whatever their kind."""
        self._read([key for key in keys if key not in self._known])
        kinds = {kind_of(key) for key in keys}
        if not kinds <= self._kinds:
            self._work.lock((_KINDS_LOCK,))
            self._read_kinds()
            self._kinds |= kinds
            text = msgspec.json.encode(sorted(self._kinds)).decode()
            self._work.records[Space.STATE, *KINDS] = text

    def _read(self, keys: Collection[str]) -> None:
        stored = self._work.transaction.records(Space.STATE, [(key, RECORD) for key in keys]) if keys else {}
        self._known.update(dict.fromkeys(keys))
        self._known.update({key: load_description(text) for (key, _), text in stored.items()})

    def _read_kinds(self) -> None:
        self._kinds_read_behind = len(self._work.locked)
        text = self._work.transaction.records(Space.STATE, (KINDS,)).get(KINDS)
        if text is not None:
            self._kinds |= frozenset(_kinds_decoder.decode(text))
