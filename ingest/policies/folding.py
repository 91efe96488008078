"""Checks in the words of SHACL, folded into what the graph keeps: for each policy its check as canonical JSON.

What leads from a policy to its check (``ingest.policies.words``), and all that is said of the check, is taken out of
the statements of a document and ``mesh:check`` put in its place. A construct of SHACL that no check has is refused by
name: to leave it out would ask for less than the document does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from catalog.canonical import encode
from catalog.governance.check_json import check_text
from catalog.governance.check_reading import read_check
from catalog.governance.policy import CheckKind
from catalog.governance.rules import RULES, Form
from ingest.policies.words import BUDGET, CHECK, LINEAGE, QUERY, RULE, SHAPE, sh
from ingest.rdf.findings import Component, Findings
from ontology.literals import BOOLEAN, INTEGER, STRING
from ontology.model import GraphModel
from ontology.rdf import NS, RDF, TYPE, XSD, Iri
from ontology.rdf_reading import Blank, Object, Statement, Subject, Text
from ontology.shapes import SHACL

_KINDS: Mapping[str, CheckKind] = {SHAPE: CheckKind.SHAPE, QUERY: CheckKind.QUERY, LINEAGE: CheckKind.LINEAGE}
_IGNORED = frozenset((TYPE, sh("order"), sh("name"), sh("description"), sh("severity")))
_COUNTS = {"minCount": "min", "maxCount": "max", "qualifiedMinCount": "min", "qualifiedMaxCount": "max"}
_SHAPES = frozenset((sh("NodeShape"), sh("PropertyShape")))
MAX_DEPTH = 20
"""Nodes within nodes of a check."""


class _Refused(ValueError):
    """Something that no check has; the message says what."""


def folded(statements: Iterable[Statement], model: GraphModel, findings: Findings) -> list[Statement]:
    """The statements, with each check as canonical JSON; what cannot be is a violation by the policy."""
    found = list(statements)
    leading = [one for one in found if one.predicate in _KINDS and not isinstance(one.object, Text)]
    if not leading:
        return found
    reader = _Checks(found, model)
    added: list[Statement] = []
    for one in leading:
        try:
            text = reader.text(one)
        except _Refused as error:
            message = f"Its check cannot be followed: {error}"
            findings.violate(one.subject, Component.CLOSED, one.predicate, None, message)
            continue
        added.append(_said(one, "check", text))
        added.append(_said(one, "checkKind", _KINDS[one.predicate]))
    gone = reader.reached
    return [one for one in found if one.predicate not in _KINDS and one.subject not in gone] + added


def _said(leading: Statement, name: str, text: str) -> Statement:
    return Statement(leading.subject, Iri(f"{NS}{name}"), Text(str(text), STRING), leading.graph)


class _Checks:
    """Reads the checks of one document. ``reached``: the nodes that they are made of."""

    def __init__(self, statements: Iterable[Statement], model: GraphModel) -> None:
        self._model = model
        self._of: dict[Subject, list[tuple[str, Object]]] = {}
        self.reached: set[Subject] = set()
        for one in statements:
            self._of.setdefault(one.subject, []).append((one.predicate, one.object))

    def text(self, leading: Statement) -> str:
        """The canonical text of the check. Raises _Refused."""
        assert not isinstance(leading.object, Text)
        self._reach(leading.object, 0)
        kind = _KINDS[leading.predicate]
        said = {CheckKind.SHAPE: self._shape, CheckKind.QUERY: self._query, CheckKind.LINEAGE: self._lineage}
        check, faults = read_check({str(kind): said[kind](leading.object)}, self._model)
        if check is None:
            path = ".".join(map(str, faults[0].path))
            raise _Refused(f"{path}: {faults[0].message}" if path else faults[0].message)
        return check_text(check)

    def _reach(self, node: Object, depth: int) -> None:
        """Note the nodes of a check: its first one, and what is blank or a shape below it."""
        if depth > MAX_DEPTH * 10:
            raise _Refused("it is nested too deeply.")
        if isinstance(node, Text) or node in self.reached or (depth and not self._is_part(node)):
            return
        self.reached.add(node)
        for _, value in self._of.get(node, ()):
            self._reach(value, depth + 1)

    def _is_part(self, node: Subject) -> bool:
        kinds = (value for predicate, value in self._of.get(node, ()) if predicate == TYPE)
        return isinstance(node, Blank) or any(kind in _SHAPES for kind in kinds)

    # Checks

    def _shape(self, node: Subject) -> dict[str, Any]:
        self._only(node, "targetClass", "property", "or", "message")
        said: dict[str, Any] = {"of": self._target(node)}
        message = self._at_most_one(node, sh("message"))
        if message is not None:
            said["message"] = _text(message, "sh:message")
        either = self._at_most_one(node, sh("or"))
        if either is None:
            return {**said, "require": self._requirements(node, 1)}
        if self._values(node, sh("property")):
            raise _Refused("a shape of a check has sh:property or sh:or, not both.")
        *exempt, required = [self._subject(one, "sh:or") for one in self._list(either)]
        when: dict[str, Any] = {}
        for one in exempt:
            name, values = self._condition(one)
            if when.setdefault(name, values) is not values:
                raise _Refused(f"there are two conditions on {name}.")
        self._only(required, "property")
        return {**said, "when": when, "require": self._requirements(required, 1)}

    def _condition(self, node: Subject) -> tuple[str, list[Any]]:
        """A property and values: that not one of them is there.

        ``[ sh:not [ sh:property [ sh:path p ; sh:qualifiedValueShape [ sh:in (…) ] ; sh:qualifiedMinCount 1 ] ] ]``
        """
        self._only(node, "not")
        wrong = self._subject(self._one(node, sh("not")), "sh:not")
        self._only(wrong, "property")
        shape = self._subject(self._one(wrong, sh("property")), "sh:property")
        self._only(shape, "path", "qualifiedValueShape", "qualifiedMinCount")
        if _number(self._one(shape, sh("qualifiedMinCount")), "sh:qualifiedMinCount") != 1:
            raise _Refused("the sh:qualifiedMinCount of a condition is 1.")
        listed = self._subject(self._one(shape, sh("qualifiedValueShape")), "sh:qualifiedValueShape")
        self._only(listed, "in")
        values = [_scalar(one) for one in self._list(self._one(listed, sh("in")))]
        return self._property(self._one(shape, sh("path"))), values

    def _requirements(self, node: Subject, depth: int) -> list[dict[str, Any]]:
        if depth > MAX_DEPTH:
            raise _Refused("it is nested too deeply.")
        parts = [self._subject(one, "sh:property") for one in self._values(node, sh("property"))]
        read = [(self._order(one), self._requirement(one, depth)) for one in parts]
        return [said for _, said in sorted(read, key=lambda one: (one[0], encode(one[1])))]

    def _order(self, node: Subject) -> int:
        found = self._at_most_one(node, sh("order"))
        return 0 if found is None else _number(found, "sh:order")

    def _requirement(self, node: Subject, depth: int) -> dict[str, Any]:
        parts = ("pattern", "in", "datatype", "class", "node", "qualifiedValueShape")
        self._only(node, "path", *_COUNTS, *parts)
        such = self._at_most_one(node, sh("qualifiedValueShape"))
        said = self._place(self._one(node, sh("path")))
        said.update(self._counts(node, qualified=such is not None))
        if (pattern := self._at_most_one(node, sh("pattern"))) is not None:
            said["pattern"] = _text(pattern, "sh:pattern")
        if (listed := self._at_most_one(node, sh("in"))) is not None:
            said["oneOf"] = [_scalar(one) for one in self._list(listed)]
        if (datatype := self._at_most_one(node, sh("datatype"))) is not None:
            said["type"] = str(datatype).removeprefix(XSD)
        if (class_ := self._at_most_one(node, sh("class"))) is not None:
            said["label"] = self._label(class_)
        for name, part in (("then", self._at_most_one(node, sh("node"))), ("such", such)):
            if part is not None:
                inner = self._subject(part, name)
                self._only(inner, "property")
                said[name] = self._requirements(inner, depth + 1)
        return said

    def _counts(self, node: Subject, *, qualified: bool) -> Iterator[tuple[str, int]]:
        for name, word in _COUNTS.items():
            found = self._at_most_one(node, sh(name))
            if found is None:
                continue
            if name.startswith("qualified") != qualified:
                raise _Refused("sh:qualifiedValueShape has qualified counts, and nothing else has.")
            yield word, _number(found, f"sh:{name}")

    def _query(self, node: Subject) -> dict[str, Any]:
        self._only(node, "targetClass", "select", more=[BUDGET])
        budget = self._at_most_one(node, BUDGET)
        told = {} if budget is None else {"budget": _number(budget, "check:budget")}
        return {"of": self._target(node), "select": _text(self._one(node, sh("select")), "sh:select"), **told}

    def _lineage(self, node: Subject) -> dict[str, Any]:
        names = {name: form for kind in RULES.values() for name, form in _forms(kind.by_name.values())}
        self._only(node, "targetClass", more=[RULE, *(Iri(f"{CHECK}{name}") for name in names)])
        told: dict[str, Any] = {}
        for name, form in names.items():
            values = [_scalar(one) for one in self._values(node, Iri(f"{CHECK}{name}"))]
            if values and form is not Form.IDS and len(values) > 1:
                raise _Refused(f"there are several check:{name}.")
            if values:
                told[name] = values if form is Form.IDS else values[0]
        rule = _text(self._one(node, RULE), "check:rule")
        return {"rule": rule, "of": self._target(node), **told}

    # Terms

    def _target(self, node: Subject) -> str:
        return self._label(self._one(node, sh("targetClass")))

    def _label(self, value: Object) -> str:
        known = None if isinstance(value, Text) else self._model.node_by_iri(value)
        if known is None:
            raise _Refused(f"{_shown(value)} is no class of the ontology.")
        return known.label

    def _property(self, value: Object) -> str:
        known = None if isinstance(value, Text) else self._model.property_by_iri(value)
        if known is None:
            raise _Refused(f"{_shown(value)} is no property of the ontology.")
        return known.name

    def _place(self, path: Object) -> dict[str, Any]:
        if isinstance(path, Iri) and self._model.property_by_iri(path) is not None:
            return {"property": self._property(path)}
        steps = self._list(path) if self._is_list(path) else [path]
        return {"path": [self._hop(step) for step in steps]}

    def _hop(self, step: Object) -> str:
        inverse = None
        if isinstance(step, Blank):
            if [predicate for predicate, _ in self._of.get(step, ())] != [sh("inversePath")]:
                raise _Refused("a path is of predicates, of inverses of such, or a list of these.")
            inverse = self._one(step, sh("inversePath"))
        end = step if inverse is None else inverse
        known = None if isinstance(end, Text) else self._model.relationship_by_iri(end)
        if known is None:
            raise _Refused(f"{_shown(end)} is no relationship of the ontology.")
        return known.type if inverse is None else f"^{known.type}"

    # Statements

    def _only(self, node: Subject, *names: str, more: Sequence[Iri] = ()) -> None:
        """Refuse what a check cannot have at that place."""
        known = {*map(sh, names), *more}
        for predicate, _ in self._of.get(node, ()):
            if predicate not in known and predicate not in _IGNORED:
                raise _Refused(f"{_shown(Iri(predicate))} has no place there.")

    def _values(self, node: Subject, predicate: Iri) -> list[Object]:
        return [value for said, value in self._of.get(node, ()) if said == predicate]

    def _at_most_one(self, node: Subject, predicate: Iri) -> Object | None:
        found = self._values(node, predicate)
        if len(found) > 1:
            raise _Refused(f"there are several {_shown(predicate)}.")
        return found[0] if found else None

    def _one(self, node: Subject, predicate: Iri) -> Object:
        found = self._at_most_one(node, predicate)
        if found is None:
            raise _Refused(f"{_shown(predicate)} is missing.")
        return found

    def _subject(self, value: Object, what: str) -> Subject:
        if isinstance(value, Text):
            raise _Refused(f"{what} leads to a text.")
        return value

    def _is_list(self, value: Object) -> bool:
        return isinstance(value, Blank) and any(said == f"{RDF}first" for said, _ in self._of.get(value, ()))

    def _list(self, head: Object) -> list[Object]:
        found: list[Object] = []
        seen: set[Object] = set()
        while head != f"{RDF}nil":
            if not self._is_list(head) or head in seen or isinstance(head, Text):
                raise _Refused("a list is not well-formed.")
            seen.add(head)
            found.append(self._one(head, Iri(f"{RDF}first")))
            head = self._one(head, Iri(f"{RDF}rest"))
        if not found:
            raise _Refused("a list is empty.")
        return found


def _forms(parameters: Iterable[Any]) -> Iterator[tuple[str, Form]]:
    return ((one.name, one.form) for one in parameters)


def _scalar(value: Object) -> str | int | bool:
    if not isinstance(value, Text):
        return str(value)
    if value.datatype == INTEGER:
        return _number(value, "a value")
    if value.datatype == BOOLEAN:
        return value.value in ("true", "1")
    if value.language:
        raise _Refused(f"{value.value!r:.60} is in a language, which no value of the graph is.")
    return value.value


def _number(value: Object, what: str) -> int:
    if not isinstance(value, Text) or not value.value.lstrip("+-").isdecimal() or len(value.value) > 18:
        raise _Refused(f"{what} is a whole number.")
    return int(value.value)


def _text(value: Object, what: str) -> str:
    if not isinstance(value, Text):
        raise _Refused(f"{what} is a text.")
    return value.value


def _shown(term: Object) -> str:
    if isinstance(term, Text):
        return repr(term.value[:60])
    for prefix, namespace in (("sh", SHACL), ("mesh", NS), ("check", CHECK), ("rdf", RDF)):
        if term.startswith(namespace):
            return f"{prefix}:{term[len(namespace) :]}"
    return f"_:{term}" if isinstance(term, Blank) else str(term)
