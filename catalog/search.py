"""Search over names, fields, descriptions and other words of datasets, jobs and all that documents describe.

Candidates come from the store; the ranking is made here, from the node and the question alone. So both
stores rank alike, and a cursor (score, key) stays right while the graph grows.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import msgspec

from catalog.aliases import is_dataset
from catalog.errors import InvalidQuery
from catalog.graph import Node
from catalog.store.port import NodeFilter, Reader
from catalog.tokens import query_tokens, tokens
from ontology.compiler import load_model
from ontology.errors import UnknownTerm
from ontology.vocabulary import Label

NOT_SEARCHED = frozenset(
    (
        *(Label.ALIAS, Label.DATASET_REFERENCE, Label.FIELD, Label.NAMESPACE, Label.RUN),
        *(Label.SCHEMA_PROPERTY, Label.QUALITY_RULE, Label.CURATION, Label.SIGN_OFF),
    )
)
"""The labels of nodes that people do not look for by their words: columns are found through what has them."""
MAX_CANDIDATES = 2_000
MAX_LIMIT = 1_000
MAX_NAMESPACES = 100
MAX_TEXT = 1_000

EXACT, NAME, FIELD, DESCRIPTION, NAMESPACE = 1_000_000, 10_000, 1_000, 100, 10
"""What a token is worth, by the best place it is found in; the whole name, exactly, is above all."""
DROPPED = 1_000_000_000
"""What is taken off a score; a score stays a number of 32 bits."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """A place (``name``, ``field``, ``property``, ``description``, ``namespace``) and the words found there."""

    place: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One node found. ``cursor`` continues behind it."""

    node: Node
    score: int
    highlights: tuple[Highlight, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, best first.

    ``kinds`` counts by label without the filter on labels, ``namespaces`` by namespace without the filter on
    namespaces, ``total`` with both. ``bounded``: there were too many to rank them all, a longer text finds
    better.
    """

    hits: tuple[Hit, ...]
    total: int
    kinds: Mapping[str, int]
    namespaces: Mapping[str, int]
    has_next: bool
    bounded: bool


def search(
    reader: Reader,
    text: str = "",
    *,
    labels: Collection[str] = (),
    namespaces: Collection[str] = (),
    dropped: bool | None = None,
    limit: int = 20,
    after: str | None = None,
) -> Found:
    """Things in which every word of the text begins a word; without a text all, by key. What is gone is not found.

    ``labels`` take those below them too; ``labels`` and ``namespaces`` empty: all. What is dropped or renamed comes
    below all that is not; ``dropped`` takes it alone, or leaves it out (it needs a text). Raises InvalidQuery.
    """
    _check(text, namespaces, limit)
    if dropped is not None and not text.strip():
        raise InvalidQuery(
            "What is dropped is told apart among what a text finds.", "Give a text, or leave it out."
        )
    labels = _covered(labels)
    position = None if after is None else _position(after)
    words = query_tokens(text)
    if text.strip() and not words:
        return Found((), 0, {}, {}, False, False)
    everything = NodeFilter(searched_labels())
    counts = reader.search_counts(words, everything)
    if not counts and len(tokens(text)) > len(words):
        # Nothing has the humps apart: look for the words as they are written, without case.
        words = tokens(text.lower())
        counts = reader.search_counts(words, everything)
    total = sum(n for (label, of), n in counts.items() if _in(labels, label) and _in(namespaces, of))
    wheres = _filters(labels, namespaces)
    if words:
        bounded = total > MAX_CANDIDATES
        nodes = _candidates(reader, text, words, wheres, bounded)
        if dropped is not None:
            nodes = [node for node in nodes if is_dropped(node) is dropped]
            total, counts = len(nodes), Counter((node.label, _namespace(node)) for node in nodes)
        ranked = _ranked(nodes, text, words, position, limit + 1)
    else:
        bounded = False
        ranked = _listed(reader, wheres, position, limit + 1)
    return Found(
        tuple(ranked[:limit]),
        total,
        _facet((label, n) for (label, of), n in counts.items() if _in(namespaces, of)),
        _facet((of, n) for (label, of), n in counts.items() if _in(labels, label)),
        len(ranked) > limit,
        bounded,
    )


def is_dropped(node: Node) -> bool:
    """Whether a dataset was dropped, or goes on under another name."""
    return "droppedAt" in node.properties


def _namespace(node: Node) -> str:
    return str(node.properties.get("namespace", ""))


def searched_labels() -> tuple[str, ...]:
    """The labels that search covers, those of extensions too."""
    return tuple(label for label in load_model().concrete_labels if label not in NOT_SEARCHED)


def _covered(labels: Collection[str]) -> Collection[str]:
    """The labels and those below them, of which search covers some of each."""
    covered = searched_labels()
    try:
        below = {label: set(load_model().concrete([label])) & set(covered) for label in labels}
    except UnknownTerm as error:
        raise InvalidQuery(error.message, error.hint) from error
    unknown = sorted(label for label, found in below.items() if not found)
    if unknown:
        raise InvalidQuery(f"Search does not cover {', '.join(unknown)}.", f"It covers {', '.join(covered)}.")
    return set().union(*below.values())


def _check(text: str, namespaces: Collection[str], limit: int) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidQuery(f"A page of {limit} is out of bounds.", f"Ask for 1 to {MAX_LIMIT}.")
    if len(text) > MAX_TEXT:
        raise InvalidQuery(f"A text of {len(text)} characters is too long.", f"Use at most {MAX_TEXT}.")
    if len(namespaces) > MAX_NAMESPACES:
        raise InvalidQuery(f"{len(namespaces)} namespaces are too many.", f"Name at most {MAX_NAMESPACES}.")


def _in(chosen: Collection[str], value: str) -> bool:
    return not chosen or value in chosen


def _filters(labels: Collection[str], namespaces: Collection[str]) -> list[NodeFilter]:
    """The port filters by one namespace at a time."""
    wanted = tuple(sorted(labels)) or searched_labels()
    if not namespaces:
        return [NodeFilter(wanted)]
    return [NodeFilter(wanted, {"namespace": namespace}) for namespace in sorted(set(namespaces))]


def _candidates(
    reader: Reader, text: str, words: Sequence[str], wheres: Sequence[NodeFilter], bounded: bool
) -> list[Node]:
    found: dict[str, Node] = {}
    for where in wheres:
        found.update((node.key, node) for node in reader.search(words, where, MAX_CANDIDATES))
        if bounded:
            # What has exactly this name must not be missed among too many.
            named = NodeFilter(where.labels, {**where.equals, "name": text.strip()})
            found.update((node.key, node) for node in current(reader, named, None, MAX_LIMIT))
    return list(found.values())


def _ranked(
    nodes: Sequence[Node], text: str, words: Sequence[str], position: tuple[int, str] | None, limit: int
) -> list[Hit]:
    scored = [(-score_of(node, text, words), node.key, node) for node in nodes]
    behind = (
        scored
        if position is None
        else [one for one in scored if (one[0], one[1]) > (-position[0], position[1])]
    )
    best = nsmallest(limit, behind, key=lambda one: (one[0], one[1]))
    return [Hit(node, -score, highlights(node, words), _cursor(-score, key)) for score, key, node in best]


def _listed(
    reader: Reader, wheres: Sequence[NodeFilter], position: tuple[int, str] | None, limit: int
) -> list[Hit]:
    after = None if position is None else position[1]
    nodes = [node for where in wheres for node in current(reader, where, after, limit)]
    nodes.sort(key=lambda node: node.key)
    return [Hit(node, 0, (), _cursor(0, node.key)) for node in nodes[:limit]]


def current(reader: Reader, where: NodeFilter, after: str | None, limit: int) -> list[Node]:
    """A page of nodes in key order without those that are gone; there are few of them, so that mostly one question
    answers."""
    found: list[Node] = []
    while len(found) < limit:
        page = reader.page(where, after, limit)
        found += [node for node in page if node.properties.get("gone") is not True]
        if len(page) < limit:
            break
        after = page[-1].key
    return found[:limit]


def score_of(node: Node, text: str, words: Sequence[str]) -> int:
    """How well a node answers: its exact name, then words of name, fields, description, namespace.

    A whole word is worth more than the beginning of one, and a short name more than a long one. What is dropped comes
    below all else, in the same order.
    """
    name = str(node.properties.get("name", ""))
    places = _places(node)
    score = 0
    for word in words:
        score += next(
            (worth * (2 if word in found else 1) for worth, found in places if _begins(word, found)), 0
        )
    if name.casefold() == text.strip().casefold():
        score += EXACT * (2 if name == text.strip() else 1)
    return score * 100 + max(0, 99 - len(tokens(name))) - (DROPPED if is_dropped(node) else 0)


def _places(node: Node) -> list[tuple[int, list[str]]]:
    """The words of a node by where they are, best place first; what is nowhere else is a field, or another property."""
    said = {
        place: tokens(str(node.properties.get(place, ""))) for place in ("name", "description", "namespace")
    }
    elsewhere = {word for words in said.values() for word in words}
    fields = [word for word in str(node.properties.get("searchText", "")).split() if word not in elsewhere]
    return [
        (NAME, said["name"]),
        (FIELD, fields),
        (DESCRIPTION, said["description"]),
        (NAMESPACE, said["namespace"]),
    ]


def _begins(word: str, words: Collection[str]) -> bool:
    return any(one.startswith(word) for one in words)


_PLACE = {NAME: "name", FIELD: "property", DESCRIPTION: "description", NAMESPACE: "namespace"}


def highlights(node: Node, words: Sequence[str]) -> tuple[Highlight, ...]:
    """Where the words were found in a node, and what stands there."""
    found: list[Highlight] = []
    for worth, there in _places(node):
        matching = tuple(sorted({one for one in there if any(one.startswith(word) for word in words)}))
        if matching:
            in_field = worth == FIELD and is_dataset(node.key)
            found.append(Highlight("field" if in_field else _PLACE[worth], matching))
    return tuple(found)


def _facet(counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Most frequent first, ties by name."""
    counts: Counter[str] = Counter()
    for value, number in counted:
        counts[value] += number
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _cursor(score: int, key: str) -> str:
    return urlsafe_b64encode(msgspec.json.encode([score, key])).decode().rstrip("=")


def _position(cursor: str) -> tuple[int, str]:
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        return msgspec.json.decode(urlsafe_b64decode(padded), type=tuple[int, str])
    except (ValueError, msgspec.DecodeError) as error:
        raise InvalidQuery("This cursor is not one of a search.", "Leave it out to begin anew.") from error
