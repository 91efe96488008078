"""What facets say of a job beside its lineage: how it sends events, and where its code is."""

import strawberry

from api.graphql import words
from api.graphql.details import Facts, of_facts


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
    return of_facts(
        EmissionPattern,
        facts,
        {"event_trigger": "eventTrigger", "event_content_mode": "eventContentMode"},
        {"window_duration": "windowDuration"},
    )


def source_code(facts: Facts) -> SourceCode | None:
    """None where nothing is said of it."""
    return of_facts(
        SourceCode,
        facts,
        {
            "control": "sourceControl",
            "url": "sourceUrl",
            "repo_url": "repoUrl",
            "path": "sourcePath",
            "version": "sourceVersion",
            "tag": "sourceTag",
            "branch": "sourceBranch",
            "pull_request_number": "pullRequestNumber",
            "language": "sourceLanguage",
        },
    )
