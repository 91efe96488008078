"""Which datasets the schema objects of documents mean: by the rules of the mesh, as if the documents were told there.

Only datasets that pipelines have told of count: one that is merely named has no readers that could be known.
"""

from catalog.coverage import spoken
from catalog.mesh.binder import Binder
from catalog.mesh.candidates import observed
from catalog.mesh.declared import Declared
from ingest.proposals.told import Told


class Bound:
    """What things are bound to; ``reason``: why one is not."""

    def __init__(self, declared: Declared) -> None:
        self.declared = declared
        self._binder = Binder(declared)
        keys = {
            name for binding in self._binder.bindings.values() for one in binding.bound for name in one.names
        }
        self._seen = observed(declared, keys) if keys else set()

    def datasets(self, thing: str) -> tuple[str, ...]:
        """The keys of the datasets that a schema or port is bound to, sorted."""
        binding = self._binder.bindings.get(thing)
        found = () if binding is None else binding.counting
        return tuple(sorted(one.dataset for one in found if not self._seen.isdisjoint(one.names)))

    def reason(self, thing: str) -> str:
        """Why a thing is bound to nothing that is known."""
        binding = self._binder.bindings.get(thing)
        if binding is None:
            return "Nothing says which dataset it is."
        if binding.suggestions:
            names = ", ".join(spoken(one.dataset) for one in binding.suggestions[:3])
            return f"{binding.reason} It may be {names}."
        if binding.bound:
            names = ", ".join(spoken(one.dataset) for one in binding.bound[:3])
            return f"No pipeline has told of {names}."
        return binding.reason or "Nothing says which dataset it is."


def beside(declared: Declared, told: Told) -> Declared:
    """What is declared, as if documents told these things too."""
    return declared.beside(told.nodes.values(), (edge for edges in told.edges.values() for edge in edges))
