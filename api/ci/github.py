"""GitHub Actions: the pull request that a job is for, its comments, the summary and the outputs of the step."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from api.ci.forge import Forge
from api.ci.notes import Note
from api.errors import ForgeError

_PER_PAGE = "100"
_SUMMARY_BYTES = 1_000_000
"""GitHub takes 1 MiB from a step."""


class PullRequest:
    """The comments of one pull request: to GitHub it is an issue."""

    def __init__(self, forge: Forge, repository: str, number: int) -> None:
        self._forge = forge
        self._repository = f"/repos/{repository}/issues"
        self._comments = f"{self._repository}/{number}/comments"

    def page(self, number: int) -> tuple[list[Note], bool]:
        answer = self._forge.get(self._comments, per_page=_PER_PAGE, page=str(number))
        return [Note(int(one["id"]), str(one["body"] or "")) for one in _dicts(answer.value)], answer.has_next

    def create(self, text: str) -> str | None:
        return _url(self._forge.post(self._comments, {"body": text}).value)

    def update(self, note_id: int, text: str) -> str | None:
        path = f"{self._repository}/comments/{note_id}"
        return _url(self._forge.put("PATCH", path, {"body": text}).value)


@contextmanager
def pull_request(environ: Mapping[str, str], *, pause_s: float = 1.0) -> Iterator[PullRequest | str]:
    """The pull request that the job is for; in words why there is none to comment on. Raises ForgeError."""
    repository, token = environ.get("GITHUB_REPOSITORY", ""), environ.get("GITHUB_TOKEN", "")
    number, url = _number(environ), environ.get("GITHUB_API_URL", "")
    if number is None or not (repository and url):
        yield "the job is for no pull request"
    elif not token:
        yield "there is no token"
    else:
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        with Forge(url, token, headers, pause_s=pause_s) as forge:
            yield PullRequest(forge, repository, number)


def _number(environ: Mapping[str, str]) -> int | None:
    """The number of the pull request, from the event that started the job."""
    path = environ.get("GITHUB_EVENT_PATH")
    if not path:
        return None
    try:
        number = msgspec.json.decode(Path(path).read_bytes())["pull_request"]["number"]
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        return None
    return number if isinstance(number, int) else None


def add_summary(environ: Mapping[str, str], text: str) -> None:
    """Add a text to the page of the run, where there is one."""
    path = environ.get("GITHUB_STEP_SUMMARY")
    if path and len(text.encode()) <= _SUMMARY_BYTES:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


def set_outputs(environ: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Give values to later steps. A value is a word or a number of ours, never a name from elsewhere."""
    path = environ.get("GITHUB_OUTPUT")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in outputs.items())


def unheeded(text: str) -> str:
    """A text for the log in which no line is a command to the runner, whatever names it holds."""
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::"


def annotation(level: str, title: str, message: str) -> str:
    """A line that the runner shows as an annotation; ``level`` is notice, warning or error."""
    return f"::{level} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _dicts(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise ForgeError("The list of comments is no list.")
    return [one for one in value if isinstance(one, dict) and "id" in one and "body" in one]


def _url(value: Any) -> str | None:
    return str(value["html_url"]) if isinstance(value, dict) and value.get("html_url") else None
