"""How edges came to be known, as an enumeration of the schema."""

from api.graphql import words
from ontology.vocabulary import Origin

__all__ = ["Origin"]

words.describe(
    Origin,
    "How an edge came to be known.",
    {
        "OBSERVED": "A run reported it.",
        "DECLARED": "A job event, a dataset event or a document states it, without a run; so are owners and tags.",
        "PARSED": "It was read from the SQL of a job.",
        "CURATED": "A person states it.",
    },
)
