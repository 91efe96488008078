"""What domains, products, ports and contracts offer, as plain documents; as of any time.

A document is the answer of one GraphQL question with lists in place of connections; under ``cut`` stand the paths of
the lists that have more than is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar
from urllib.parse import unquote

from anyio.to_thread import run_sync

from api.flat import flat
from api.graphql.errors import Code
from api.graphql.schema import answer
from api.offer_queries import CONTRACT, CONTRACT_VERSION, DOMAIN, DOMAINS, PORT, PRODUCT, PRODUCTS, STATUS
from api.remembered import Remembered
from catalog.errors import InvalidQuery, StoreUnavailable
from catalog.graph import Direction, Node
from catalog.instant import format_instant
from catalog.offers import find, is_gone, near
from catalog.rdf.surroundings import PORTS
from catalog.store.port import Reader, Store
from ontology.vocabulary import Label, Rel

Document: TypeAlias = dict[str, Any]
T = TypeVar("T")
PAGE = 100


class Missing(Exception):
    """There is nothing of that name; ``near``: ids that are similar. ``gone``: it was described once, under the key."""

    def __init__(self, what: str, name: str, near: tuple[str, ...] = (), gone: str | None = None) -> None:
        super().__init__(f"There is no {what} {name[:200]!r}.")
        self.near = near
        self.gone = gone


@dataclass(frozen=True, slots=True)
class Offers:
    """Answers from a store, as of an instant; ``remembered``: by the service. All raise Missing,
    StoreUnavailable, SeveralFit and InvalidQuery."""

    store: Store
    base_iri: str
    at: int | None = None
    remembered: Remembered | None = None

    @property
    def as_of(self) -> str | None:
        """The instant as text."""
        return None if self.at is None else format_instant(self.at)

    async def domains(self, after: str | None) -> Document:
        """A page of the domains; ``next``: where the next page begins."""
        return _listed(await self._asked(DOMAINS, {"first": PAGE, "after": after}), "domains")

    async def products(self, after: str | None, where: Mapping[str, Any]) -> Document:
        """A page of the products that fit a filter of GraphQL; ``next``: where the next page begins."""
        asked = {"first": PAGE, "after": after, "filter": where}
        return _listed(await self._asked(PRODUCTS, asked), "products")

    async def domain(self, name: str) -> Document:
        """What a domain offers: its parts, products with ports, contracts."""
        return await self._one(DOMAIN, "domain", name, await self.key(Label.DOMAIN, "domain", name))

    async def product(self, name: str) -> Document:
        """What a product offers, who answers for it, and what it takes."""
        return await self._one(PRODUCT, "product", name, await self.key(Label.DATA_PRODUCT, "product", name))

    async def status(self, name: str) -> Document:
        """How a product is: its last runs, freshness and quality against its objectives, what is wrong."""
        return await self._one(STATUS, "product", name, await self.key(Label.DATA_PRODUCT, "product", name))

    async def port(self, product: str, port: str) -> Document:
        """The address of a port of a product, and how to connect."""
        owner = await self.key(Label.DATA_PRODUCT, "product", product)
        ports = await self._read(lambda reader: _ports(reader, owner, self.at))
        for fits in (_has_key, _has_id, _has_name):
            for node in ports:
                if fits(node, port):
                    return await self._one(PORT, "port", port, node.key)
        raise Missing("port", port, tuple(sorted(_id(node.key) for node in ports)[:10]))

    async def contract(self, name: str, version: str | None = None) -> Document:
        """A contract with its versions, or one version with what it promises."""
        key = await self.key(Label.DATA_CONTRACT, "contract", name)
        if version is None:
            return await self._one(CONTRACT, "contract", name, key)
        versions = await self._read(lambda reader: _versions(reader, key, self.at))
        for node in versions:
            if node.properties.get("version") == version or node.key == version:
                return await self._one(CONTRACT_VERSION, "version", version, node.key)
        known = sorted(str(node.properties.get("version", _id(node.key))) for node in versions)
        raise Missing("version", version, tuple(known[:10]))

    async def key(self, label: Label, what: str, name: str) -> str:
        """The key of what has the key, id or name."""

        def ask(reader: Reader) -> Node | list[str]:
            return find(reader, label, name.removeprefix(self.base_iri)) or near(reader, label, name)

        found = await self._read(ask)
        if isinstance(found, list):
            raise Missing(what, name, tuple(found))
        if self.at is None and is_gone(found):
            raise Missing(what, name, gone=found.key)
        return found.key

    async def _one(self, query: str, what: str, name: str, key: str) -> Document:
        document, cut = flat((await self._asked(query, {"id": key}))["node"])
        if document is None:  # it was not there at the instant
            raise Missing(what, name)
        return {**document, "asOf": self.as_of, "cut": cut}

    async def _asked(self, query: str, asked: Mapping[str, Any]) -> Document:
        asked = {**asked, "asOf": self.as_of}
        found = await answer(self.store, self.base_iri, query, asked, remembered=self.remembered)
        if found.unavailable:
            raise StoreUnavailable("The store does not answer now.")
        if found.errors or found.data is None:
            spoken = "; ".join(error["message"] for error in found.errors)
            if any(error["extensions"]["code"] is not Code.BAD_USER_INPUT for error in found.errors):
                raise RuntimeError(spoken)  # of a question of ours: nothing that who asks could mend
            raise InvalidQuery(spoken)
        return dict(found.data)

    async def _read(self, question: Callable[[Reader], T]) -> T:
        def ask() -> T:
            with self.store.read() as reader:
                return question(reader)

        return await run_sync(ask)


def _listed(data: Document, name: str) -> Document:
    page = data[name]["pageInfo"]
    items, _ = flat(data[name])
    return {
        name: items,
        "total": data[name]["totalCount"],
        "next": page["endCursor"] if page["hasNextPage"] else None,
    }


def _ports(reader: Reader, product: str, at: int | None) -> list[Node]:
    edges = reader.edges((product,), PORTS, Direction.OUT, at)
    return [*reader.nodes(sorted({edge.target for edge in edges})).values()]


def _versions(reader: Reader, contract: str, at: int | None) -> list[Node]:
    edges = reader.edges((contract,), (Rel.VERSION_OF,), Direction.IN, at)
    return [*reader.nodes(sorted({edge.source for edge in edges})).values()]


def _id(key: str) -> str:
    """What a port is called within its product: the last part of its key."""
    return unquote(key.rpartition("/")[2])


def _has_key(node: Node, text: str) -> bool:
    return node.key == text


def _has_id(node: Node, text: str) -> bool:
    return _id(node.key) == text


def _has_name(node: Node, text: str) -> bool:
    return node.properties.get("name") == text
