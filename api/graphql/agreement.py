"""Agreements that give one consumer access."""

import strawberry

from api.graphql import told, words
from api.graphql.links import OUT, many
from api.graphql.node import Node, of_label
from ontology.vocabulary import Label, Rel

_AGREEMENT = Label.ACCESS_AGREEMENT


@of_label(_AGREEMENT)
@strawberry.type(description=words.term("AccessAgreement"))
class AccessAgreement(Node):
    status = told.text(_AGREEMENT, "status")
    purpose = told.text(_AGREEMENT, "purpose")
    valid_from = told.text(_AGREEMENT, "validFrom")
    valid_until = told.text(_AGREEMENT, "validUntil")
    covers = many("Node", "node", OUT, Rel.COVERS, about="What it gives access to.")
    granted_to = many(
        "Node", "node", OUT, Rel.GRANTED_TO, about="Teams, people and products that it gives access."
    )
    granted_by = many("Node", "node", OUT, Rel.GRANTED_BY, about="Who gives the access.")
