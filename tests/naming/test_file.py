"""Files of naming rules: what is in force by them, and everything that is wrong with one at once."""

from pathlib import Path

import pytest

from catalog.errors import InvalidNaming
from catalog.identity import DatasetId
from catalog.naming.file import parse_naming, read_naming
from catalog.naming.rules import NamingRules
from catalog.naming.shipped import DEFAULT
from tests.docs.markdown import snippets

WAREHOUSE = """
[[rule]]
id = "warehouse"
what = "The Hive warehouse."
namespace = 'hdfs://nn:8020'
name = '/user/hive/warehouse/(?P<db>[^/]+)\\.db/(?P<table>[^/]+)'
to_namespace = 'hive://metastore:9083'
to_name = '{db}.{table}'
"""


def ids(rules: NamingRules) -> list[str]:
    return [rule.id for rule in rules.rules]


def test_empty_file__has_the_default_rules() -> None:
    assert parse_naming("") == NamingRules()
    assert parse_naming("").digest == NamingRules().digest


def test_own_rule__leads_where_its_groups_say_and_meets_the_shipped_ones() -> None:
    rules = parse_naming(WAREHOUSE)
    found = rules.normal(DatasetId("hdfs://nn:8020", "/user/hive/warehouse/shop.db/orders/dt=2026-01-01/"))
    assert found is not None
    assert found.dataset == DatasetId("hive://metastore:9083", "shop.orders")
    assert found.alias_type == "rule:trailing-slash+partition+warehouse"
    assert rules.normal(DatasetId("hdfs://other", "/user/hive/warehouse/shop.db/orders")) is None


def test_own_rule__may_map_a_namespace_alone() -> None:
    rules = parse_naming(
        "[[rule]]\nid = 'org'\nnamespace = 'snowflake://ab12\\.eu-west-1\\.aws'\nto_namespace = 'snowflake://org-a'\n"
    )
    found = rules.normal(DatasetId("snowflake://AB12.eu-west-1", "d.s.t"))
    assert found is not None
    assert found.dataset == DatasetId("snowflake://org-a", "d.s.t")


def test_example_of_the_documentation__is_a_file_of_rules() -> None:
    page = Path(__file__).parents[2] / "docs" / "aliases.md"
    (example,) = [snippet.text for snippet in snippets(page) if snippet.language == "toml"]
    assert [
        one for one in ids(parse_naming(example)) if one in ("warehouse", "account", "glob", "quotes")
    ] == [
        "warehouse",
        "account",
        "quotes",
    ]


def test_use_and_without__choose_in_the_order_of_the_shipped_ones() -> None:
    assert ids(parse_naming('use = ["partition", "quotes"]')) == ["quotes", "partition"]
    assert ids(parse_naming('without = ["glob"]')) == [rule.id for rule in DEFAULT if rule.id != "glob"]
    assert ids(parse_naming('use = ["default", "date-suffix"]'))[-1] == "date-suffix"
    assert ids(parse_naming("use = []")) == []


def test_digest__is_of_what_decides_and_of_nothing_else() -> None:
    digest = parse_naming(WAREHOUSE).digest
    assert digest == parse_naming(WAREHOUSE.replace("The Hive warehouse.", "Other words.")).digest
    assert digest == parse_naming(f"max_class = 9\n{WAREHOUSE}").digest
    assert digest != parse_naming(WAREHOUSE.replace("9083", "9084")).digest
    assert len({digest, NamingRules().digest, parse_naming("use = []").digest}) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("use = ", "It is not TOML"),
        ("other = 1", "Nothing is known of 'other'."),
        ('use = ["nonsense"]', "no rule is named 'nonsense'"),
        ('without = ["default"]', "no rule is named 'default'"),
        ("use = 1", "use is a list of ids"),
        ("max_class = 1", "max_class is a whole number from 2 on, not 1."),
        ("max_class = true", "not True"),
        ("rule = 1", "Rules are tables"),
        ("[[rule]]\nid = 'A'\nname = 'x'\nto_name = 'y'", "rule 1: It needs an id"),
        ("[[rule]]\nid = 'a'\nname = 'x'", "to_namespace or to_name"),
        ("[[rule]]\nid = 'a'\nname = '('\nto_name = 'y'", "name is no regular expression"),
        ("[[rule]]\nid = 'a'\nname = 'x'\nto_name = '{y}'", "to_name names {y}"),
        ("[[rule]]\nid = 'a'\nname = 'x'\nto_name = '{'", "to_name cannot be filled in"),
        ("[[rule]]\nid = 'a'\nname = 1\nto_name = 'y'", "name is text."),
        ("[[rule]]\nid = 'a'\nto = 1", "Nothing is known of 'to'."),
        ("[[rule]]\nid = 'glob'\nname = 'x'\nto_name = 'y'", "Two rules have the id 'glob'."),
    ],
)
def test_wrong_file__is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(InvalidNaming) as caught:
        parse_naming(text)
    assert said in str(caught.value)


def test_wrong_file__tells_everything_at_once(tmp_path: Path) -> None:
    file = tmp_path / "naming.toml"
    file.write_text("use = 1\nmax_class = 0\n[[rule]]\nid = 'A'\n", encoding="utf-8")
    with pytest.raises(InvalidNaming) as caught:
        read_naming(file)
    assert len(caught.value.problems) == 4
    assert str(caught.value).startswith(f"{file}: ")


def test_file_that_is_not_there__is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidNaming, match="cannot be read"):
        read_naming(tmp_path / "none.toml")
