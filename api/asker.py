"""Questions of GraphQL from the command line: put to a store in this process, or to a running service."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from api.settings import Settings
from api.target import open_client, opened_store, refuse_both
from catalog.errors import InvalidQuery, StoreUnavailable
from catalog.store.port import Store

Asker: TypeAlias = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""The data of the answer to a query with variables. Raises CatalogError or ServiceError."""


@contextmanager
def open_asker(store: str | None, url: str | None, environ: Mapping[str, str]) -> Iterator[Asker]:
    """The service at ``url``, else the store that is named, else that of the environment."""
    refuse_both(store, url)
    if url is not None:
        with open_client(url, environ) as client:
            yield client.ask
    else:
        base = Settings.from_environment(environ, store=store).base_iri
        with opened_store(store, environ) as opened:
            yield _local(opened, base)


def _local(store: Store, base: str) -> Asker:
    # Here, since the schema takes most of the time that a command needs to start, and few commands ask it.
    from api.graphql.errors import Code
    from api.graphql.schema import answer

    def ask(query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        found = asyncio.run(answer(store, base, query, variables))
        if found.unavailable:
            raise StoreUnavailable("The store does not answer now.", "Ask again later.")
        if found.errors or found.data is None:
            error = found.errors[0]
            if error["extensions"]["code"] != Code.BAD_USER_INPUT:
                raise RuntimeError(error["message"])
            raise InvalidQuery(error["message"], error["extensions"].get("hint", ""))
        return dict(found.data)

    return ask
