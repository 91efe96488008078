"""An impact answer for a terminal: what to do, what happens, the worst first, each reason once, and whom to tell."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from api.answers import Coverage
from api.commands.lines import MAX_WIDTH, Line, field_home, field_path, filled
from api.commands.output import visible
from api.impact_answer import ImpactAnswer, ImpactChange, ImpactItem, ImpactStep
from api.impact_views.grouping import Share, by_severity, groups, shares, to_do, why
from api.impact_views.policies import policy_sentences
from api.impact_views.said import counted, has_contract, headline, near_namespace, said_changes, without
from api.impact_views.words import kind_of, listed, plural
from catalog.coverage import spoken
from catalog.impact.severity import RANK, SEVERITIES, Certainty, Severity, Verdict

_COLOURS = {Verdict.SAFE: "green", Verdict.REVIEW: "yellow", Verdict.BLOCK: "red"}
_STYLES = {Severity.BREAKS: "bold red", Severity.UNKNOWN: "bold magenta", Severity.COMPATIBLE: "green"}
_CERTAINTIES = {certainty: place for place, certainty in enumerate(Certainty)}
_ITEM, _ROUTE = "    ", "        "
_OPEN = "  ? "
"""In place of the indent: something about this item is not known."""


def impact_lines(answer: ImpactAnswer, width: int, *, routes: bool) -> Iterator[Line]:
    """The answer but its coverage. Routes are shown for what breaks, with ``routes`` all of all."""
    yield from _changes(answer)
    yield Line(f"Verdict: {answer.verdict}. {headline(answer)}", f"bold {_COLOURS[answer.verdict]}")
    if answer.why:
        yield Line(answer.why)
    yield from (Line(f"Not understood: {text}", "bold yellow") for text in answer.proposal.unread)
    yield from (Line(text, "bold red") for text in policy_sentences(answer))
    yield from _facts(answer, width)
    near = near_namespace(answer)
    ranked = sorted(answer.items, key=lambda item: (*_severity(item), item.hops, item.id))
    for (rank, place), items in groupby(ranked, key=_severity):
        severity, certainty = SEVERITIES[rank], tuple(Certainty)[place]
        yield Line("")
        yield Line(_heading(severity, certainty), _STYLES.get(severity, "bold"))
        yield from _Section(near, min(width, MAX_WIDTH), severity is Severity.BREAKS, routes).lines(
            list(items)
        )
    if answer.total > len(answer.items):
        yield Line("")
        yield Line(f"… and {answer.total - len(answer.items)} more (--first lists more).")
    yield from _parties(shares(answer))


def _changes(answer: ImpactAnswer) -> Iterator[Line]:
    for subject, changes in said_changes(answer):
        yield Line(f"{subject}: {', '.join(_said(change) for change in changes)}")


def _said(change: ImpactChange) -> str:
    return change.said if change.confidence >= 1 else f"{change.said} (a guess, {change.confidence:.0%} sure)"


def _facts(answer: ImpactAnswer, width: int) -> Iterator[Line]:
    """``1 BREAKS (1 job)``, ``40 STALE (15 columns, 13 jobs, 12 datasets)``, worst first; the next version."""
    counts = [
        f"{kinds.total()} {severity} ({', '.join(plural(n, kind) for kind, n in kinds.most_common())})"
        for severity, kinds in counted(answer)
    ]
    line = ", ".join(counts)
    if counts:
        yield from [Line(line)] if len(line) <= width else map(Line, counts)
    else:
        yield Line("Nothing is affected.")
    if answer.semver != "none" and has_contract(answer):
        yield Line(
            f"Next version of the contract: {answer.semver}"
            + (f" ({answer.semver_why})" if answer.semver_why else "")
        )


def _severity(item: ImpactItem) -> tuple[int, int]:
    return RANK[item.severity], _CERTAINTIES[item.certainty]


def _heading(severity: Severity, certainty: Certainty) -> str:
    if severity is Severity.UNKNOWN:
        if certainty is Certainty.NEEDS_WAREHOUSE:
            return "UNKNOWN: only the data can tell, so ask"
        return "UNKNOWN: nobody has told, so ask"
    return f"{severity}, {certainty.lower().replace('_', ' ')}"


class _Section:
    """The items of one severity and certainty, by reason. ``first``: with a shortest route; ``routes``: with all."""

    def __init__(self, near: str, width: int, first: bool, routes: bool) -> None:
        self._near = near
        self._width = width
        self._first = first
        self._all = routes

    def lines(self, items: list[ImpactItem]) -> Iterator[Line]:
        by_reason: dict[str, list[ImpactItem]] = {}
        for item in items:
            by_reason.setdefault(why(item), []).append(item)
        for reason, alike in by_reason.items():
            yield Line(f"  {reason}")
            for members in _entries(alike):
                yield from self._entry(members)

    def _entry(self, members: list[ImpactItem]) -> Iterator[Line]:
        first = members[0]
        fields = [path for item in members if (path := field_path(item.id))]
        name = f"{kind_of(first.kind)} {first.name}"
        if field_path(first.id):
            name = f"{'column' if len(fields) == 1 else 'columns'} of {field_home(first.id)}"
        head = (
            f"{_OPEN if first.unknown else _ITEM}{plural(first.hops, 'hop'):<7} {name}{':' if fields else ''}"
        )
        lines = filled(head, fields, self._width)
        if first.unknown and first.severity is not Severity.UNKNOWN:
            lines[-1] += " (also UNKNOWN)"
        for line in lines:
            yield Line(line, "bold magenta" if first.unknown else None)
        for item in members:
            yield from (Line(line, "dim") for line in self._details(item))

    def _details(self, item: ImpactItem) -> Iterator[str]:
        if item.message:
            yield f"{_ROUTE}{item.message}"
        for clause in item.clauses:
            yield f"{_ROUTE}contract {clause.contract.name}, {clause.part}: {clause.message}"
        shown = item.routes if self._all else item.routes[:1] if self._first else []
        for steps in shown:
            yield from _route(steps, self._near, self._width)
        if self._all and not item.all_routes:
            yield f"{_ROUTE}… there are more routes"


def _entries(items: Iterable[ImpactItem]) -> list[list[ImpactItem]]:
    """Items that stand together, nearest first: a dataset and the fields of it that are as near and as known."""
    found: dict[tuple[int, str, bool], list[ImpactItem]] = {}
    for item in items:
        place = (item.hops, f"{kind_of(item.kind) == 'job'}{field_home(item.id)}", item.unknown)
        found.setdefault(place, []).append(item)
    together = {place: sorted(members, key=_is_field) for place, members in found.items()}
    nearest = sorted(together, key=lambda place: (*place[:2], _is_field(together[place][0])))
    return [together[place] for place in nearest]


def _is_field(item: ImpactItem) -> bool:
    return bool(field_path(item.id))


def _route(route: Sequence[ImpactStep], near: str, width: int) -> list[str]:
    """``source -(job, DIRECT)-> target`` on one line if it fits, else a line for each hop."""
    if not route:
        return []
    steps = [without(near, spoken(route[0].source)), *(_step(step, near) for step in route)]
    line = _ROUTE + " ".join(steps)
    return [line] if len(line) <= width else [_ROUTE + steps[0], *(f"{_ROUTE}  {step}" for step in steps[1:])]


def _step(step: ImpactStep, near: str) -> str:
    job = "" if step.job is None or step.job == step.target else spoken(step.job)
    how = ", ".join(part for part in (job, step.use) if part)
    target = without(near, spoken(step.target))
    return f"-({how})-> {target}" if how else f"-> {target}"


def _parties(found: Sequence[Share]) -> Iterator[Line]:
    """Who has to act, with how many things of theirs, and what to do."""
    if not found:
        return
    yield Line("")
    yield Line("Who has to act", "bold")
    for share in found:
        counts = listed([f"{len(groups(items))} {severity}" for severity, items in by_severity(share.items)])
        yield Line(f"  {_party(share)}: {counts}")
        for sentence in to_do(share, str):
            yield Line(f"      {sentence}")


def _party(share: Share) -> str:
    party = share.party
    if party is None:
        return "nobody known"
    contacts = f" <{', '.join(party.contacts)}>" if party.contacts else ""
    answers = sorted({item.status for item in share.items if item.status})
    return f"{party.name or party.id}{contacts}" + (f" ({', '.join(answers)})" if answers else "")


def coverage_lines(coverage: Coverage) -> Iterator[Line]:
    """How far the answer reaches, and why not further."""
    yield Line("")
    yield Line(f"Coverage: {coverage.status}")
    yield from (Line(f"  {reason.message}") for reason in coverage.reasons)


def impact_text(answer: ImpactAnswer, width: int) -> str:
    """The whole answer without colours, for logs and files."""
    lines = [*impact_lines(answer, width, routes=False), *coverage_lines(answer.coverage)]
    return "\n".join(visible(line.text) for line in lines)
