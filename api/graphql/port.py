"""Ports of products: where data is taken and given, and how to reach it."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql import told, words
from api.graphql.agent import Owned
from api.graphql.asking import Info
from api.graphql.binding import Bindable, bound_to
from api.graphql.glossary import Classified
from api.graphql.links import IN, OUT, many, one
from api.graphql.node import AsOf, of_label
from api.graphql.words import described
from ontology.vocabulary import Label, Rel

if TYPE_CHECKING:
    from api.graphql.signoff import Deprecation


@strawberry.interface(description=words.term("Port"))
class Port(Owned, Classified):
    @described("That it will go away, as people say; null where nobody does.")
    async def deprecation(
        self, info: Info, as_of: AsOf = None
    ) -> Annotated["Deprecation", strawberry.lazy("api.graphql.signoff")] | None:
        from api.graphql.signoff import deprecation_of

        return await deprecation_of(info, self.key, self.moment(as_of))

    protocol = told.text(Label.PORT, "protocol")
    endpoint = told.text(Label.PORT, "endpoint")
    schema_format = told.text(Label.PORT, "schemaFormat")
    visibility = told.text(Label.PORT, "visibility")
    version = told.text(Label.PORT, "version")
    license = told.text(Label.PORT, "license")
    keywords = told.texts(Label.PORT, "tags")
    product = one(
        *("DataProduct", "product", IN, Rel.HAS_OUTPUT_PORT, Rel.HAS_INPUT_PORT, Rel.HAS_MANAGEMENT_PORT),
        about="The product that it belongs to.",
    )
    contracts = many(
        "Contract", "contract", OUT, Rel.GOVERNED_BY, about="Contracts that promise something of it."
    )
    slos = many(
        "ServiceLevelObjective", "contract", OUT, Rel.HAS_SLO, about="Targets that the port itself sets."
    )
    servers = many("Server", "server", OUT, Rel.HAS_SERVER, about="Where its data lies, and how to connect.")
    environments = many(
        "Environment", "server", OUT, Rel.IN_ENVIRONMENT, about="The environments that it is in."
    )
    agreements = many(
        "AccessAgreement", "agreement", IN, Rel.COVERS, about="Agreements that give access to it."
    )


SCHEMAS = "Tables and other objects that it gives access to, as documents name them."


@of_label(Label.OUTPUT_PORT)
@strawberry.type(description=words.term("OutputPort"))
class OutputPort(Port, Bindable):
    datasets = bound_to()
    schemas = many("ContractSchema", "contract_schema", OUT, Rel.OFFERS, about=SCHEMAS, to=[Label.SCHEMA])
    received_by = many(
        "InputPort", "port", IN, Rel.RECEIVES, about="Input ports of other products that take from it."
    )


@of_label(Label.INPUT_PORT)
@strawberry.type(description=words.term("InputPort"))
class InputPort(Port):
    receives = many(
        "OutputPort", "port", OUT, Rel.RECEIVES, about="Output ports of other products that it takes from."
    )
    datasets = many(
        "DatasetName",
        "dataset",
        OUT,
        Rel.BOUND_TO,
        about="Datasets that it takes, as documents and people say.",
        to=[Label.DATASET_NAME],
    )


@of_label(Label.MANAGEMENT_PORT)
@strawberry.type(description=words.term("ManagementPort"))
class ManagementPort(Port, Bindable):
    datasets = bound_to()
    schemas = many("ContractSchema", "contract_schema", OUT, Rel.OFFERS, about=SCHEMAS, to=[Label.SCHEMA])
