"""Meshline's own descriptors: a small YAML for a mesh that starts from nothing.

``meshline: 1`` and lists of domains, teams, people, products, contracts, agreements, classifications, terms,
environments, platforms, policies and waivers. ``ingest.descriptors.meshline_schema`` says what each may have.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from ingest.descriptors.draft import Draft
from ingest.descriptors.json_schema import faults_of
from ingest.descriptors.meshline_agreements import read_agreement
from ingest.descriptors.meshline_contracts import read_contract
from ingest.descriptors.meshline_mesh import Mesh
from ingest.descriptors.meshline_organisation import read_domain, read_person, read_team
from ingest.descriptors.meshline_policies import read_policy, read_waiver
from ingest.descriptors.meshline_products import read_product
from ingest.descriptors.meshline_schema import schema
from ingest.descriptors.meshline_words import (
    read_classification,
    read_environment,
    read_platform,
    read_term,
)
from ingest.descriptors.place import Path
from ingest.descriptors.stated import Stated
from ingest.descriptors.text import Part

NAME = "Meshline"
_READERS: Mapping[str, Callable[[Stated, Mesh], None]] = {
    "domains": read_domain,
    "teams": read_team,
    "people": read_person,
    "products": read_product,
    "contracts": read_contract,
    "agreements": read_agreement,
    "classifications": read_classification,
    "terms": read_term,
    "environments": read_environment,
    "platforms": read_platform,
    "policies": read_policy,
    "waivers": read_waiver,
}
SECTIONS = tuple(_READERS)


def matches(value: Any) -> bool:
    """Whether it is one of ours, or is meant to be one."""
    return isinstance(value, Mapping) and "meshline" in value


@lru_cache(maxsize=1)
def validator() -> Validator:
    """The rules of what a descriptor may say."""
    return Draft202012Validator(schema())


def read(part: Part, draft: Draft) -> None:
    """What a descriptor says. One that breaks the schema says nothing, and why is told."""
    faults = faults_of(validator(), part.value)
    for fault in faults:
        draft.fault(fault.path, fault.message)
    if faults:
        return
    draft.title = draft.title or part.value.get("title")
    mesh = Mesh.of(part.value, draft)
    for path, message in _repeated(part.value):
        draft.fault(path, message)
    for section, reader in _READERS.items():
        for said in Stated(part.value, (), draft).each(section):
            reader(said, mesh)


def _repeated(value: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Things that are there twice."""
    for section in _READERS:
        first: dict[str, int] = {}
        for place, said in enumerate(value.get(section, ())):
            if first.setdefault(said["id"], place) != place:
                yield (
                    (section, place, "id"),
                    f"{said['id']!r} is there already: {section}[{first[said['id']]}].",
                )
