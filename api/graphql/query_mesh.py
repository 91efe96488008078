"""Products, domains, teams and contracts by the names that people have for them, and lists of them."""

from collections.abc import Callable
from typing import Annotated, TypeAlias

import strawberry

from api.graphql.agent import Team
from api.graphql.asking import Info
from api.graphql.binding import Binding
from api.graphql.contract import Contract, ContractVersion, DataContract, versions_of
from api.graphql.domain import Domain
from api.graphql.errors import bad_input
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
from ontology.compiler import load_model
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
            return offers.products(reader, _known(reader, wanted, base), as_of)

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
        found = await info.context.meshes.findings(where, as_of)
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


async def _accepted(info: Info, wanted: FindingFilter) -> finding.FindingFilter:
    """The filter with keys. Refuses a product or domain that there is not."""
    base = info.context.base_iri

    def ask(reader: Reader) -> finding.FindingFilter:
        product = key_of(reader, Label.DATA_PRODUCT, wanted.product, base)
        domain = key_of(reader, Label.DOMAIN, wanted.domain, base)
        return finding.FindingFilter(product, domain, wanted.kinds, wanted.severity)

    return await info.context.ask(ask)


async def _found(info: Info, kind: type[K], label: Label, name: str, at: int | None) -> K | None:
    text = info.context.key(name)
    stored = await info.context.ask(lambda reader: offers.find(reader, label, text, at))
    return None if stored is None else shown_as(kind, stored, at)


def _known(reader: Reader, wanted: ProductFilter, base: str) -> offers.ProductFilter:
    """The filter with keys. Refuses a domain, owner or lifecycle that there is not."""
    words = load_model().node(Label.DATA_PRODUCT).property_type("lifecycle").closed_list
    for word in wanted.lifecycle or ():
        if word not in words:
            raise bad_input(f"{word!r:.60} is no lifecycle: they are {', '.join(words)}.")
    domain = key_of(reader, Label.DOMAIN, wanted.domain, base)
    owner = key_of(reader, Label.AGENT, wanted.owner, base)
    return offers.ProductFilter(domain, owner, wanted.lifecycle)


_WORDS = {Label.DATA_PRODUCT: "data product", Label.DOMAIN: "domain", Label.AGENT: "team or person"}


def key_of(reader: Reader, label: Label, text: str | None, base: str) -> str | None:
    """The key of what a filter names: what names nothing would look like an answer in which there is nothing."""
    if text is None:
        return None
    name = text.removeprefix(base)
    found = offers.find(reader, label, name)
    if found is not None:
        return found.key
    near = offers.near(reader, label, name)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise bad_input(f"There is no {_WORDS[label]} {name!r:.80}.{hint}")


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
