"""Which products a dataset or job belongs to, by what they declare.

A dataset belongs to a product that exposes or contains it, or one of whose output or management ports gives access to
it (itself, or a schema that is bound to it). A job belongs to a product that contains it. What other jobs write its
datasets counts for its runs, and not for lineage between products.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from enum import StrEnum

from catalog.aliases import is_dataset, is_job
from catalog.graph import Edge
from catalog.mesh.binder import Binder
from catalog.mesh.binding import BindingRule, Bound
from ontology.vocabulary import Label, Rel


class MemberKind(StrEnum):
    """OFFERED: exposed, or served by an output port. INSIDE: contained, not offered. WATCHED: only served by a
    management port."""

    OFFERED = "OFFERED"
    INSIDE = "INSIDE"
    WATCHED = "WATCHED"


@dataclass(frozen=True, slots=True)
class Membership:
    """That a dataset or job (``member``, the key to show) belongs to a product. ``port``: the port that serves it;
    ``rule``: by which rule of binding, None where the product says so itself. ``edges``: what tells it."""

    product: str
    member: str
    kind: MemberKind
    port: str | None
    rule: BindingRule | None
    edges: tuple[Edge, ...]


_PORTS = {Rel.HAS_OUTPUT_PORT: MemberKind.OFFERED, Rel.HAS_MANAGEMENT_PORT: MemberKind.WATCHED}


class Members:
    """The members of all products. Asks nothing of the store: the binder has read it all."""

    def __init__(self, binder: Binder) -> None:
        self._binder = binder
        self._of_name: dict[str, tuple[Membership, ...]] = {}
        self._of_product: dict[str, tuple[Membership, ...]] = {}
        self._names: dict[str, set[str]] = {}
        self.find(product.key for product in binder.declared.of(Label.DATA_PRODUCT))

    def seen_by(self, binder: Binder) -> "Members":
        """The same by a binder that says the same."""
        same = copy(self)
        same._binder = binder
        return same

    def copied(self, binder: Binder) -> "Members":
        """The same by a copy of the binder, which goes on by itself."""
        same = self.seen_by(binder)
        same._of_name, same._of_product = dict(self._of_name), dict(self._of_product)
        same._names = dict(self._names)
        return same

    def find(self, products: Iterable[str]) -> dict[str, tuple[Membership, ...]]:
        """Find anew what belongs to products. What was found before under the names under which something was, or is
        now."""
        before: dict[str, tuple[Membership, ...]] = {}
        now: dict[str, list[Membership]] = {}
        for product in products:
            for name in self._names.pop(product, ()):
                before.setdefault(name, self.of_name(name))
                now[name] = [one for one in now.get(name, before[name]) if one.product != product]
            found = self._of_product[product] = tuple(self._find(product))
            named = [(self._binder.classes.name(one.member), one) for one in found]
            self._names[product] = {name for name, _ in named}
            for name, one in named:
                before.setdefault(name, self.of_name(name))
                now.setdefault(name, [*before[name]]).append(one)
        for name, its in now.items():
            if its:
                self._of_name[name] = tuple(sorted(its, key=lambda one: one.product))
            else:
                self._of_name.pop(name, None)
        return before

    def of_name(self, name: str) -> tuple[Membership, ...]:
        """What makes a class of datasets (by its name) or a job a member of products."""
        return self._of_name.get(name, ())

    def of_product(self, product: str) -> tuple[Membership, ...]:
        """What belongs to a product, each as often as it is told."""
        return self._of_product.get(product, ())

    def owning(self, key: str) -> tuple[Membership, ...]:
        """What makes a dataset (under any of its names) or a job a member of products."""
        return self.of_name(self._binder.classes.name(key))

    @property
    def is_empty(self) -> bool:
        """Whether nothing belongs to any product."""
        return not self._of_name

    def has(self, name: str) -> bool:
        """Whether a class of datasets, or a job, belongs to any product."""
        return name in self._of_name

    def products(self, key: str) -> tuple[str, ...]:
        """The products that a dataset or job belongs to, sorted; mostly one, or none."""
        found = self._of_name.get(self._binder.classes.name(key))
        if found is None:
            return ()
        if len(found) == 1:
            return (found[0].product,)
        return tuple(sorted({one.product for one in found}))

    def is_offered(self, key: str, product: str) -> bool:
        """Whether a product offers a dataset to others."""
        found = (one.kind for one in self.owning(key) if one.product == product)
        return MemberKind.OFFERED in found

    def names(self, products: Iterable[str] | None = None) -> set[str]:
        """The names of the classes of all members, of some products or of all."""
        if products is None:
            return set(self._of_name)
        name = self._binder.classes.name
        return {name(one.member) for product in products for one in self.of_product(product)}

    def datasets(self, product: str) -> list[str]:
        """The datasets of a product, sorted, each once."""
        return sorted({one.member for one in self.of_product(product) if is_dataset(one.member)})

    def jobs(self, product: str) -> list[str]:
        """The jobs that a product contains, sorted."""
        return sorted({one.member for one in self.of_product(product) if is_job(one.member)})

    def _find(self, product: str) -> Iterable[Membership]:
        declared, shown = self._binder.declared, self._binder.dataset
        for rel, kind in ((Rel.EXPOSES, MemberKind.OFFERED), (Rel.CONTAINS, MemberKind.INSIDE)):
            for edge in declared.out(product, rel):
                if edge.target.startswith("schema/"):
                    for one in self._bound(edge.target):
                        yield Membership(product, one.dataset, kind, None, one.rule, (edge, *one.edges))
                else:
                    member = shown(edge.target) if is_dataset(edge.target) else edge.target
                    yield Membership(product, member, kind, None, None, (edge,))
        for rel, kind in _PORTS.items():
            for edge in declared.out(product, rel):
                for one in self._bound(edge.target):
                    edges = (edge, *one.edges)
                    yield Membership(product, one.dataset, kind, edge.target, one.rule, edges)

    def _bound(self, thing: str) -> Iterable[Bound]:
        binding = self._binder.bindings.get(thing)
        return () if binding is None else binding.counting
