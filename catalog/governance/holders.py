"""How datasets and data products stand: by what is said of them, and by all of their fields."""

from collections.abc import Collection
from dataclasses import dataclass

from catalog.coverage import Reason, no_fields
from catalog.governance.barriers import USUAL, Barriers
from catalog.governance.propagation import Standing, standings
from catalog.governance.sayings import Saying, Sayings
from catalog.governance.spread import MAX_FIELDS
from catalog.governance.unseen import unseen_into
from catalog.lineage_view import View
from catalog.mesh.members import MemberKind
from catalog.mesh.mesh import Mesh
from ontology.vocabulary import Rel


@dataclass(frozen=True, slots=True)
class DatasetStanding:
    """The classes of a dataset: what is said of it as a whole, and how its known fields stand. ``unknown``: of the
    dataset and all of its fields."""

    dataset: str
    said: tuple[Saying, ...]
    fields: tuple[Standing, ...]
    unknown: tuple[Reason, ...]

    @property
    def values(self) -> frozenset[str]:
        """All classes that it, or a field of it, is of."""
        return frozenset(one.value for one in self.said).union(*(one.values for one in self.fields))


@dataclass(frozen=True, slots=True)
class ProductStanding:
    """The classes of a data product: what is said of it as a whole, and how the datasets stand that it offers."""

    product: str
    said: tuple[Saying, ...]
    datasets: tuple[DatasetStanding, ...]

    @property
    def values(self) -> frozenset[str]:
        """All classes that it, or anything that it offers, is of."""
        return frozenset(one.value for one in self.said).union(*(one.values for one in self.datasets))


def dataset_standings(
    view: View,
    sayings: Sayings,
    datasets: Collection[str],
    barriers: Barriers = USUAL,
    max_fields: int = MAX_FIELDS,
) -> dict[str, DatasetStanding]:
    """How datasets (keys) stand, by key, with all their known fields."""
    view.classes.close_datasets(datasets)
    names = {key: view.classes.name(key) for key in datasets}
    known = view.fields(set(names.values()))
    found = standings(view, sayings, [field for its in known.values() for field in its], barriers, max_fields)
    said = sayings.of_datasets(set(names.values()))
    bare = {name for name, its in known.items() if not its}
    open_ = unseen_into(view, bare, ()) if bare else {}
    answer: dict[str, DatasetStanding] = {}
    for key, name in names.items():
        its = tuple(found[field] for field in known[name])
        unknown = {reason for one in its for reason in one.unknown} | set(open_.get(name, ()))
        if not its:
            unknown.add(no_fields(name))
        answer[key] = DatasetStanding(key, tuple(said.get(name, ())), its, tuple(sorted(unknown)))
    return answer


def product_standings(
    view: View,
    sayings: Sayings,
    mesh: Mesh,
    products: Collection[str],
    barriers: Barriers = USUAL,
    max_fields: int = MAX_FIELDS,
) -> dict[str, ProductStanding]:
    """How products (keys) stand, by key, with the datasets that they offer: what is inside counts as far as it comes
    out."""
    offered = {
        product: sorted(
            {one.member for one in mesh.members.of_product(product) if one.kind is MemberKind.OFFERED}
        )
        for product in products
    }
    every = {dataset for datasets in offered.values() for dataset in datasets}
    found = dataset_standings(view, sayings, every, barriers, max_fields)
    return {
        product: ProductStanding(
            product,
            tuple(
                Saying(edge.target, product, edge) for edge in mesh.declared.out(product, Rel.CLASSIFIED_AS)
            ),
            tuple(found[dataset] for dataset in datasets),
        )
        for product, datasets in offered.items()
    }
