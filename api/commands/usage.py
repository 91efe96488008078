"""``meshline usage``: who uses which product, and under which agreement."""

import os
from typing import Annotated

import typer

from api.commands.options import AsOfOption, JsonOption, StoreOption, UrlOption, instant_option
from api.commands.output import console, print_json, print_line, table
from api.usage import UseAnswer, ask_usage
from catalog.coverage import spoken

ProductOption = Annotated[
    str | None,
    typer.Option("--product", metavar="NAME", help="Only of this product: its key, id or name."),
]
_TERMS = {
    "INTERNAL": "past the ports",
    "OPEN": "open to all",
    "AGREED": "agreed",
    "OWN": "the same owner",
    "NOT_AGREED": "not agreed",
    "UNKNOWN": "not known for whom",
}


def usage(
    product: ProductOption = None,
    as_of: AsOfOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who uses which product, and under which agreement.

    Used is what lineage shows, what input ports declare, and what agreements in force grant.
    """
    found = ask_usage(store, url, os.environ, product, instant_option(as_of, "--as-of"))
    if as_json:
        print_json(found)
    elif not found:
        print_line(console(), "No use is known.")
    else:
        heads = ["product", "used by", "terms", "reads", "agreements"]
        console().print(table(heads, [_row(one) for one in found]))


def _row(one: UseAnswer) -> list[str]:
    past = [] if one.terms != "INTERNAL" and one.ports else one.reads
    read = ", ".join(spoken(key) for key in (*one.ports, *past)) or "nothing seen"
    under = ", ".join(f"{spoken(told.id)} ({_standing(told.standing)})" for told in one.agreements)
    return [spoken(one.product), spoken(one.by), _TERMS[one.terms], read, under]


def _standing(standing: str) -> str:
    return standing.lower().replace("_", " ")
