"""The software catalog of Backstage (``catalog-info.yaml``): groups, users, domains, systems, components and APIs.

Each part of a file is an entity. Locations and templates say where files are and how to make some: nothing of the mesh.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.descriptors.backstage_entity import OF_TEMPLATES, Entity, read_entity
from ingest.descriptors.backstage_refs import EntityRef, draw_ref, parse_ref
from ingest.descriptors.draft import Draft
from ingest.descriptors.place import Path
from ingest.descriptors.text import Part
from ingest.descriptors.typed import Typed
from ontology.vocabulary import Rel

_ENTITY_KEYS = frozenset({"apiVersion", "kind", "metadata", "spec"})
_METADATA_KEYS = frozenset({"name", "namespace", "title", "description", "tags", "links"})
_SOFTWARE = frozenset({"API", "Component", "Resource"})


def matches(value: Mapping[str, Any]) -> bool:
    """Whether a part is an entity of Backstage, good or bad."""
    version = value.get("apiVersion")
    return isinstance(version, str) and version.startswith(("backstage.io/", OF_TEMPLATES))


def read(part: Part, draft: Draft) -> None:
    """What one entity says."""
    entity = read_entity(part.value, draft)
    if entity is not None:
        _Drawing(entity, draft).draw(part.value)


class _Drawing:
    """Draws one entity; remembers which of its ``spec`` was understood."""

    def __init__(self, entity: Entity, draft: Draft) -> None:
        self._entity = entity
        self._draft = draft
        self._typed = Typed(draft)
        self._spec = dict(entity.spec)
        self._read: set[str] = set()

    def draw(self, value: dict[str, Any]) -> None:
        kind = self._entity.kind
        key = draw_ref(self._entity.ref, ("metadata", "name"), self._draft)
        if key is not None:
            if kind in _SOFTWARE:
                self._software(key)
            else:
                {"Domain": self._domain, "Group": self._group, "System": self._system, "User": self._user}[
                    kind
                ](key)
            for name in self._spec:
                if name not in self._read:
                    self._draft.unmapped(("spec", name))
        self._rest(value)

    def _software(self, key: str) -> None:
        self._say(
            key, componentType=self._text("type"), stage=self._text("lifecycle"), tags=self._entity.tags
        )
        self._owner(key)
        self._link(Rel.PART_OF, key, "system", "system")
        for name, kind in (("dependsOn", None), ("consumesApis", "api"), ("subcomponentOf", "component")):
            self._link(Rel.DEPENDS_ON, key, name, kind, dependencyType=name)
        self._link(Rel.DEPENDS_ON, key, "dependencyOf", None, backwards=True, dependencyType="dependsOn")
        self._link(Rel.PROVIDES, key, "providesApis", "api")

    def _system(self, key: str) -> None:
        self._say(key, componentType=self._text("type"), tags=self._entity.tags)
        self._owner(key)
        self._link(Rel.IN_DOMAIN, key, "domain", "domain")

    def _domain(self, key: str) -> None:
        self._say(key)
        self._owner(key)
        self._link(Rel.PART_OF, key, "subdomainOf", "domain")

    def _group(self, key: str) -> None:
        self._say(key)
        self._read.add("type")
        self._link(Rel.PART_OF, key, "parent", "group")
        self._link(Rel.PART_OF, key, "children", "group", backwards=True)
        self._link(Rel.MEMBER_OF, key, "members", "user", backwards=True)

    def _user(self, key: str) -> None:
        self._say(key)
        self._link(Rel.MEMBER_OF, key, "memberOf", "group")

    def _say(self, key: str, **properties: Any) -> None:
        """Its name as people show it, what its profile says, and more."""
        self._read.add("profile")
        at: Path = ("spec", "profile")
        profile = self._typed.mapping(self._spec, ("spec",), "profile")
        entity = self._entity
        name = self._typed.text(profile, at, "displayName") or entity.title or entity.name
        if entity.kind in ("Group", "User"):
            properties["email"] = self._typed.text(profile, at, "email")
        if entity.kind != "Domain":
            properties["homepage"] = entity.page
        self._draft.say(key, ("metadata",), name=name, description=entity.description, **properties)

    def _owner(self, key: str) -> None:
        self._link(Rel.OWNED_BY, key, "owner", "group")

    def _text(self, name: str) -> str | None:
        self._read.add(name)
        return self._typed.text(self._spec, ("spec",), name)

    def _link(
        self, rel: Rel, key: str, name: str, kind: str | None, *, backwards: bool = False, **properties: str
    ) -> None:
        """Edges to the entities that a key of ``spec`` names; ``backwards``: from them."""
        self._read.add(name)
        for ref, at in self._refs(name, kind):
            other = draw_ref(ref, at, self._draft)
            if other is not None:
                ends = (other, key) if backwards else (key, other)
                self._draft.link(rel, *ends, at, **properties)

    def _refs(self, name: str, kind: str | None) -> Iterator[tuple[EntityRef, Path]]:
        words = self._typed.words(self._spec, ("spec",), name)
        listed = isinstance(self._spec.get(name), list)
        for index, word in enumerate(words):
            at: Path = ("spec", name, index) if listed else ("spec", name)
            ref = parse_ref(word, kind, self._entity.namespace)
            if ref is None:
                needed = "kind:namespace/name" if kind is None else "[kind:][namespace/]name"
                self._draft.fault(at, f'"{word}" is no reference to an entity: it is written {needed}.')
            else:
                yield ref, at

    def _rest(self, value: dict[str, Any]) -> None:
        for name in value:
            if name not in _ENTITY_KEYS:
                self._draft.unmapped((name,))
        for name in self._typed.mapping(value, (), "metadata"):
            if name not in _METADATA_KEYS:
                self._draft.unmapped(("metadata", name))
