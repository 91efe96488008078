"""Tables, topics and files as their declarers name them, with their properties."""

from typing import Annotated

import strawberry

from api.graphql import told, words
from api.graphql.agent import Owned
from api.graphql.asking import Info
from api.graphql.binding import Bindable, bound_to
from api.graphql.dataset import field_position
from api.graphql.glossary import Classified
from api.graphql.links import IN, OUT, edges, many
from api.graphql.node import AsOf, of_label, shown_as
from api.graphql.paging import After, Connection, First, part
from api.graphql.words import described
from ontology.vocabulary import Label, Rel

_SCHEMA, _PROPERTY = Label.SCHEMA, Label.SCHEMA_PROPERTY


@of_label(_SCHEMA)
@strawberry.type(description=words.term("Schema"))
class ContractSchema(Owned, Classified, Bindable):
    physical_name = told.text(_SCHEMA, "physicalName")
    object_type = told.text(_SCHEMA, "objectType")
    platform = told.text(_SCHEMA, "platform")
    database = told.text(_SCHEMA, "database")
    database_schema = told.text(_SCHEMA, "databaseSchema")
    unique_id = told.text(_SCHEMA, "uniqueId")
    version = told.text(_SCHEMA, "version")
    keywords = told.texts(_SCHEMA, "tags")
    datasets = bound_to()
    ports = many("Port", "port", IN, Rel.OFFERS, about="Ports of products that give access to it.")
    depends_on = many("Node", "node", OUT, Rel.DEPENDS_ON, about="What it is said to be made of, by key.")
    used_by = many("Node", "node", IN, Rel.DEPENDS_ON, about="What is said to depend on it, by key.")
    rules = many("QualityRule", "contract", OUT, Rel.HAS_QUALITY_RULE, about="Rules for it.")

    @described("Its fields, in their order; nested ones by their paths.")
    async def fields(
        self, info: Info, first: First = 100, after: After = None, as_of: AsOf = None
    ) -> Connection[Annotated["SchemaProperty", strawberry.lazy("api.graphql.contract_schema")]]:
        at = self.moment(as_of)
        page = part(await edges(info, self, OUT, Rel.HAS_PROPERTY, at=at), field_position, first, after)
        stored = await info.context.loaders.nodes_then([edge.target for edge in page.items], at)
        return page.connection([shown_as(SchemaProperty, one, at) for one in stored])

    contracts = many(
        "Contract",
        "contract",
        IN,
        Rel.HAS_SCHEMA,
        about="Versions of contracts that promise it.",
        to=[Label.CONTRACT_VERSION],
    )


@of_label(_PROPERTY)
@strawberry.type(description=words.term("SchemaProperty"))
class SchemaProperty(Classified):
    type = told.text(_PROPERTY, "type")
    physical_type = told.text(_PROPERTY, "physicalType")
    physical_name = told.text(_PROPERTY, "physicalName")
    required = told.truth(_PROPERTY, "required")
    unique = told.truth(_PROPERTY, "unique")
    primary_key = told.truth(_PROPERTY, "primaryKey")
    critical_data_element = told.truth(_PROPERTY, "criticalDataElement")
    format = told.text(_PROPERTY, "format")
    constraints = told.text(_PROPERTY, "constraints")
    keywords = told.texts(_PROPERTY, "tags")
    rules = many("QualityRule", "contract", OUT, Rel.HAS_QUALITY_RULE, about="Rules for it.")
