"""Where data lies: servers, and the environments that they are in."""

import strawberry

from api.graphql import told, words
from api.graphql.links import IN, OUT, many, one
from api.graphql.node import Node, of_label
from ontology.vocabulary import Label, Rel


@of_label(Label.SERVER)
@strawberry.type(description=words.term("Server"))
class Server(Node):
    platform = told.text(Label.SERVER, "platform")
    host = told.text(Label.SERVER, "host")
    port_number = told.number(Label.SERVER, "portNumber")
    database = told.text(Label.SERVER, "database")
    database_schema = told.text(Label.SERVER, "databaseSchema")
    account = told.text(Label.SERVER, "account")
    project = told.text(Label.SERVER, "project")
    catalog = told.text(Label.SERVER, "catalog")
    location = told.text(Label.SERVER, "location")
    endpoint_address = told.text(Label.SERVER, "endpointAddress")
    topic = told.text(Label.SERVER, "topic")
    schema_format = told.text(Label.SERVER, "schemaFormat")
    environment = one(
        "Environment", "server", OUT, Rel.IN_ENVIRONMENT, about="The environment that it is in."
    )


@of_label(Label.ENVIRONMENT)
@strawberry.type(description=words.term("Environment"))
class Environment(Node):
    notation = told.text(Label.ENVIRONMENT, "notation")
    things = many(
        "Node", "node", IN, Rel.IN_ENVIRONMENT, about="Datasets, namespaces, ports and servers in it, by key."
    )


@of_label(Label.PLATFORM)
@strawberry.type(description=words.term("Platform"))
class Platform(Node):
    technology = told.text(Label.PLATFORM, "technology")
    homepage = told.text(Label.PLATFORM, "homepage")
    namespaces = many(
        "Namespace", "namespace", IN, Rel.ON_PLATFORM, about="Its namespaces.", to=[Label.NAMESPACE]
    )
