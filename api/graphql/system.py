"""Software around the data: systems, their components, and what people see of data in the end."""

import strawberry

from api.graphql import told, words
from api.graphql.agent import Owned
from api.graphql.glossary import Classified
from api.graphql.links import IN, OUT, many, one
from api.graphql.node import of_label
from ontology.vocabulary import Label, Rel


@strawberry.interface(
    description="Software that provides or uses data: a system, a component or an exposure."
)
class Software(Owned, Classified):
    domain = one("Domain", "domain", OUT, Rel.IN_DOMAIN, about="The domain that it belongs to.")
    depends_on = many("Node", "node", OUT, Rel.DEPENDS_ON, about="What it depends on, by key.")
    used_by = many("Node", "node", IN, Rel.DEPENDS_ON, about="What depends on it, by key.")


@strawberry.type
class _Made(Software):
    """What systems and components have alike, in the same words. It is no type of the schema."""

    component_type = told.text(Label.SYSTEM, "componentType")
    stage = told.text(Label.SYSTEM, "stage")
    homepage = told.text(Label.SYSTEM, "homepage")
    keywords = told.texts(Label.SYSTEM, "tags")


@of_label(Label.SYSTEM)
@strawberry.type(description=words.term("System"))
class System(_Made):
    components = many("Component", "system", IN, Rel.PART_OF, about="Its parts.", to=[Label.COMPONENT])


@of_label(Label.COMPONENT)
@strawberry.type(description=words.term("Component"))
class Component(_Made):
    system = one("System", "system", OUT, Rel.PART_OF, about="The system that it is a part of.")
    provides = many("Component", "system", OUT, Rel.PROVIDES, about="Interfaces that it provides.")


@of_label(Label.EXPOSURE)
@strawberry.type(description=words.term("Exposure"))
class Exposure(Software):
    exposure_type = told.text(Label.EXPOSURE, "exposureType")
    homepage = told.text(Label.EXPOSURE, "homepage")
    maturity = told.text(Label.EXPOSURE, "maturity")
    keywords = told.texts(Label.EXPOSURE, "tags")
