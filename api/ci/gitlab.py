"""GitLab CI: the merge request that a job is for, and its notes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from api.ci.forge import Forge
from api.ci.notes import Note
from api.errors import ForgeError

TOKEN_VARIABLE = "MESHLINE_GITLAB_TOKEN"
"""A project access token with the scope api: the token of the job itself may not write notes."""
_PER_PAGE = "100"


class MergeRequest:
    """The notes of one merge request."""

    def __init__(self, forge: Forge, project: str, iid: str) -> None:
        self._forge = forge
        self._notes = f"/projects/{project}/merge_requests/{iid}/notes"

    def page(self, number: int) -> tuple[list[Note], bool]:
        answer = self._forge.get(
            self._notes, per_page=_PER_PAGE, page=str(number), sort="asc", order_by="created_at"
        )
        if not isinstance(answer.value, list):
            raise ForgeError("The list of notes is no list.")
        return [_note(one) for one in answer.value if not one.get("system")], answer.has_next

    def create(self, text: str) -> str | None:
        self._forge.post(self._notes, {"body": text})
        return None

    def update(self, note_id: int, text: str) -> str | None:
        self._forge.put("PUT", f"{self._notes}/{note_id}", {"body": text})
        return None


@contextmanager
def merge_request(environ: Mapping[str, str], *, pause_s: float = 1.0) -> Iterator[MergeRequest | str]:
    """The merge request that the job is for; in words why there is none to comment on. Raises ForgeError."""
    iid, token = environ.get("CI_MERGE_REQUEST_IID", ""), environ.get(TOKEN_VARIABLE, "")
    # A pipeline of a fork runs in the project of the fork; the merge request is in the other.
    project = environ.get("CI_MERGE_REQUEST_PROJECT_ID") or environ.get("CI_PROJECT_ID", "")
    url = environ.get("CI_API_V4_URL", "")
    if not (iid.isdecimal() and project.isdecimal() and url):
        yield "the job is for no merge request"
    elif not token:
        yield f"there is no token in {TOKEN_VARIABLE}"
    else:
        with Forge(url, token, {"PRIVATE-TOKEN": token}, pause_s=pause_s) as forge:
            yield MergeRequest(forge, project, iid)


def _note(one: Any) -> Note:
    return Note(int(one["id"]), str(one.get("body") or ""))
