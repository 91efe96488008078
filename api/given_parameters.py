"""What comes with a document, as query parameters of ``POST /api/v1/descriptors``: written by the client, read by the
service."""

from collections.abc import Mapping

from api.errors import HttpError
from api.query_flags import flag
from catalog.instant import InvalidInstant, format_instant, parse_instant
from ingest.documents.commit import MAX_TEXT, SHA, Commit, repository_name
from ingest.documents.given import Given

NAMES = ("at", "commit", "repository", "path", "author", "takeOver", "retire")


def parameters_of(given: Given) -> dict[str, str]:
    """As query parameters."""
    found = {} if given.at_ns is None else {"at": format_instant(given.at_ns)}
    if given.commit is not None:
        said = given.commit.said
        found["commit"] = said.pop("sha")
        found.update(said)
    flags = {"takeOver": given.take_over, "retire": given.retire}
    return found | {name: "true" for name, is_given in flags.items() if is_given}


def given_in(parameters: Mapping[str, str]) -> Given:
    """What query parameters say. Raises HttpError 400."""
    at = parameters.get("at")
    try:
        at_ns = None if at is None else parse_instant(at).ns
    except InvalidInstant as error:
        raise _bad("at", str(error), "It looks like 2026-01-31T12:00:00Z.") from error
    return Given(at_ns, _commit(parameters), flag(parameters, "takeOver"), flag(parameters, "retire"))


def _commit(parameters: Mapping[str, str]) -> Commit | None:
    said = {name: parameters.get(name) or None for name in ("repository", "path", "author")}
    sha = parameters.get("commit")
    if sha is None:
        alone = next((name for name, value in said.items() if value is not None), None)
        if alone is not None:
            raise _bad(alone, "it goes with commit", "Add commit=SHA.")
        return None
    if not SHA.fullmatch(sha):
        raise _bad("commit", "no SHA", "Give 7 to 64 hexadecimal digits.")
    for name, value in said.items():
        if value is not None and len(value) > MAX_TEXT:
            raise _bad(name, f"more than {MAX_TEXT} characters", "Shorten it.")
    repository = said["repository"]
    return Commit(sha, repository_name(repository) if repository else None, said["path"], said["author"])


def _bad(name: str, what: str, hint: str) -> HttpError:
    return HttpError(400, "bad-parameter", f"{name}: {what}.", hint)
