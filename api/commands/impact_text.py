"""The answer of ``meshline impact`` for people: what happens, the worst first, each reason said once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from api.answers import ImpactAnswer, ImpactCount, ImpactItem, RouteStep
from api.commands.lines import MAX_WIDTH, Line, field_home, field_path, filled, plural
from catalog.coverage import spoken
from catalog.identity import DatasetId
from catalog.impact.severity import RANK, Certainty, Severity, Verdict

_COLOURS = {Verdict.SAFE: "green", Verdict.REVIEW: "yellow", Verdict.BLOCK: "red"}
_STYLES = {Severity.BREAKS: "bold red", Severity.UNKNOWN: "bold magenta", Severity.COMPATIBLE: "green"}
_CERTAINTIES = {certainty: place for place, certainty in enumerate(Certainty)}
_ITEM, _ROUTE = "    ", "        "
_OPEN = "  ? "
"""In place of the indent: something about this item is not known."""


def impact_lines(answer: ImpactAnswer, width: int, *, routes: bool) -> Iterator[Line]:
    """The answer but its coverage. Routes are shown for what breaks, with ``routes`` for all."""
    verdict = Verdict(answer.verdict)
    yield Line(f"{spoken(answer.dataset)}: {', '.join(answer.changes)}")
    yield Line(f"Verdict: {verdict} ({_advice(verdict, answer)})", f"bold {_COLOURS[verdict]}")
    if not answer.items:
        yield Line("Nothing is affected.")
        return
    counts = list(_counts(answer.counts))
    line = ", ".join(counts)
    yield from [Line(line)] if len(line) <= width else map(Line, counts)
    near = _namespace(answer.dataset)
    ranked = sorted(answer.items, key=lambda item: (*_severity(item), item.hops, item.id))
    for (rank, place), items in groupby(ranked, key=_severity):
        severity, certainty = tuple(Severity)[rank], tuple(Certainty)[place]
        yield Line("")
        yield Line(_heading(severity, certainty), _STYLES.get(severity, "bold"))
        shown = routes or severity is Severity.BREAKS
        yield from _section(list(items), near if shown else None, min(width, MAX_WIDTH))
    if answer.total > len(answer.items):
        yield Line("")
        yield Line(f"… and {answer.total - len(answer.items)} more (--first lists more).")


def _advice(verdict: Verdict, answer: ImpactAnswer) -> str:
    """What to do, in a few words."""
    if verdict is Verdict.SAFE:
        return "nothing reads it"
    if verdict is Verdict.BLOCK:
        return "do not make this change before what breaks is changed"
    if not answer.items:
        return "nothing is seen to be affected, but not all is known: see the coverage"
    unknown = sum(counted.unknown for counted in answer.counts)
    if not unknown:
        return "ask the owners of what follows"
    some = f"{unknown} of {plural(answer.total, 'item')} {'is' if unknown == 1 else 'are'}"
    return f"ask the owners of what follows; {some} not fully known"


def _counts(counts: Sequence[ImpactCount]) -> Iterator[str]:
    """``1 BREAKS (1 job)``, ``40 STALE (15 fields, 13 jobs, 12 datasets)``, worst first."""
    found: dict[str, Counter[str]] = {}
    for counted in counts:
        found.setdefault(counted.severity, Counter())[_kind(counted)] += counted.count
    for severity, kinds in found.items():
        listed = ", ".join(plural(n, kind) for kind, n in kinds.most_common())
        yield f"{kinds.total()} {severity} ({listed})"


def _kind(item: ImpactItem | ImpactCount) -> str:
    """The kind in words: an alias or a reference is a name of a dataset."""
    return item.kind.lower() if item.kind in ("Field", "Job") else "dataset"


def _severity(item: ImpactItem) -> tuple[int, int]:
    return RANK[Severity(item.severity)], _CERTAINTIES[Certainty(item.certainty)]


def _heading(severity: Severity, certainty: Certainty) -> str:
    if severity is Severity.UNKNOWN:
        return "UNKNOWN: nobody has told, so ask"
    return f"{severity}, {certainty.lower()}"


def _section(items: list[ImpactItem], near: str | None, width: int) -> Iterator[Line]:
    """The items of one severity and certainty, by reason; ``near`` None: without routes."""
    by_reason: dict[str, list[ImpactItem]] = {}
    for item in items:
        by_reason.setdefault(_why(item), []).append(item)
    for why, alike in by_reason.items():
        yield Line(f"  {why}")
        for members in _entries(alike):
            yield from _entry(members, near, width)


def _why(item: ImpactItem) -> str:
    """The reason without its subject, which stands below it."""
    return item.reason.partition(f" {item.name} ")[2].removesuffix(".") or item.reason


def _entries(items: Iterable[ImpactItem]) -> list[list[ImpactItem]]:
    """Items that stand together, nearest first: a dataset and the fields of it that are as near and as known."""
    found: dict[tuple[int, str, bool], list[ImpactItem]] = {}
    for item in items:
        place = (item.hops, f"{_kind(item) == 'job'}{field_home(item.id)}", item.unknown)
        found.setdefault(place, []).append(item)
    together = {place: sorted(members, key=_is_field) for place, members in found.items()}
    nearest = sorted(together, key=lambda place: (*place[:2], _is_field(together[place][0])))
    return [together[place] for place in nearest]


def _is_field(item: ImpactItem) -> bool:
    return item.kind == "Field"


def _entry(members: list[ImpactItem], near: str | None, width: int) -> Iterator[Line]:
    first = members[0]
    fields = [path for item in members if (path := field_path(item.id))]
    name = f"{_kind(first)} {first.name}"
    if field_path(first.id):
        name = f"{'field' if len(fields) == 1 else 'fields'} of {field_home(first.id)}"
    head = f"{_OPEN if first.unknown else _ITEM}{plural(first.hops, 'hop'):<7} {name}{':' if fields else ''}"
    lines = filled(head, fields, width)
    if first.unknown and first.severity != Severity.UNKNOWN:
        lines[-1] += " (also UNKNOWN)"
    for line in lines:
        yield Line(line, _STYLES[Severity.UNKNOWN] if first.unknown else None)
    if near is not None:
        for item in members:
            yield from (Line(line, "dim") for line in _route(item.route, near, width))


def _route(route: Sequence[RouteStep], near: str, width: int) -> list[str]:
    """``source -(job, DIRECT)-> target`` on one line if it fits, else a line for each hop."""
    if not route:
        return []
    steps = [_short(route[0].source, near), *(_step(step, near) for step in route)]
    line = _ROUTE + " ".join(steps)
    return [line] if len(line) <= width else [_ROUTE + steps[0], *(f"{_ROUTE}  {step}" for step in steps[1:])]


def _step(step: RouteStep, near: str) -> str:
    job = "" if step.job is None or step.job == step.target else _short(step.job, near)
    how = ", ".join(part for part in (job, step.use) if part)
    return f"-({how})-> {_short(step.target, near)}" if how else f"-> {_short(step.target, near)}"


def _namespace(dataset: str) -> str:
    try:
        return DatasetId.parse(dataset).namespace
    except ValueError:  # a key that was hashed for its length
        return ""


def _short(key: str, near: str) -> str:
    """A name without the namespace of the changed dataset."""
    return spoken(key).removeprefix(f"{near}/")
