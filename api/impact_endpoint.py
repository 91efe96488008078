"""``POST /api/v1/impact``: what a proposed change would do. It changes nothing.

200 with the report (``meshline schema --format impact-report``), whatever its verdict; 422 where none can be given: an
unknown dataset or column, a document that cannot be read, a change that is none; 400 for what is no JSON.
"""

from anyio.to_thread import run_sync
from starlette.responses import Response

from api.answer import json_response
from api.body import read_body, require_json
from api.errors import HttpError
from api.impact_answer import ImpactAnswer
from api.impact_asking import asked, question_of
from api.query_flags import refuse_unknown
from api.services import AppRequest, Services
from catalog.canonical import NotJson, decode
from catalog.errors import InvalidQuery, UnknownNode
from ingest.errors import Rejected


async def post_impact(request: AppRequest) -> Response:
    """``{"changes"?, "documents"?, "dataset"?, "asOf"?, "origins"?, "where"?, "first"?, "after"?, …}`` → the report."""
    services = request.state["services"]
    refuse_unknown(request)
    with services.budget.hold() as hold:
        require_json(request)
        settings = services.settings
        body = await read_body(request, settings.max_body_bytes, settings.max_inflated_bytes, hold)
        try:
            return json_response(await run_sync(_answer, services, body))
        except NotJson as error:
            raise HttpError(400, "unparsable", f"The body is no JSON: {error}.", "Send JSON.") from error
        except (Rejected, UnknownNode, InvalidQuery) as error:
            raise HttpError(422, error.code, error.message, error.hint) from error


def _answer(services: Services, body: bytes) -> ImpactAnswer:
    question = question_of(decode(body))
    with services.store.read() as reader:
        return asked(reader, question, services.impacts)
