"""``meshline schema``: the model of the graph, as Cypher, Turtle or GraphQL; those of descriptors and of reports."""

import json
from enum import StrEnum
from importlib.resources import files
from typing import Annotated

import typer

from api.impact_json import impact_schema
from ingest.descriptors.meshline_schema import schema as descriptor_schema
from ontology.compiler import load_model
from ontology.ddl import cypher_statements


class Form(StrEnum):
    """What the schema is written in."""

    SDL = "sdl"
    CYPHER = "cypher"
    TURTLE = "turtle"
    DESCRIPTOR = "descriptor"
    IMPACT_REPORT = "impact-report"


FormOption = Annotated[
    Form,
    typer.Option(
        "--format",
        metavar="sdl|cypher|turtle|descriptor|impact-report",
        help="sdl: GraphQL; cypher: constraints and indexes; turtle: the ontology; descriptor: the JSON Schema of "
        "Meshline's own YAML; impact-report: that of an impact report.",
    ),
]


def schema(form: FormOption = Form.SDL) -> None:
    """Print the schema of the graph."""
    typer.echo(_text(form).rstrip())


def _text(form: Form) -> str:
    if form is Form.CYPHER:
        return "".join(f"{statement};\n" for statement in cypher_statements(load_model()))
    if form is Form.DESCRIPTOR:
        return json.dumps(descriptor_schema(), indent=2, ensure_ascii=False)
    if form is Form.IMPACT_REPORT:
        return json.dumps(impact_schema(), indent=2, ensure_ascii=False)
    package, name = ("ontology", "mesh.ttl") if form is Form.TURTLE else ("api", "schema.graphql")
    return files(package).joinpath(name).read_text(encoding="utf-8")
