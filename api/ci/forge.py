"""A thin client of the REST API of a forge (GitHub, GitLab): JSON in and out; its token is never said."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import msgspec

from api.errors import ForgeError
from api.settings import is_loopback

_TIMEOUT_S = 15
_TRIES = 3
_PASSING = frozenset({429, 500, 502, 503, 504})
"""Answers that may be others a moment later."""
_MAX_WAIT_S = 10
_SAID = 300
"""Characters of a refusal that are repeated."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the forge answered: the JSON, and whether its Link header names a next page."""

    value: Any
    has_next: bool


class Forge:
    """Speaks to one forge. Tries again where that does no harm; a comment is sent but once."""

    def __init__(
        self,
        url: str,
        token: str,
        headers: Mapping[str, str],
        *,
        pause_s: float = 1.0,
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        host = urlsplit(url).hostname
        if urlsplit(url).scheme not in ("http", "https") or not host:
            raise ForgeError(f"{url!r} is no address of an API.", "The CI sets it; see docs/impact.md.")
        self._url = url.rstrip("/")
        self._token = token
        self._pause_s = pause_s
        self._http = httpx.Client(headers=headers, timeout=timeout_s, trust_env=not is_loopback(host))

    def get(self, path: str, **params: str) -> Answer:
        """Read. Raises ForgeError."""
        return self._ask("GET", path, {"params": params}, _TRIES)

    def put(self, method: str, path: str, body: Mapping[str, str]) -> Answer:
        """Change what is there (PATCH or PUT). Raises ForgeError."""
        return self._ask(method, path, {"json": dict(body)}, _TRIES)

    def post(self, path: str, body: Mapping[str, str]) -> Answer:
        """Make something new, with one try: an answer that is lost may hide that it was made. Raises ForgeError."""
        return self._ask("POST", path, {"json": dict(body)}, 1)

    def _ask(self, method: str, path: str, request: Mapping[str, Any], tries: int) -> Answer:
        for left in reversed(range(tries)):
            try:
                answer = self._http.request(method, self._url + path, **request)
            except httpx.HTTPError as error:
                if not left:
                    said = self._without_token(str(error) or type(error).__name__)
                    raise ForgeError(f"{self._url} does not answer: {said}.") from None
                time.sleep(self._pause_s)
                continue
            if answer.status_code in _PASSING and left:
                time.sleep(_wait_s(answer, self._pause_s))
                continue
            break
        return self._read(method, path, answer)

    def _read(self, method: str, path: str, answer: httpx.Response) -> Answer:
        if not answer.is_success:
            said = self._without_token(_message(answer))[:_SAID]
            raise ForgeError(
                f"{method} {self._url}{path} was answered with {answer.status_code}: {said}.",
                status=answer.status_code,
            )
        try:
            return Answer(msgspec.json.decode(answer.content), 'rel="next"' in answer.headers.get("link", ""))
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ForgeError(f"{self._url} gave an answer that is not JSON.") from None

    def _without_token(self, text: str) -> str:
        return text.replace(self._token, "***")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()


def _wait_s(answer: httpx.Response, pause_s: float) -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text), _MAX_WAIT_S) if text.isdecimal() else pause_s


def _message(answer: httpx.Response) -> str:
    """What the forge says, in its own words where they are JSON with a message."""
    try:
        said = msgspec.json.decode(answer.content)
        return str(said.get("message") or said.get("error") or answer.reason_phrase).rstrip(".")
    except (msgspec.DecodeError, UnicodeDecodeError, AttributeError):
        return answer.reason_phrase
