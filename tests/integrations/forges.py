"""GitHub and GitLab as far as comments go: real HTTP on this machine, answering as their documentation shows."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAYLOADS = Path(__file__).parent / "payloads"
TOKEN = "ghs_a0secret0that0nobody0may0see"
_GITHUB = re.compile(r"/repos/shop/orders/issues/(?:7/comments|comments/(?P<id>\d+))")
_GITLAB = re.compile(r"/api/v4/projects/42/merge_requests/7/notes(?:/(?P<id>\d+))?")


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


@dataclass
class Failure:
    """An answer that the forge gives instead of its own; ``after_s``: only then."""

    status: int
    message: str = "no"
    headers: dict[str, str] = field(default_factory=dict)
    after_s: float = 0


@dataclass
class Forge:
    """The state of a forge. ``failures`` are given to the next requests, in order, ``refused`` always by method."""

    shape: str
    comments: list[dict[str, Any]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    refused: dict[str, Failure] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    foreign: set[int] = field(default_factory=set)
    """Comments that this token may not change."""
    largest_page: int = 100
    url: str = ""

    def add(self, *bodies: str, **told: Any) -> None:
        """Comments of others."""
        for body in bodies:
            self.comments.append({**payload(self.shape), "id": len(self.comments) + 1, "body": body, **told})

    def bodies(self) -> list[str]:
        return [one["body"] for one in self.comments]

    def methods(self) -> list[str]:
        return [method for method, _ in self.requests]


@contextmanager
def forge(shape: str) -> Iterator[Forge]:
    """A forge that answers as long as the context; ``shape``: github_comment or gitlab_note."""
    state = Forge(shape)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    root = "" if shape == "github_comment" else "/api/v4"
    state.url = f"http://127.0.0.1:{server.server_address[1]}{root}"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(state: Forge) -> type["Handler"]:
    """The handler of one forge."""
    return type("OfForge", (Handler,), {"state": state})


class Handler(BaseHTTPRequestHandler):
    """Answers for a forge: its failures first, then only who has the token, then comments."""

    protocol_version = "HTTP/1.1"
    state: Forge
    body: bytes

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        size = min(int(asked["per_page"][0]), self.state.largest_page)
        page = int(asked["page"][0])
        some = self.state.comments[(page - 1) * size : page * size]
        links = ['<http://forge.example/?page=1>; rel="first"']
        if page * size < len(self.state.comments):
            links.append(f'<http://forge.example/?page={page + 1}>; rel="next"')
        self.give(200, some, {"Link": ", ".join(links)})

    def do_POST(self) -> None:
        self.state.add(self.sent()["body"])
        self.give(201, self.state.comments[-1])

    def do_PATCH(self) -> None:
        self.change()

    def do_PUT(self) -> None:
        self.change()

    def change(self) -> None:
        match = self.place()
        number = int(match["id"]) if match and match["id"] else 0
        if number in self.state.foreign:
            self.give(403, {"message": "Must have admin rights"})
            return
        found = [one for one in self.state.comments if one["id"] == number]
        if not found:
            self.give(404, {"message": "Not Found"})
            return
        found[0]["body"] = self.sent()["body"]
        self.give(200, found[0])

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        self.body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.state.requests.append((self.command, self.path))
        return not self.fails() and self.is_allowed()

    def fails(self) -> bool:
        """Whether a failure was given instead."""
        failures = self.state.failures
        failure = failures.pop(0) if failures else self.state.refused.get(self.command)
        if failure is None:
            return False
        time.sleep(failure.after_s)
        message = failure.message.replace("{authorization}", str(dict(self.headers)))
        self.give(failure.status, {"message": message}, failure.headers)
        return True

    def is_allowed(self) -> bool:
        """Whether the place is there, and the token is ours; else that was told."""
        if self.place() is None:
            self.give(404, {"message": "Not Found"})
            return False
        github = self.state.shape == "github_comment"
        told = self.headers.get("authorization") if github else self.headers.get("private-token")
        if told != (f"Bearer {TOKEN}" if github else TOKEN):
            self.give(401, {"message": "Bad credentials"})
            return False
        return True

    def place(self) -> re.Match[str] | None:
        places = _GITHUB if self.state.shape == "github_comment" else _GITLAB
        return places.fullmatch(urlsplit(self.path).path)

    def sent(self) -> Any:
        return json.loads(self.body)

    def give(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)
