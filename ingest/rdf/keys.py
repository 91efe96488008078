"""Which key each thing of a document has, and what its identity says of it.

A thing has the key that it states (``mesh:key``), or that its IRI has behind the base of our own documents. Else the
key is made of its IRI: a dataset or job of scheme and authority as namespace and the rest as name, everything else of
the whole IRI; a blank node has its content for a name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from catalog.graph import Property
from catalog.identity import (
    DEFAULT_BASE,
    HASHED,
    DatasetId,
    DocumentId,
    JobId,
    ResourceId,
    RunId,
    namespace_key,
)
from ingest.rdf.findings import Component, Findings
from ingest.rdf.graph import Fact, Graph, Thing
from ingest.rdf.kinds import Kinds
from ontology.model import GraphModel
from ontology.rdf import NS, Iri
from ontology.rdf_reading import Blank, Text
from ontology.vocabulary import Label, Rel

_HASH = re.compile(re.escape(HASHED) + "[0-9a-f]{64}")
KEY_BASE = "https://w3id.org/meshline/id/"
"""Of no service: for documents that people write, as their ``@base``, so that ``<team/orders>`` is that key."""
KEY, NAME, NAMESPACE, OF = (Iri(NS + name) for name in ("key", "name", "namespace", "namespaceOf"))
DATASET, SOURCE = Iri(f"{NS}dataset"), Iri(f"{NS}documentSource")


@dataclass(frozen=True, slots=True)
class Identity:
    """A key, with the properties that spell it out."""

    key: str
    properties: Mapping[str, Property] = field(default_factory=dict)


def stated_keys(graph: Graph, model: GraphModel) -> dict[Thing, str]:
    """The keys of things that state one, and of those whose IRI has one behind the base of such a thing."""
    kinds = frozenset(node.kind for node in model.nodes if node.kind)
    stated = {subject: text for subject in graph.subjects if (text := graph.text(subject, KEY)) is not None}
    found = {thing: key for thing, key in stated.items() if is_key(key, kinds)}
    bases = {str(thing).removesuffix(key) for thing, key in found.items() if thing.endswith(key)}
    bases = {base for base in bases if base.endswith(("/", "#"))} | {DEFAULT_BASE, KEY_BASE}
    begins = re.compile(f"(?<=[/#])(?:{'|'.join(sorted(kinds))})/")
    for thing in _things(graph):
        if thing not in found and not isinstance(thing, Blank):
            starts = (match.start() for match in begins.finditer(thing))
            rests = (str(thing[start:]) for start in starts if thing[:start] in bases)
            key = next((rest for rest in rests if is_key(rest, kinds)), None)
            if key is not None:
                found[thing] = key
    return found


def _things(graph: Graph) -> Iterator[Thing]:
    for fact in graph.facts:
        yield fact.subject
        if not isinstance(fact.object, Text):
            yield fact.object


_PARTS = {"dataset": 2, "field": 3, "job": 2, "run": 1, "namespace": 2, "document": 1}
"""How many names there are in the keys of kinds that have a fixed number."""


def is_key(text: str, kinds: frozenset[str]) -> bool:
    """Whether a text is a key of one of the kinds, written as we write it."""
    kind, *parts = text.split("/")
    if kind not in kinds or not parts or not all(parts):
        return False
    if parts[0].startswith(HASHED):
        return len(parts) == 1 and _HASH.fullmatch(parts[0]) is not None
    if len(parts) != _PARTS.get(kind, len(parts)):
        return False
    try:
        return ResourceId(kind, tuple(unquote(part, errors="strict") for part in parts)).key == text
    except UnicodeDecodeError:
        return False


class Keys:
    """The identities of the things of one document."""

    def __init__(
        self, graph: Graph, kinds: Kinds, given: Mapping[Thing, str], source: str, findings: Findings
    ) -> None:
        self._graph = graph
        self._kinds = kinds
        self._given = given
        self._source = source
        self._findings = findings
        self._known: dict[Thing, Identity | None] = {}

    def is_ours(self, thing: Thing) -> bool:
        """Whether a thing has its key by stating it, or in its IRI."""
        return thing in self._given

    def of(self, thing: Thing) -> Identity | None:
        """The identity of a thing; None, with a violation, where the document does not tell it."""
        if thing not in self._known:
            self._known[thing] = None  # for a field that belongs to itself
            self._known[thing] = self._identity(thing)
        return self._known[thing]

    def _identity(self, thing: Thing) -> Identity | None:
        label = self._kinds.labels[thing]
        kind = self._kinds.model.node(label).kind
        given = self._given.get(thing)
        stated = self._graph.text(thing, KEY)
        if stated is not None and given != stated:
            self._refuse(thing, KEY, stated, f"{stated[:200]!r} is no key of a node.")
            return None
        if given is None:
            return self._made(thing, label, kind)
        if given.partition("/")[0] != kind:
            self._refuse(thing, KEY, given, f"The key {given[:200]!r} is not one of a {label}.")
            return None
        if not given.partition("/")[2].startswith(HASHED):
            return _parsed(given)
        made = self._made(thing, label, kind)
        return None if made is None else self._checked(thing, given, made)

    def _checked(self, thing: Thing, given: str, made: Identity) -> Identity | None:
        """A key that is a hash, with the names that it is the hash of, where its kind needs them."""
        if made.key == given or not made.properties:
            return Identity(given, made.properties)
        message = f"The key {given!r} is a hash, and not one of the names that the document gives."
        self._refuse(thing, KEY, given, message)
        return None

    def _made(self, thing: Thing, label: str, kind: str) -> Identity | None:
        if kind == "dataset":
            dataset = DatasetId(*self._names(thing))
            return Identity(dataset.key, {"namespace": dataset.namespace, "name": dataset.name})
        if kind == "job":
            job = JobId(*self._names(thing))
            return Identity(job.key, {"namespace": job.namespace, "name": job.name})
        if kind == "run":
            run = RunId.lenient(self._graph.text(thing, NAME) or self._name(thing))
            return Identity(run.key, {"name": run.value})
        if kind == "field":
            return self._field(thing)
        if label == Label.NAMESPACE:
            return self._namespace(thing)
        if label == Label.DOCUMENT:
            return Identity(DocumentId(self._graph.text(thing, SOURCE) or self._name(thing)).key)
        return Identity(ResourceId(kind, (self._name(thing),)).key)

    def _names(self, thing: Thing) -> tuple[str, str]:
        """Namespace and name: as stated, else from the IRI."""
        namespace, name = self._graph.text(thing, NAMESPACE), self._graph.text(thing, NAME)
        if namespace and name:
            return namespace, name
        if isinstance(thing, Blank):
            return self._source, self._name(thing)
        parts = urlsplit(thing)
        rest = thing[len(parts.scheme) + 1 :]
        if not rest.startswith("//"):
            return parts.scheme, rest or thing
        authority, _, path = rest[2:].partition("/")
        return f"{parts.scheme}://{authority}", path or "/"

    def _name(self, thing: Thing) -> str:
        """The IRI; of a blank node the document and what is said of it."""
        return (
            f"{self._source}#_:{self._graph.name_of_blank(thing)}" if isinstance(thing, Blank) else str(thing)
        )

    def _field(self, thing: Thing) -> Identity | None:
        homes = {home for home in self._graph.things(thing, DATASET) if self._kinds.fits(home, _DATASETS)}
        homes |= {fact.subject for fact in self._shown_by(thing) if self._kinds.fits(fact.subject, _DATASETS)}
        path = self._graph.text(thing, NAME)
        if len(homes) != 1 or not path:
            message = (
                "A field needs its name and the one dataset that it belongs to (mesh:name, mesh:dataset)."
            )
            self._refuse(thing, DATASET, None, message)
            return None
        home = self.of(homes.pop())
        if home is None:
            return None
        identity = DatasetId(str(home.properties["namespace"]), str(home.properties["name"])).field(path)
        return Identity(identity.key, {"dataset": home.key, "name": path})

    def _shown_by(self, thing: Thing) -> Iterator[Fact]:
        relation = Iri(self._kinds.model.relationship(Rel.HAS_FIELD).iri)
        return iter(self._graph.to(thing, relation))

    def _namespace(self, thing: Thing) -> Identity | None:
        of, name = self._graph.text(thing, OF), self._graph.text(thing, NAME)
        if of and name:
            return Identity(namespace_key(of, name))
        message = "A namespace needs its name and what it is of (mesh:name, mesh:namespaceOf)."
        self._refuse(thing, OF, None, message)
        return None

    def _refuse(self, thing: Thing, path: str, value: str | None, message: str) -> None:
        component = Component.MIN_COUNT if value is None else Component.PATTERN
        self._findings.violate(thing, component, path, value, message)


_DATASETS = (Label.DATASET_NAME,)


def _parsed(key: str) -> Identity:
    """What a key spells out."""
    kind, *encoded = key.split("/")
    parts = [unquote(part) for part in encoded]
    if kind == "field" and len(parts) == 3:
        dataset = DatasetId(parts[0], parts[1])
        return Identity(key, {"dataset": dataset.key, "name": parts[2]})
    if kind in ("dataset", "job") and len(parts) == 2:
        return Identity(key, {"namespace": parts[0], "name": parts[1]})
    return Identity(key, {"name": parts[0]} if kind == "run" else {})


def name_in(key: str) -> str:
    """The names in a key, without its kind: what the graph calls a node that nobody gives a name."""
    return "/".join(unquote(part) for part in key.split("/")[1:])
