"""Answers whose members are properties that facets give a dataset or job."""

from collections.abc import Mapping
from typing import TypeAlias, TypeVar

from catalog import state
from catalog.state import Fact

Facts: TypeAlias = Mapping[str, Fact]
T = TypeVar("T")


def of_facts(
    kind: type[T], facts: Facts, texts: Mapping[str, str], numbers: Mapping[str, str] | None = None
) -> T | None:
    """An answer of a kind from facts: member → property, of text or whole numbers. None where nothing is said."""
    values: dict[str, object] = {member: state.scalar(facts, name) for member, name in texts.items()}
    values.update((member, state.number(facts, name)) for member, name in (numbers or {}).items())
    return kind(**values) if any(value is not None for value in values.values()) else None
