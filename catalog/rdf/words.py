"""The vocabularies of the profiles, and what is written the same way in each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from catalog.coverage import spoken
from catalog.graph import Node
from catalog.rdf.qualified import made
from catalog.rdf.surroundings import Surroundings
from ontology.prefixes import PREFIXES
from ontology.rdf import TYPE, Iri, Triple, Value, is_iri

Said = Iterator[tuple[str, Value]]


def term(name: str) -> Iri:
    """The IRI of a prefixed name."""
    prefix, _, local = name.partition(":")
    return Iri(PREFIXES[prefix] + local)


@dataclass(frozen=True, slots=True)
class Scene:
    """A page to be written: its surroundings, the base of our IRIs, and DPROD's namespace where it is spoken.

    ``protocol_types``: what a protocol has to be for the shapes of that version.
    """

    near: Surroundings
    base: str
    dprod: str | None = None
    protocol_types: tuple[str, ...] = ()

    def iri(self, key: str) -> Iri:
        """The IRI of a node."""
        return Iri(self.base + key)

    def iris(self, keys: Iterable[str]) -> Iterator[Iri]:
        """The IRIs of nodes."""
        return map(self.iri, keys)

    def made(self, what: str, key: str) -> Iri:
        """The IRI of something that is made for a node."""
        return made(what, key, self.base)

    def named(self, what: str, text: str) -> Iri:
        """The IRI of something that has a name and no node."""
        return made(what, quote(text, safe=""), self.base)


def told(subject: str, said: Iterable[tuple[str, Value]]) -> list[Triple]:
    """What is said of a subject, each once."""
    return list(dict.fromkeys((subject, predicate, value) for predicate, value in said))


def title(node: Node) -> str:
    """What people call a node: its title, else its name; its key where it has neither."""
    return text(node, "title") or text(node, "name") or spoken(node.key)


def text(node: Node, name: str) -> str:
    """A text among the properties; empty where there is none."""
    value = node.properties.get(name)
    return value if isinstance(value, str) else ""


def many(node: Node, name: str) -> list[str]:
    """The texts of a property with many values."""
    value = node.properties.get(name)
    return value if isinstance(value, list) else [str(value)] if value is not None else []


def types(*names: str) -> Said:
    """Its classes."""
    return ((TYPE, term(name)) for name in names)


def labelled(node: Node, scene: Scene) -> Said:
    """Title, and DPROD's label, which has no language."""
    yield term("dct:title"), title(node)
    if scene.dprod is not None:
        yield term("rdfs:label"), title(node)
    if text(node, "description"):
        yield term("dct:description"), text(node, "description")


def page_of(node: Node) -> list[Triple]:
    """A page for people is a document."""
    address = text(node, "homepage")
    return [(address, TYPE, term("foaf:Document"))] if is_iri(address) else []
