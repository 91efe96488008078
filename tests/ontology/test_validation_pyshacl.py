"""Our validators and pySHACL judge the same nodes alike, finding for finding."""

import pytest
from hypothesis import given

from ontology.validation import Subject
from tests.ontology.pyshacl_cases import BY_FEATURES, BY_SHIPPED, FEATURES, LONG, QUICK, SHIPPED, assert_same


@QUICK
@given(BY_SHIPPED)
def test_validate__finds_what_pyshacl_finds_by_the_shipped_shapes(nodes: list[Subject]) -> None:
    assert_same(SHIPPED, nodes)


@QUICK
@given(BY_FEATURES)
def test_validate__finds_what_pyshacl_finds_by_every_feature(nodes: list[Subject]) -> None:
    assert_same(FEATURES, nodes)


@pytest.mark.slow
@LONG
@given(BY_SHIPPED)
def test_validate__finds_what_pyshacl_finds_by_the_shipped_shapes_in_many_cases(nodes: list[Subject]) -> None:
    assert_same(SHIPPED, nodes)


@pytest.mark.slow
@LONG
@given(BY_FEATURES)
def test_validate__finds_what_pyshacl_finds_by_every_feature_in_many_cases(nodes: list[Subject]) -> None:
    assert_same(FEATURES, nodes)
