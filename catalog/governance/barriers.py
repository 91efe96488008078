"""What lets a property of data pass from one field to the next, and what stops it."""

from dataclasses import dataclass
from enum import StrEnum

from catalog.graph import Edge
from ontology.vocabulary import Rel


class Passing(StrEnum):
    """What becomes of a property of one field at an edge to another.

    CARRIED: it is one of the other too. INFORMED: the one only decides about rows or groups of the other. MASKED,
    AGGREGATED: it ends there. OVERRULED: a person says what the other is.
    """

    CARRIED = "CARRIED"
    INFORMED = "INFORMED"
    MASKED = "MASKED"
    AGGREGATED = "AGGREGATED"
    OVERRULED = "OVERRULED"


@dataclass(frozen=True, slots=True)
class Barriers:
    """What stops at which edges.

    ``influence``: what only decides about rows or groups carries nothing. ``aggregation``: not unless somebody declares
    it. The subtype AGGREGATION says how a value is made and not that nothing is left of those that it is made of: MIN
    and MAX give one of them as it is, a list all of them, a sum over one row that row. To take every aggregate for
    harmless would tell data free that is not.
    """

    masking: bool = True
    aggregation: bool = False
    influence: bool = True

    def passing(self, edge: Edge) -> Passing:
        """What becomes of a property at a column edge."""
        said = dict(edge.properties)
        if self.masking and said.get("masking") is True:
            return Passing.MASKED
        if edge.type != Rel.FEEDS:
            return Passing.INFORMED if self.influence else Passing.CARRIED
        if self.aggregation and said.get("subtype") == "AGGREGATION":
            return Passing.AGGREGATED
        return Passing.CARRIED


USUAL = Barriers()
NONE = Barriers(masking=False)
