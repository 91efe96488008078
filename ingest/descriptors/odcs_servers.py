"""Servers of a contract, and the datasets that its objects are there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.identity import DatasetId
from ingest.descriptors.bitol import custom
from ingest.descriptors.locations import Kept, Nowhere, Place, Server, dataset_of
from ingest.descriptors.odcs_contract import Contract
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel

NAMESPACE = "openLineageNamespace"
NAME = "openLineageName"
"""Own properties of servers and objects that say outright how pipelines name them."""

_SECRET = re.compile(r"(?<=://)[^/@\s]*:[^/@\s]*@")
_KEYS = {
    "database": ("database", "serviceName"),
    "databaseSchema": ("schema", "dataset"),
    "location": ("location", "path"),
    "endpointAddress": ("endpointUrl", "catalogUrl"),
}
"""Properties of a server, and the keys that say them: the first that does counts."""


@dataclass(frozen=True, slots=True)
class Known:
    """A server of the contract: its name, what it says, and the namespace that it says outright."""

    name: str
    server: Server
    namespace: str | None


@dataclass(frozen=True, slots=True)
class Bound:
    """A dataset that an object is, by which rule, at which server."""

    dataset: DatasetId
    rule: str
    server: str | None = None


def read_servers(said: Stated, contract: Contract) -> list[Known]:
    """The servers of a contract."""
    return [_server(one, contract) for one in said.each("servers")]


def _server(said: Stated, contract: Contract) -> Known:
    draft, name = contract.draft, said.name("server")
    node = contract.distinct(Label.SERVER, name, at=said.at("server"))
    draft.link(Rel.HAS_SERVER, contract.node, node, said.path)
    said.say(node, name="server", platform="type", host="host", description="description")
    said.say(
        node, account="account", project="project", catalog="catalog", topic="stream", schemaFormat="format"
    )
    for property_, keys in _KEYS.items():
        key = next((key for key in keys if said.value.get(key)), keys[0])
        draft.say(node, said.at(key), **{property_: _without_secret(said, key)})
    port = said.text("port")
    if port is not None and port.isascii() and port.isdigit():
        draft.say(node, said.at("port"), portNumber=int(port))
    if (word := said.text("environment")) is not None:
        environment = draft.thing(Label.ENVIRONMENT, word, at=said.at("environment"))
        draft.link(Rel.IN_ENVIRONMENT, node, environment, said.at("environment"))
    own = custom(said, NAMESPACE)
    said.leave("roles", "roles by which access is asked for")
    said.taken("id")
    said.done()
    return Known(name, said.value, own.get(NAMESPACE))


def _without_secret(said: Stated, key: str) -> str | None:
    """An address without a user's password, which is for no catalog."""
    text = said.text(key)
    if text is None or not _SECRET.search(text):
        return text
    said.draft.warn(said.at(key), "A password in an address is left out; take it out of the contract.")
    return _SECRET.sub("", text)


def datasets_of(said: Stated, servers: Iterable[Known], kept: Kept) -> list[Bound | str]:
    """The datasets that an object is, at each server; text is why a server names none."""
    own = custom(said, NAMESPACE, NAME)
    name = own.get(NAME)
    if NAMESPACE in own:
        return [Bound(DatasetId(own[NAMESPACE], name or kept.physical), "explicit")]
    found: list[Bound | str] = []
    for known in servers:
        place = _place(known, kept, name)
        rule = "explicit" if known.namespace or name else "server"
        if isinstance(place, Nowhere):
            found.append(f"{known.name}: {place.why}")
        else:
            found.append(Bound(place, rule, known.name))
    return found


def _place(known: Known, kept: Kept, name: str | None) -> Place:
    if known.namespace is not None:
        return DatasetId(known.namespace, name or kept.physical)
    place = dataset_of(known.server, kept)
    if name is None or isinstance(place, Nowhere):
        return place
    return DatasetId(place.namespace, name)
