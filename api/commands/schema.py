"""``meshline schema``: the model of the graph, as Cypher, Turtle or GraphQL."""

from enum import StrEnum
from importlib.resources import files
from typing import Annotated

import typer

from ontology.compiler import load_model
from ontology.ddl import cypher_statements


class Form(StrEnum):
    """What the schema is written in."""

    SDL = "sdl"
    CYPHER = "cypher"
    TURTLE = "turtle"


FormOption = Annotated[
    Form,
    typer.Option(
        "--format",
        metavar="sdl|cypher|turtle",
        help="sdl: GraphQL; cypher: constraints and indexes; turtle: the ontology.",
    ),
]


def schema(form: FormOption = Form.SDL) -> None:
    """Print the schema of the graph."""
    typer.echo(_text(form).rstrip())


def _text(form: Form) -> str:
    if form is Form.CYPHER:
        return "".join(f"{statement};\n" for statement in cypher_statements(load_model()))
    package, name = ("ontology", "mesh.ttl") if form is Form.TURTLE else ("api", "schema.graphql")
    return files(package).joinpath(name).read_text(encoding="utf-8")
