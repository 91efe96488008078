"""The table of what rules over lineage may be told holds together."""

import pytest

from catalog.governance.policy import Rule
from catalog.governance.rules import RULES, Form, ParameterKind, RuleKind, Stricter
from ontology.compiler import load_model

_VALUES: dict[Form, type] = {
    Form.TEXT: str,
    Form.NUMBER: int,
    Form.FLAG: bool,
    Form.DURATION: str,
    Form.IDS: tuple,
}
_DIRECTIONS = {
    Form.TEXT: {Stricter.NONE},
    Form.NUMBER: {Stricter.LARGER, Stricter.SMALLER, Stricter.NONE},
    Form.FLAG: {Stricter.TRUE, Stricter.FALSE, Stricter.NONE},
    Form.DURATION: {Stricter.LARGER, Stricter.SMALLER, Stricter.NONE},
    Form.IDS: {Stricter.MORE, Stricter.FEWER, Stricter.NONE},
}
PARAMETERS = [(kind, parameter) for kind in RULES.values() for parameter in kind.parameters]


def test_rules__are_all_described() -> None:
    assert set(RULES) == set(Rule)


@pytest.mark.parametrize("kind", RULES.values(), ids=lambda kind: str(kind.rule))
def test_rule__is_of_labels_that_nodes_have(kind: RuleKind) -> None:
    assert set(kind.labels) <= set(load_model().concrete_labels)
    assert set(kind.one_of) <= set(kind.by_name)
    assert len(kind.by_name) == len(kind.parameters)


@pytest.mark.parametrize(("kind", "parameter"), PARAMETERS, ids=lambda one: getattr(one, "name", ""))
def test_parameter__has_a_direction_and_a_default_of_its_form(
    kind: RuleKind, parameter: ParameterKind
) -> None:
    assert parameter.stricter in _DIRECTIONS[parameter.form], kind.rule
    assert parameter.default is None or isinstance(parameter.default, _VALUES[parameter.form])
    assert not (parameter.needed and parameter.default is not None)
