"""Domains: the parts of the business, and what each of them offers."""

import strawberry

from api.graphql import told, words
from api.graphql.agent import Owned
from api.graphql.links import IN, OUT, many, one
from api.graphql.node import of_label
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
