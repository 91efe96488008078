"""Checks read from plain values: their form, and every name in them against the ontology. All faults are gathered."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from catalog.governance.names import UnknownName, labels_of, near, property_of, reached
from catalog.governance.parameters import read_parameters
from catalog.governance.policy import (
    DEFAULT_BUDGET_S,
    MAX_BUDGET_S,
    Check,
    CheckKind,
    Hop,
    LineageCheck,
    QueryCheck,
    Requirement,
    Rule,
    ShapeCheck,
    ValueType,
    When,
)
from catalog.governance.rules import RULES
from catalog.graph import Scalar
from ontology.model import Datatype, GraphModel, PropertyType

Path: TypeAlias = tuple[str | int, ...]
Labels: TypeAlias = tuple[str, ...]

MAX_DEPTH = 4
"""Requirements within requirements."""
MAX_HOPS = 6
MAX_REQUIREMENTS = 100
"""Of one list."""
MAX_PATTERN = 500
MAX_SELECT = 20_000
"""Characters."""
_OF_PROPERTIES = ("pattern", "oneOf", "type")
_OF_PATHS = ("label", "then", "such")
_MEMBERS = ("property", "path", "min", "max", *_OF_PROPERTIES, *_OF_PATHS)
_THIS = re.compile(r"[?$]this\b")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a check, at a path within it."""

    path: Path
    message: str


def read_check(value: Any, model: GraphModel) -> tuple[Check | None, tuple[Fault, ...]]:
    """The check of plain values, and what is wrong with it: the check is None exactly if something is."""
    reader = _Reader(model)
    found = reader.check(value)
    return (None if reader.faults else found), tuple(reader.faults)


