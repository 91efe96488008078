"""The rule ``propagate``: a field, or a field of a dataset, is classified lower than what it comes from.

``what`` classification: a class comes to it whose level is above that of all classes that are said of it, or that has
no level to compare and is not said of it. ``what`` personalData: a category of personal data comes to it that is not
said of it. A class that a person overruled comes to it no more. ``what`` retention: the contracts of its dataset state
that it is kept longer than is stated for something that it comes from, or state nothing where something is.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Protocol

from catalog.coverage import Reason, no_fields, spoken
from catalog.governance.barriers import Barriers
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, NotEvaluated, Outcome, Outcomes, edge_step, unknown
from catalog.governance.holders import dataset_standings
from catalog.governance.policy import LineageCheck
from catalog.governance.propagation import Derived, Standing, standings
from catalog.governance.reasons import why_derived
from catalog.governance.retention import Kept, Retention, retentions, stated_retentions
from catalog.governance.sayings import Sayings
from catalog.governance.verdict import Step
from catalog.graph import Node
from catalog.identity import kind_of
from catalog.store.port import batched
from ontology.vocabulary import Label

_PAGE = 500
"""Things whose classes are looked for at once."""
MANY = 500
"""Of more things than that it is first told of which data that is classified, kept or unseen is upstream at all."""
_SHOWN = 3
"""Fields of a dataset whose routes are explained."""


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What lineage says of each field or dataset. Raises NotEvaluated."""
    if ground.gap is not None:
        raise NotEvaluated(ground.gap)
    what = str(check.told.get("what", "classification"))
    barriers = Barriers(masking=check.told.get("masked") is not True)
    rule: _Rule = _Kept(ground, barriers) if what == "retention" else _Classes(ground, what, barriers)
    found: dict[str, Outcome] = {}
    if len(targets) > MANY:
        found = dict.fromkeys(_bare(ground, rule, targets), HOLDS)
    for keys in batched([key for key in targets if key not in found], _PAGE):
        fields = [key for key in keys if targets[key].label == Label.FIELD]
        found |= rule.fields(fields)
        found |= rule.datasets([key for key in keys if targets[key].label != Label.FIELD])
    return found


def _bare(ground: Ground, rule: "_Rule", targets: Mapping[str, Node]) -> list[str]:
    """Those of many targets to which surely nothing comes: nothing is said, and nothing unknown, of any dataset that
    they have something from, nor of their own."""
    classes = ground.mesh.binder.classes
    classes.close_fields(key for key, node in targets.items() if node.label == Label.FIELD)
    classes.close_datasets(key for key, node in targets.items() if node.label != Label.FIELD)
    homes = {
        key: classes.home(key) if node.label == Label.FIELD else classes.name(key)
        for key, node in targets.items()
    }
    upstream = ground.upstream
    upstream.read({home for home in homes.values() if home is not None})
    reached = upstream.reached({*rule.origins(upstream.homes), *upstream.unseen})
    return [key for key, home in homes.items() if home is not None and home not in reached]


class _Rule(Protocol):
    def origins(self, homes: Collection[str]) -> set[str]:
        """Those of the datasets (names of classes) of which, or of fields of which, something may be said."""

    def fields(self, keys: list[str]) -> dict[str, Outcome]:
        """What is said of fields."""

    def datasets(self, keys: list[str]) -> dict[str, Outcome]:
        """What is said of datasets, by all of their fields."""


class _Kept:
    """Data is kept no longer than what it comes from."""

    def __init__(self, ground: Ground, barriers: Barriers) -> None:
        self._ground = ground
        self._barriers = barriers

    def fields(self, keys: list[str]) -> dict[str, Outcome]:
        found = self._retentions(keys)
        return {key: _of_kept(key, [found[key]]) for key in keys}

    def datasets(self, keys: list[str]) -> dict[str, Outcome]:
        view = self._ground.view
        view.classes.close_datasets(keys)
        known = view.fields({view.classes.name(key) for key in keys})
        found = self._retentions([field for fields in known.values() for field in fields])
        outcomes = {}
        for key in keys:
            fields = known[view.classes.name(key)]
            bare = unknown(no_fields(key).message)
            outcomes[key] = _of_kept(key, [found[field] for field in fields]) if fields else bare
        return outcomes

    def origins(self, homes: Collection[str]) -> set[str]:
        return set(stated_retentions(self._ground.view, self._ground.mesh, homes))

    def _retentions(self, fields: list[str]) -> dict[str, Kept]:
        if not fields:
            return {}
        return retentions(self._ground.view, self._ground.mesh, fields, self._barriers)


