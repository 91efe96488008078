"""The terms of the ontology that code names: labels, relationship types, origins.

A test holds these lists equal to the compiled ontology, so that a term used in code and
absent from ``mesh.ttl`` (or the other way round) cannot be released.
"""

from enum import StrEnum


class Label(StrEnum):
    """The label of a node."""

    RESOURCE = "Resource"
    NAMESPACE = "Namespace"
    DATASET = "Dataset"
    ALIAS = "Alias"
    DATASET_REFERENCE = "DatasetReference"
    FIELD = "Field"
    JOB = "Job"
    RUN = "Run"
    DOMAIN = "Domain"
    TEAM = "Team"
    DATA_PRODUCT = "DataProduct"


class Rel(StrEnum):
    """The type of a relationship, named in the direction in which it is stored."""

    CONSUMED_BY = "CONSUMED_BY"
    PRODUCES = "PRODUCES"
    FEEDS = "FEEDS"
    INFLUENCES = "INFLUENCES"
    HAD_DERIVATION = "HAD_DERIVATION"
    HAS_FIELD = "HAS_FIELD"
    ALIAS_OF = "ALIAS_OF"
    IN_NAMESPACE = "IN_NAMESPACE"
    OF_JOB = "OF_JOB"
    CHILD_OF = "CHILD_OF"
    ROOT = "ROOT"


class Origin(StrEnum):
    """How an edge came to be known."""

    OBSERVED = "OBSERVED"
    DECLARED = "DECLARED"
    PARSED = "PARSED"
    CURATED = "CURATED"
