"""Products, domains, teams and contracts by the names that people have for them, and lists of them."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, TypeAlias

import strawberry

from api.graphql.agent import Team
from api.graphql.asking import Info
from api.graphql.binding import Binding
from api.graphql.contract import Contract, ContractVersion, DataContract, versions_of
from api.graphql.domain import Domain
from api.graphql.finding import Finding, finding_page
from api.graphql.node import K, shown_as
from api.graphql.paging import After, Connection, First, part
from api.graphql.product import DataProduct
from api.graphql.query_arguments import AsOf
from api.graphql.words import described
from catalog import offers
from catalog.graph import Node as StoredNode
from catalog.mesh import finding
from catalog.mesh.binding import BindingStatus
from catalog.store.port import Reader
from ontology.vocabulary import Label

ByName: TypeAlias = Annotated[
    str,
    strawberry.argument(
        description="Its key, its id (what follows the kind in the key), its IRI or its name."
    ),
]


@strawberry.input(description="Which products to list; what is left out does not limit.")
class ProductFilter:
    domain: str | None = strawberry.field(
        default=None, description="Only of this domain or a part of it: its key, id or name."
    )
    owner: str | None = strawberry.field(
        default=None, description="Only what this team or person answers for: key, id or name."
    )
    lifecycle: list[str] | None = strawberry.field(
        default=None, description="Only in one of these lifecycles: draft, active, deprecated, retired."
    )


@strawberry.input(description="Which findings to list; what is left out does not limit.")
class FindingFilter:
    product: str | None = strawberry.field(
        default=None, description="Only of this product, or that touch it: its key, id or name."
    )
    domain: str | None = strawberry.field(
        default=None, description="Only of this domain: its key, id or name."
    )
    kinds: list[finding.FindingKind] | None = strawberry.field(
        default=None, description="Only of these kinds."
    )
    severity: finding.FindingSeverity | None = strawberry.field(
        default=None, description="Only what matters at least so much."
    )


@strawberry.type(description="Products, domains, teams and contracts, and lists of them.")
class MeshQueries:
    @described("A data product; null where there is none, or was none at the instant.")
    async def product(self, info: Info, name: ByName, as_of: AsOf = None) -> DataProduct | None:
        return await _found(info, DataProduct, Label.DATA_PRODUCT, name, as_of)

    @described("A domain; null where there is none, or was none at the instant.")
    async def domain(self, info: Info, name: ByName, as_of: AsOf = None) -> Domain | None:
        return await _found(info, Domain, Label.DOMAIN, name, as_of)

    @described("A team; null where there is none, or was none at the instant.")
    async def team(self, info: Info, name: ByName, as_of: AsOf = None) -> Team | None:
        return await _found(info, Team, Label.TEAM, name, as_of)

    @described("A data contract, or one version of it; null where there is none, or was none at the instant.")
    async def contract(
        self,
        info: Info,
        name: ByName,
        version: Annotated[
            str | None,
            strawberry.argument(description="The version, as 1.2.0; left out: the contract itself."),
        ] = None,
        as_of: AsOf = None,
    ) -> Contract | None:
        found = await _found(info, DataContract, Label.DATA_CONTRACT, name, as_of)
        if found is None or version is None:
            return found
        for one in await versions_of(info, found, as_of):
            if one.properties.get("version") == version:
                return shown_as(ContractVersion, one, as_of)
        return None

    @described("The data products, by key.")
    async def products(
        self,
        info: Info,
        filter: Annotated[
            ProductFilter | None, strawberry.argument(description="Which products; left out: all.")
        ] = None,
        first: First = 50,
        after: After = None,
        as_of: AsOf = None,
    ) -> Connection[DataProduct]:
        wanted = filter or ProductFilter()
        base = info.context.base_iri

        def ask(reader: Reader) -> list[StoredNode]:
            where = _known(reader, wanted, base)
            return [] if where is None else offers.products(reader, where, as_of)

        return await _listed(info, DataProduct, ask, first, after, as_of)

    @described("The domains, by key.")
    async def domains(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Domain]:
        def ask(reader: Reader) -> list[StoredNode]:
            return offers.things_of(reader, Label.DOMAIN, as_of)

        return await _listed(info, Domain, ask, first, after, as_of)

    @described("Where what is declared and what is observed differ, the worst first.")
    async def findings(
        self,
        info: Info,
        filter: Annotated[
            FindingFilter | None, strawberry.argument(description="Which findings; left out: all.")
        ] = None,
        first: First = 50,
        after: After = None,
        as_of: AsOf = None,
    ) -> Connection[Finding]:
        where = await _accepted(info, filter or FindingFilter())
        found = [] if where is None else await info.context.meshes.findings(where, as_of)
        return finding_page(found, first, after, as_of)

    @described("Which dataset each schema and port means, by the key of the schema or port.")
    async def bindings(
        self,
        info: Info,
        status: Annotated[
            BindingStatus | None, strawberry.argument(description="Only those that stand so; left out: all.")
        ] = None,
        first: First = 50,
        after: After = None,
        as_of: AsOf = None,
    ) -> Connection[Binding]:
        found = await info.context.meshes.bindings(as_of)
        wanted = [one for one in found if status is None or one.status is status]
        page = part(wanted, lambda one: (one.thing,), first, after)
        return page.connection([Binding(told=one, at=as_of) for one in page.items])


async def _accepted(info: Info, wanted: FindingFilter) -> finding.FindingFilter | None:
    """The filter with keys; None where the product or domain is not known, so that nothing fits."""
    keys: dict[Label, str] = {}
    for label, text in ((Label.DATA_PRODUCT, wanted.product), (Label.DOMAIN, wanted.domain)):
        if text is not None:
            name = info.context.key(text)
            found = await info.context.ask(partial(offers.find, label=label, text=name))
            if found is None:
                return None
            keys[label] = found.key
    return finding.FindingFilter(
        keys.get(Label.DATA_PRODUCT), keys.get(Label.DOMAIN), wanted.kinds, wanted.severity
    )


async def _found(info: Info, kind: type[K], label: Label, name: str, at: int | None) -> K | None:
    text = info.context.key(name)
    stored = await info.context.ask(lambda reader: offers.find(reader, label, text, at))
    return None if stored is None else shown_as(kind, stored, at)


def _known(reader: Reader, wanted: ProductFilter, base: str) -> offers.ProductFilter | None:
    """The filter with keys; None where the domain or owner is not known, so that nothing fits."""
    keys: dict[Label, str] = {}
    for label, text in ((Label.DOMAIN, wanted.domain), (Label.AGENT, wanted.owner)):
        if text is not None:
            found = offers.find(reader, label, text.removeprefix(base))
            if found is None:
                return None
            keys[label] = found.key
    return offers.ProductFilter(keys.get(Label.DOMAIN), keys.get(Label.AGENT), wanted.lifecycle)


async def _listed(
    info: Info,
    kind: type[K],
    ask: Callable[[Reader], list[StoredNode]],
    first: int,
    after: str | None,
    at: int | None,
) -> Connection[K]:
    page = part(await info.context.ask(ask), lambda node: (node.key,), first, after)
    return page.connection([shown_as(kind, node, at) for node in page.items])
