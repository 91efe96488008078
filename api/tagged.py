"""Answers with an entity tag: whoever has one already is told that nothing changed (RFC 9110 §13.1.2)."""

import hashlib
import re
from collections.abc import Mapping

from starlette.responses import Response

from api.services import AppRequest

_TAG = re.compile(r'"[^"]*"')
_UTF8 = ("text/turtle", "text/html")


def tagged_response(
    request: AppRequest, body: bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """200 with the body, or 304 where If-None-Match has its tag. Answers are private and checked each time: what a key
    may read, another may not."""
    tag = f'"{hashlib.sha256(media_type.encode() + b" " + body).hexdigest()[:32]}"'
    common = {
        "ETag": tag,
        "Vary": "Accept",
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    known = ",".join(request.headers.getlist("if-none-match"))
    if known.strip() == "*" or tag in _TAG.findall(known):
        return Response(status_code=304, headers=common)
    charset = "; charset=utf-8" if media_type in _UTF8 else ""
    return Response(body, headers={**common, **(headers or {}), "Content-Type": media_type + charset})
