"""``meshline key``: make, list and revoke the keys of a service."""

import os
from typing import Annotated

import typer

from api.commands.options import JsonOption, StoreOption
from api.commands.output import console, print_json, print_line, table
from api.commands.plain import PlainCommand
from api.keys import KeysFile, Role
from api.settings import Settings

app = typer.Typer(
    help="Keys of the service: bearer tokens with an actor and a role.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _keys_file(store: str | None) -> KeysFile:
    return KeysFile(Settings.from_environment(os.environ, store=store).keys_file)


@app.command("add", cls=PlainCommand)
def add(
    actor: Annotated[
        str, typer.Option("--actor", metavar="NAME", help="Who uses it: a pipeline, a team, a person.")
    ],
    role: Annotated[
        Role,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="emitter sends events, reader asks, editor does both and changes, admin may do all.",
        ),
    ],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and print its token, this once."""
    key, token = _keys_file(store).add(actor, role)
    if as_json:
        print_json(
            {"id": key.id, "actor": key.actor, "role": key.role, "created": key.created, "token": token}
        )
        return
    print_line(console(), f"Key {key.id} for {key.actor} ({key.role}). Its token is shown only now:")
    typer.echo(token)


@app.command("list", cls=PlainCommand)
def list_keys(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the keys, without their tokens."""
    keys = _keys_file(store).ring().keys
    if as_json:
        rows = [{"id": key.id, "actor": key.actor, "role": key.role, "created": key.created} for key in keys]
        print_json({"keys": rows})
        return
    console().print(
        table(
            ("id", "actor", "role", "created"), [(key.id, key.actor, key.role, key.created) for key in keys]
        )
    )


@app.command("revoke", cls=PlainCommand)
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `key list` shows.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Revoke a key; a running service refuses it at once."""
    key = _keys_file(store).revoke(key_id)
    if as_json:
        print_json({"revoked": key.id, "actor": key.actor})
        return
    print_line(console(), f"Key {key.id} of {key.actor} is revoked.")
