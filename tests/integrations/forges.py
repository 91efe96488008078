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


def _handler(state: Forge) -> type[BaseHTTPRequestHandler]:
    github = state.shape == "github_comment"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            size = min(int(asked["per_page"][0]), state.largest_page)
            page = int(asked["page"][0])
            some = state.comments[(page - 1) * size : page * size]
            links = ['<http://forge.example/?page=1>; rel="first"']
            if page * size < len(state.comments):
                links.append(f'<http://forge.example/?page={page + 1}>; rel="next"')
            self.give(200, some, {"Link": ", ".join(links)})

        def do_POST(self) -> None:
            state.add(self.sent()["body"])
            self.give(201, state.comments[-1])

        def do_PATCH(self) -> None:
            self.change()

        def do_PUT(self) -> None:
            self.change()

        def change(self) -> None:
            match = self.place()
            number = int(match["id"]) if match and match["id"] else 0
            if number in state.foreign:
                self.give(403, {"message": "Must have admin rights"})
                return
            found = [one for one in state.comments if one["id"] == number]
            if not found:
                self.give(404, {"message": "Not Found"})
                return
            found[0]["body"] = self.sent()["body"]
            self.give(200, found[0])

        def parse_request(self) -> bool:
            if not super().parse_request():
                return False
            self.body = self.rfile.read(int(self.headers.get("content-length") or 0))
            state.requests.append((self.command, self.path))
            failure = state.failures.pop(0) if state.failures else state.refused.get(self.command)
            if failure is not None:
                time.sleep(failure.after_s)
                message = failure.message.replace("{authorization}", str(dict(self.headers)))
                self.give(failure.status, {"message": message}, failure.headers)
                return False
            if self.place() is None:
                self.give(404, {"message": "Not Found"})
                return False
            told = self.headers.get("authorization") if github else self.headers.get("private-token")
            if told != (f"Bearer {TOKEN}" if github else TOKEN):
                self.give(401, {"message": "Bad credentials"})
                return False
            return True

        def place(self) -> re.Match[str] | None:
            return (_GITHUB if github else _GITLAB).fullmatch(urlsplit(self.path).path)

        def sent(self) -> Any:
            return json.loads(self.body)

        def give(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            for name, text in {**(headers or {}), "Content-Length": str(len(content))}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(content)

    return Handler
