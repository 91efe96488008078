"""A thin client of a running service, for ``--url``: events over REST, questions over GraphQL and SPARQL."""

import gzip
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from api.errors import ServiceError, UsageError
from api.given_parameters import parameters_of
from api.impact_answer import ImpactAnswer
from api.receipts import BatchAnswer, CommandReceipt, EventReceipt, Rehearsed
from api.settings import is_loopback
from ingest.documents.given import NOTHING_GIVEN, Given
from ingest.documents.report import DocumentReport, Outcome, Unread
from ingest.documents.syntax import Syntax

T = TypeVar("T")

_CODES = {
    "UNKNOWN_NODE": "unknown-node",
    "BAD_USER_INPUT": "invalid-query",
    "STORE_UNAVAILABLE": "store-unavailable",
}
"""Errors of GraphQL as the same errors are called when a store is asked."""

_TIMEOUT_S = 60
_PATIENCE_S = 60
_MAX_WAIT_S = 10
_JSON = {"Content-Type": "application/json"}
_GZIP = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


class _RefusedDocument(msgspec.Struct):
    report: DocumentReport


class _KnownSource(msgspec.Struct):
    speaks: bool


class _UnreadDocument(msgspec.Struct):
    error: Unread


class ServiceClient:
    """Speaks to one service. Waits out a 503 for up to a minute; every other refusal is a ServiceError."""

    def __init__(self, url: str, key: str | None = None, *, patience_s: float = _PATIENCE_S) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{url!r} is not the URL of a service.", "It looks like http://127.0.0.1:8000")
        self.url = url.rstrip("/")
        self._patience_s = patience_s
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=_TIMEOUT_S,
            trust_env=not is_loopback(parts.hostname),  # a proxy cannot reach this machine's own services
        )

    def post_event(self, body: bytes) -> EventReceipt:
        """One event. Raises ServiceError; its ``status`` 400 or 413 says that the event is refused for ever."""
        answer = self._post("/api/v1/lineage", content=gzip.compress(body, 3), headers=_GZIP)
        return _convert(self.url, answer.content, EventReceipt)

    def post_batch(self, bodies: Sequence[bytes]) -> BatchAnswer:
        """Several events, each of them valid JSON."""
        content = gzip.compress(b"[" + b",".join(bodies) + b"]", 3)
        answer = self._post("/api/v1/lineage/batch", content=content, headers=_GZIP)
        return _convert(self.url, answer.content, BatchAnswer)

    def post_command(self, terms: Mapping[str, Any]) -> CommandReceipt:
        """A command of an operator."""
        return _convert(self.url, self._post("/api/v1/commands", json=terms).content, CommandReceipt)

    def rehearse_command(self, terms: Mapping[str, Any]) -> Rehearsed:
        """What a command of an operator would take away."""
        answer = self._post("/api/v1/commands", params={"dryRun": "true"}, json=terms)
        return _convert(self.url, answer.content, Rehearsed)

    def ask(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The ``data`` of a GraphQL answer. Raises ServiceError with the first of its errors."""
        answer = self._post("/graphql", json={"query": query, "variables": dict(variables)})
        said = _convert(self.url, answer.content, dict[str, Any])
        errors = said.get("errors")
        if errors:
            extensions = errors[0].get("extensions") or {}
            code = _CODES.get(str(extensions.get("code")))
            raise ServiceError(str(errors[0].get("message")), str(extensions.get("hint", "")), code=code)
        data: dict[str, Any] = said.get("data") or {}
        return data

    def ask_impact(self, body: Mapping[str, Any]) -> ImpactAnswer:
        """The report on a proposed change. Raises ServiceError."""
        content = gzip.compress(msgspec.json.encode(body), 3)
        return _convert(
            self.url, self._post("/api/v1/impact", content=content, headers=_GZIP).content, ImpactAnswer
        )

    def query(self, text: str, media_type: str) -> bytes:
        """The answer to a SPARQL query, in that form."""
        headers = {"Content-Type": "application/sparql-query", "Accept": media_type}
        return self._post("/sparql", content=text.encode(), headers=headers).content

    def ask_webhooks(
        self, method: str, path: str, kind: type[T], terms: Mapping[str, Any] | None = None
    ) -> T:
        """One request about webhooks; ``path``: behind that of all webhooks."""
        answer = self._answer(f"/api/v1/webhooks{path}", method=method, json=terms)
        if not answer.is_success:
            raise _refusal(self.url, answer)
        return _convert(self.url, answer.content, kind)

    def ask_proposals(self, path: str, kind: type[T], terms: msgspec.Struct | None = None) -> T:
        """One request about proposals or deprecations, with its path; ``terms``: what is to be changed."""
        if terms is None:
            answer = self._answer(path, method="GET")
        else:
            answer = self._answer(path, content=msgspec.json.encode(terms), headers=_JSON)
        if not answer.is_success:
            raise _refusal(self.url, answer)
        return _convert(self.url, answer.content, kind)

    def post_document(
        self,
        data: bytes,
        syntax: Syntax,
        source: str,
        given: Given = NOTHING_GIVEN,
        *,
        dry_run: bool,
        again: bool = False,
    ) -> DocumentReport:
        """One document. Raises ServiceError; one that the service refuses has its report. ``again``: it is sent again
        where policies refuse it, so nothing of it is kept then."""
        flags = {name: "true" for name, told in (("dryRun", dry_run), ("again", again)) if told}
        parameters = {"source": source, **parameters_of(given), **flags}
        headers = {"Content-Type": syntax.value, "Content-Encoding": "gzip"}
        content = gzip.compress(data, 3)
        answer = self._answer("/api/v1/descriptors", params=parameters, content=content, headers=headers)
        if answer.is_success:
            return _convert(self.url, answer.content, DocumentReport)
        if answer.status_code in (409, 422):
            return _convert(self.url, answer.content, _RefusedDocument).report
        if answer.status_code in (400, 413):
            unread = _convert(self.url, answer.content, _UnreadDocument).error
            return DocumentReport(source, Outcome.REJECTED, error=unread)
        raise _refusal(self.url, answer)

    def source_speaks(self, source: str) -> bool:
        """Whether something is in force that a source of documents said. Raises ServiceError."""
        answer = self._answer("/api/v1/descriptors", method="GET", params={"source": source})
        if not answer.is_success:
            raise _refusal(self.url, answer)
        return _convert(self.url, answer.content, _KnownSource).speaks

    def _post(self, path: str, **request: Any) -> httpx.Response:
        answer = self._answer(path, **request)
        if answer.is_success:
            return answer
        raise _refusal(self.url, answer)

    def _answer(self, path: str, **request: Any) -> httpx.Response:
        """The first answer that is not 503, or that when patience ends."""
        deadline = time.monotonic() + self._patience_s
        while True:
            answer = self._send(path, request)
            if answer.status_code != 503 or time.monotonic() > deadline:
                break
            time.sleep(_wait_s(answer))
        return answer

    def _send(self, path: str, request: Mapping[str, Any]) -> httpx.Response:
        try:
            return self._http.request(url=self.url + path, **{"method": "POST", **request})
        except httpx.HTTPError as error:
            hint = "Start one with `meshline serve`, or correct --url."
            raise ServiceError(
                f"{self.url} does not answer: {str(error) or type(error).__name__}.", hint
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()


def _wait_s(answer: httpx.Response) -> float:
    text = answer.headers.get("retry-after", "1")
    return min(float(text), _MAX_WAIT_S) if text.isdecimal() else 1.0


def _refusal(url: str, answer: httpx.Response) -> ServiceError:
    """What a service said when it refused, in its own words if it is ours."""
    try:
        said = msgspec.json.decode(answer.content)["error"]
        return ServiceError(said["message"], said["hint"], answer.status_code, said["code"])
    except (msgspec.DecodeError, KeyError, TypeError):
        message = f"{url} answered {answer.status_code} {answer.reason_phrase}."
        return ServiceError(message, "Is it a Meshline service?", answer.status_code)


def _convert(url: str, content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"{url} gave an answer that is not understood: {error}."
        raise ServiceError(message, "Is it a Meshline service of this version?") from error
