"""Links between names as the command line shows them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from api.answers import AliasAnswer, AliasConflict, AliasLink
from catalog.coverage import spoken
from catalog.instant import format_instant


def because(rules: Collection[str], type_: str, teller: str) -> str:
    """What makes a link. ``teller``: the key of the dataset or document that tells it."""
    if rules:
        return f"naming rule {' and '.join(rules)}"
    if teller.startswith("document/"):
        return f"{spoken(teller)} says so"
    kind = f" ({type_})" if type_ else ""
    return f"symlink{kind} of {spoken(teller)}"


def ruled(terms: Mapping[str, Any], at_ns: int) -> str:
    """What an operator said of two names."""
    by = f" by {terms['by']}" if "by" in terms else ""
    why = f": {terms['why']}" if "why" in terms else ""
    return f"{terms['command']} at {format_instant(at_ns)}{by}{why}"


def alias_conflict(code: str, names: Iterable[str]) -> AliasConflict:
    """What is kept apart. ``names``: keys."""
    return AliasConflict(code=str(code), names=[spoken(key) for key in names])


def alias_answer(name: str, links: list[AliasLink], conflicts: list[AliasConflict]) -> AliasAnswer:
    """What is known of the names of one dataset: those that links that count join to it."""
    names = {name}
    while (
        more := {
            end
            for link in links
            for end in (link.source, link.target)
            if link.counts and not names.isdisjoint((link.source, link.target))
        }
        - names
    ):
        names |= more
    return AliasAnswer(name=name, names=sorted(names), links=links, conflicts=conflicts)
