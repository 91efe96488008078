"""One request's way to the store: one reader for the whole answer, so that it is consistent, and its loaders.

Store calls are synchronous, and a reader serves one thread at a time: questions run in threads, in turn.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import strawberry
from anyio import Lock
from anyio.to_thread import run_sync

from catalog.store.port import Reader, Store

if TYPE_CHECKING:
    from api.curating import Curating
    from api.graphql.loaders import Loaders
    from api.graphql.meshes import Meshes
    from api.impact_reports import ImpactReports
    from api.policies.recent import RecentVerdicts
    from api.proposals.desk import Desk
    from api.remembered import Remembered
    from catalog.mesh.recent import MeshOf

T = TypeVar("T")


class Asking:
    """The context of one request. ``curating``: who changes what, where changes are taken. ``remembered``: what the
    service keeps; None: this request is answered by itself."""

    def __init__(
        self,
        store: Store,
        base_iri: str,
        curating: "Curating | None" = None,
        remembered: "Remembered | None" = None,
    ) -> None:
        self.base_iri = base_iri
        self._remembered = remembered
        self._curating = curating
        self._store = store
        self._lock = Lock()
        self._view: AbstractContextManager[Reader] | None = None
        self._reader: Reader | None = None

    @cached_property
    def loaders(self) -> "Loaders":
        """The data loaders, one for each question."""
        from api.graphql.loaders import Loaders

        return Loaders(self.ask)

    @cached_property
    def meshes(self) -> "Meshes":
        """The mesh of products, read once for each instant that is asked about."""
        from api.graphql.meshes import Meshes

        return Meshes(self.ask, self.mesh_of)

    @property
    def mesh_of(self) -> "MeshOf":
        """Who gives the mesh of products that a reader sees."""
        if self._remembered is not None:
            return self._remembered.meshes.read
        from catalog.mesh.mesh import Mesh

        return Mesh

    @property
    def curating(self) -> "Curating":
        """Who changes what. Only mutations ask, and these are only taken where it is."""
        assert self._curating is not None
        return self._curating

    @cached_property
    def impacts(self) -> "ImpactReports":
        """Who makes and keeps reports on proposed changes: the service, else this request alone."""
        if self._remembered is not None:
            return self._remembered.impacts
        from api.impact_reports import ImpactReports

        return ImpactReports()

    @cached_property
    def verdicts(self) -> "RecentVerdicts":
        """Who evaluates policies and keeps that for a while: the service, else this request alone."""
        if self._remembered is not None:
            return self._remembered.verdicts
        from api.policies.recent import RecentVerdicts

        return RecentVerdicts()

    @property
    def desk(self) -> "Desk":
        """Where proposed changes are stored and answered. Only mutations ask."""
        from api.proposals.desk import Desk

        return Desk(self._store, self.curating, self.impacts.report)

    async def renew(self) -> None:
        """See the store as it is now: what was changed is to be in the rest of the answer."""
        await self.close()
        self.__dict__.pop("loaders", None)
        self.__dict__.pop("meshes", None)

    async def ask(self, question: Callable[[Reader], T]) -> T:
        """Answer one question in a thread."""
        async with self._lock:
            return await run_sync(self._answer, question)

    async def close(self) -> None:
        """Give the reader back."""
        async with self._lock:
            await run_sync(self._close, None)

    def iri(self, key: str) -> str:
        """The id of a key."""
        return self.base_iri + key

    def key(self, id_: str) -> str:
        """The key of an id; a bare key is taken too."""
        return id_.removeprefix(self.base_iri)

    def _answer(self, question: Callable[[Reader], T]) -> T:
        if self._reader is None:
            self._view = self._store.read()
            self._reader = self._view.__enter__()
        try:
            return question(self._reader)
        except Exception as error:
            # As a `with` would, whatever it is: the store says it in its own words and takes the reader back. It is
            # raised again.
            self._close(error)
            raise

    def _close(self, error: Exception | None) -> None:
        view, self._view, self._reader = self._view, None, None
        if view is not None:
            if error is None:
                view.__exit__(None, None, None)
            else:
                view.__exit__(type(error), error, error.__traceback__)


Info: TypeAlias = strawberry.Info[Asking, None]
