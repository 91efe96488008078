"""``meshline serve``: the service, until it is told to stop."""

import os
from typing import Annotated

import typer

from api.commands.options import StoreOption
from api.commands.output import error_console
from api.logs import configure_logs
from api.server import address_of, listen, run, server_of
from api.settings import Settings
from catalog.store.registry import open_store

HostOption = Annotated[
    str | None,
    typer.Option(
        "--host", metavar="HOST", help="Address to listen on. [default: 127.0.0.1]", show_default=False
    ),
]
PortOption = Annotated[
    int | None,
    typer.Option(
        "--port", metavar="PORT", help="Port; 0 takes a free one. [default: 8000]", show_default=False
    ),
]


def serve(store: StoreOption = None, host: HostOption = None, port: PortOption = None) -> None:
    """Serve events, questions, probes and metrics over HTTP.

    It ends at SIGTERM or Ctrl-C. Listening beyond this machine needs at least one key (`meshline key add`).
    """
    from api.app import create_app  # here, because loading the schema takes longer than most commands

    settings = Settings.from_environment(os.environ, store=store, host=host, port=port)
    app = create_app(settings)
    check_store(settings.store)
    with listen(settings.host, settings.port) as listener:
        error_console().print(f"Meshline serves on {address_of(listener)}", markup=False)
        configure_logs(settings.log_level)
        run(server_of(app), listener)


def check_store(url: str) -> None:
    """Open the store once before serving, so that what is wrong with it is one clear line."""
    store = open_store(url)
    try:
        store.ping()
    finally:
        store.close()
