"""``meshline alias``: the names of a dataset, and what an operator says of them."""

import os
from typing import Annotated

import typer

from api.answers import AliasAnswer
from api.catalogue import open_catalogue
from api.command_sinks import command_sink
from api.commands.options import AsOfOption, JsonOption, StoreOption, UrlOption, WhyOption, instant_option
from api.commands.output import console, print_json, print_line, table
from api.commands.plain import PlainCommand
from api.errors import UsageError
from api.naming import TO_LINK, resolve_dataset
from catalog.alias_rulings import Pair, Ruling
from catalog.identity import DatasetId

app = typer.Typer(
    help="Say which names are of one dataset, and why.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="A dataset: a key, NAMESPACE/NAME, or a name alone.")
]
OtherArgument = Annotated[str, typer.Argument(metavar="OTHER", help="Another name, in the same forms.")]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help="From this time on, ISO 8601. [default: now]", show_default=False
    ),
]
_WHY = {"TOO_MANY_NAMES": "too many names", "FIELDS_DIFFER": "fields differ"}


@app.command("show", cls=PlainCommand)
def show(
    name: NameArgument,
    as_of: AsOfOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the names of a dataset and what links them.

    Each link comes with why it is there; what is kept apart is told too.
    """
    at = instant_option(as_of, "--as-of")
    with open_catalogue(store, url, os.environ) as catalogue:
        answer = catalogue.aliases(resolve_dataset(catalogue, name, TO_LINK), at)
    if as_json:
        print_json(answer)
    else:
        _show(answer)


@app.command("conflicts", cls=PlainCommand)
def conflicts(store: StoreOption = None, url: UrlOption = None, as_json: JsonOption = False) -> None:
    """List names that are kept apart though links join them."""
    with open_catalogue(store, url, os.environ) as catalogue:
        found = catalogue.alias_conflicts()
    if as_json:
        print_json(found)
        return
    if not found:
        print_line(console(), "No names are kept apart.")
    for one in found:
        print_line(console(), f"{_WHY[one.code]}: {_listed(one.names)}")


@app.command("unlink", cls=PlainCommand)
def unlink(
    name: NameArgument,
    other: OtherArgument,
    why: WhyOption = None,
    at: FromOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that two names are not one dataset.

    The link between them counts for nothing from now on.
    No name is changed, and nothing is lost: relink takes it back.
    """
    _rule(Ruling.UNLINK, name, other, why, at, store, url, as_json)


@app.command("relink", cls=PlainCommand)
def relink(
    name: NameArgument,
    other: OtherArgument,
    why: WhyOption = None,
    at: FromOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take an unlink back, and vouch for the link.

    It counts although too much hangs on it or fields differ.
    It makes no link where nothing tells of one.
    """
    _rule(Ruling.RELINK, name, other, why, at, store, url, as_json)


def _rule(
    ruling: Ruling,
    name: str,
    other: str,
    why: str | None,
    at: str | None,
    store: str | None,
    url: str | None,
    as_json: bool,
) -> None:
    with open_catalogue(store, url, os.environ) as catalogue:
        keys = [resolve_dataset(catalogue, one, TO_LINK) for one in (name, other)]
        found = catalogue.existing(keys)
        linked = any(
            {link.source, link.target}
            == {str(DatasetId(found[key].namespace, found[key].name)) for key in keys}
            for link in catalogue.aliases(keys[0], None).links
        )
    if keys[0] == keys[1]:
        raise UsageError(f"{name} and {other} are the same name.", "Name two names of a dataset.")
    pair = Pair(*(DatasetId(found[key].namespace, found[key].name) for key in keys))
    with command_sink(store, url, os.environ) as sink:
        receipt = sink.give(ruling, {**pair.terms, "why": why}, instant_option(at, "--at"))
    if as_json:
        print_json(receipt)
        return
    done = "Unlinked" if ruling is Ruling.UNLINK else "Relinked"
    print_line(
        console(), f"{done}: {pair.one} and {pair.other}. The command is log entry {receipt.hash[:12]}."
    )
    if not linked:
        print_line(
            console(),
            "Nothing links these two directly now; `meshline alias show` tells what does.",
            "yellow",
        )


def _show(answer: AliasAnswer) -> None:
    out = console()
    print_line(out, answer.name)
    others = [name for name in answer.names if name != answer.name]
    print_line(out, f"  also {_listed(others)}" if others else "  has no other name")
    if answer.links:
        rows = [
            (link.source, link.target, "yes" if link.counts else "no", link.because, link.since, link.ruling)
            for link in answer.links
        ]
        out.print(table(("name", "of", "counts", "because", "since", "operator"), rows))
    for one in answer.conflicts:
        print_line(out, f"  kept apart, {_WHY[one.code]}: {_listed(one.names)}", "yellow")


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:10])
    return f"{shown} and {len(names) - 10} more" if len(names) > 10 else shown
