"""What is declared on top of affected things: it takes over the worst of what happens to them, one hop further."""

from collections.abc import Sequence

from msgspec.structs import replace

from catalog.impact.delta import CERTAIN
from catalog.impact.report import Affected, Clause, RouteStep, Story
from catalog.impact.severity import RANK, Certainty, Severity
from ontology.vocabulary import Origin

MAX_ROUTES = 3


def worst(hits: Sequence[Affected]) -> Affected:
    """The worst of some, of equals the surest, then the nearest, then by key."""
    return min(hits, key=lambda hit: (RANK[hit.severity], CERTAIN[hit.certainty], hit.hops, hit.key))


def above(
    hits: Sequence[Affected],
    key: str,
    label: str,
    reason: str,
    clauses: Sequence[Clause] = (),
    *,
    most: int = MAX_ROUTES,
) -> Affected:
    """The item of a thing that has these affected ones below it. ``clauses``: what it promises and the new state
    violates: then it BREAKS, however well the rest goes."""
    first = worst(hits)
    severity = Severity.BREAKS if clauses else first.severity
    stories = [hit.story for hit in hits]
    routes = sorted(
        {
            (*route, _step(hit.key, key))
            for hit, story in zip(hits, stories, strict=True)
            for route in story.routes or ((),)
        },
        key=_shortest,
    )
    return Affected(
        key=key,
        label=label,
        aliases=(),
        severity=severity,
        unknown=severity is Severity.UNKNOWN or any(hit.unknown for hit in hits),
        certainty=first.certainty,
        hops=min(hit.hops for hit in hits) + 1,
        tale=Story(
            reason,
            tuple(sorted({field for story in stories for field in story.changed})),
            tuple(routes[:most]),
            len(routes) <= most and all(story.all_routes for story in stories),
        ),
        clauses=tuple(dict.fromkeys(clauses)),
    )


def spared(item: Affected) -> Affected:
    """The same for who is promised nothing of what changes."""
    return replace(item, severity=Severity.COMPATIBLE, unknown=False, certainty=Certainty.PROVEN)


def weaker(item: Affected, certainty: Certainty) -> Affected:
    """At most so certain."""
    return replace(item, certainty=max(item.certainty, certainty, key=CERTAIN.__getitem__))


def united(one: Affected, other: Affected, *, most: int = MAX_ROUTES) -> Affected:
    """Two items of one thing as one: the worse of them, with the clauses, changed fields and routes of both."""
    first = worst((one, other))
    stories = one.story, other.story
    routes = sorted({route for story in stories for route in story.routes}, key=_shortest)
    return replace(
        first,
        unknown=one.unknown or other.unknown,
        hops=min(one.hops, other.hops),
        clauses=tuple(dict.fromkeys((*first.clauses, *one.clauses, *other.clauses))),
        tale=replace(
            first.story,
            changed=tuple(sorted({field for story in stories for field in story.changed})),
            routes=tuple(routes[:most]),
            all_routes=len(routes) <= most and all(story.all_routes for story in stories),
        ),
    )


def _step(source: str, target: str) -> RouteStep:
    return RouteStep(source, None, target, None, (), (Origin.DECLARED,))


def _shortest(route: tuple[RouteStep, ...]) -> tuple[int, tuple[tuple[str, str], ...]]:
    return len(route), tuple((step.source, step.target) for step in route)


PREDICATES: dict[Severity, str] = {
    Severity.BREAKS: "goes away",
    Severity.STALE: "is not rebuilt",
    Severity.CHANGES_SCHEMA: "gets other columns or types",
    Severity.CHANGES_ROWS: "gets other rows",
    Severity.CHANGES_VALUES: "gets other values",
    Severity.PASSES_THROUGH: "passes the change on",
    Severity.UNKNOWN: "is reached in a way that is not known",
    Severity.COMPATIBLE: "stays as its users know it",
}
"""What becomes of a dataset downstream, as the end of a sentence."""
