"""``POST /api/v1/impact``: what a proposed change would do, changing nothing; ``GET …/{id}`` shows the answer again.

200 with the report (``meshline schema --format impact-report``), whatever its verdict; 422 where none can be given: an
unknown dataset or column, a document that cannot be read, a change that is none; 400 for what is no JSON.
"""

from anyio.to_thread import run_sync
from starlette.responses import Response

from api.accept import best
from api.answer import json_response
from api.body import read_body, require_json
from api.errors import HttpError
from api.impact_answer import ImpactAnswer
from api.impact_asking import asked, page
from api.impact_json import impact_schema
from api.impact_question import FILTERS, FIRST, MAX_FIRST, question_of
from api.impact_views.formats import Format, rendered
from api.query_flags import refuse_unknown
from api.services import AppRequest, Services
from catalog.canonical import NotJson, decode
from catalog.errors import InvalidQuery, UnknownNode
from catalog.impact.facets import ItemFilter
from ingest.errors import Rejected

PATH = "/api/v1/impact"
SCHEMA = "schema"
"""What stands in the place of an id for the JSON Schema."""
JSON = "application/json"
_FORMS = {"text/html": Format.HTML, "text/markdown": Format.MARKDOWN, "text/csv": Format.CSV}


async def post_impact(request: AppRequest) -> Response:
    """``{"changes"?, "documents"?, "dataset"?, "asOf"?, "origins"?, "where"?, "first"?, "after"?, …}`` → the report."""
    services = request.state["services"]
    refuse_unknown(request.query_params)
    with services.budget.hold() as hold:
        require_json(request)
        settings = services.settings
        body = await read_body(request, settings.max_body_bytes, settings.max_inflated_bytes, hold)
        try:
            return json_response(await run_sync(_answer, services, body, _links(request)))
        except NotJson as error:
            raise HttpError(400, "unparsable", f"The body is no JSON: {error}.", "Send JSON.") from error
        except (Rejected, UnknownNode, InvalidQuery) as error:
            raise HttpError(422, error.code, error.message, error.hint) from error


async def get_impact(request: AppRequest) -> Response:
    """A report that was made before → 200 as JSON, HTML, Markdown or CSV; 404; 410 when it is no longer kept."""
    services, id_ = request.state["services"], request.path_params["id"]
    if id_ == SCHEMA:
        return json_response(impact_schema())
    refuse_unknown(request.query_params, "first", "after", *FILTERS)
    first = _first(request)
    media_type = best(request.headers.getlist("accept"), (JSON, *_FORMS))
    if media_type is None:
        hint = f"There are {', '.join((JSON, *_FORMS))}."
        message = "There is no answer in a type that Accept names."
        raise HttpError(406, "not-acceptable", message, hint, {"Vary": "Accept"})
    where = ItemFilter(**{name: _values(request, name) for name in FILTERS})
    after = request.query_params.get("after")
    answer = await run_sync(_kept, services, id_, where, first, after, _links(request))
    if answer is None:
        raise _missing(services, id_)
    headers = {"Vary": "Accept", "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if media_type == JSON:
        return json_response(answer, 200, headers)
    text = await run_sync(rendered, answer, _FORMS[media_type])
    return Response(text, 200, {**headers, "Content-Type": f"{media_type}; charset=utf-8"})


def _answer(services: Services, body: bytes, links: str) -> ImpactAnswer:
    question = question_of(decode(body))
    with services.store.read() as reader:
        return asked(reader, question, services.remembered.impacts, links)


def _kept(
    services: Services, id_: str, where: ItemFilter, first: int, after: str | None, links: str
) -> ImpactAnswer | None:
    report = services.remembered.impacts.kept(id_)
    if report is None:
        return None
    with services.store.read() as reader:
        return page(reader, report, where, first, after, links)


def _links(request: AppRequest) -> str:
    """The address below which reports are shown, as the caller reached the service."""
    return f"{str(request.base_url).rstrip('/')}{PATH}/"


def _first(request: AppRequest) -> int:
    text = request.query_params.get("first", str(FIRST))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MAX_FIRST):
        raise HttpError(400, "bad-parameter", f"first is a number from 1 to {MAX_FIRST}.")
    return int(text)


def _values(request: AppRequest, name: str) -> frozenset[str] | None:
    found = request.query_params.getlist(name)
    return frozenset(found) if found else None


def _missing(services: Services, id_: str) -> HttpError:
    hint = "Ask again: the same proposal has the same id as long as the graph is the same."
    if services.remembered.impacts.was_kept(id_):
        return HttpError(410, "report-gone", "The report is no longer kept.", hint)
    message = "No report of this id was made here since the service started."
    return HttpError(404, "unknown-report", message, hint)
