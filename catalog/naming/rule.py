"""A naming rule: what makes of one spelling of a dataset's name the other, normal one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from catalog.identity import DatasetId

Normalise: TypeAlias = Callable[[str, str], tuple[str, str]]
"""(namespace, name) → (namespace, name); what the rule is not about comes back as it is. Never raises."""

RULE = "rule:"
"""How the type of a link begins that a naming rule makes; then follow the ids of the rules, joined by ``+``."""
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Rule:
    """``what`` says in one sentence what it does, ``definition`` all that decides about it beside its id."""

    id: str
    what: str
    normalise: Normalise
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Normal:
    """The normal form of a name, and the ids of the rules that led there, in the order in which they did."""

    dataset: DatasetId
    rules: tuple[str, ...]

    @property
    def alias_type(self) -> str:
        """The type of the link to it."""
        return RULE + "+".join(self.rules)


def is_rule_type(alias_type: object) -> bool:
    """Whether a naming rule has made a link of this type."""
    return isinstance(alias_type, str) and alias_type.startswith(RULE)
