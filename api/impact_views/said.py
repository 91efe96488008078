"""An impact answer in sentences: what is proposed, what to do with it, what follows, counted."""

from collections import Counter
from collections.abc import Iterator

from api.impact_answer import ImpactAnswer, ImpactChange
from api.impact_views.words import DATA, HAPPEN, HAPPENS, HARMLESS, kind_of, listed, plural
from catalog.coverage import spoken
from catalog.identity import DatasetId
from catalog.impact.severity import RANK, Severity, Verdict


def near_namespace(answer: ImpactAnswer) -> str:
    """The namespace of the datasets that change, where they have one in common; else nothing."""
    found = set()
    for change in answer.proposal.changes:
        try:
            found.add(DatasetId.parse(change.subject).namespace)
        except ValueError:  # no dataset, or a key that was hashed for its length
            return ""
    return found.pop() if len(found) == 1 else ""


def without(namespace: str, name: str) -> str:
    """A name without that namespace."""
    return name.removeprefix(f"{namespace}/") if namespace else name


def counted(answer: ImpactAnswer) -> Iterator[tuple[Severity, Counter[str]]]:
    """How many of each kind there are of each severity, the worst first; of all items, not only those listed."""
    found: dict[Severity, Counter[str]] = {}
    for count in answer.counts:
        found.setdefault(count.severity, Counter())[kind_of(count.kind)] += count.count
    yield from sorted(found.items(), key=lambda one: RANK[one[0]])


def said_counts(answer: ImpactAnswer) -> Iterator[str]:
    """``1 job breaks``; what rests on the data behind the data, the worst first."""
    for severity, kinds in counted(answer):
        data = Counter({kind: count for kind, count in kinds.items() if kind in DATA})
        above = kinds - data
        first = data or above
        one = first.total() == 1
        said = f"{_named(first)} {(HAPPENS if one else HAPPEN)[severity]}"
        yield f"{said}, and with {'it' if one else 'them'} {_named(above)}" if data and above else said


def _named(kinds: Counter[str]) -> str:
    return listed([plural(count, kind) for kind, count in kinds.most_common()])


def said_changes(answer: ImpactAnswer) -> Iterator[tuple[str, list[ImpactChange]]]:
    """The changes by their subject, as it is read."""
    found: dict[str, list[ImpactChange]] = {}
    for change in answer.proposal.changes:
        found.setdefault(spoken(change.subject), []).append(change)
    yield from found.items()


def has_contract(answer: ImpactAnswer) -> bool:
    """Whether a contract promises something of what changes, or is itself what changes."""
    if any(change.subject.startswith("contract") for change in answer.proposal.changes):
        return True
    return any(kind in kinds for _, kinds in counted(answer) for kind in ("contract version", "schema"))


def headline(answer: ImpactAnswer) -> str:
    """What to do with the change, in one sentence."""
    if answer.verdict is Verdict.BLOCK:
        return "Do not merge this yet: something breaks, and that is proven."
    if answer.verdict is Verdict.SAFE:
        return "Nothing that is known breaks or changes."
    if not answer.total:
        return "Nothing is seen to be affected, but not all is known: look below before you merge."
    if all(item.severity in HARMLESS and not item.unknown for item in answer.items):
        return "Likely nothing breaks, but that is not proven: look below before you merge."
    return "Talk to the owners below before you merge."