def _of_kept(key: str, fields: list[Kept]) -> Outcome:
    for one in fields:
        own = next((stated for stated in one.stated if stated.seconds is not None), None)
        if one.upstream is not None and (own is None or _seconds(own) > _seconds(one.upstream)):
            said = "No retention is stated for it" if own is None else f"It is kept {own.text}"
            source = spoken(one.way[0].giver)
            message = f"{said}, and {source}, which {spoken(one.field)} comes from, {one.upstream.text}."
            steps = [*([] if own is None else [edge_step(own.edge)]), edge_step(one.upstream.edge)]
            return Outcome(False, message, (*steps, *(edge_step(hop.edge) for hop in one.way)))
    for one in fields:
        if one.unclear:
            text = one.unclear[0].text
            return unknown(
                f"A retention is stated that is not understood: {text} ({spoken(one.unclear[0].slo)})."
            )
        if one.unknown:
            return unknown(f"Not all that comes to {spoken(key)} is known: {one.unknown[0].message}")
    return HOLDS


def _seconds(one: Retention) -> Decimal:
    return one.seconds or Decimal(0)


class _Classes:
    """Data is classified as high as what it comes from."""

    def __init__(self, ground: Ground, what: str, barriers: Barriers) -> None:
        self._ground = ground
        self._categories = what == "personalData"
        self._barriers = barriers
        self._sayings = Sayings(ground.view, ground.mesh)
        self._classes: dict[str, Node | None] = {}

    def fields(self, keys: list[str]) -> dict[str, Outcome]:
        found = standings(self._ground.view, self._sayings, keys, self._barriers) if keys else {}
        self._learn(found.values())
        return {key: self._outcome(key, (one,), one.unknown) for key, one in found.items()}

    def datasets(self, keys: list[str]) -> dict[str, Outcome]:
        found = dataset_standings(self._ground.view, self._sayings, keys, self._barriers) if keys else {}
        self._learn(field for one in found.values() for field in one.fields)
        return {key: self._outcome(key, one.fields, one.unknown) for key, one in found.items()}

    def origins(self, homes: Collection[str]) -> set[str]:
        return self._sayings.homes_of_any() & set(homes)

    def _outcome(self, key: str, fields: Iterable[Standing], reasons: tuple[Reason, ...]) -> Outcome:
        higher = [one for field in fields for one in field.derived if self._is_higher(field, one)]
        if higher:
            return _lower(higher)
        return (
            unknown(f"Not all that comes to {spoken(key)} is known: {reasons[0].message}")
            if reasons
            else HOLDS
        )

    def _is_higher(self, field: Standing, derived: Derived) -> bool:
        """Whether a class that comes to a field is not said of it, nor one as high."""
        if self._categories:
            return kind_of(derived.value) == "personal-data"
        level = self._level(derived.value)
        own = [found for one in field.said if (found := self._level(one.value)) is not None]
        return level is None or level > max(own, default=level - 1)

    def _level(self, value: str) -> int | None:
        node = self._classes.get(value)
        level = None if node is None else node.properties.get("level")
        return level if isinstance(level, int) else None

    def _learn(self, fields: Iterable[Standing]) -> None:
        fresh = {value for one in fields for value in one.values} - self._classes.keys()
        known = self._ground.mesh.declared.known(fresh)
        self._classes.update({value: known.get(value) for value in fresh})


def _lower(higher: list[Derived]) -> Outcome:
    named = dict.fromkeys(f"{spoken(one.value)} comes to {spoken(one.field)}" for one in higher)
    listed = ", ".join([*named][:_SHOWN])
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    steps: list[Step] = []
    for one in higher[:_SHOWN]:
        steps.append(edge_step(one.saying.edge))
        steps += [edge_step(hop.edge) for hop in one.route]
        steps.append(Step(f"{spoken(one.field)}: {why_derived(one)}", one.field))
    return Outcome(False, f"It is classified lower than what it comes from: {listed}{more}.", tuple(steps))
