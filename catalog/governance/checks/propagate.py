"""The rule ``propagate``: a field, or a field of a dataset, is classified lower than what it comes from.

``what`` classification: a class comes to it whose level is above that of all classes that are said of it, or that has
no level to compare and is not said of it. ``what`` personalData: a category of personal data comes to it that is not
said of it. A class that a person overruled comes to it no more. ``what`` retention: the contracts of its dataset state
that it is kept longer than is stated for something that it comes from, or state nothing where something is.
"""

import sys
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Protocol, TypeAlias

from catalog.coverage import Reason, no_fields, spoken
from catalog.governance.barriers import Barriers, Passing
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, NotEvaluated, Outcome, Outcomes, edge_step, unknown
from catalog.governance.policy import LineageCheck
from catalog.governance.propagation import Derived, Standing, first_said
from catalog.governance.reasons import why_derived
from catalog.governance.retention import Kept, Retention, length, stated_retentions
from catalog.governance.sayings import Saying, Sayings
from catalog.governance.spread import Hop, Walk, arrivals, least, route, way_of
from catalog.governance.unseen import unseen_into
from catalog.governance.verdict import Step
from catalog.graph import Direction, Node
from catalog.identity import kind_of
from catalog.lineage_view import View
from catalog.store.port import batched
from ontology.vocabulary import Label

