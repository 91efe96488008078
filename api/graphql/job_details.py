"""What facets say of a job beside its lineage: how it sends events, and where its code is."""

from collections.abc import Mapping

import strawberry

from api.graphql import words
from catalog import state
from catalog.state import Fact

Facts = Mapping[str, Fact]


def _word(name: str) -> str:
    return words.word("Job", name)


@strawberry.type(description="When a job sends events, and what they hold.")
class EmissionPattern:
    event_trigger: str | None = strawberry.field(description=_word("eventTrigger"))
    event_content_mode: str | None = strawberry.field(description=_word("eventContentMode"))
    window_duration: int | None = strawberry.field(description=_word("windowDuration"))


@strawberry.type(description="Where the source code of a job is, and which of it ran.")
class SourceCode:
    control: str | None = strawberry.field(description=_word("sourceControl"))
    url: str | None = strawberry.field(description=_word("sourceUrl"))
    repo_url: str | None = strawberry.field(description=_word("repoUrl"))
    path: str | None = strawberry.field(description=_word("sourcePath"))
    version: str | None = strawberry.field(description=_word("sourceVersion"))
    tag: str | None = strawberry.field(description=_word("sourceTag"))
    branch: str | None = strawberry.field(description=_word("sourceBranch"))
    pull_request_number: str | None = strawberry.field(description=_word("pullRequestNumber"))
    language: str | None = strawberry.field(description=_word("sourceLanguage"))


def emission_pattern(facts: Facts) -> EmissionPattern | None:
    """None where nothing is said of it."""
    found = EmissionPattern(
        event_trigger=state.scalar(facts, "eventTrigger"),
        event_content_mode=state.scalar(facts, "eventContentMode"),
        window_duration=state.number(facts, "windowDuration"),
    )
    return found if any(value is not None for value in vars(found).values()) else None


def source_code(facts: Facts) -> SourceCode | None:
    """None where nothing is said of it."""
    found = SourceCode(
        control=state.scalar(facts, "sourceControl"),
        url=state.scalar(facts, "sourceUrl"),
        repo_url=state.scalar(facts, "repoUrl"),
        path=state.scalar(facts, "sourcePath"),
        version=state.scalar(facts, "sourceVersion"),
        tag=state.scalar(facts, "sourceTag"),
        branch=state.scalar(facts, "sourceBranch"),
        pull_request_number=state.scalar(facts, "pullRequestNumber"),
        language=state.scalar(facts, "sourceLanguage"),
    )
    return found if any(value is not None for value in vars(found).values()) else None
