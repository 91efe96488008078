"""Data products: what a domain offers to others."""

import strawberry

from api.graphql import told, words
from api.graphql.agent import Owned
from api.graphql.asking import Info
from api.graphql.finding import Finding, finding_page
from api.graphql.glossary import Classified
from api.graphql.links import IN, OUT, many, one
from api.graphql.member import ProductMember, member_page
from api.graphql.node import AsOf, of_label
from api.graphql.paging import After, Connection, First
from api.graphql.product_edge import Consumer, ProductEdge, consumer_page, edge_page
from api.graphql.product_status import ProductStatus
from api.graphql.propagation import AggregatesStop, DerivedClassifications, product_classes
from api.graphql.words import described
from ontology.vocabulary import Label, Rel


@of_label(Label.DATA_PRODUCT)
@strawberry.type(description=words.term("DataProduct"))
class DataProduct(Owned, Classified):
    lifecycle = told.text(Label.DATA_PRODUCT, "lifecycle")
    purpose = told.text(Label.DATA_PRODUCT, "purpose")
    version = told.text(Label.DATA_PRODUCT, "version")
    homepage = told.text(Label.DATA_PRODUCT, "homepage")
    license = told.text(Label.DATA_PRODUCT, "license")
    keywords = told.texts(Label.DATA_PRODUCT, "tags")
    support = told.texts(Label.DATA_PRODUCT, "support")
    domain = one("Domain", "domain", OUT, Rel.IN_DOMAIN, about="The domain that it belongs to.")
    output_ports = many("OutputPort", "port", OUT, Rel.HAS_OUTPUT_PORT, about="Where it gives data.")
    input_ports = many("InputPort", "port", OUT, Rel.HAS_INPUT_PORT, about="Where it takes data.")
    management_ports = many(
        "ManagementPort", "port", OUT, Rel.HAS_MANAGEMENT_PORT, about="Where it is watched and controlled."
    )
    contracts = many(
        "Contract", "contract", OUT, Rel.GOVERNED_BY, about="Contracts that promise something of all of it."
    )
    offers = many(
        *("DatasetName", "dataset", OUT, Rel.EXPOSES),
        about="Datasets that it offers to others, as documents name them; those behind ports are with the ports.",
        to=[Label.DATASET_NAME],
    )
    contains = many(
        *("Node", "node", OUT, Rel.CONTAINS),
        about="Datasets, jobs and schemas that are inside of it and not offered, by key.",
    )
    schemas = many(
        *("ContractSchema", "contract_schema", OUT, Rel.CONTAINS),
        about="Tables and other objects inside of it, as documents name them; those it offers are with the ports.",
        to=[Label.SCHEMA],
    )
    agreements = many(
        *("AccessAgreement", "agreement", IN, Rel.COVERS),
        about="Agreements that give access to all of it; those for one port are with the port.",
    )
    granted = many(
        "AccessAgreement", "agreement", IN, Rel.GRANTED_TO, about="Agreements that give it access to others."
    )
    used_by = many(
        "Node", "node", IN, Rel.DEPENDS_ON, about="Exposures, components and systems that depend on it."
    )

    @described(
        "The datasets and jobs that belong to it, by key: as it says, or as its ports and schemas are bound."
    )
    async def members(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[ProductMember]:
        at = self.moment(as_of)
        return member_page(await info.context.meshes.members(self.key, at), first, after, at)

    @described(
        "The classes that it and what it offers are of, as they are said and as they follow along field lineage."
    )
    async def derived_classifications(
        self, info: Info, as_of: AsOf = None, aggregates_stop: AggregatesStop = False
    ) -> DerivedClassifications:
        return await product_classes(info, self.key, self.moment(as_of), aggregates_stop)

    @described("How it is: its last runs, and freshness and quality against what it promises.")
    async def status(self, info: Info, as_of: AsOf = None) -> ProductStatus | None:
        at = self.moment(as_of)
        told = await info.context.meshes.status(self.key, at)
        return None if told is None else ProductStatus(told=told, at=at)

    @described("The products that it takes data from, as lineage shows or input ports state.")
    async def upstream(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[ProductEdge]:
        at = self.moment(as_of)
        into, _ = await info.context.meshes.product_edges(self.key, at)
        return edge_page(into, first, after, at)

    @described("The products that take data from it, as lineage shows or their input ports state.")
    async def downstream(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[ProductEdge]:
        at = self.moment(as_of)
        _, out_of = await info.context.meshes.product_edges(self.key, at)
        return edge_page(out_of, first, after, at)

    @described(
        "Who uses it, by key: other products, jobs that belong to none, and who has an agreement in force."
    )
    async def consumers(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Consumer]:
        at = self.moment(as_of)
        return consumer_page(await info.context.meshes.consumers(self.key, at), first, after, at)

    @described("Where what is declared and what is observed differ: of it, and of others that touch it.")
    async def findings(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Finding]:
        at = self.moment(as_of)
        return finding_page(await info.context.meshes.findings_of(self.key, at), first, after, at)
