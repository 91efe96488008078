"""Structured logs: JSON lines on standard error; one line for each request, without bodies or secrets."""

import json
import logging
import sys
import time
import traceback
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics

logger = logging.getLogger("meshline")
access = logging.getLogger("meshline.access")


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; ``extra={"fields": {...}}`` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logs(level: str) -> None:
    """Send all logs of the process to standard error as JSON lines. Called once, by ``meshline serve``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for noisy in ("neo4j", "httpx", "httpcore", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))


class RequestLog:
    """Middleware: measures each request and writes its line."""

    def __init__(self, app: ASGIApp, metrics: Metrics, paths: frozenset[str]) -> None:
        self._app = app
        self._metrics = metrics
        self._paths = paths
        self._prefixes = tuple(sorted(path.partition("{")[0] for path in paths if "{" in path))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        finally:
            self._write(scope, status, time.perf_counter() - started)

    def _route(self, path: str) -> str:
        """The name of a path in metrics: one for all that a route with parameters answers, one for all unknown."""
        if path in self._paths:
            return path
        return next((prefix for prefix in self._prefixes if path.startswith(prefix)), "other")

    def _write(self, scope: Scope, status: int, seconds: float) -> None:
        path = scope["path"]
        self._metrics.request(scope["method"], self._route(path), status, seconds)
        actor = scope.get("state", {}).get("actor")
        fields = {
            "method": scope["method"],
            "path": path,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "actor": actor.name if actor else None,
        }
        access.info("request", extra={"fields": fields})
