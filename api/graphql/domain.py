"""Domains: the parts of the business, and what each of them offers."""

import strawberry

from api.graphql import told, words
from api.graphql.agent import Owned
from api.graphql.asking import Info
from api.graphql.finding import Finding, finding_page
from api.graphql.links import IN, OUT, many, one
from api.graphql.node import AsOf, of_label
from api.graphql.paging import After, Connection, First
from api.graphql.product_edge import ProductEdge, edge_page
from api.graphql.words import described
from catalog.mesh.finding import FindingFilter
from ontology.vocabulary import Label, Rel


@of_label(Label.DOMAIN)
@strawberry.type(description=words.term("Domain"))
class Domain(Owned):
    notation = told.text(Label.DOMAIN, "notation")
    parent = one(
        "Domain", "domain", OUT, Rel.PART_OF, about="The domain that it is a part of.", to=[Label.DOMAIN]
    )
    domains = many(
        "Domain", "domain", IN, Rel.PART_OF, about="The domains that are parts of it.", to=[Label.DOMAIN]
    )
    products = many(
        *("DataProduct", "product", IN, Rel.IN_DOMAIN),
        about="Its products, by key; those of its parts are with them.",
        to=[Label.DATA_PRODUCT],
    )
    teams = many("Team", "agent", IN, Rel.IN_DOMAIN, about="Its teams.", to=[Label.TEAM])
    contracts = many(
        "DataContract", "contract", IN, Rel.IN_DOMAIN, about="Its contracts.", to=[Label.DATA_CONTRACT]
    )
    systems = many(
        *("Node", "node", IN, Rel.IN_DOMAIN),
        about="Its systems, components and exposures, by key.",
        to=[Label.SYSTEM, Label.COMPONENT, Label.EXPOSURE],
    )
    datasets = many(
        "DatasetName", "dataset", IN, Rel.IN_DOMAIN, about="Datasets of its own.", to=[Label.DATASET_NAME]
    )

    @described("The domains that its products take data from.")
    async def upstream(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[ProductEdge]:
        at = self.moment(as_of)
        into, _ = await info.context.meshes.domain_edges(self.key, at)
        return edge_page(into, first, after, at)

    @described("The domains whose products take data from its products.")
    async def downstream(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[ProductEdge]:
        at = self.moment(as_of)
        _, out_of = await info.context.meshes.domain_edges(self.key, at)
        return edge_page(out_of, first, after, at)

    @described("Where what is declared and what is observed differ in it; what is of its parts is with them.")
    async def findings(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Finding]:
        at = self.moment(as_of)
        found = await info.context.meshes.findings(FindingFilter(domain=self.key), at)
        return finding_page(found, first, after, at)
