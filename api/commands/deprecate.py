"""``meshline deprecate``: say that a dataset, port or column will go away, before it does."""

import os
import time
from typing import Annotated

import typer

from api.catalogue import open_catalogue
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, print_line
from api.commands.proposal import open_proposals
from api.errors import UsageError
from api.naming import resolve
from api.proposals.terms import DeprecateTerms
from api.questions import Catalogue
from catalog.coverage import spoken
from catalog.instant import parse_instant
from catalog.signoff.forms import field_of, is_deprecable

_LOOK = "Name it as its schema does; `meshline search` finds it."


def deprecate(
    thing: Annotated[
        str,
        typer.Argument(metavar="THING", help="The dataset or port: a key, NAMESPACE/NAME, or a name alone."),
    ],
    field: Annotated[
        str | None, typer.Option("--field", metavar="COL", help="Only this column.", show_default=False)
    ] = None,
    removal: Annotated[
        str | None, typer.Option("--removal", metavar="DAY", help="From when on it may be gone.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why.")] = None,
    instead: Annotated[
        str | None,
        typer.Option(
            "--instead", metavar="NAME", help="What to use: with --field a column of the same dataset."
        ),
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="It will not go away.")] = False,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that something will go away, and tell those who read it.

    Findings name its readers from now on, as errors once the day has come.
    """
    with open_catalogue(store, url, os.environ) as catalogue:
        home = resolve(catalogue, thing)
        subject = home if field is None else _field(home, field)
        if field is not None and not catalogue.existing([subject]):
            raise UsageError(f"{spoken(home)} has no column {field!r} that is known.", _LOOK)
        other = None if instead is None else _instead(catalogue, home, field, instead)
    if not is_deprecable(subject):
        raise UsageError(f"{thing!r} is no dataset, column or port.", "Only these are deprecated.")
    terms = DeprecateTerms(subject=subject, removal=removal, reason=reason, instead=other, withdrawn=withdraw)
    with open_proposals(store, url) as proposals:
        done = proposals.deprecate(terms)
    if as_json:
        print_json(done)
        return
    if not done.deprecated:
        print_line(console(), f"{spoken(done.subject)} is not deprecated.")
        return
    until = f" and may be gone from {done.removal} on" if done.removal else ""
    print_line(console(), f"{spoken(done.subject)} is deprecated{until}.")
    if done.removal is not None and parse_instant(done.removal).ns <= time.time_ns():
        print_line(console(), "That day has come: findings of who reads it are errors from now on.")


def _field(home: str, path: str) -> str:
    key = field_of(home, path) if home.startswith("dataset/") else None
    if key is None:
        raise UsageError(f"{home} has no columns.", "Name a dataset.")
    return key


def _instead(catalogue: Catalogue, home: str, field: str | None, text: str) -> str:
    if field is None:
        return resolve(catalogue, text)
    return text if text.startswith("field/") else _field(home, text)
