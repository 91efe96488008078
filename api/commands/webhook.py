"""``meshline webhook``: who is sent what changes, on a store or a running service."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Protocol

import msgspec
import typer

from api.client import ServiceClient
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, print_line, table
from api.commands.plain import PlainCommand
from api.settings import Settings
from api.target import open_client, opened_store, refuse_both
from api.webhooks.answers import DeadLetterList, Redelivered, Removed, Tested, WebhookAnswer, WebhookList
from api.webhooks.registry import Registry, Wanted
from api.webhooks.target import Allowed

NOT_TAKEN = 1

app = typer.Typer(
    help="Send what changes to addresses of your choice, signed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The id that `webhook list` shows.")]


class _Webhooks(Protocol):
    def add(self, wanted: Wanted, actor: str | None) -> WebhookAnswer: ...
    def all(self) -> WebhookList: ...
    def remove(self, id_: str) -> Removed: ...
    async def test(self, id_: str) -> Tested: ...
    def dead_letters(self, id_: str) -> DeadLetterList: ...
    def redeliver(self, id_: str) -> Redelivered: ...


class _Remote:
    """The webhooks of a running service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def add(self, wanted: Wanted, actor: str | None) -> WebhookAnswer:
        return self._client.ask_webhooks("POST", "", WebhookAnswer, msgspec.to_builtins(wanted))

    def all(self) -> WebhookList:
        return self._client.ask_webhooks("GET", "", WebhookList)

    def remove(self, id_: str) -> Removed:
        return self._client.ask_webhooks("DELETE", f"/{id_}", Removed)

    async def test(self, id_: str) -> Tested:
        return self._client.ask_webhooks("POST", f"/{id_}/test", Tested)

    def dead_letters(self, id_: str) -> DeadLetterList:
        return self._client.ask_webhooks("GET", f"/{id_}/dead-letters", DeadLetterList)

    def redeliver(self, id_: str) -> Redelivered:
        return self._client.ask_webhooks("POST", f"/{id_}/redeliver", Redelivered)


@contextmanager
def _opened(store: str | None, url: str | None, *, create: bool = False) -> Iterator[_Webhooks]:
    refuse_both(store, url)
    if url is not None:
        with open_client(url, os.environ) as client:
            yield _Remote(client)
        return
    settings = Settings.from_environment(os.environ, store=store)
    with opened_store(store, os.environ, create=create) as opened:
        yield Registry(opened, settings.base_iri, Allowed.parse(settings.webhook_allow))


@app.command("add", cls=PlainCommand)
def add(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The https address to send to.")],
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only changes of this kind; may be given again."),
    ] = None,
    domains: Annotated[
        list[str] | None,
        typer.Option(
            "--domain", metavar="NAME", help="Only of this domain and those below; may be given again."
        ),
    ] = None,
    products: Annotated[
        list[str] | None,
        typer.Option("--product", metavar="NAME", help="Only of this product; may be given again."),
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option("--secret", metavar="TEXT", help="Sign with this one (whsec_…). [default: a new one]"),
    ] = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send changes to an address from now on.

    The secret that signs them is printed this once.
    A running service sends them; it need not be started again.
    """
    wanted = Wanted(address, kinds or [], domains or [], products or [], secret)
    with _opened(store, url, create=True) as webhooks:
        made = webhooks.add(wanted, "local")
    if as_json:
        print_json(made)
        return
    print_line(console(), f"Webhook {made.id} sends to {made.url}. Its secret is shown only now:")
    typer.echo(made.secret)


@app.command("list", cls=PlainCommand)
def list_webhooks(store: StoreOption = None, url: UrlOption = None, as_json: JsonOption = False) -> None:
    """List the webhooks and how each fares, without their secrets."""
    with _opened(store, url) as webhooks:
        found = webhooks.all()
    if as_json:
        print_json(found)
        return
    columns = ("id", "address", "wants", "standing", "sent", "behind", "dead", "last answer")
    console().print(table(columns, [_row(one) for one in found.webhooks]))


def _row(one: WebhookAnswer) -> tuple[object, ...]:
    wants = ", ".join((*one.kinds, *one.domains, *one.products)) or "all"
    standing = f"{one.standing}: {one.why}" if one.why else one.standing
    return (
        one.id,
        one.url,
        wants,
        standing,
        one.delivered,
        one.behind,
        one.dead_letters,
        one.last_answer,
    )


@app.command("remove", cls=PlainCommand)
def remove(
    id_: IdArgument, store: StoreOption = None, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """Take a webhook away, with its dead letters."""
    with _opened(store, url) as webhooks:
        gone = webhooks.remove(id_)
    if as_json:
        print_json(gone)
        return
    print_line(console(), f"Webhook {gone.removed} is removed.")


@app.command("test", cls=PlainCommand)
def send_test(
    id_: IdArgument, store: StoreOption = None, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """Send a test event now, and tell the answer.

    Ends with 1 where the receiver does not take it.
    """
    with _opened(store, url) as webhooks:
        tested = asyncio.run(webhooks.test(id_))
    if as_json:
        print_json(tested)
    else:
        print_line(console(), f"{'Taken' if tested.taken else 'Not taken'}: {tested.answer}")
    if not tested.taken:
        raise typer.Exit(NOT_TAKEN)


@app.command("dead-letters", cls=PlainCommand)
def dead_letters(
    id_: IdArgument, store: StoreOption = None, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """List the changes that a webhook did not take."""
    with _opened(store, url) as webhooks:
        found = webhooks.dead_letters(id_)
    if as_json:
        print_json(found)
        return
    rows = [
        (one.number, one.kind, one.subject, one.tries, one.time, "will be sent" if one.due else one.answer)
        for one in found.dead_letters
    ]
    console().print(table(("number", "kind", "subject", "tries", "given up", "answer"), rows))


@app.command("redeliver", cls=PlainCommand)
def redeliver(
    id_: IdArgument, store: StoreOption = None, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """Send all dead letters once more.

    A webhook that has paused goes on.
    """
    with _opened(store, url) as webhooks:
        done = webhooks.redeliver(id_)
    if as_json:
        print_json(done)
        return
    print_line(console(), f"{done.redelivered} dead letters will be sent once more.")
