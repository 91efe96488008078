"""``/sparql``: the SPARQL 1.1 Protocol, to read only, from a copy of the graph as it is now."""

from starlette.responses import Response

from api.accept import best
from api.errors import (
    HttpError,
    SparqlBuilding,
    SparqlError,
    SparqlUnavailable,
    store_unavailable,
    try_again,
)
from api.services import AppRequest
from api.sparql.answers import Answer
from api.sparql.description import service_description
from api.sparql.request import parameters, question
from api.sparql.service import SparqlService
from catalog.errors import StoreUnavailable
from ontology.errors import QueryError
from ontology.rdf import Syntax
from ontology.sparql import GRAPH_TYPES, Question

PATH = "/sparql"
VERSION_HEADER = "Meshline-Graph-Version"
_HEADERS = {
    "Vary": "Accept",
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Link": f'<{PATH}>; rel="service-desc"; type="text/turtle"',
}


async def sparql(request: AppRequest) -> Response:
    """A query → 200 in a form that Accept names, with the version of the graph; without one the description of the
    service. 400 for what can never be answered, 406, 503 and 504 for what is beyond the bounds."""
    services = request.state["services"]
    if services.sparql is None:
        raise HttpError(404, "not-found", "SPARQL is switched off here.", "Set MESHLINE_SPARQL=on.")
    said = await parameters(request)
    accept = request.headers.getlist("accept")
    if request.method != "POST" and not said:
        return _describe(request, accept)
    try:
        asked = question(said, accept, services.sparql.bounds.result_bytes)
        answer = await _answered(services.sparql, asked)
    except QueryError as error:
        raise HttpError(400, error.code, error.message, error.hint) from error
    except StoreUnavailable:
        services.metrics.store_error()
        raise store_unavailable() from None
    return Response(
        answer.body, headers={**_HEADERS, VERSION_HEADER: str(answer.version)}, media_type=asked.media_type
    )


async def _answered(service: SparqlService, asked: Question) -> Answer:
    try:
        return await service.answer(asked)
    except (SparqlBuilding, SparqlUnavailable) as error:
        raise try_again(error.code, error.message, error.hint) from error
    except SparqlError as error:
        raise HttpError(error.status, error.code, error.message, error.hint) from error


def _describe(request: AppRequest, accept: list[str]) -> Response:
    media_type = best(accept, GRAPH_TYPES)
    if media_type is None:
        hint = f"There are {', '.join(GRAPH_TYPES)}."
        raise HttpError(406, "not-acceptable", "There is no answer in a type that Accept names.", hint)
    return Response(
        service_description(str(request.url), Syntax(media_type)), headers=_HEADERS, media_type=media_type
    )
