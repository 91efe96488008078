"""One comment on a change request, kept up to date over real HTTP; what goes wrong is told, and shows no token."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.ci.ask import Unchanged, Undecided
from api.ci.forge import Forge as Client
from api.ci.review import Platform, Review
from api.errors import ForgeError
from api.impact_views.verdicts import FailOn
from catalog.identity import JobId
from catalog.impact.severity import Severity, Verdict
from tests.impact_views.answers import answer, item
from tests.integrations.forges import PAYLOADS, TOKEN, Failure, Forge, forge

BLOCKED = answer([item(JobId("jobs", "load").key, Severity.BREAKS)], verdict=Verdict.BLOCK)
SAFE = answer([])


@pytest.fixture(params=["github", "gitlab"])
def place(request: pytest.FixtureRequest) -> Iterator[tuple[Forge, Review]]:
    """A forge, and a review of a change request there."""
    github = request.param == "github"
    with forge("github_comment" if github else "gitlab_note") as state:
        if github:
            environ = {
                "GITHUB_ACTIONS": "true",
                "GITHUB_API_URL": state.url,
                "GITHUB_REPOSITORY": "shop/orders",
                "GITHUB_EVENT_PATH": str(PAYLOADS / "github_pull_request.json"),
                "GITHUB_TOKEN": TOKEN,
            }
        else:
            environ = {
                "GITLAB_CI": "true",
                "CI_API_V4_URL": state.url,
                "CI_PROJECT_ID": "43",
                "CI_MERGE_REQUEST_PROJECT_ID": "42",
                "CI_MERGE_REQUEST_IID": "7",
                "MESHLINE_GITLAB_TOKEN": TOKEN,
            }
        yield state, Review(BLOCKED, Platform.of(environ), environ, pause_s=0.01)


def test_comment__is_written_once_and_then_changed_in_place(place: tuple[Forge, Review]) -> None:
    state, review = place
    state.add("Looks good", "LGTM")
    assert review.post().startswith("Comment created")
    assert replace(review, outcome=SAFE).post().startswith("Comment updated")
    assert replace(review, outcome=SAFE).post() == "Comment unchanged."
    assert state.bodies()[:2] == ["Looks good", "LGTM"]
    assert [body.splitlines()[:2] for body in state.bodies()[2:]] == [
        ["<!-- meshline-impact -->", "## Impact: SAFE"]
    ]


def test_comment__is_found_behind_pages_of_others(place: tuple[Forge, Review]) -> None:
    state, review = place
    state.largest_page = 30
    state.add(*(f"comment {number}" for number in range(100)))
    state.add("<!-- meshline-impact -->\r\nan older answer")
    state.add("one more")
    assert review.post().startswith("Comment updated")
    assert len(state.comments) == 102
    assert state.methods().count("GET") == 4
    assert "Impact: BLOCK" in state.bodies()[100]


def test_comment__of_another_review_or_a_quotation_is_left_alone(place: tuple[Forge, Review]) -> None:
    state, review = place
    others = ["> <!-- meshline-impact -->\n> quoted", "<!-- meshline-impact:contracts -->\nof another job"]
    state.add(*others)
    assert review.post().startswith("Comment created")
    assert state.bodies()[:2] == others
    assert replace(review, name="contracts").post().startswith("Comment updated")
    assert len(state.comments) == 3


def test_comment__that_somebody_else_wrote_or_deleted_is_written_anew(place: tuple[Forge, Review]) -> None:
    state, review = place
    state.add("<!-- meshline-impact -->\npasted by somebody")
    state.foreign.add(1)
    assert review.post().startswith("Comment created")
    assert state.bodies()[0].endswith("pasted by somebody")


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_refusal__is_told_and_is_no_exception(place: tuple[Forge, Review], status: int) -> None:
    state, review = place
    state.refused["POST"] = Failure(status, "Resource not accessible by integration")
    told = review.post()
    assert told.startswith("No comment: POST ")
    assert f"was answered with {status}: Resource not accessible by integration." in told
    assert state.comments == []


def test_service_that_is_busy_for_a_moment__is_asked_again(place: tuple[Forge, Review]) -> None:
    state, review = place
    state.failures += [Failure(502), Failure(429, headers={"Retry-After": "0"})]
    assert review.post().startswith("Comment created")
    assert state.methods() == ["GET", "GET", "GET", "POST"]


def test_service_that_stays_away__is_given_up(place: tuple[Forge, Review]) -> None:
    state, review = place
    state.refused["GET"] = Failure(503, "down")
    assert "was answered with 503: down." in review.post()
    assert state.methods() == ["GET", "GET", "GET"]


def test_comment__is_sent_but_once(place: tuple[Forge, Review]) -> None:
    """An answer that is lost may hide that it was made: a second one would stay for ever."""
    state, review = place
    state.refused["POST"] = Failure(502, "bad gateway")
    assert review.post().startswith("No comment: ")
    assert state.methods().count("POST") == 1


def test_forge_that_does_not_answer__is_given_up_after_its_time() -> None:
    with forge("github_comment") as state:
        state.failures += [Failure(200, after_s=0.5)] * 3
        with (
            Client(state.url, TOKEN, {}, pause_s=0.01, timeout_s=0.05) as client,
            pytest.raises(ForgeError, match="does not answer"),
        ):
            client.get("/repos/shop/orders/issues/7/comments", per_page="100", page="1")


def test_forge_that_is_not_there__is_told(place: tuple[Forge, Review]) -> None:
    _, review = place
    nowhere = {
        **review.environ,
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "CI_API_V4_URL": "http://127.0.0.1:9",
    }
    assert "http://127.0.0.1:9 does not answer" in replace(review, environ=nowhere).post()
    nonsense = {**review.environ, "GITHUB_API_URL": "ftp://x", "CI_API_V4_URL": "ftp://x"}
    assert "'ftp://x' is no address of an API." in replace(review, environ=nonsense).post()


def test_token__is_shown_to_nobody_but_the_forge(place: tuple[Forge, Review]) -> None:
    state, review = place
    state.refused["POST"] = Failure(403, "you sent {authorization}")
    told = review.post()
    assert "you sent" in told
    assert TOKEN not in told
    assert TOKEN not in "".join(path for _, path in state.requests)
    state.refused.clear()
    review.post()
    assert TOKEN not in "".join(state.bodies())


def test_review_without_a_change_request_or_token__says_why(place: tuple[Forge, Review]) -> None:
    state, review = place
    forked = {name: value for name, value in review.environ.items() if not name.endswith("TOKEN")}
    assert replace(review, environ=forked).post().startswith("No comment: there is no token")
    pushed = {
        **{name: value for name, value in review.environ.items() if name != "CI_MERGE_REQUEST_IID"},
        "GITHUB_EVENT_PATH": str(PAYLOADS / "github_push.json"),
    }
    assert replace(review, environ=pushed).post().startswith("No comment: the job is for no ")
    assert state.requests == []


def test_change_request_that_changes_nothing__begins_no_comment_and_mends_an_older_one(
    place: tuple[Forge, Review],
) -> None:
    state, review = place
    unchanged = replace(review, outcome=Unchanged("Nothing is changed: a|@all is there."))
    assert unchanged.post() == "No comment: nothing changes."
    assert state.bodies() == []
    review.post()
    assert unchanged.post().startswith("Comment updated")
    assert [body.splitlines()[1] for body in state.bodies()] == ["## Impact: nothing changes"]
    assert "@all" not in state.bodies()[0]
    assert {unchanged.code(fail_on) for fail_on in FailOn} == {0}


def test_answer_that_could_not_be_given__is_never_shown_as_safe(place: tuple[Forge, Review]) -> None:
    state, review = place
    replace(review, outcome=SAFE).post()
    undecided = replace(review, outcome=Undecided("Nothing is named 'x|@all'.", "Did you mean y?"))
    assert undecided.post().startswith("Comment updated")
    assert state.bodies() == [
        "<!-- meshline-impact -->\n## Impact: could not decide\n\n"
        "**Meshline could not say what this change does. It may break things.**\n\n"
        "Nothing is named '<code>x&#124;&#64;all</code>'.\n\nDid you mean y?\n"
    ]


@pytest.mark.parametrize(
    ("verdict", "codes"),
    [
        (Verdict.SAFE, (0, 0, 0)),
        (Verdict.REVIEW, (0, 0, 2)),
        (Verdict.BLOCK, (0, 1, 1)),
        (None, (0, 3, 3)),
    ],
)
def test_exit_code__fails_what_it_is_told_to(verdict: Verdict | None, codes: tuple[int, ...]) -> None:
    outcome = Undecided("x") if verdict is None else answer([], verdict=verdict)
    review = Review(outcome, Platform.GITHUB, {})
    assert tuple(review.code(fail_on) for fail_on in (FailOn.NEVER, FailOn.BLOCK, FailOn.REVIEW)) == codes


def test_summary__has_the_answer_without_the_marker_and_later_steps_the_verdict(tmp_path: Path) -> None:
    summary, outputs = tmp_path / "summary.md", tmp_path / "outputs"
    environ = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs)}
    for outcome in (BLOCKED, Undecided("No store.")):
        Review(outcome, Platform.GITHUB, environ).summarise()
    text = summary.read_text()
    assert (text.startswith("## Impact: BLOCK"), "## Impact: could not decide" in text) == (True, True)
    assert "<!--" not in text
    assert outputs.read_text() == "verdict=block\nverdict=undecided\n"


def test_log__holds_no_command_to_the_runner_but_ours() -> None:
    review = Review(BLOCKED, Platform.GITHUB, {})
    lines = review.log("::add-mask::x\n##[group]y\n::set-env name=PATH::z").splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert (len(token), lines[4]) == (32, f"::{token}::")
    assert lines[5:] == [
        "::warning title=Meshline impact::The verdict is block. The summary of the run has the whole answer."
    ]
    assert review.log("x") != review.log("x")


def test_payloads__are_what_the_forges_send() -> None:
    """The members that are read here are in the recorded payloads."""
    event = json.loads((PAYLOADS / "github_pull_request.json").read_text())
    assert event["pull_request"]["number"] == 7
