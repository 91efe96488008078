"""A file of naming rules (TOML): which of the shipped ones are in force, and further ones by regular expression.

use = ["quotes", "partition"]        # in place of the default set; "default" stands for all of it
without = ["glob"]
max_class = 100

[[rule]]
id = "warehouse"
namespace = 'hdfs://nn:8020'                                  # regular expressions, of the whole text
name = '/user/hive/warehouse/(?P<db>[^/]+)\\.db/(?P<table>[^/]+)'
to_namespace = 'hive://metastore:9083'                        # absent: as it is
to_name = '{db}.{table}'
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from catalog.canonical import encode
from catalog.errors import InvalidNaming
from catalog.naming.rule import ID, Normalise, Rule
from catalog.naming.rules import MAX_CLASS, NamingRules
from catalog.naming.shipped import DEFAULT, FURTHER

_KEYS = frozenset(("use", "without", "max_class", "rule"))
_RULE_KEYS = frozenset(("id", "namespace", "name", "to_namespace", "to_name", "what"))
_SHIPPED = {rule.id: rule for rule in (*DEFAULT, *FURTHER)}


def read_naming(path: Path) -> NamingRules:
    """The rules in a file. Raises InvalidNaming with all that is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidNaming([f"It cannot be read: {reason}."], str(path)) from error
    return parse_naming(text, str(path))


def parse_naming(text: str, source: str = "naming rules") -> NamingRules:
    """The rules in the text of a file. Raises InvalidNaming with all that is wrong with it."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidNaming([f"It is not TOML: {error}."], source) from error
    problems: list[str] = [f"Nothing is known of {key!r}." for key in sorted(said.keys() - _KEYS)]
    shipped = [_SHIPPED[one] for one in _chosen(said, problems)]
    own = _own_rules(said.get("rule", []), problems)
    ids = [rule.id for rule in (*own, *shipped)]
    problems += [
        f"Two rules have the id {one!r}." for one in sorted({one for one in ids if ids.count(one) > 1})
    ]
    bound = said.get("max_class", MAX_CLASS)
    if isinstance(bound, bool) or not isinstance(bound, int) or bound < 2:
        problems.append(f"max_class is a whole number from 2 on, not {bound!r}.")
    if problems:
        raise InvalidNaming(problems, source)
    return NamingRules((*own, *shipped), bound)


def _chosen(said: Mapping[str, Any], problems: list[str]) -> list[str]:
    """The ids of the shipped rules in force, in their order there."""
    used = _ids(said, "use", ["default"], problems)
    wanted = {
        one for name in used for one in ([rule.id for rule in DEFAULT] if name == "default" else [name])
    }
    wanted -= set(_ids(said, "without", [], problems))
    return [one for one in _SHIPPED if one in wanted]


def _ids(said: Mapping[str, Any], key: str, default: list[str], problems: list[str]) -> list[str]:
    given = said.get(key, default)
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        problems.append(f"{key} is a list of ids of rules.")
        return default
    allowed = {*_SHIPPED, "default"} if key == "use" else set(_SHIPPED)
    unknown = [one for one in given if one not in allowed]
    problems += [f"{key}: no rule is named {one!r}; there are {', '.join(_SHIPPED)}." for one in unknown]
    return [one for one in given if one in allowed]


def _own_rules(tables: Any, problems: list[str]) -> list[Rule]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append("Rules are tables: [[rule]].")
        return []
    found = [_own_rule(table, f"rule {place}", problems) for place, table in enumerate(tables, start=1)]
    return [rule for rule in found if rule is not None]


def _own_rule(table: dict[str, Any], where: str, problems: list[str]) -> Rule | None:
    faults = [f"Nothing is known of {key!r}." for key in sorted(table.keys() - _RULE_KEYS)]
    faults += [f"{key} is text." for key, value in table.items() if not isinstance(value, str)]
    if not faults:
        faults = list(_faults(table))
    problems += [f"{where}: {fault}" for fault in faults]
    if faults:
        return None
    definition = encode({key: value for key, value in table.items() if key not in ("id", "what")})
    return Rule(table["id"], table.get("what", ""), _by_expression(table), definition)


def _faults(table: Mapping[str, str]) -> Iterable[str]:
    if not ID.fullmatch(table.get("id", "")):
        yield "It needs an id of small letters, digits and hyphens."
    if not ("name" in table or "namespace" in table) or not ("to_name" in table or "to_namespace" in table):
        yield "It needs namespace or name, and to_namespace or to_name."
    groups: set[str] = set()
    for key in ("namespace", "name"):
        try:
            groups |= re.compile(table.get(key, "")).groupindex.keys()
        except re.error as error:
            yield f"{key} is no regular expression: {error}."
    for key in ("to_namespace", "to_name"):
        try:
            named = {name for _, name, _, _ in Formatter().parse(table.get(key, "")) if name is not None}
        except ValueError as error:
            yield f"{key} cannot be filled in: {error}."
            continue
        for name in sorted(named - groups):
            yield f"{key} names {{{name}}}, which is no named group of namespace or name."


def _by_expression(table: Mapping[str, str]) -> Normalise:
    namespaces = re.compile(table.get("namespace", ".*"), re.DOTALL)
    names = re.compile(table.get("name", ".*"), re.DOTALL)
    to_namespace, to_name = table.get("to_namespace"), table.get("to_name")

    def normalise(namespace: str, name: str) -> tuple[str, str]:
        in_namespace, in_name = namespaces.fullmatch(namespace), names.fullmatch(name)
        if in_namespace is None or in_name is None:
            return namespace, name
        parts = {
            key: value or "" for key, value in {**in_namespace.groupdict(), **in_name.groupdict()}.items()
        }
        made = _filled(to_namespace, parts, namespace), _filled(to_name, parts, name)
        return made if made[1] else (namespace, name)

    return normalise


def _filled(template: str | None, parts: Mapping[str, str], unchanged: str) -> str:
    if template is None:
        return unchanged
    return "".join(
        literal + (parts[name] if name is not None else "")
        for literal, name, _, _ in Formatter().parse(template)
    )
