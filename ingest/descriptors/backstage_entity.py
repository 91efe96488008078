"""One entity of a Backstage catalog, checked by the rules of the catalog's own model.

Source: backstage.io, "Descriptor Format of Catalog Entities", and the JSON schemas of the package catalog-model.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.descriptors.backstage_refs import DEFAULT_NAMESPACE, EntityRef
from ingest.descriptors.draft import Draft
from ingest.descriptors.place import Path
from ingest.descriptors.typed import Typed
from ingest.problems import shown

API_VERSIONS = ("backstage.io/v1alpha1", "backstage.io/v1beta1")
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "API": ("type", "lifecycle", "owner", "definition"),
    "Component": ("type", "lifecycle", "owner"),
    "Domain": ("owner",),
    "Group": ("type", "children"),
    "Location": (),
    "Resource": ("type", "owner"),
    "System": ("owner",),
    "Template": ("type",),
    "User": ("memberOf",),
}
"""The kinds of the model, and what the ``spec`` of each must have."""
OF_TEMPLATES = "scaffolder.backstage.io/"
_NAME = re.compile(r"[A-Za-z0-9]+([-_.]+[A-Za-z0-9]+)*")
_NAMESPACE = re.compile(r"[a-z0-9]+(-+[a-z0-9]+)*")
_TAG = re.compile(r"[a-z0-9:+#]+(-[a-z0-9:+#]+)*")
_LONGEST = 63


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity that keeps the rules. ``spec`` is as it was written."""

    kind: str
    namespace: str
    name: str
    title: str | None
    description: str | None
    tags: tuple[str, ...]
    page: str | None
    spec: Mapping[str, Any]

    @property
    def ref(self) -> EntityRef:
        """How others name it."""
        return EntityRef(self.kind.lower(), self.namespace, self.name)


def read_entity(value: dict[str, Any], draft: Draft) -> Entity | None:
    """The entity of one part of a file; None where it cannot even be named. All that is wrong is told to the draft."""
    typed = Typed(draft)
    kind = _kind(value, typed, draft)
    metadata = typed.mapping(value, (), "metadata")
    name = typed.text(metadata, ("metadata",), "name")
    _check_name(
        name, ("metadata", "name"), _NAME, "letters and digits, with single - _ . between them", draft
    )
    namespace = typed.text(metadata, ("metadata",), "namespace") or DEFAULT_NAMESPACE
    _check_name(namespace, ("metadata", "namespace"), _NAMESPACE, "small letters, digits and single -", draft)
    spec = typed.mapping(value, (), "spec")
    for needed in REQUIRED.get(kind or "", ()):
        if spec.get(needed) is None:
            draft.fault(("spec", needed), f"A {kind} needs spec.{needed}.")
    tags = _tags(metadata, typed, draft)
    if kind is None or name is None:
        return None
    return Entity(
        kind=kind,
        namespace=namespace,
        name=name,
        title=typed.text(metadata, ("metadata",), "title"),
        description=typed.text(metadata, ("metadata",), "description"),
        tags=tags,
        page=_page(metadata, typed),
        spec=spec,
    )


def _kind(value: dict[str, Any], typed: Typed, draft: Draft) -> str | None:
    version = typed.text(value, (), "apiVersion")
    kind = typed.text(value, (), "kind")
    if version not in API_VERSIONS and not (version or "").startswith(OF_TEMPLATES):
        draft.fault(
            ("apiVersion",), f"The apiVersion is {' or '.join(API_VERSIONS)}; this is {shown(version)}."
        )
    known = next((name for name in REQUIRED if kind is not None and name.lower() == kind.lower()), None)
    if known is None:
        draft.fault(("kind",), f"The kind is one of {', '.join(REQUIRED)}; this is {shown(kind)}.")
    return known


def _check_name(name: str | None, at: Path, rule: re.Pattern[str], words: str, draft: Draft) -> None:
    if name is None:
        draft.fault(at, "An entity needs a name.")
    elif len(name) > _LONGEST or rule.fullmatch(name) is None:
        draft.fault(at, f"{shown(name)} is no name: it has at most {_LONGEST} {words}.")


def _tags(metadata: dict[str, Any], typed: Typed, draft: Draft) -> tuple[str, ...]:
    tags = typed.words(metadata, ("metadata",), "tags")
    for index, tag in enumerate(tags):
        if len(tag) > _LONGEST or _TAG.fullmatch(tag) is None:
            message = (
                f"Backstage takes no tag {shown(tag)}: small letters, digits, : + # and single - are allowed."
            )
            draft.warn(("metadata", "tags", index), message)
    return tags


def _page(metadata: dict[str, Any], typed: Typed) -> str | None:
    """The first of its links."""
    for link, at in typed.mappings(metadata, ("metadata",), "links"):
        url = typed.text(link, at, "url")
        if url is not None and re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", url):
            return url
    return None
