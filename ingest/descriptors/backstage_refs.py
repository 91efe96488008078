"""References to entities of a Backstage catalog: ``[kind:][namespace/]name``, and the nodes that they name.

Source: backstage.io, "Entity References". Kinds are the same in any case; names are kept as they are written.
"""

import re
from dataclasses import dataclass

from ingest.descriptors.draft import Draft
from ingest.descriptors.place import Path
from ontology.vocabulary import Label

DEFAULT_NAMESPACE = "default"

LABELS = {
    "api": Label.COMPONENT,
    "component": Label.COMPONENT,
    "domain": Label.DOMAIN,
    "group": Label.TEAM,
    "resource": Label.COMPONENT,
    "system": Label.SYSTEM,
    "user": Label.PERSON,
}
"""What the entities of a kind are in the graph; other kinds have no place in it."""
_REFERENCE = re.compile(r"(?:(?P<kind>[^:/]+):)?(?:(?P<namespace>[^:/]+)/)?(?P<name>[^:/]+)")


@dataclass(frozen=True, slots=True)
class EntityRef:
    """An entity by its kind (in lower case), namespace and name."""

    kind: str
    namespace: str
    name: str

    @property
    def label(self) -> Label | None:
        """What it is in the graph; None: nothing."""
        return LABELS.get(self.kind)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of its key: the default namespace is left out. An API and a resource say that they are one, since
        components of the same name may be there too."""
        name = f"{self.kind}:{self.name}" if self.kind in ("api", "resource") else self.name
        return (name,) if self.namespace == DEFAULT_NAMESPACE else (self.namespace, name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"


def parse_ref(text: str, kind: str | None, namespace: str) -> EntityRef | None:
    """The entity that a text names. ``kind``, ``namespace``: what counts where the text has none. None: it is none."""
    found = _REFERENCE.fullmatch(text.strip())
    said = kind if found is None else found["kind"] or kind
    if found is None or said is None:
        return None
    return EntityRef(said.lower(), found["namespace"] or namespace, found["name"])


def draw_ref(ref: EntityRef, at: Path, draft: Draft) -> str | None:
    """The node of an entity; None where the graph has none for its kind."""
    label = ref.label
    if label is None:
        draft.unmapped(at, f"entities of the kind {ref.kind} have no place in the graph")
        return None
    return draft.thing(label, *ref.parts, at=at)
