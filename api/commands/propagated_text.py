"""The answer of ``meshline propagated`` for people: each class with why, by which steps, and who says it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from api.commands.lines import Line
from catalog.coverage import spoken

Object = Mapping[str, Any]


def propagated_lines(of: str, answer: Object, totals: tuple[int, int]) -> Iterator[Line]:
    """The answer but its coverage. ``totals``: how many classes and stopped ones there are in all."""
    level = "" if answer["level"] is None else f" (level {answer['level']})"
    yield Line(f"Classes of {of}{level}", "bold")
    if not answer["classes"]:
        yield Line("  None is said, and none follows from what is known.")
    yield from _listed(answer["classes"], totals[0])
    if answer["stopped"]:
        yield Line("Comes to it, and is no class of it", "bold")
        yield from _listed(answer["stopped"], totals[1])
    for one in answer["overruled"]:
        classes = ", ".join(one["value"]["classifications"]) or "no class"
        by = f" by {one['by']}" if one["by"] else ""
        why = f": {one['reason']}" if one["reason"] else ""
        yield Line(f"Overruled{by} at {one['at']}: {spoken(one['subjectKey'])} is of {classes}{why}")


def _listed(classes: list[Object], total: int) -> Iterator[Line]:
    informed: dict[str, list[Object]] = defaultdict(list)
    for one in classes:
        if one["passing"] == "INFORMED":
            informed[one["value"]].append(one)
        else:
            yield from _class(one)
    for same in informed.values():
        if len(same) == 1:
            yield from _class(same[0])
        else:
            fields = ", ".join(spoken(one["field"]["key"]) for one in same)
            yield Line(f"  {_name(same[0])} ({same[0]['value']})  INFORMED")
            yield Line(f"      It only decides about rows or groups of {fields}.")
    if total > len(classes):
        yield Line(f"  {len(classes)} of {total} (--first lists more).")


def _class(one: Object) -> Iterator[Line]:
    field = f"  {spoken(one['field']['key'])}" if one["field"] else ""
    level = "" if one["level"] is None else f", level {one['level']}"
    how = (
        one["passing"] if one["passing"] not in (None, "CARRIED") else "DERIVED" if one["derived"] else "SAID"
    )
    yield Line(f"  {_name(one)} ({one['value']}{level}){field}  {how}")
    yield Line(f"      {one['reason']}")
    for step in one["route"]:
        yield Line(f"        {_step(step)}")
    if one["routeLength"] > len(one["route"]):
        yield Line(f"        … {one['routeLength'] - len(one['route'])} steps more")
    if one["saidBy"]:
        yield Line(f"      said of {spoken(one['saidOf']['key'])} by {spoken(one['saidBy']['key'])}")


def _name(one: Object) -> str:
    return str(one["classification"]["name"] if one["classification"] else one["value"])


def _step(step: Object) -> str:
    said = step["transformation"]
    use = " ".join(
        word for word in (step["kind"], said["subtype"], "MASKED" if said["masking"] else None) if word
    )
    by = step["job"] or step["toldBy"]
    how = ", ".join(word for word in (use, spoken(by["key"]) if by else None, step["origin"]) if word)
    ends = (spoken(step[end]["key"]) if step[end] else "?" for end in ("source", "target"))
    return f"-({how})-> ".join(f"{end} " for end in ends).rstrip()
