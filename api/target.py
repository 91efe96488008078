"""What a command works on: the store or the service that its options and the environment name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from api.client import ServiceClient
from api.errors import UsageError
from api.settings import Settings
from catalog.store.port import Store
from catalog.store.registry import open_store

KEY_VARIABLE = "MESHLINE_API_KEY"
_FILE = "sqlite:///"
_BOLT_PORT = 7687


def refuse_both(store: str | None, url: str | None) -> None:
    """Raises UsageError when a command is told both a store and a service."""
    if store is not None and url is not None:
        raise UsageError("--store and --url exclude each other.", "Name the store or the service, not both.")


def is_same_store(one: str, other: str) -> bool:
    """Whether two store URLs name one file (by whatever path) or one database of a server."""
    return _place(one) == _place(other)


def _place(url: str) -> tuple[str, ...]:
    """Where a store is: scheme, user and password may differ for one database."""
    scheme, _, rest = url.strip().partition(":")
    try:
        if scheme.lower() == "sqlite":
            return "file", str(Path(unquote(rest.removeprefix("///"))).resolve())
        parts = urlsplit(url.strip())
        server = parts.hostname or parts.path, str(parts.port or _BOLT_PORT)
    except ValueError:  # no URL of a store, which opening it will tell
        return (url,)
    return "server", *server, parts.query


def existing_store(store: str | None, environ: Mapping[str, str]) -> str:
    """The URL of the store that is named, else of that of the environment. Raises UsageError where it names no file."""
    url = Settings.from_environment(environ, store=store).store
    path = Path(unquote(url.removeprefix(_FILE)))
    if url.startswith(_FILE) and not path.exists():
        hint = "Fill one with `meshline ingest`, or name another with --store, or a service with --url."
        raise UsageError(f"There is no store at {path}.", hint)
    return url


@contextmanager
def opened_store(
    store: str | None, environ: Mapping[str, str], *, create: bool = False, of_any_ontology: bool = False
) -> Iterator[Store]:
    """The store that is named, else the one of the environment. Raises UsageError, StoreError.

    Only those who write may ``create`` a file: a typing error must not answer from a new, empty store.
    ``of_any_ontology``: an older one too, to read its log.
    """
    url = Settings.from_environment(environ, store=store).store if create else existing_store(store, environ)
    opened = open_store(url, of_any_ontology=of_any_ontology)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def store_if_there(store: str | None, environ: Mapping[str, str]) -> Iterator[Store | None]:
    """The same for what only looks: None where the store is a file that is not there yet, and none is made."""
    url = Settings.from_environment(environ, store=store).store
    if url.startswith(_FILE) and not Path(unquote(url.removeprefix(_FILE))).exists():
        yield None
        return
    with opened_store(store, environ, create=True) as opened:
        yield opened


@contextmanager
def open_client(url: str, environ: Mapping[str, str]) -> Iterator[ServiceClient]:
    """A client of the service, with the key of the environment."""
    with ServiceClient(url, environ.get(KEY_VARIABLE) or None) as client:
        yield client
