"""How the items of an impact answer stand together: columns of a dataset, what a contract carries, whose they are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from api.impact_answer import ImpactAnswer, ImpactClause, ImpactItem, ImpactParty, Named
from api.impact_views.words import HARMLESS, kind_of, listed
from catalog.coverage import spoken
from catalog.identity import FieldId
from catalog.impact.severity import RANK, Certainty, Severity

_TO_DO = {
    Severity.STALE: "What is no longer updated goes on by itself when the break is mended.",
    Severity.CHANGES_SCHEMA: "Check whether you and those who read it can take the other columns and types.",
    Severity.CHANGES_ROWS: "Check whether these are still the right rows.",
    Severity.CHANGES_VALUES: "Check whether these are still the right values.",
    Severity.UNKNOWN: "Look whether what changes is used, and say so.",
    Severity.COMPATIBLE: "Confirm that what changes is not used: that is likely, and not proven.",
}

_BROKEN_NAMED = 3
_KNOWN_BEST = {"product": 0, "exposure": 1, "dataset": 2, "job": 3, "column": 4}


@dataclass(frozen=True, slots=True)
class Group:
    """Items that stand together: a thing, or columns of one dataset; all with one severity and certainty.

    ``name`` as people read it, ``paths`` of the columns; ``home`` is the key of the thing or of the dataset.
    """

    name: str
    kind: str
    paths: tuple[str, ...]
    items: tuple[ImpactItem, ...]

    @property
    def first(self) -> ImpactItem:
        return self.items[0]

    @property
    def unknown(self) -> bool:
        return any(item.unknown for item in self.items)

    @property
    def hops(self) -> int:
        return min(item.hops for item in self.items)


def groups(items: Iterable[ImpactItem]) -> list[Group]:
    """Items with the columns of a dataset taken together, and with the dataset itself where it shares their fate.

    In the order of the items: worst first, then nearest.
    """
    found: dict[tuple[Severity, Certainty, str, tuple[str, ...]], list[ImpactItem]] = {}
    for item in items:
        place = (item.severity, item.certainty, home(item), tuple(owner.id for owner in item.owners))
        found.setdefault(place, []).append(item)
    return [_group(members) for members in found.values()]


def _group(members: Sequence[ImpactItem]) -> Group:
    whole = [item for item in members if not path_of(item.id)]
    ordered = (*whole, *(item for item in members if path_of(item.id)))
    first = ordered[0]
    name = first.name if whole else spoken_home(first)
    paths = tuple(path for item in ordered if (path := path_of(item.id)))
    return Group(name, kind_of(first.kind) if whole else "column", paths, ordered)


def path_of(key: str) -> str:
    """The path of a field; empty for what is no field, or has a hash for a key."""
    try:
        return FieldId.parse(key).path
    except ValueError:
        return ""


def home(item: ImpactItem) -> str:
    """The key of the dataset of a field, else of the thing itself."""
    try:
        return FieldId.parse(item.id).dataset.key
    except ValueError:
        return item.id


def spoken_home(item: ImpactItem) -> str:
    """The dataset of a field as it is read, else the name of the thing itself."""
    return spoken(home(item)) if path_of(item.id) else item.name


def why(item: ImpactItem) -> str:
    """The reason without its subject, which stands beside it."""
    return (item.reason.partition(f" {item.name} ")[2] or item.reason).removesuffix(".")


@dataclass(frozen=True, slots=True)
class Violation:
    """A contract that the new state violates: by which of its parts, and the things that rest on it."""

    contract: Named
    clauses: tuple[ImpactClause, ...]
    items: tuple[ImpactItem, ...]

    @property
    def others(self) -> list[Group]:
        """What rests on the contract, without its version itself."""
        return by_meaning(groups(item for item in self.items if item.id != self.contract.id))


def violations(items: Iterable[ImpactItem]) -> list[Violation]:
    """The contracts that are violated, in the order of the items."""
    contracts: dict[str, Named] = {}
    clauses: dict[str, dict[tuple[str, str], ImpactClause]] = {}
    found: dict[str, dict[str, ImpactItem]] = {}
    for item in items:
        for clause in item.clauses:
            key = clause.contract.id
            contracts.setdefault(key, clause.contract)
            clauses.setdefault(key, {}).setdefault((clause.part, clause.message), clause)
            found.setdefault(key, {})[item.id] = item
    return [
        Violation(contract, tuple(clauses[key].values()), tuple(found[key].values()))
        for key, contract in contracts.items()
    ]


def broken(items: Iterable[ImpactItem]) -> list[Group]:
    """What breaks of itself, not by a contract; what is proven first."""
    found = groups(item for item in items if item.severity is Severity.BREAKS and not item.clauses)
    return sorted(found, key=lambda group: group.first.certainty is not Certainty.PROVEN)


def open_groups(items: Iterable[ImpactItem]) -> tuple[list[Group], int]:
    """Where what is not known begins: things whose severity is UNKNOWN, and jobs; and of how many other things not all
    is known."""
    unknown = [item for item in items if item.unknown]
    roots = [item for item in unknown if item.severity is Severity.UNKNOWN or kind_of(item.kind) == "job"]
    return groups(roots), len(unknown) - len(roots)


def likely_unharmed(items: Iterable[ImpactItem]) -> list[Group]:
    """What is likely not affected, though nothing proves it."""
    return groups(
        item
        for item in items
        if item.severity in HARMLESS and item.certainty is not Certainty.PROVEN and not item.unknown
    )


@dataclass(frozen=True, slots=True)
class Share:
    """What concerns one party (None: nobody is known), the worst first."""

    party: ImpactParty | None
    items: tuple[ImpactItem, ...]

    @property
    def worst(self) -> int:
        return min((RANK[item.severity] for item in self.items), default=len(RANK))


def shares(answer: ImpactAnswer) -> list[Share]:
    """What each party has to look at, those with the worst first; nobody's last. What is harmless is not in it, unless
    there is nothing else and it is not proven."""
    parties: dict[str | None, ImpactParty | None] = {}
    found: dict[str | None, list[ImpactItem]] = {}
    harmless = all(item.severity in HARMLESS and not item.unknown for item in answer.items)
    for item in answer.items:
        if item.severity in HARMLESS and not item.unknown and not (harmless and is_unproven(item)):
            continue
        concerned: list[ImpactParty | None] = [*item.owners] or [None]
        for party in concerned:
            key = None if party is None else party.id
            parties.setdefault(key, party)
            found.setdefault(key, []).append(item)
    made = [Share(parties[key], tuple(items)) for key, items in found.items()]
    return sorted(made, key=lambda one: (one.party is None, one.worst, -len(one.items), _called(one.party)))


def is_unproven(item: ImpactItem) -> bool:
    """Whether a job takes no harm as far as is told, and nothing proves it."""
    return (
        item.severity is Severity.COMPATIBLE
        and kind_of(item.kind) == "job"
        and item.certainty is not Certainty.PROVEN
    )


def to_do(share: Share, named: Callable[[str], str]) -> list[str]:
    """What the party has to do, a sentence for each severity; ``named`` writes the names of things."""
    found = []
    for severity, items in by_severity(share.items):
        if severity is Severity.BREAKS:
            for violation in violations(items):
                found.append(
                    f"Keep what contract {named(violation.contract.name)} promises, or agree on a new version with "
                    "those who use it."
                )
            items = [item for item in items if not item.clauses]
            if not items:
                continue
            names = [f"{group.kind} {named(group.name)}" for group in groups(items)]
            more = [f"{len(names) - _BROKEN_NAMED} more"] if len(names) > _BROKEN_NAMED else []
            found.append(
                f"Before this is merged, change {listed([*names[:_BROKEN_NAMED], *more])}, or agree on a date."
            )
        elif severity in _TO_DO:
            found.append(_TO_DO[severity])
    if share.party is None:
        found.append("Find out whose these are.")
    return found


def by_meaning(found: Iterable[Group]) -> list[Group]:
    """Groups with what people know best first: products, then data and jobs, then what describes them."""
    return sorted(found, key=lambda group: _KNOWN_BEST.get(group.kind, len(_KNOWN_BEST)))


def _called(party: ImpactParty | None) -> str:
    return "" if party is None else f"{party.name} {party.id}"


def causes(items: Iterable[ImpactItem], answer: ImpactAnswer) -> list[ImpactItem]:
    """The jobs that break and for which these items are no longer updated: the first on the way to each."""
    broken = {item.id: item for item in answer.items if item.severity is Severity.BREAKS}
    found: dict[str, ImpactItem] = {}
    for item in items:
        jobs = (step.job for step in (item.routes[0] if item.routes else ()) if step.job in broken)
        job = next(jobs, None)
        if job is not None:
            found[job] = broken[job]
    return list(found.values())


def by_severity(items: Iterable[ImpactItem]) -> Iterator[tuple[Severity, list[ImpactItem]]]:
    """The items of each severity that there is, the worst first."""
    found: dict[Severity, list[ImpactItem]] = {}
    for item in items:
        found.setdefault(item.severity, []).append(item)
    yield from sorted(found.items(), key=lambda one: RANK[one[0]])
