"""Data contracts of the Open Data Contract Standard (ODCS) 3.0 and 3.1, by Bitol.

Checked with the JSON Schema that the package open-data-contract-standard has; its Python model accepts what the
standard does not. docs/contracts.md has what becomes of each key.
"""

from collections.abc import Mapping
from typing import Any

from ingest.descriptors.bitol import custom, in_domain, read_links, read_team, support
from ingest.descriptors.draft import Draft
from ingest.descriptors.odcs_contract import Contract
from ingest.descriptors.odcs_objects import read_objects
from ingest.descriptors.odcs_quality import read_objectives
from ingest.descriptors.odcs_rules import VERSION, faults_in
from ingest.descriptors.odcs_servers import read_servers
from ingest.descriptors.stated import Stated
from ingest.descriptors.text import Part
from ontology.vocabulary import Label, Rel

KIND = "DataContract"
_TELLING = frozenset(("schema", "servers", "slaProperties", "dataProduct", "status"))


def matches(value: Any) -> bool:
    """Whether it is a contract of this standard, or is meant to be one."""
    if not isinstance(value, Mapping):
        return False
    if "kind" in value:
        return bool(value["kind"] == KIND)
    version = value.get("apiVersion")
    return isinstance(version, str) and bool(VERSION.fullmatch(version)) and not _TELLING.isdisjoint(value)


def read(part: Part, draft: Draft) -> None:
    """What a contract says. One that the standard does not allow says nothing, and why is told."""
    faults = list(faults_in(part.value))
    for fault in faults:
        draft.fault(fault.path, fault.message)
    if faults:
        return
    said = Stated(part.value, (), draft)
    contract = _contract(said, draft)
    servers = read_servers(said, contract)
    read_objects(said, contract, servers)
    read_objectives(said, contract)
    said.leave("roles", "roles by which access is asked for")
    said.done()


def _contract(said: Stated, draft: Draft) -> Contract:
    id_, version = said.name("id"), said.name("version")
    name = said.text("name") or id_
    whole = draft.thing(Label.DATA_CONTRACT, id_, at=said.at("id"))
    node = draft.thing(Label.CONTRACT_VERSION, id_, version, at=said.at("version"))
    draft.say(whole, said.at("id"))
    said.say(whole, name="name")
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
