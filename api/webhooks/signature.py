"""Signatures in the scheme of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from catalog.feed.webhook import secret_bytes


def signed_headers(secret: str, id_: str, time_s: int, body: bytes) -> Mapping[str, str]:
    """``webhook-id``, ``webhook-timestamp`` and ``webhook-signature`` of a request."""
    content = f"{id_}.{time_s}.".encode() + body
    mac = hmac.new(secret_bytes(secret), content, hashlib.sha256).digest()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(time_s),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
