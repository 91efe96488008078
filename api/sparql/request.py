"""A request of the SPARQL 1.1 Protocol, read from HTTP: the query, its dataset, the forms of answer it accepts."""

from urllib.parse import parse_qsl

from starlette.datastructures import QueryParams

from api.accept import best
from api.body import read_body
from api.errors import HttpError
from api.services import AppRequest
from ontology.sparql import GRAPH_TYPES, TABLE_TYPES, Question
from ontology.sparql_text import query_form

MAX_QUERY_BYTES = 256 * 1024
MOST_GRAPHS = 1000
FORM_TYPE, QUERY_TYPE, UPDATE_TYPE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)


async def parameters(request: AppRequest) -> list[tuple[str, str]]:
    """The parameters of a request, wherever the protocol lets them be. Raises HttpError: 400, 413, 415, 503."""
    said = QueryParams(request.scope["query_string"]).multi_items()
    if request.method != "POST":
        return said
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == UPDATE_TYPE:
        raise updates_refused()
    if media_type not in (FORM_TYPE, QUERY_TYPE):
        message = f"The body says it is {media_type[:80]!r}, no SPARQL request."
        hint = f"Send a query as {QUERY_TYPE}, or a form with the field `query`."
        raise HttpError(415, "not-sparql-type", message, hint)
    with request.state["services"].budget.hold() as hold:
        body = await read_body(request, MAX_QUERY_BYTES, MAX_QUERY_BYTES, hold)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _malformed("The body is not in UTF-8.") from error
    if media_type == QUERY_TYPE:
        return [*said, ("query", text)]
    return parse_qsl(text, keep_blank_values=True)


def question(said: list[tuple[str, str]], accept: list[str], max_bytes: int) -> Question:
    """The question that parameters ask. Raises HttpError: 400, 406; QueryError."""
    values: dict[str, list[str]] = {}
    for name, value in said:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise updates_refused()
    queries = values.get("query", [])
    if len(queries) != 1:
        raise _malformed(f"There is one query to a request; this has {len(queries)}.")
    default, named = values.get("default-graph-uri", []), values.get("named-graph-uri", [])
    if len(default) + len(named) > MOST_GRAPHS:
        raise _malformed(f"A request may name {MOST_GRAPHS} graphs.")
    types = GRAPH_TYPES if query_form(queries[0]).gives_graph else TABLE_TYPES
    media_type = best(accept, types)
    if media_type is None:
        message = "There is no answer to this form of query in a type that Accept names."
        raise HttpError(406, "not-acceptable", message, f"There are {', '.join(types)}.", {"Vary": "Accept"})
    return Question(queries[0], media_type, max_bytes, tuple(default), tuple(named))


def updates_refused() -> HttpError:
    """The answer to every update."""
    hint = "Change it with OpenLineage events and with documents."
    return HttpError(400, "query-refused", "The graph cannot be changed over SPARQL.", hint)


def _malformed(message: str) -> HttpError:
    hint = "See docs/sparql.md, or the SPARQL 1.1 Protocol."
    return HttpError(400, "not-a-sparql-request", message, hint)
