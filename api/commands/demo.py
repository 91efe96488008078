"""``meshline demo``: a small mesh whose pipelines really run, loaded into a service."""

import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, error_console, print_json, print_line
from api.commands.serve import HostOption, PortOption, check_store
from api.errors import UsageError
from api.logs import configure_logs
from api.server import listen, reachable, run, server_of
from api.settings import Settings
from api.target import KEY_VARIABLE, opened_store
from ingest.derivation.settle import settle

_END_S = 10
"""How long a stop waits for the task of the demo that is running."""

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
        _load_into(url, as_json)
        return
    if serve:
        settings = Settings.from_environment(os.environ, store=store, host=host, port=port)
        _serve_demo(settings, None, stay=True, as_json=as_json)
    else:
        settings = Settings.from_environment(os.environ, store=store, host="127.0.0.1", port=0)
        _serve_demo(settings, f"--store {store}" if store else "", stay=False, as_json=as_json)


class _Stopped(Exception):
    """The demo was told to stop before it was loaded in whole."""


def _load(url: str, flags: str, as_json: bool, stopped: Callable[[], bool]) -> None:
    """Load the demo into a service and print what to try, as commands with these flags. Raises _Stopped."""
    from api.demo import load_demo, publish  # here, because only the demo pays for loading duckdb

    with error_console().status("Running the pipelines of the demo") as status:

        def go_on() -> None:
            if stopped():
                raise _Stopped

        key = os.environ.get(KEY_VARIABLE) or None
        summary = load_demo(url, key, flags=flags, progress=status.update, before_each=go_on)
        go_on()
        summary = replace(summary, descriptions=len(publish(url, key)))
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
        logging.getLogger("urllib3").setLevel(logging.ERROR)  # a stop cuts off the client, as it should
        url = reachable(listener)
        loading = _Loading(url, f"--url {url}" if flags is None else flags, as_json, server, stay=stay)
        run(server, listener)
        loading.end()
    if not stay:
        with opened_store(settings.store, os.environ) as store:
            settle(store)


def _load_into(url: str, as_json: bool) -> None:
    """Load the demo into a service that runs elsewhere."""
    loading = _Loading(url, f"--url {url}", as_json)
    try:
        loading.wait()
    finally:  # Ctrl-C reaches this thread alone, so no query of duckdb is cut short
        loading.end()


class _Loading:
    """Loads the demo in a thread. With a ``server``: as soon as that answers; afterwards it stops or is to stay."""

    def __init__(
        self, url: str, flags: str, as_json: bool, server: uvicorn.Server | None = None, *, stay: bool = False
    ) -> None:
        self._url = url
        self._flags = flags
        self._as_json = as_json
        self._server = server
        self._stay = stay
        self._ending = threading.Event()
        self._ended = threading.Event()
        self._loaded = False
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="meshline-demo", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until it is loaded, or failed. A join that Ctrl-C cuts short takes the thread for ended (3.11)."""
        self._ended.wait()

    def end(self) -> None:
        """Wait for the end, telling it to stop. Raises what failed, KeyboardInterrupt when it was not done."""
        self._ending.set()
        self._thread.join(_END_S)
        if self._failure is not None:
            raise self._failure
        if not self._loaded:
            message = "The demo is loaded in part. Loading it again on the same day completes it."
            print_line(error_console(), message)
            raise KeyboardInterrupt

    def _run(self) -> None:
        try:
            if self._is_answered():
                _load(self._url, self._flags, self._as_json, self._is_stopped)
                self._loaded = True
        except _Stopped:
            return
        except Exception as error:  # handed to the thread that waits: the process edge tells it
            if not self._is_stopped():  # when it is told to stop, what fails then is no error
                self._failure = error
        finally:
            self._ended.set()
            if self._server is not None and not (self._loaded and self._stay):
                self._server.should_exit = True
        if self._loaded and self._stay:
            error_console().print(f"\nMeshline serves on {self._url}; Ctrl-C stops it.", markup=False)

    def _is_answered(self) -> bool:
        """Wait for the server; false when it is stopped before."""
        while self._server is not None and not self._server.started:
            if self._is_stopped():
                return False
            time.sleep(0.02)
        return True

    def _is_stopped(self) -> bool:
        return self._ending.is_set() or (self._server is not None and self._server.should_exit)
