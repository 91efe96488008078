"""What documents and people say of a thing, statement by statement: who, where, and what counts."""

from collections.abc import Iterable, Iterator
from typing import Any

from api.commands.explain_telling import said_json, said_words
from api.commands.lines import Line
from catalog.coverage import spoken
from catalog.instant import format_instant, instant_of
from catalog.statements import Conflict, Why, conflicts
from ingest.documents.sayings import StatedAt

_SHOWN = 200
_WHY = {
    Why.CURATED: "people set it in place",
    Why.RANK: "its source stands higher",
    Why.NEWEST: "it is the newest",
    Why.UNDECIDED: "nothing decides between sources of one rank",
}


def said_about(key: str, said: list[StatedAt]) -> tuple[dict[str, Any], list[Line]]:
    """The statements about a thing and their conflicts, for programs and for people; nothing where there are none."""
    if not said:
        return {"statements": [], "conflicts": []}, []
    found = conflicts(key, [one.stated for one in said])
    answer = {
        "statements": [_json(one) for one in said],
        "conflicts": [{"name": one.name, "why": one.why, "decided": one.decided} for one in found],
    }
    return answer, [Line("Said by documents and people", "bold"), *_lines(said), *_conflict_lines(found)]


def _json(one: StatedAt) -> dict[str, Any]:
    stated = one.stated
    return {
        "name": stated.name,
        "value": stated.value,
        "isRelationship": stated.edge is not None,
        "teller": stated.teller,
        "since": format_instant(instant_of(stated.at)),
        "counts": stated.counts,
        "why": stated.why,
        **({} if one.said is None else {"actor": one.said.entry.actor, **said_json(one.said)}),
    }


def _lines(said: Iterable[StatedAt]) -> Iterator[Line]:
    for one in said:
        stated = one.stated
        value = stated.value if stated.edge is None else spoken(str(stated.value))
        text = f"{value}"
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        over = "" if stated.counts else " (does not count)"
        where = "" if one.said is None else said_words(one.said)
        by = "" if one.said is None or one.said.entry.actor is None else f", sent by {one.said.entry.actor}"
        yield Line(f"  {stated.name} {shown}{over}")
        yield Line(f"    {spoken(stated.teller)}{f', {where}' if where else ''}{by}")


def _conflict_lines(found: Iterable[Conflict]) -> Iterator[Line]:
    shown = list(found)
    if shown:
        yield Line("Where they differ", "bold")
    for one in shown:
        yield Line(f"  {one.name}: {_WHY[one.why]}")
