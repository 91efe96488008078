"""Namespaces of datasets and of jobs."""

import strawberry

from api.graphql import words
from api.graphql.node import Node, of_label
from api.graphql.words import described
from ontology.vocabulary import Label


@of_label(Label.NAMESPACE)
@strawberry.type(description=words.term("Namespace"))
class Namespace(Node):
    @described(words.word("Namespace", "of"))
    def of(self) -> str:
        return str(self.stored.properties["of"])
