"""Policies and waivers as one of our own descriptors: YAML that is read back as what was written."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import yaml

from catalog.duration import format_duration
from catalog.governance.check_json import check_json
from catalog.governance.policy import Policy, Scope, ScopeKind
from catalog.governance.stored import Stored
from catalog.governance.waiver import Waiver
from catalog.identity import DatasetId, FieldId, JobId, kind_of
from catalog.instant import format_instant
from ingest.descriptors.meshline_schema import VERSION

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .,?")
_TAKEN = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"))
_WIDTH = 110


def policies_yaml(stored: Stored) -> str:
    """The text; nothing that is unreadable is in it."""
    sections = {
        "policies": [_policy(one) for one in stored.policies],
        "waivers": [_waiver(one) for one in stored.waivers],
    }
    said = {"meshline": VERSION, **{name: listed for name, listed in sections.items() if listed}}
    text = yaml.dump(said, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return str(text)


class _Dumper(yaml.SafeDumper):
    """Texts are in quotes where any reader of YAML might take them for something else."""


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    if "\n" in value and all(line == line.rstrip() and line.isprintable() for line in value.split("\n")):
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|")
    plain = value[:1].isalpha() and set(value) <= _PLAIN and value == value.strip()
    style = None if plain and value.casefold() not in _TAKEN else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _policy(one: Policy) -> dict[str, Any]:
    begins = one.effective_from_ns
    said = {
        "id": one.id,
        "title": one.title,
        "why": one.why or None,
        "owner": _agent(one.owner),
        "scope": _scope(one.scope),
        "severity": str(one.severity),
        "effectiveFrom": None if begins is None else format_instant(begins),
        "grace": format_duration(one.grace_s) if one.grace_s else None,
        "remediation": one.remediation or None,
        "tightens": one.tightens,
        "enabled": None if one.enabled else False,
        "check": check_json(one.check),
    }
    return {name: value for name, value in said.items() if value is not None}


def _scope(scope: Scope) -> str | Mapping[str, str]:
    return str(scope.kind) if scope.kind is ScopeKind.GLOBAL else {str(scope.kind): scope.name}


def _agent(key: str) -> str | Mapping[str, str]:
    name = unquote(key.partition("/")[2])
    return {"person": name} if kind_of(key) == "person" else name


def _waiver(one: Waiver) -> dict[str, Any]:
    return {
        "id": one.id,
        "policy": one.policy,
        "target": _target(one.target),
        "reason": one.reason,
        "approver": _agent(one.approver),
        "expiresAt": format_instant(one.expires_ns),
    }


def _target(key: str) -> dict[str, Any]:
    """A thing as waivers name it. Raises ValueError for one of another kind, or whose key is a hash."""
    kind, *parts = key.split("/")
    names = [unquote(part) for part in parts]
    match kind:
        case "dataset":
            return {"dataset": _named(DatasetId.parse(key))}
        case "field":
            field = FieldId.parse(key)
            return {"dataset": _named(field.dataset), "field": field.path}
        case "job":
            return {"job": _named(JobId.parse(key))}
        case "output-port" if len(names) == 2:
            return {"product": names[0], "port": names[1]}
        case "product" | "contract" | "domain" if len(names) == 1:
            return {kind: names[0]}
        case _:
            raise ValueError(f"no waiver of a descriptor is for {key}")


def _named(one: DatasetId | JobId) -> dict[str, str]:
    return {"namespace": one.namespace, "name": one.name}
