"""The words of checks in RDF, beside those of SHACL."""

from ontology.rdf import Iri
from ontology.shapes import SHACL

CHECK = "https://w3id.org/meshline/check#"
"""``check:shape``, ``check:query`` and ``check:lineage`` lead from a policy to its check; the parameters of a rule over
lineage are terms of this namespace by their names, and ``check:rule`` and ``check:budget`` are."""

SHAPE, QUERY, LINEAGE = Iri(f"{CHECK}shape"), Iri(f"{CHECK}query"), Iri(f"{CHECK}lineage")
RULE, BUDGET = Iri(f"{CHECK}rule"), Iri(f"{CHECK}budget")


def sh(name: str) -> Iri:
    """A term of SHACL."""
    return Iri(f"{SHACL}{name}")
