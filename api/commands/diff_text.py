"""The answer of ``meshline lineage --diff`` for people: what came (+), went (-) and changed (~)."""

from collections.abc import Iterator

from api.answers import DiffAnswer, EdgeChange, LineageEdge, PartChange
from api.commands.lines import Line, plural
from catalog.coverage import spoken

_SIGNS = {"CAME": ("+", "green"), "WENT": ("-", "red"), "CHANGED": ("~", "yellow")}


def diff_lines(answer: DiffAnswer) -> Iterator[Line]:
    """The whole answer."""
    until = answer.to_time or "now"
    names = ", ".join(map(spoken, answer.of))
    yield Line(f"{answer.direction.capitalize()} of {names} from {answer.from_time} to {until}", "bold")
    if not (answer.edges or answer.fields or answer.facets):
        yield Line("  Nothing changed.")
    yield from _section("Edges", [(one.change, _edge(one)) for one in answer.edges])
    yield from _section("Fields", [(one.change, _field(one)) for one in answer.fields])
    facets = [(one.change, f"{spoken(one.id)} {one.name}") for one in answer.facets]
    yield from _section("Facets", facets)
    if answer.not_compared:
        things = plural(answer.not_compared, "dataset or job")
        yield Line(f"Schemas and facets of the nearest were compared; {things} more were not.")


def _section(title: str, rows: list[tuple[str, str]]) -> Iterator[Line]:
    if rows:
        yield Line(title, "bold")
    for change, text in rows:
        sign, style = _SIGNS[change]
        yield Line(f"  {sign} {text}", style)


def _edge(one: EdgeChange) -> str:
    via = "" if one.job in (None, one.source, one.target) else f", by {spoken(str(one.job))}"
    text = f"{spoken(one.source)} -> {spoken(one.target)}{via}"
    if one.change != "CHANGED":
        return text
    return f"{text}: {_told(one.before)} became {_told(one.after)}"


def _told(edge: LineageEdge | None) -> str:
    return " ".join([*edge.origins, *edge.subtypes]) if edge is not None else ""


def _field(one: PartChange) -> str:
    text = f"{spoken(one.id)}#{one.name}"
    if one.change == "CHANGED" and one.before != one.after:
        return f"{text} {one.before} became {one.after}"
    return text
