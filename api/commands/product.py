"""``meshline product`` and ``meshline products``: what those see who want to use a data product."""

import os
from typing import Annotated, Any

import typer

from api.asker import open_asker
from api.commands.options import AsOfOption, JsonOption, StoreOption, UrlOption, instant_option
from api.commands.output import console, print_json, table
from api.commands.product_text import Parts, page
from api.flat import flat
from api.offer_queries import PAGE, PRODUCTS
from catalog.errors import UnknownNode
from catalog.instant import format_instant


def product(
    name: Annotated[str, typer.Argument(metavar="PRODUCT", help="A product: its id, key or name.")],
    as_of: AsOfOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the page of a data product.

    Its owner, ports, contracts, how it is, what it takes and gives, what is wrong.
    """
    asked = {"name": name, "asOf": _instant(as_of)}
    with open_asker(store, url, os.environ) as ask:
        found, cut = flat(ask(PAGE, asked)["product"])
    if found is None:
        raise UnknownNode(f"There is no product {name!r}.", "`meshline products` lists them all.")
    if as_json:
        print_json({**found, "cut": cut})
        return
    out = console()
    for part in page(found, cut):
        _print(out, part)


def products(
    domain: Annotated[
        str | None,
        typer.Option(
            "--domain", metavar="NAME", help="Only of this domain or a part of it.", show_default=False
        ),
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(
            "--owner", metavar="NAME", help="Only what this team or person answers for.", show_default=False
        ),
    ] = None,
    lifecycle: Annotated[
        list[str],
        typer.Option(
            "--lifecycle",
            metavar="WORD",
            help="Only in this lifecycle: draft, active, deprecated, retired.",
            show_default=False,
        ),
    ] = [],  # noqa: B006 (typer needs the value itself, and copies it)
    first: Annotated[
        int, typer.Option("--first", metavar="N", min=1, max=100, help="List at most so many.")
    ] = 100,
    as_of: AsOfOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the data products."""
    where = {"domain": domain, "owner": owner, "lifecycle": lifecycle or None}
    asked = {"first": first, "asOf": _instant(as_of), "filter": where}
    with open_asker(store, url, os.environ) as ask:
        data = ask(PRODUCTS, asked)["products"]
    found, _ = flat(data)
    if as_json:
        print_json({"total": data["totalCount"], "products": found})
        return
    out = console()
    if not found:
        out.print("There is no such product." if any(where.values()) else "There are no products.")
        return
    out.print(table(("name", "id", "domain", "owner", "lifecycle", "description"), map(_row, found)))
    if data["totalCount"] > len(found):
        out.print(f"{len(found)} of {data['totalCount']} (--first lists more).")


def _row(found: dict[str, Any]) -> tuple[object, ...]:
    owner, domain = found["owner"], found["domain"]
    return (
        *(found["name"], found["key"].partition("/")[2], domain and domain["name"]),
        *(owner and owner["agent"]["name"], found["lifecycle"], found["description"]),
    )


def _print(out: Any, part: Parts) -> None:
    if isinstance(part, str):
        out.print(part, markup=False, soft_wrap=True)
    else:
        out.print(part)


def _instant(text: str | None) -> str | None:
    at = instant_option(text, "--as-of")
    return None if at is None else format_instant(at)
