"""Data products of the Open Data Product Standard (ODPS) 1.0 by Bitol; another standard has the same letters."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.protocols import Validator

from ingest.descriptors.bitol import custom, in_domain, read_links, read_team, support
from ingest.descriptors.draft import Draft
from ingest.descriptors.json_schema import faults_of
from ingest.descriptors.odps_ports import read_ports
from ingest.descriptors.odps_schema import SCHEMA
from ingest.descriptors.stated import Stated
from ingest.descriptors.text import Part
from ontology.vocabulary import Label, Rel

KIND = "DataProduct"
_VERSION = re.compile(r"v\d+(\.\d+)*")
_PORTS = frozenset(("inputPorts", "outputPorts", "managementPorts"))
_LIFECYCLES = {
    "proposed": "draft",
    "draft": "draft",
    "in development": "draft",
    "development": "draft",
    "active": "active",
    "production": "active",
    "deprecated": "deprecated",
    "retired": "retired",
}
"""The standard's words for status, and those of its examples, as lifecycles; others have none here."""


def matches(value: Any) -> bool:
    """Whether it is a product of this standard, or is meant to be one."""
    if not isinstance(value, Mapping):
        return False
    version = value.get("apiVersion")
    if "kind" in value:
        return bool(value["kind"] == KIND)
    return isinstance(version, str) and bool(_VERSION.fullmatch(version)) and not _PORTS.isdisjoint(value)


@lru_cache(maxsize=1)
def validator() -> Validator:
    """The rules of the standard."""
    return Draft201909Validator(SCHEMA)


def read(part: Part, draft: Draft) -> None:
    """What a product says. One that the standard does not allow says nothing, and why is told."""
    faults = faults_of(validator(), part.value)
    for fault in faults:
        draft.fault(fault.path, fault.message)
    if faults:
        return
    said = Stated(part.value, (), draft)
    product = _product(said, draft)
    read_ports(said, said.name("id"), product)
    said.done()


def _product(said: Stated, draft: Draft) -> str:
    id_ = said.name("id")
    node = draft.thing(Label.DATA_PRODUCT, id_, at=said.at("id"))
    draft.say(node, said.at("id"))
    said.say(node, name="name")
    said.say(node, version="version", tags="tags", tenant="tenant")
    draft.say(node, said.at("support"), support=support(said) or None)
    status = said.text("status") or ""
    lifecycle = _LIFECYCLES.get(status.casefold())
    draft.say(node, said.at("status"), lifecycle=lifecycle)
    if lifecycle is None:
        draft.unmapped(said.at("status"), f"{status!r} is no lifecycle that is known here")
    about = said.one("description")
    if about is not None:
        about.say(node, purpose="purpose", limitations="limitations", usage="usage")
        read_links(about, node, theme=Rel.THEME, page=False)
        custom(about)
        about.done()
    in_domain(said, node, draft)
    read_links(said, node, theme=Rel.THEME)
    team = said.one("team")
    read_team(team, team.each("members") if team is not None else (), node)
    custom(said)
    said.taken("apiVersion", "kind")
    return node