@dataclass(slots=True)
class _Reader:
    model: GraphModel
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, message: str) -> None:
        self.faults.append(Fault(path, message))

    def check(self, value: Any) -> Check | None:
        kinds = [str(kind) for kind in CheckKind]
        if not isinstance(value, Mapping) or len(value) != 1 or next(iter(value)) not in kinds:
            self.fault((), f"A check is exactly one of {', '.join(kinds)}.")
            return None
        [(kind, said)] = value.items()
        if not isinstance(said, Mapping):
            self.fault((kind,), f"A {kind} is an object.")
            return None
        match CheckKind(kind):
            case CheckKind.SHAPE:
                return self._shape(said)
            case CheckKind.QUERY:
                return self._query(said)
            case CheckKind.LINEAGE:
                return self._lineage(said)

    # What all checks have

    def _members(self, said: Mapping[str, Any], path: Path, known: Iterable[str]) -> None:
        names = list(known)
        for name in said:
            if name not in names:
                self.fault((*path, name), f"{name!r} is not known here.{near(str(name), names)}")

    def _of(self, said: Mapping[str, Any], path: Path) -> tuple[str, Labels]:
        """The label that the check is of, and the labels of nodes that are meant."""
        label = said.get("of")
        if not isinstance(label, str):
            self.fault(path, "'of' is missing: the label of the things that are checked.")
            return "", ()
        try:
            return label, labels_of(self.model, label)
        except UnknownName as error:
            self.fault((*path, "of"), str(error))
            return label, ()

    def _text(self, said: Mapping[str, Any], path: Path, name: str, longest: int) -> str | None:
        text = said.get(name)
        if not isinstance(text, str) or not text.strip():
            self.fault((*path, name), f"{name!r} has to be text.")
        elif len(text) > longest:
            self.fault((*path, name), f"{name!r} has more than {longest} characters.")
        else:
            return text
        return None

    # Shapes

    def _shape(self, said: Mapping[str, Any]) -> ShapeCheck | None:
        path: Path = ("shape",)
        self._members(said, path, ("of", "when", "require", "message"))
        of, labels = self._of(said, path)
        message = self._text(said, path, "message", MAX_SELECT) if "message" in said else ""
        if not labels:
            return None
        when = self._when(said.get("when", {}), (*path, "when"), labels)
        require = self._requirements(said.get("require"), (*path, "require"), labels, 1)
        return ShapeCheck(of, require, when, message or "")

    def _when(self, said: Any, path: Path, labels: Labels) -> tuple[When, ...]:
        if not isinstance(said, Mapping):
            self.fault(path, "'when' is an object: properties with the values that one of them is to have.")
            return ()
        found: list[When] = []
        for name in sorted(said, key=str):
            property_ = self._property(name, (*path, name), labels)
            values = said[name] if isinstance(said[name], list) else [said[name]]
            if property_ is not None:
                kept = self._values(values, (*path, name), property_)
                found.append(When(property_.name, kept))
        return tuple(found)

    def _property(self, name: Any, path: Path, labels: Labels) -> PropertyType | None:
        if not isinstance(name, str):
            self.fault(path, "The name of a property is text.")
            return None
        try:
            found = property_of(self.model, labels, name)
        except UnknownName as error:
            self.fault(path, str(error))
            return None
        if found.datatype is Datatype.KEY:
            self.fault(path, f"{name} is the key of another thing: ask for that by a path.")
            return None
        return found

    def _values(self, values: Any, path: Path, property_: PropertyType) -> tuple[Scalar, ...]:
        """Values that a property can have: one that it never has is a typing error, by which nothing is found."""
        if not isinstance(values, list) or not values:
            self.fault(path, "It is a list of values, at least one.")
            return ()
        kinds: dict[Datatype, type] = {Datatype.INTEGER: int, Datatype.BOOLEAN: bool}
        wanted = kinds.get(property_.datatype, str)
        found: list[Scalar] = []
        for value in values:
            if not isinstance(value, str | int) or type(value) is not wanted:
                form = {int: "whole numbers", bool: "true or false", str: "text"}[wanted]
                self.fault(path, f"{value!r:.60}: values of {property_.name} are {form}.")
            elif property_.closed_list and value not in property_.closed_list:
                allowed = ", ".join(property_.closed_list)
                hint = near(str(value), property_.closed_list)
                self.fault(path, f"{property_.name} is never {value!r:.60}; it is one of {allowed}.{hint}")
            elif value not in found:
                found.append(value)
        return tuple(found)

    def _requirements(self, said: Any, path: Path, labels: Labels, depth: int) -> tuple[Requirement, ...]:
        if not isinstance(said, list) or not said:
            self.fault(path, "At least one requirement is needed, in a list.")
            return ()
        if depth > MAX_DEPTH or len(said) > MAX_REQUIREMENTS:
            self.fault(path, f"At most {MAX_REQUIREMENTS} requirements, {MAX_DEPTH} deep, can be asked for.")
            return ()
        found = [self._requirement(one, (*path, place), labels, depth) for place, one in enumerate(said)]
        return tuple(one for one in found if one is not None)

    def _requirement(self, said: Any, path: Path, labels: Labels, depth: int) -> Requirement | None:
        if not isinstance(said, Mapping) or ("property" in said) == ("path" in said):
            self.fault(path, "A requirement is of a property or of a path: exactly one of the two.")
            return None
        self._members(said, path, _MEMBERS)
        minimum, maximum = self._counts(said, path)
        if not any(name in said for name in _MEMBERS[2:]):
            self.fault(path, "It asks for nothing. To ask that it is there, say 'min: 1'.")
        if "property" in said:
            return self._of_property(said, path, labels, minimum, maximum)
        return self._of_path(said, path, labels, minimum, maximum, depth)

    def _counts(self, said: Mapping[str, Any], path: Path) -> tuple[int | None, int | None]:
        found: list[int | None] = []
        for name in ("min", "max"):
            number = said.get(name)
            if name in said and (type(number) is not int or not 0 <= number < 2**31):
                self.fault((*path, name), f"{name!r} has to be a whole number, from 0 on.")
                number = None
            found.append(number)
        minimum, maximum = found
        if minimum is not None and maximum is not None and minimum > maximum:
            self.fault((*path, "max"), f"At least {minimum} and at most {maximum}: nothing can be so.")
        return minimum, maximum

    def _of_property(
        self, said: Mapping[str, Any], path: Path, labels: Labels, minimum: int | None, maximum: int | None
    ) -> Requirement | None:
        for name in _OF_PATHS:
            if name in said:
                self.fault(
                    (*path, name), f"{name!r} is asked of the nodes at the end of a path, not of values."
                )
        property_ = self._property(said["property"], (*path, "property"), labels)
        if property_ is None:
            return None
        if minimum is not None and minimum > 1 and not property_.many:
            self.fault((*path, "min"), f"{property_.name} never has more than one value.")
        one_of = self._values(said["oneOf"], (*path, "oneOf"), property_) if "oneOf" in said else ()
        pattern = self._pattern(said, path) if "pattern" in said else None
        kind = self._type(said["type"], (*path, "type")) if "type" in said else None
        return Requirement(property_.name, (), minimum, maximum, pattern, one_of, kind)

    def _pattern(self, said: Mapping[str, Any], path: Path) -> str | None:
        text = self._text(said, path, "pattern", MAX_PATTERN)
        try:
            re.compile(text or "")
        except re.error as error:
            self.fault((*path, "pattern"), f"It is no regular expression: {error}.")
        return text

    def _type(self, said: Any, path: Path) -> ValueType | None:
        if said in [str(one) for one in ValueType]:
            return ValueType(said)
        self.fault(path, f"{said!r:.60} is none of {', '.join(ValueType)}.{near(str(said), ValueType)}")
        return None

    def _of_path(
        self,
        said: Mapping[str, Any],
        path: Path,
        labels: Labels,
        minimum: int | None,
        maximum: int | None,
        depth: int,
    ) -> Requirement | None:
        for name in _OF_PROPERTIES:
            if name in said:
                self.fault(
                    (*path, name), f"{name!r} is asked of values, not of the nodes at the end of a path."
                )
        if "such" in said and minimum is None and maximum is None:
            self.fault((*path, "such"), "'such' says which nodes are counted: say 'min' or 'max' too.")
        hops, ends = self._hops(said["path"], (*path, "path"), labels)
        label = said.get("label")
        if label is not None:
            ends = self._narrowed(label, (*path, "label"), ends)
        if not ends:
            return None
        parts = {
            name: self._requirements(said[name], (*path, name), ends, depth + 1) if name in said else ()
            for name in ("then", "such")
        }
        return Requirement(None, hops, minimum, maximum, label=label, then=parts["then"], such=parts["such"])

    def _hops(self, said: Any, path: Path, labels: Labels) -> tuple[tuple[Hop, ...], Labels]:
        """The relationships of a path, and the labels that it leads to; none where it cannot be."""
        steps = [said] if isinstance(said, str) else said
        if not isinstance(steps, Sequence) or not all(isinstance(one, str) for one in steps) or not steps:
            self.fault(path, "A path is one relationship, or a list of them.")
            return (), ()
        if len(steps) > MAX_HOPS:
            self.fault(path, f"A path has at most {MAX_HOPS} relationships.")
            return (), ()
        hops = tuple(Hop(one.removeprefix("^"), one.startswith("^")) for one in steps)
        for hop in hops:
            try:
                labels = reached(self.model, labels, hop)
            except UnknownName as error:
                self.fault(path, str(error))
                return (), ()
        return hops, labels

    def _narrowed(self, label: Any, path: Path, ends: Labels) -> Labels:
        """The labels at the end of a path that are of one, too."""
        try:
            meant = labels_of(self.model, label) if isinstance(label, str) else ()
        except UnknownName as error:
            self.fault(path, str(error))
            return ()
        both = tuple(one for one in ends if one in meant)
        if ends and not both:
            self.fault(path, f"The path never leads to {label!r:.60}; it leads to {', '.join(ends[:5])}.")
        return both

    # Queries

    def _query(self, said: Mapping[str, Any]) -> QueryCheck | None:
        path: Path = ("query",)
        self._members(said, path, ("of", "select", "budget"))
        of, _ = self._of(said, path)
        select = self._text(said, path, "select", MAX_SELECT)
        budget = said.get("budget", DEFAULT_BUDGET_S)
        if type(budget) is not int or not 1 <= budget <= MAX_BUDGET_S:
            self.fault((*path, "budget"), f"'budget' is a whole number of seconds, from 1 to {MAX_BUDGET_S}.")
        if select is None:
            return None
        if _THIS.search(select) is None:
            self.fault((*path, "select"), "The query has no ?this, which is to be what fails.")
        return QueryCheck(of, select, budget)

    # Rules over lineage

    def _lineage(self, said: Mapping[str, Any]) -> LineageCheck | None:
        path: Path = ("lineage",)
        of, _ = self._of(said, path)
        word = said.get("rule")
        if word not in [str(rule) for rule in Rule]:
            self.fault((*path, "rule"), f"{word!r:.60} is no rule.{near(str(word), Rule)}")
            return None
        kind = RULES[Rule(word)]
        if of and of not in kind.labels:
            self.fault(
                (*path, "of"), f"The rule {word} is for {', '.join(kind.labels)}.{near(of, kind.labels)}"
            )
        told = {name: value for name, value in said.items() if name not in ("of", "rule")}
        parameters, faults = read_parameters(kind, told, of)
        for name, message in faults:
            self.fault((*path, *([name] if name else [])), message)
        return LineageCheck(Rule(word), of, parameters)
