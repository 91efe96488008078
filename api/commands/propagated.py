"""``meshline propagated``: of which classes data is, as is said and as follows along field lineage, and why."""

import os
from typing import Annotated, Any

import typer

from api.answers import Coverage, Reason
from api.asker import open_asker
from api.catalogue import open_catalogue
from api.commands.coverage import show_coverage
from api.commands.options import AsOfOption, JsonOption, StoreOption, UrlOption, instant_option
from api.commands.output import console, print_json, print_line
from api.commands.propagated_text import propagated_lines
from api.errors import UsageError
from api.flat import flat
from api.naming import resolve
from catalog.coverage import spoken
from catalog.instant import format_instant

_WHOLE = ("classification/", "personal-data/", "product/")
"""Keys that are taken as they are."""
_CLASSES = """
fragment Classes on DerivedClassifications {
  level
  classes(first: $first) { totalCount pageInfo { hasNextPage } edges { node { ...Class } } }
  stopped(first: $first) { totalCount pageInfo { hasNextPage } edges { node { ...Class } } }
  overruled(first: 20) { subjectKey by reason at value }
  coverage { status reasonCount reasons(first: 20) { code message } }
}
fragment Class on DerivedClassification {
  value level derived passing reason field { key } classification { name }
  saidOf { key } saidBy { key } routeLength
  route(first: 12) {
    source { key } target { key } job { key } toldBy { key } kind passing origin transformation { subtype masking }
  }
}
"""
_QUERY = f"""
query ($of: ID!, $asOf: DateTime, $stop: Boolean!, $first: Int!) {{ node(id: $of, asOf: $asOf) {{
  key
  ... on Field {{ derivedClassifications(aggregatesStop: $stop) {{ ...Classes }} }}
  ... on DatasetName {{ resolved {{ derivedClassifications(aggregatesStop: $stop) {{ ...Classes }} }} }}
  ... on DataProduct {{ derivedClassifications(aggregatesStop: $stop) {{ ...Classes }} }}
  ... on Classification {{ reach(aggregatesStop: $stop) {{ ...Classes }} }}
}} }}
{_CLASSES}"""


def propagated(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A field or dataset: a key, NAMESPACE/NAME, NAMESPACE/NAME#FIELD, or a name alone; or the key of a "
            "product, or of a class: all that is of it.",
        ),
    ],
    aggregates_stop: Annotated[
        bool,
        typer.Option("--aggregates-stop", help="An aggregate shows no single value: a class ends there."),
    ] = False,
    first: Annotated[
        int, typer.Option("--first", metavar="N", min=1, max=100, help="List at most so many.")
    ] = 50,
    as_of: AsOfOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show of which classes data is, and why.

    A class is said, or it is derived along lineage: until masking, or a person who says what a field is.
    """
    at = instant_option(as_of, "--as-of")
    key = _key(name, store, url)
    asked = {
        **{"of": key, "stop": aggregates_stop, "first": first},
        "asOf": None if at is None else format_instant(at),
    }
    with open_asker(store, url, os.environ) as ask:
        found = _classes(name, ask(_QUERY, asked)["node"])
    answer, cut = flat(found)
    if as_json:
        print_json({"of": key, **answer, "cut": cut})
        return
    out = console()
    totals = (found["classes"]["totalCount"], found["stopped"]["totalCount"])
    for line in propagated_lines(spoken(key), answer, totals):
        print_line(out, *line)
    show_coverage(out, _coverage(answer["coverage"]))


def _key(name: str, store: str | None, url: str | None) -> str:
    if name.startswith(_WHOLE):
        return name
    with open_catalogue(store, url, os.environ) as catalogue:
        return resolve(catalogue, name)


def _classes(name: str, node: dict[str, Any] | None) -> dict[str, Any]:
    if node is None:
        raise UsageError(f"Nothing has the name {name!r} then.", "`meshline search` finds names.")
    found = node.get("reach") or node.get("derivedClassifications")
    if found is None and (resolved := node.get("resolved")) is not None:
        found = resolved["derivedClassifications"]
    if found is None:
        hint = "Name a field or dataset, a product or a class."
        raise UsageError(f"{name!r} is nothing that data of a class can be in.", hint)
    return dict(found)


def _coverage(told: dict[str, Any]) -> Coverage:
    reasons = [Reason(code=one["code"], message=one["message"]) for one in told["reasons"]]
    return Coverage(status=told["status"], reasons=reasons, nodes=0, edges=0)
