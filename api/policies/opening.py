"""Opening what answers questions about policies: a store, a graph that was exported, or a running service."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from api.against import is_place, restored
from api.errors import UsageError
from api.policies.asking import LocalPolicies, Policies
from api.policies.evaluator import Evaluator
from api.policies.remote import RemotePolicies
from api.settings import Settings
from api.target import open_client, opened_store, refuse_both


@contextmanager
def open_policies(
    store: str | None, url: str | None, against: str | None, environ: Mapping[str, str]
) -> Iterator[Policies]:
    """Those of the one that is named, else of the store of the environment. ``against``: a service, a store or a file
    that `meshline export` wrote. Raises UsageError, StoreError, DamagedExport."""
    refuse_both(store, url)
    if against is not None and (store is not None or url is not None):
        raise UsageError("--against excludes --store and --url.", "Name whom to ask once.")
    if against is not None and is_place(against):
        store, url = (None, against) if against.startswith("http") else (against, None)
    elif against is not None:
        base = Settings.from_environment(environ).base_iri
        with restored(Path(against)) as snapshot:
            yield LocalPolicies(snapshot, base)
        return
    if url is not None:
        with open_client(url, environ) as client:
            yield RemotePolicies(client)
        return
    settings = Settings.from_environment(environ, store=store)
    with opened_store(store, environ) as opened:
        yield LocalPolicies(opened, settings.base_iri, Evaluator(settings.store))
