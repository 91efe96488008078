"""Which dataset a table name in SQL means: stated rules, from the nearest to the farthest; no guess among equals.

A name fits a dataset when the parts that both have, from the last on, are the same, quotes apart. So ``orders`` and
``shop.public.orders`` fit the dataset ``public.orders``. One that fits in more parts, or in the very case, is nearer.

1. The datasets that the job itself says it reads (or writes, for a table that is written), by name or by an alias.
2. Those that it writes (or reads).
3. Other datasets of the namespaces of those, that have the same last part.

A rule that finds one nearest dataset decides; one that finds several leaves the name unresolved, with the candidates.

4. Where none finds any, a table that is read is called as the job's own datasets are: a name of as many parts (two or
   more; of three or more the first is the same) in their namespace, a reference until an event names it. So the seeds
   of dbt, which no event names, are known.

What is forgotten for the time of a text is not meant by its names, whichever rule finds it; unless the job itself, by
what is left of its word, reads or writes it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.identity import DatasetId, is_hashed
from catalog.names import name_parts


class Rule(StrEnum):
    """How a table name was resolved to a dataset, or why not."""

    OWN_INPUT = "OWN_INPUT"
    OWN_OUTPUT = "OWN_OUTPUT"
    ONLY_OUTPUT = "ONLY_OUTPUT"
    SAME_NAMESPACE = "SAME_NAMESPACE"
    NAMED_ALIKE = "NAMED_ALIKE"
    AMBIGUOUS = "AMBIGUOUS"
    NOT_FOUND = "NOT_FOUND"
    FORGOTTEN = "FORGOTTEN"


@dataclass(frozen=True, slots=True)
class Resolved:
    """``dataset``: its key; None where the rule tells why not. ``candidates``: keys of equally near datasets."""

    rule: Rule
    dataset: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the names in the SQL of a job may mean. ``names``: dataset key → the names it goes by, its own first.

    ``inputs``, ``outputs``: keys of the job's own; ``others``: of the datasets of their namespaces that have the last
    part of any of the names.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    others: tuple[str, ...]
    names: Mapping[str, tuple[DatasetId, ...]]


def resolve(parts: tuple[str, ...], surroundings: Surroundings, *, written: bool) -> Resolved:
    """The dataset that a name means; ``parts`` outermost first."""
    nearest = [(Rule.OWN_INPUT, surroundings.inputs), (Rule.OWN_OUTPUT, surroundings.outputs)]
    if written:
        nearest.reverse()
    for rule, datasets in (*nearest, (Rule.SAME_NAMESPACE, surroundings.others)):
        found = _nearest(parts, datasets, surroundings.names)
        if len(found) == 1:
            return Resolved(rule, found[0])
        if found:
            return Resolved(Rule.AMBIGUOUS, candidates=found)
    return Resolved(Rule.NOT_FOUND) if written else _named_alike(parts, surroundings)


def _named_alike(parts: tuple[str, ...], surroundings: Surroundings) -> Resolved:
    """The dataset that would be called so, if the job's own datasets show how datasets are called."""
    alike: set[str] = set()
    for key in (*surroundings.outputs, *surroundings.inputs):
        own = surroundings.names[key][0]
        theirs = name_parts(own.name)
        same_root = len(parts) < 3 or parts[0].casefold() == theirs[0].casefold()
        if len(theirs) == len(parts) > 1 and ".".join(theirs) == own.name and same_root:
            alike.add(DatasetId(own.namespace, ".".join(parts)).key)
    keys = tuple(sorted(key for key in alike if not is_hashed(key)))
    if len(keys) == 1:
        return Resolved(Rule.NAMED_ALIKE, keys[0])
    return Resolved(Rule.AMBIGUOUS, candidates=keys) if keys else Resolved(Rule.NOT_FOUND)


def remembered(found: Resolved, is_forgotten: Callable[[str], bool]) -> Resolved:
    """What a name means, but for what is forgotten. ``is_forgotten`` is asked for keys of datasets.

    A name that meant it means nothing else in its stead: the text did not mean that.
    """
    if found.dataset is not None:
        return Resolved(Rule.FORGOTTEN) if is_forgotten(found.dataset) else found
    candidates = tuple(key for key in found.candidates if not is_forgotten(key))
    if candidates == found.candidates:
        return found
    return Resolved(Rule.AMBIGUOUS, candidates=candidates) if candidates else Resolved(Rule.FORGOTTEN)


def own_output(outputs: tuple[str, ...]) -> Resolved:
    """What a query without a target writes: the only output of the job."""
    if len(outputs) == 1:
        return Resolved(Rule.ONLY_OUTPUT, outputs[0])
    return Resolved(Rule.AMBIGUOUS, candidates=outputs) if outputs else Resolved(Rule.NOT_FOUND)


def _nearest(
    parts: tuple[str, ...], datasets: Iterable[str], names: Mapping[str, tuple[DatasetId, ...]]
) -> tuple[str, ...]:
    fits = {
        key: max(fit for name in names[key] if (fit := _fit(parts, name_parts(name.name))) is not None)
        for key in datasets
        if any(_fit(parts, name_parts(name.name)) is not None for name in names[key])
    }
    best = max(fits.values(), default=None)
    return tuple(sorted(key for key, fit in fits.items() if fit == best))


def _fit(parts: tuple[str, ...], name: tuple[str, ...]) -> tuple[int, bool] | None:
    """How many parts both have, and whether in the very case; None when they do not fit."""
    common = min(len(parts), len(name))
    ours, theirs = parts[-common:], name[-common:]
    if [part.casefold() for part in ours] != [part.casefold() for part in theirs]:
        return None
    return common, ours == theirs
