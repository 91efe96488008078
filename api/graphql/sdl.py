"""The schema as text: ``python -m api.graphql.sdl`` writes ``api/schema.graphql``; a test compares it."""

from pathlib import Path

from api.graphql.schema import SCHEMA

FILE = Path(__file__).parent.parent / "schema.graphql"


def sdl() -> str:
    """The schema in GraphQL's schema definition language, descriptions included."""
    return SCHEMA.as_str().rstrip() + "\n"


if __name__ == "__main__":
    FILE.write_text(sdl(), encoding="utf-8")
