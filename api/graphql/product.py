"""Data products: what a domain offers to others."""

import strawberry

from api.graphql import told, words
from api.graphql.agent import Owned
from api.graphql.glossary import Classified
from api.graphql.links import IN, OUT, many, one
from api.graphql.node import of_label
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
