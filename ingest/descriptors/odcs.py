"""Data contracts of the Open Data Contract Standard (ODCS) 3.0 and 3.1, by Bitol.

Checked with the JSON Schema that the package open-data-contract-standard has; its Python model accepts what the
standard does not. docs/import.md has what becomes of each key.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.protocols import Validator

from ingest.descriptors.bitol import custom, in_domain, read_links, read_team, support
from ingest.descriptors.draft import Draft
from ingest.descriptors.json_schema import faults_of
from ingest.descriptors.odcs_contract import Contract
from ingest.descriptors.odcs_objects import read_objects
from ingest.descriptors.odcs_quality import read_objectives
from ingest.descriptors.odcs_servers import read_servers
from ingest.descriptors.stated import Stated
from ingest.descriptors.text import Part
from ontology.vocabulary import Label, Rel

KIND = "DataContract"
_VERSION = re.compile(r"v\d+(\.\d+)*")
_READ = re.compile(r"v3\..*")
_STATUS_NEEDED = re.compile(r"v3\.[01]\..*")
_TELLING = frozenset(("schema", "servers", "slaProperties", "dataProduct", "status"))


def matches(value: Any) -> bool:
    """Whether it is a contract of this standard, or is meant to be one."""
    if not isinstance(value, Mapping):
        return False
    if "kind" in value:
        return bool(value["kind"] == KIND)
    version = value.get("apiVersion")
    return isinstance(version, str) and bool(_VERSION.fullmatch(version)) and not _TELLING.isdisjoint(value)


def read(part: Part, draft: Draft) -> None:
    """What a contract says. One that the standard does not allow says nothing, and why is told."""
    if not _is_valid(part.value, draft):
        return
    said = Stated(part.value, (), draft)
    contract = _contract(said, draft)
    servers = read_servers(said, contract)
    read_objects(said, contract, servers)
    read_objectives(said, contract)
    said.leave("roles", "roles by which access is asked for")
    said.done()


def _is_valid(value: Mapping[str, Any], draft: Draft) -> bool:
    version = value.get("apiVersion")
    if isinstance(version, str) and _VERSION.fullmatch(version) and not _READ.fullmatch(version):
        draft.fault(("apiVersion",), f"Contracts of version {version} are not read; 3.0 and 3.1 are.")
        return False
    faults = faults_of(validator(), value)
    for fault in faults:
        draft.fault(fault.path, fault.message)
    lacks = isinstance(version, str) and _STATUS_NEEDED.fullmatch(version) and "status" not in value
    if lacks:
        draft.fault((), "'status' is missing.")
    return not faults and not lacks


@lru_cache(maxsize=1)
def validator() -> Validator:
    """The standard's JSON Schema, with one repair.

    Its rules for one logical type begin ``if logicalType is …``, which holds as well where none is said: such a
    property, which the standard allows, would have to obey all of them, and be a map.
    """
    text = files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    for rule in schema["$defs"]["SchemaBaseProperty"]["allOf"]:
        if "if" in rule:
            rule["if"]["required"] = ["logicalType"]
    return Draft201909Validator(schema)


def _contract(said: Stated, draft: Draft) -> Contract:
    id_, version = said.name("id"), said.name("version")
    name = said.text("name") or id_
    whole = draft.thing(Label.DATA_CONTRACT, id_, at=said.at("id"))
    node = draft.thing(Label.CONTRACT_VERSION, id_, version, at=said.at("version"))
    draft.say(whole, said.at("name" if "name" in said.value else "id"), name=name)
    draft.say(node, said.at("version"), name=f"{name} {version}", version=version)
    draft.link(Rel.VERSION_OF, node, whole, said.at("version"))
    help_ = support(said) or None
    for one in (whole, node):
        said.say(one, tags="tags", tenant="tenant", dataProductName="dataProduct")
        draft.say(one, said.at("support"), support=help_)
    said.say(node, status="status")
    _description(said, node)
    draft.say(node, said.at("price"), price=_price(said))
    in_domain(said, whole, draft)
    read_links(said, node, theme=Rel.THEME)
    team = said.one("team")
    read_team(team, said.each("team") if team is None else team.each("members"), whole)
    custom(said)
    said.taken("apiVersion", "kind")
    return Contract(id_, version, node, draft)


def _description(said: Stated, node: str) -> None:
    about = said.one("description")
    if about is None:
        return
    about.say(node, purpose="purpose", limitations="limitations", usage="usage")
    read_links(about, node, theme=Rel.THEME, page=False)
    custom(about)
    about.done()


def _price(said: Stated) -> str | None:
    """Amount and currency, and for how much: ``9.95 USD per megabyte``."""
    price = said.one("price")
    if price is None:
        return None
    amount = " ".join(filter(None, (price.text("priceAmount"), price.text("priceCurrency"))))
    unit = price.text("priceUnit")
    price.taken("id")
    price.done()
    return (f"{amount} per {unit}" if unit else amount).strip() or None
