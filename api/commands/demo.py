"""``meshline demo``: a small mesh whose pipelines really run, loaded into a service."""

import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, error_console, print_json
from api.commands.serve import HostOption, PortOption, check_store
from api.errors import ApiError, UsageError
from api.logs import configure_logs
from api.server import listen, reachable, run, server_of
from api.settings import Settings
from api.target import KEY_VARIABLE

ServeOption = Annotated[bool, typer.Option("--serve", help="Start the service, load the demo, keep serving.")]


def demo(
    url: UrlOption = None,
    serve: ServeOption = False,
    store: StoreOption = None,
    host: HostOption = None,
    port: PortOption = None,
    as_json: JsonOption = False,
) -> None:
    """Load the demo mesh: three domains whose pipelines really run.

    Their events are sent by the OpenLineage client: into the store (through a service that lives only for
    that), into a running service with --url, or with --serve into a service that goes on.
    """
    if url is not None and serve:
        raise UsageError(
            "--serve starts a service of its own; --url names another.", "Leave one of them out."
        )
    if url is not None:
        _load(url, f"--url {url}", as_json)
        return
    if serve:
        settings = Settings.from_environment(os.environ, store=store, host=host, port=port)
        _serve_demo(settings, None, stay=True, as_json=as_json)
    else:
        settings = Settings.from_environment(os.environ, store=store, host="127.0.0.1", port=0)
        _serve_demo(settings, f"--store {store}" if store else "", stay=False, as_json=as_json)


def _load(url: str, flags: str, as_json: bool) -> None:
    """Load the demo into a service and print what to try, as commands with these flags."""
    from api.demo import load_demo  # here, because only the demo pays for loading duckdb

    with error_console().status("Running the pipelines of the demo") as status:
        key = os.environ.get(KEY_VARIABLE) or None
        summary = load_demo(url, key, flags=flags, progress=status.update)
    if as_json:
        print_json(summary)
    else:
        console().print(summary.text(_program()), markup=False, soft_wrap=True)


def _program() -> str:
    """What to type to run this program here: its name where that is on the PATH, else where it is."""
    path = Path(sys.argv[0])
    if shutil.which("meshline") or path.name != "meshline":
        return "meshline"
    return os.path.relpath(path)


def _serve_demo(settings: Settings, flags: str | None, *, stay: bool, as_json: bool) -> None:
    """Serve and load the demo; without ``stay`` stop then. ``flags`` None: those that ask this service."""
    from api.app import create_app  # here, because loading the schema takes longer than most commands

    app = create_app(settings)
    check_store(settings.store)
    with listen(settings.host, settings.port) as listener:
        server = server_of(app)
        # The log of every request would hide what there is to try; it is there for those who ask for it.
        configure_logs(settings.log_level if "MESHLINE_LOG_LEVEL" in os.environ else "warning")
        url = reachable(listener)
        loading = _Loading(server, url, f"--url {url}" if flags is None else flags, stay, as_json)
        loading.start()
        run(server, listener)
        if loading.error is not None:
            raise loading.error


class _Loading(threading.Thread):
    """Loads the demo as soon as the server answers; stops the server when that fails, or when it is not to stay."""

    def __init__(self, server: uvicorn.Server, url: str, flags: str, stay: bool, as_json: bool) -> None:
        super().__init__(name="meshline-demo", daemon=True)
        self.error: ApiError | None = None
        self._server = server
        self._url = url
        self._flags = flags
        self._stay = stay
        self._as_json = as_json

    def run(self) -> None:
        while not self._server.started:
            if self._server.should_exit:
                return
            time.sleep(0.02)
        try:
            _load(self._url, self._flags, self._as_json)
        except ApiError as error:
            if not self._server.should_exit:  # when it is told to stop, what fails then is no error
                self.error = error
                self._server.should_exit = True
        else:
            if self._stay:
                error_console().print(f"\nMeshline serves on {self._url}; Ctrl-C stops it.", markup=False)
            else:
                self._server.should_exit = True
