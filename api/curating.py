"""Who curates through a service or on a store of this machine, and with what."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from catalog.entry import Receipt
from catalog.errors import CatalogError
from catalog.governance.enforcing import Enforcer
from catalog.projection import Projection
from catalog.store.port import Store
from ingest.curation import Said
from ingest.curator import Curator, Granted, Wish
from ingest.pipeline import Ingest, apply_or_quarantine
from ingest.replay import interpret_again


class MayNotCurate(CatalogError):
    code = "may-not-curate"


@dataclass(frozen=True, slots=True)
class Curating:
    """One who asks. ``forbidden``: why they may not; empty where they may."""

    curator: Curator
    actor: str | None = None
    forbidden: str = ""

    def grant(self, wish: Wish) -> Granted:
        """Do what is wished, in the name of who asks. Raises MayNotCurate and what ``Curator.grant`` does."""
        if self.forbidden:
            raise MayNotCurate(self.forbidden)
        return self.curator.grant(replace(wish, actor=self.actor))


def through(store: Store, ingest: Ingest, enforcer: Enforcer | None = None) -> Curator:
    """The curator of a running service: changes go with whatever else waits to be stored. ``enforcer``: policies that
    refuse them."""
    return Curator(store, lambda said: ingest.submit(*_guarded(said, enforcer)).result())


def on(store: Store, enforcer: Enforcer | None = None) -> Curator:
    """The curator of a store of this machine."""
    keep = _keep(Projection(store, interpret_again))
    return Curator(store, lambda said: keep(_guarded(said, enforcer)))


def _guarded(said: Said, enforcer: Enforcer | None) -> Said:
    entry, statements = said
    return said if enforcer is None else (entry, enforcer.guarded(statements))


def _keep(projection: Projection) -> Callable[[Said], Receipt]:
    def keep(said: Said) -> Receipt:
        [outcome] = apply_or_quarantine(projection, [said])
        if not isinstance(outcome, Receipt):
            raise outcome
        return outcome

    return keep
