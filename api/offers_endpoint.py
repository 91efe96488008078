"""What domains offer at stable URLs: ``GET /api/v1/domains``, ``/products`` and ``/contracts``, as JSON or RDF.

Names stand in paths as they are or percent-encoded; a name with slashes must be encoded, so paths are read as they were
sent.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import unquote

import msgspec
from anyio.to_thread import run_sync
from starlette.responses import Response

from api.accept import best
from api.errors import HttpError, store_unavailable
from api.offers import Document, Missing, Offers
from api.query_flags import refuse_unknown
from api.services import AppRequest
from api.tagged import tagged_response
from catalog.errors import InvalidQuery, SeveralFit, StoreUnavailable
from catalog.instant import InvalidInstant, parse_instant
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from catalog.rdf.selection import select
from catalog.store.port import Store
from ontology.rdf import Syntax
from ontology.rdf_writing import Form

JSON = "application/json"
FORMS = {Syntax.TURTLE: Form.TURTLE, Syntax.JSON_LD: Form.JSON_LD}
MAX_PARTS = 20_000
"""Things in one RDF answer; what has more is exported by the command line, which streams."""
_PREFIX = b"/api/v1/"


async def domains(request: AppRequest) -> Response:
    """All domains, a page at a time → 200; 304; 400."""
    refuse_unknown(request.query_params, "after", "asOf")
    return await _json(request, lambda offers: offers.domains(request.query_params.get("after")))


async def products(request: AppRequest) -> Response:
    """All products, or those of a domain, an owner, a lifecycle → 200; 304; 400."""
    refuse_unknown(request.query_params, "after", "asOf", "domain", "owner", "lifecycle")
    asked = request.query_params
    where: dict[str, object] = {name: asked[name] for name in ("domain", "owner") if name in asked}
    if "lifecycle" in asked:
        where |= {"lifecycle": asked.getlist("lifecycle")}
    return await _json(request, lambda offers: offers.products(asked.get("after"), where))


async def domain(request: AppRequest) -> Response:
    """What a domain offers → 200 as JSON, Turtle or JSON-LD; 304; 400, 404, 406, 409, 410."""
    (name,) = _names(request, 1, 1)
    return await _any_form(request, lambda offers: offers.domain(name))


async def product(request: AppRequest) -> Response:
    """A product, its ``/status``, or ``/ports/{port}`` of it → 200; 304; 400, 404, 406, 409, 410."""
    names = _names(request, 1, 3)
    if len(names) == 1:
        return await _any_form(request, lambda offers: offers.product(names[0]))
    if names[1:] == ["status"]:
        refuse_unknown(request.query_params, "asOf")
        return await _json(request, lambda offers: offers.status(names[0]))
    if len(names) == 3 and names[1] == "ports":
        return await _any_form(request, lambda offers: offers.port(names[0], names[2]))
    raise _no_such_path(request)


async def contract(request: AppRequest) -> Response:
    """A contract or a version of it → 200 as JSON, Turtle or JSON-LD; 304; 400, 404, 406, 409, 410."""
    names = _names(request, 1, 2)
    return await _any_form(request, lambda offers: offers.contract(*names))


Answer = Callable[[Offers], Awaitable[Document]]


async def _any_form(request: AppRequest, answer: Answer) -> Response:
    refuse_unknown(request.query_params, "asOf")
    media_type = best(request.headers.getlist("accept"), (JSON, *FORMS))
    if media_type is None:
        hint = f"There are {', '.join((JSON, *FORMS))}."
        raise HttpError(
            406, "not-acceptable", "There is no answer in a type that Accept names.", hint, {"Vary": "Accept"}
        )
    document = await _document(request, answer)
    if media_type == JSON:
        return tagged_response(request, msgspec.json.encode(document), JSON)
    if document["asOf"] is not None:
        raise HttpError(400, "bad-parameter", "RDF is told of now only, not as of a time.", "Ask for JSON.")
    services = request.state["services"]
    base = services.settings.base_iri
    key = str(document["id"]).removeprefix(base)
    body = await run_sync(_rdf, services.store, key, base, FORMS[Syntax(media_type)])
    return tagged_response(request, body, media_type)


async def _json(request: AppRequest, answer: Answer) -> Response:
    return tagged_response(request, msgspec.json.encode(await _document(request, answer)), JSON)


async def _document(request: AppRequest, answer: Answer) -> Document:
    """The document, or the HTTP error that says why there is none."""
    services = request.state["services"]
    offers = Offers(services.store, services.settings.base_iri, _instant(request), services.remembered)
    try:
        return await answer(offers)
    except Missing as error:
        if error.gone:
            hint = "What it was is told with ?asOf=, as of an earlier time."
            raise HttpError(410, "gone", f"No document describes {error.gone!r} any more.", hint) from None
        hint = f"There are {', '.join(error.near)}." if error.near else "Look with `meshline search`."
        raise HttpError(404, "unknown-node", str(error), hint) from None
    except StoreUnavailable:
        services.metrics.store_error()
        raise store_unavailable() from None
    except SeveralFit as error:
        raise HttpError(409, error.code, error.message, error.hint) from None
    except InvalidQuery as error:
        raise HttpError(400, "bad-parameter", error.message, error.hint) from None


def _instant(request: AppRequest) -> int | None:
    text = request.query_params.get("asOf")
    try:
        return None if text is None else parse_instant(text).ns
    except InvalidInstant as error:
        raise HttpError(
            400, "bad-parameter", f"asOf: {error}.", "It looks like 2026-01-31T12:00:00Z."
        ) from None


def _rdf(store: Store, key: str, base: str, form: Form) -> bytes:
    """A thing with what belongs to it, as RDF. Asks the store: call it in a thread. Raises HttpError."""
    with store.read() as reader:
        selection = select(reader, reader.nodes((key,))[key])
        found = len(selection.parts) + len(selection.named)
        if found > MAX_PARTS:
            hint = "Ask for JSON, or write it with `meshline export --format turtle --domain NAME`."
            raise HttpError(
                400,
                "selection-too-large",
                f"It has {found:,} parts; at most {MAX_PARTS:,} are told as RDF.",
                hint,
            )
        return "".join(rdf(reader, form, Profile.MESH, base, selection)).encode()


def _names(request: AppRequest, least: int, most: int) -> list[str]:
    """The names behind the collection in the path."""
    segments = request.scope["raw_path"].removeprefix(_PREFIX).split(b"/")[1:]
    names = [unquote(part.decode("ascii", "replace")) for part in segments]
    if not least <= len(names) <= most or not all(names):
        raise _no_such_path(request)
    return names


def _no_such_path(request: AppRequest) -> HttpError:
    hint = "A product has /status and /ports/NAME, a contract /VERSION. A name with slashes in it is percent-encoded."
    return HttpError(404, "not-found", f"There is nothing at {request.url.path[:200]!r}.", hint)
