"""Opening what answers the questions of a command: a store, or a running service; only that one is loaded."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from api.loading import loading
from api.questions import Catalogue
from api.target import open_client, opened_store, refuse_both


@contextmanager
def open_catalogue(store: str | None, url: str | None, environ: Mapping[str, str]) -> Iterator[Catalogue]:
    """The service at ``url``, else the store that is named, else that of the environment."""
    refuse_both(store, url)
    if url is not None:
        with loading():
            from api.remote import RemoteCatalogue
        with open_client(url, environ) as client:
            yield RemoteCatalogue(client)
    else:
        with loading():
            from api.local import LocalCatalogue
            from ingest.binding import SqlBinder
        with opened_store(store, environ) as opened, closing(SqlBinder()) as binder:
            yield LocalCatalogue(opened, binder)