_PAGE = 2_000
"""Things, or datasets, that are looked at at once."""
_SHOWN = 3
"""Fields of a dataset whose routes are explained."""
Unseen: TypeAlias = Mapping[str, Reason]
"""By dataset (name of its class) why it is not known what comes into it."""


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What lineage says of each field or dataset. Raises NotEvaluated.

    It goes one road for one thing and for all, so that no verdict depends on what else is asked: which dataset has
    something from which is read without a bound; what is said or not known there is followed forwards, once.
    """
    if ground.gap is not None:
        raise NotEvaluated(ground.gap)
    what = str(check.told.get("what", "classification"))
    barriers = Barriers(masking=check.told.get("masked") is not True)
    rule: _Rule = _Kept(ground, barriers) if what == "retention" else _Classes(ground, what, barriers)
    homes = _homes(ground, targets)
    upstream = ground.upstream
    upstream.read(set(homes.values()))
    origins = rule.origins(upstream.homes)
    reached = upstream.reached({*origins, *upstream.unseen})
    found: dict[str, Outcome] = {key: HOLDS for key, home in homes.items() if home not in reached}
    rest = [key for key in targets if key not in found]
    if rest:
        unseen = upstream.unseen & upstream.homes
        # What is upstream was read by a view of its own: this one knows no other names of it.
        ground.view.classes.close_datasets({*origins, *unseen})
        rule.follow(origins, _unseen(ground.view, unseen))
    for keys in batched(rest, _PAGE):
        fields = [key for key in keys if targets[key].label == Label.FIELD]
        found |= rule.fields(fields)
        found |= _of_datasets(ground, rule, [key for key in keys if targets[key].label != Label.FIELD])
    return found


def _homes(ground: Ground, targets: Mapping[str, Node]) -> dict[str, str]:
    """The dataset (name of its class) of each target, itself if it is one; of those of which it is known."""
    classes = ground.mesh.binder.classes
    classes.close_fields(key for key, node in targets.items() if node.label == Label.FIELD)
    classes.close_datasets(key for key, node in targets.items() if node.label != Label.FIELD)
    homes = {
        key: classes.home(key) if node.label == Label.FIELD else classes.name(key)
        for key, node in targets.items()
    }
    return {key: home for key, home in homes.items() if home is not None}


def _unseen(view: View, datasets: Collection[str]) -> Unseen:
    found: dict[str, Reason] = {}
    for part in batched(sorted(datasets), _PAGE):
        found.update({home: min(reasons) for home, reasons in unseen_into(view, part, ()).items() if reasons})
    return found


def _fields(view: View, datasets: Collection[str]) -> dict[str, str]:
    """The known fields of datasets, by field the dataset."""
    return {
        field: home
        for part in batched(sorted(datasets), _PAGE)
        for home, fields in view.fields(part).items()
        for field in fields
    }


def _of_datasets(ground: Ground, rule: "_Rule", keys: list[str]) -> dict[str, Outcome]:
    """What is said of datasets, by all of their fields."""
    view = ground.view
    view.classes.close_datasets(keys)
    known = view.fields({view.classes.name(key) for key in keys})
    bare = _unseen(view, [name for name, fields in known.items() if not fields])
    outcomes = rule.together({key: known[view.classes.name(key)] for key in keys})
    for key in keys:
        name = view.classes.name(key)
        if not known[name]:
            reasons = [no_fields(name), *([bare[name]] if name in bare else [])]
            outcomes[key] = _not_known(key, min(reasons))
    return outcomes


def _not_known(key: str, reason: Reason) -> Outcome:
    return unknown(f"Not all that comes to {spoken(key)} is known: {reason.message}")


class _Rule(Protocol):
    def origins(self, homes: Collection[str]) -> set[str]:
        """Those of the datasets (names of classes) of which, or of fields of which, something may be said."""

    def follow(self, origins: Collection[str], unseen: Unseen) -> None:
        """Follow what is said of the origins, and what is not known, within the datasets that are upstream."""

    def fields(self, keys: list[str]) -> dict[str, Outcome]:
        """What is said of fields."""

    def together(self, fields: Mapping[str, Collection[str]]) -> dict[str, Outcome]:
        """What is said of things by the fields (names of classes) of each."""


class _Kept:
    """Data is kept no longer than what it comes from."""

    def __init__(self, ground: Ground, barriers: Barriers) -> None:
        self._ground = ground
        self._barriers = barriers
        self._stated: Mapping[str, tuple[Retention, ...]] = {}
        self._sure: Mapping[str, tuple[Retention, Hop | None]] = {}
        self._unclear: Mapping[str, tuple[Retention, Hop | None]] = {}
        self._open: Mapping[str, tuple[Reason, Hop | None]] = {}

    def origins(self, homes: Collection[str]) -> set[str]:
        return set(stated_retentions(self._ground.view, self._ground.mesh, homes))

    def follow(self, origins: Collection[str], unseen: Unseen) -> None:
        view = self._ground.view
        self._stated = stated_retentions(view, self._ground.mesh, origins)
        homes = _fields(view, {*origins, *unseen})
        told = {field: self._stated.get(home, ()) for field, home in homes.items()}
        open_ = {field: unseen[home] for field, home in homes.items() if home in unseen}
        sure = {field: its[0] for field, its in told.items() if its and its[0].seconds is not None}
        unclear = {
            field: next(one for one in its if one.seconds is None)
            for field, its in told.items()
            if any(one.seconds is None for one in its)
        }
        within = self._ground.upstream.homes
        walk = Walk(view, Direction.OUT, self._barriers, lambda _fields: {}, sys.maxsize, within)
        hops = walk.onwards({*sure, *unclear, *open_}).hops
        self._sure, self._unclear = least(hops, sure, length), least(hops, unclear, length)
        self._open = least(hops, open_, _as_it_is)

    def fields(self, keys: list[str]) -> dict[str, Outcome]:
        classes = self._ground.view.classes
        return self.together({key: (classes.name(key),) for key in keys})

    def together(self, fields: Mapping[str, Collection[str]]) -> dict[str, Outcome]:
        return {key: _of_kept(key, [self._kept(field) for field in its]) for key, its in fields.items()}

    def _kept(self, field: str) -> Kept:
        stated = self._stated.get(self._ground.view.classes.home(field) or "", ())
        least_ = self._sure.get(field)
        is_other = least_ is not None and least_[0] not in stated
        return Kept(
            field,
            stated,
            least_[0] if least_ is not None and is_other else None,
            way_of(self._sure, field) if is_other else (),
            (self._unclear[field][0],) if field in self._unclear else (),
            (self._open[field][0],) if field in self._open else (),
        )


def _as_it_is(reason: Reason) -> Reason:
    return reason


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
            return _not_known(key, one.unknown[0])
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
        self._said: Mapping[str, list[Saying]] = {}
        self._found: Mapping[str, Mapping[str, Hop | None]] = {}
        self._open: Mapping[str, tuple[Reason, Hop | None]] = {}

    def origins(self, homes: Collection[str]) -> set[str]:
        return self._sayings.homes_of_any() & set(homes)

    def follow(self, origins: Collection[str], unseen: Unseen) -> None:
        view = self._ground.view
        homes = _fields(view, {*origins, *unseen})
        overruled = self._sayings.overruled(homes)
        told = self._sayings.of_fields([one for one, home in homes.items() if home in origins], overruled)
        self._said = {field: its for field, its in told.items() if its}
        open_ = {
            field: unseen[home] for field, home in homes.items() if home in unseen and field not in overruled
        }
        within = self._ground.upstream.homes
        walk = Walk(view, Direction.OUT, self._barriers, self._sayings.overruled, sys.maxsize, within)
        hops = walk.onwards({*self._said, *open_}).hops
        self._found = arrivals(hops, {field: [one.value for one in its] for field, its in self._said.items()})
        self._open = least(hops, open_, _as_it_is)

    def fields(self, keys: list[str]) -> dict[str, Outcome]:
        classes = self._ground.view.classes
        return self.together({key: (classes.name(key),) for key in keys})

    def together(self, fields: Mapping[str, Collection[str]]) -> dict[str, Outcome]:
        found = {key: tuple(map(self._standing, its)) for key, its in fields.items()}
        self._learn(field for its in found.values() for field in its)
        return {
            key: self._outcome(key, its, tuple(sorted({reason for one in its for reason in one.unknown})))
            for key, its in found.items()
        }

    def _standing(self, field: str) -> Standing:
        said = self._said.get(field, ())
        own = {one.value for one in said}
        derived = []
        for value in sorted(self._found.get(field, {}).keys() - own):
            hops = route(self._found, field, value)
            derived.append(
                Derived(field, value, Passing.CARRIED, first_said(self._said, hops[0].giver, value), hops)
            )
        open_ = (self._open[field][0],) if field in self._open else ()
        return Standing(field, tuple(said), tuple(derived), unknown=open_)

    def _outcome(self, key: str, fields: Iterable[Standing], reasons: tuple[Reason, ...]) -> Outcome:
        higher = [one for field in fields for one in field.derived if self._is_higher(field, one)]
        if higher:
            return _lower(higher)
        return _not_known(key, reasons[0]) if reasons else HOLDS

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
