"""Which of the relationships of a node a question is about."""

from enum import Enum

import strawberry


@strawberry.enum(description="Which of the relationships of a node.")
class RelationDirection(Enum):
    OUT = strawberry.enum_value("OUT", description="Those that start from it.")
    IN = strawberry.enum_value("IN", description="Those that lead to it.")
    BOTH = strawberry.enum_value("BOTH", description="Both.")
