"""What the command ``forget`` names: one dataset, job or run, or all of a namespace."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from catalog.identity import (
    CurationId,
    DatasetId,
    DocumentId,
    FieldId,
    JobId,
    ResourceId,
    RunId,
    named_by,
)

Identity: TypeAlias = DatasetId | FieldId | JobId | RunId | DocumentId | CurationId | ResourceId

FORGET = "forget"
KINDS = ("dataset", "job", "run", "namespace")


@dataclass(frozen=True, slots=True)
class Scope:
    """``kind``: one of ``KINDS``. A run has only a ``name``, a namespace only a ``namespace``: of datasets and jobs."""

    kind: str
    namespace: str = ""
    name: str = ""

    @classmethod
    def of(cls, terms: Mapping[str, Any]) -> "Scope":
        """What the terms of a command name. Raises ValueError."""
        kind, namespace, name = (terms.get(key, "") for key in ("kind", "namespace", "name"))
        if kind not in KINDS:
            raise ValueError(f"kind is {', '.join(KINDS[:-1])} or {KINDS[-1]}")
        needed = {"namespace": kind != "run", "name": kind != "namespace"}
        for key, value in (("namespace", namespace), ("name", name)):
            if not isinstance(value, str) or bool(value) != needed[key]:
                raise ValueError(f"a {kind} has {'a' if needed[key] else 'no'} {key}")
        return cls(kind, namespace, RunId.lenient(name).value if kind == "run" else name)

    @property
    def terms(self) -> dict[str, str]:
        """As a command says it."""
        said = {"kind": self.kind, "namespace": self.namespace, "name": self.name}
        return {key: value for key, value in said.items() if value}

    def covers(self, identity: Identity) -> bool:
        """Whether it names this, or that of which this is a part, or which this is about."""
        if isinstance(identity, CurationId):
            return self.covers(named_by(identity.subject))
        if isinstance(identity, FieldId):
            return self.covers(identity.dataset)
        if isinstance(identity, RunId):
            return self.kind == "run" and identity.value == self.name
        if isinstance(identity, DocumentId | ResourceId):
            return False
        if self.kind == "namespace":
            return identity.namespace == self.namespace
        kind = "dataset" if isinstance(identity, DatasetId) else "job"
        return self == Scope(kind, identity.namespace, identity.name)

    def __str__(self) -> str:
        return f"{self.kind} {'/'.join(filter(None, (self.namespace, self.name)))}"
