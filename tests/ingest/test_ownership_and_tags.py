"""The facets ownership and tags: whom a name means, and what of odd ones is kept."""

from typing import Any

import pytest

from catalog.identity import ResourceId
from catalog.statement import Owner, Tag
from catalog.values import decode_owners, decode_tags
from ingest.facets.ownership import agent, read_ownership
from ingest.facets.tags import read_dataset_tags, read_job_tags
from ingest.problems import Problems

TEAM, ADA = ResourceId("team", ("data",)), ResourceId("person", ("ada",))


@pytest.mark.parametrize(
    ("name", "kind", "known_as"),
    [
        ("team:data", "team", "data"),
        ("TEAM:data", "team", "data"),
        ("group:data", "team", "data"),
        ("user:ada", "person", "ada"),
        ("person:ada", "person", "ada"),
        ("urn:user:ada", "person", "ada"),
        ("urn:li:corpuser:ada", "person", "ada"),
        ("urn:li:corpGroup:data", "team", "data"),
        ("user:ada:x", "person", "ada:x"),
        ("application:shop", "team", "application:shop"),
        ("airflow", "team", "airflow"),
        ("team:", "team", "team:"),
        ("a:team:b", "team", "a:team:b"),
    ],
)
def test_agent__is_a_person_where_its_name_says_so_else_a_team(name: str, kind: str, known_as: str) -> None:
    assert agent(name) == ResourceId(kind, (known_as,))


def owners(facet: dict[str, Any], problems: Problems | None = None) -> list[Owner] | None:
    text = read_ownership(facet, "$", problems or Problems())["owners"]
    return None if text is None else decode_owners(text)


def test_ownership__has_a_type_or_none() -> None:
    said = [{"name": "user:ada", "type": ""}, {"name": "team:data", "type": "OWNER"}]
    assert owners({"owners": said}) == [Owner(ADA), Owner(TEAM, "OWNER")]


@pytest.mark.parametrize("facet", [{}, {"owners": None}])
def test_ownership__without_owners_says_that_there_are_none(facet: dict[str, Any]) -> None:
    assert owners(facet) is None


def test_ownership__keeps_the_owners_beside_an_odd_one() -> None:
    problems = Problems()
    assert owners({"owners": [7, {"type": "OWNER"}, {"name": "team:data"}]}, problems) == [Owner(TEAM)]
    assert [problem.path for problem in problems.found] == ["$.owners[0]", "$.owners[1]"]
    assert problems.lost


@pytest.mark.parametrize("listed", ["team:data", [{"type": "OWNER"}]])
def test_ownership__that_cannot_be_read_says_nothing(listed: Any) -> None:
    assert read_ownership({"owners": listed}, "$", Problems()) == {}


def test_tags__of_a_dataset_may_be_of_a_field_and_those_of_a_job_not() -> None:
    said = {"tags": [{"key": "pii", "value": "true", "source": "USER", "field": "email"}]}
    text = read_dataset_tags(said, "$", Problems())["tags"]
    assert text is not None
    assert decode_tags(text) == [Tag("pii", "true", "USER", "email")]
    text = read_job_tags(said, "$", Problems())["tags"]
    assert text is not None
    assert decode_tags(text) == [Tag("pii", "true", "USER")]


def test_tag__of_an_odd_field_is_not_put_on_the_dataset() -> None:
    problems = Problems()
    said = {"tags": [{"key": "pii", "value": "true", "field": 7}, {"key": "gold"}]}
    text = read_dataset_tags(said, "$", problems)["tags"]
    assert text is not None
    assert decode_tags(text) == [Tag("gold")]
    assert [problem.path for problem in problems.found] == ["$.tags[0].field"]
