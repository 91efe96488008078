"""What is looked up of a whole mesh by those who ask about a part of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property

from catalog.mesh.binder import Binder
from catalog.mesh.declared_inputs import DeclaredInput, declared_inputs
from catalog.mesh.members import Members
from ontology.vocabulary import Label


class Indexes:
    """Each is made when it is first asked for. Asks nothing of the store: the binder has read it all."""

    def __init__(self, binder: Binder, members: Members) -> None:
        self._binder = binder
        self._members = members

    def bound_to(self, datasets: Collection[str]) -> list[str]:
        """The schemas and ports that are bound to some of these datasets (keys, any of their names), sorted."""
        return sorted({thing for key in datasets for thing in self._things.get(key, ())})

    def schemas_of(self, datasets: Collection[str]) -> list[str]:
        """Those of them that are schemas of contracts."""
        nodes = self._binder.declared.nodes
        return [key for key in self.bound_to(datasets) if key in nodes and nodes[key].label == Label.SCHEMA]

    @cached_property
    def inputs(self) -> Mapping[tuple[str, str], tuple[DeclaredInput, ...]]:
        """(giving product, taking product) → what the input ports of the latter state."""
        return declared_inputs(self._binder, self._members)

    @cached_property
    def _things(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for thing, binding in self._binder.bindings.items():
            for one in binding.counting:
                for key in {one.dataset, *one.names}:
                    found[key].append(thing)
        return dict(found)
