"""``GET /id/{key}``: every node's IRI answers itself, in the form that Accept asks for.

A key holds percent-encoded parts, so it is read from the path as it was sent: the decoded path would not tell
``dataset/a%2Fb/c`` from ``dataset/a/b/c``.
"""

import re
from urllib.parse import unquote_to_bytes

from anyio.to_thread import run_sync
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import Response

from api.accept import best
from api.errors import HttpError, store_unavailable
from api.identifier_page import SECURITY_POLICY, page
from api.services import AppRequest
from api.tagged import tagged_response
from catalog.coverage import spoken
from catalog.describe import describe
from catalog.described import last_left
from catalog.errors import StoreUnavailable
from catalog.identity import encode_part
from catalog.instant import format_instant
from catalog.rdf.description import description_triples, plain_triples
from catalog.rdf.mesh import is_gone
from catalog.store.port import Store
from ontology.prefixes import used
from ontology.rdf import Syntax, document, terms

JSON = "application/json"
HTML = "text/html"
OFFERED = (*Syntax, JSON, HTML)
"""Media types in our order of preference: the first answers */*."""
_HASHED_PART = re.compile(rb"![0-9a-f]{64}")


class _Key(StringConvertor):
    """The rest of a path, with line ends too: the framework's own ``path`` stops at one."""

    regex = r"[\s\S]*"


register_url_convertor("key", _Key())
PATH = "/id/{key:key}"


async def identifier(request: AppRequest) -> Response:
    """A node → 200 in Turtle, N-Triples, JSON-LD or HTML, or 304; 404 for a key that no node has; 410 for
    a node that is gone; 406."""
    media_type = best(request.headers.getlist("accept"), OFFERED)
    if media_type is None:
        hint = f"There are {', '.join(OFFERED)}."
        message = "There is no answer in a type that Accept names."
        raise HttpError(406, "not-acceptable", message, hint, {"Vary": "Accept"})
    services = request.state["services"]
    key = key_in(request.scope["raw_path"])
    try:
        body = await run_sync(_body, services.store, key, services.settings.base_iri, media_type)
    except StoreUnavailable:
        services.metrics.store_error()
        raise store_unavailable() from None
    if body is None:
        hint = "Look for it with `meshline search` or in GraphQL."
        raise HttpError(404, "unknown-node", f"The graph has no node {key[:200]!r}.", hint)
    page_only = {"Content-Security-Policy": SECURITY_POLICY} if media_type == HTML else {}
    return tagged_response(request, body, media_type, page_only)


def key_in(raw_path: bytes) -> str:
    """The key in a path as it was sent; ways to write the same (hex digits, unreserved characters, what a browser
    leaves unencoded) give the same key. A % that begins no pair of digits stands for itself."""
    segments = [_normal(part) for part in raw_path.split(b"/")]
    return "/".join(segments[2:]) if segments[:2] == ["", "id"] else ""


def _normal(part: bytes) -> str:
    """One part of a path as keys spell it; the part of a hashed key stands for itself."""
    return part.decode() if _HASHED_PART.fullmatch(part) else encode_part(unquote_to_bytes(part))


def _body(store: Store, key: str, base: str, media_type: str) -> bytes | None:
    """The answer in a form; None for a key that no node has. Asks the store: call it in a thread.

    Raises HttpError for a node that is gone.
    """
    with store.read() as reader:
        found = describe(reader, key)
        left = last_left(reader, key) if found is not None and is_gone(found.node) else None
    if found is None:
        return None
    if is_gone(found.node):
        hint = "What was known of it is in GraphQL, as of an earlier time, and in the N-Quads export."
        last = f": {spoken(left[0])} left it out at {format_instant(left[1])}" if left else ""
        raise HttpError(410, "gone", f"No document describes {key[:200]!r} any more{last}.", hint)
    triples = description_triples(found, base)
    if media_type == HTML:
        return page(key, base, plain_triples(triples, base)).encode()
    prefixes = used(terms(triples))
    return document(triples, Syntax.JSON_LD if media_type == JSON else Syntax(media_type), prefixes)
