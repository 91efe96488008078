"""Servers of a contract, and the datasets that its objects are there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.identity import DatasetId
from ingest.descriptors.bitol import custom
from ingest.descriptors.draft import Draft
from ingest.descriptors.locations import Kept, Nowhere, Place, Server, dataset_of
from ingest.descriptors.odcs_contract import Contract
from ingest.descriptors.place import Path
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel

NAMESPACE = "openLineageNamespace"
NAME = "openLineageName"
"""Own properties of servers and objects that say outright how pipelines name them."""

_MOST_DIGITS = 9
"""A longer number is no port."""
_SECRET = re.compile(r"(?:(?<=://)|^)[^/@\s]*:[^/@\s]*@")
_KEYS = {
    "host": ("host",),
    "database": ("database", "serviceName"),
    "databaseSchema": ("schema", "dataset"),
    "location": ("location", "path"),
    "endpointAddress": ("endpointUrl", "catalogUrl"),
}
"""Properties of a server, and the keys that say them: the first that does counts."""


@dataclass(frozen=True, slots=True)
class Known:
    """A server of the contract: its name, what it says, and the namespace that it says outright.

    ``unnamed``: objects that it does not say enough for to know their dataset, and why.
    """

    name: str
    server: Server
    namespace: str | None
    path: Path
    unnamed: dict[str, str] = field(default_factory=dict)


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
    said.say(node, name="server", platform="type", description="description")
    said.say(
        node, account="account", project="project", catalog="catalog", topic="stream", schemaFormat="format"
    )
    for property_, keys in _KEYS.items():
        key = next((key for key in keys if said.value.get(key)), keys[0])
        draft.say(node, said.at(key), **{property_: _without_secret(said, key)})
    port = said.text("port")
    if port is not None and port.isascii() and port.isdigit() and len(port) <= _MOST_DIGITS:
        draft.say(node, said.at("port"), portNumber=int(port))
    if (word := said.text("environment")) is not None:
        environment = draft.thing(Label.ENVIRONMENT, word, at=said.at("environment"))
        draft.link(Rel.IN_ENVIRONMENT, node, environment, said.at("environment"))
    own = custom(said, NAMESPACE)
    said.leave("roles", "roles by which access is asked for")
    said.taken("id")
    said.done()
    return Known(name, said.value, own.get(NAMESPACE), said.path)


def _without_secret(said: Stated, key: str) -> str | None:
    """An address without a user's password, which is for no catalog."""
    text = said.text(key)
    if text is None or not _SECRET.search(text):
        return text
    said.draft.warn(said.at(key), "A password in an address is left out; take it out of the contract.")
    return _SECRET.sub("", text)


def datasets_of(said: Stated, servers: Iterable[Known], kept: Kept) -> list[Bound]:
    """The datasets that an object is: the one that it says outright, else one at each server that says enough."""
    own = custom(said, NAMESPACE, NAME)
    name = own.get(NAME)
    if NAMESPACE in own:
        return [Bound(DatasetId(own[NAMESPACE], name or kept.physical), "explicit")]
    found: list[Bound] = []
    for known in servers:
        place = _place(known, kept, name)
        if not isinstance(place, Nowhere):
            rule = "explicit" if known.namespace or name else "server"
            found.append(Bound(place, rule, known.name))
        elif not place.by_name:
            known.unnamed[kept.name] = place.why
    return found


def tell_unnamed(servers: Iterable[Known], draft: Draft) -> None:
    """Warn once for each server that does not say enough."""
    for known in servers:
        if known.unnamed:
            first, why = next(iter(known.unnamed.items()))
            more = len(known.unnamed) - 1
            others = f" and {more} more" if more else ""
            draft.warn(known.path, f"It does not tell which dataset {first!r}{others} is: {why}")


def _place(known: Known, kept: Kept, name: str | None) -> Place:
    if known.namespace is not None:
        return DatasetId(known.namespace, name or kept.physical)
    place = dataset_of(known.server, kept)
    if name is None or isinstance(place, Nowhere):
        return place
    return DatasetId(place.namespace, name)
