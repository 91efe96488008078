"""How a document is written: RDF, or the YAML and JSON of descriptors."""

from enum import StrEnum
from typing import TypeAlias

from ontology.rdf_reading import RdfSyntax


class TextSyntax(StrEnum):
    """YAML and JSON, by media type."""

    YAML = "application/yaml"
    JSON = "application/json"


Syntax: TypeAlias = RdfSyntax | TextSyntax

MEDIA_TYPES: dict[str, Syntax] = {
    **{str(one): one for one in (*RdfSyntax, *TextSyntax)},
    "application/x-yaml": TextSyntax.YAML,
    "text/yaml": TextSyntax.YAML,
    "text/x-yaml": TextSyntax.YAML,
}
"""By which names a body may come over HTTP."""

SUFFIXES: dict[str, Syntax] = {
    ".ttl": RdfSyntax.TURTLE,
    ".trig": RdfSyntax.TRIG,
    ".nt": RdfSyntax.N_TRIPLES,
    ".nq": RdfSyntax.N_QUADS,
    ".jsonld": RdfSyntax.JSON_LD,
    ".yaml": TextSyntax.YAML,
    ".yml": TextSyntax.YAML,
    ".json": TextSyntax.JSON,
}
"""By which names files are read. JSON may be JSON-LD."""
